"""Which Keras is installed."""

from keras_inits.keras_compat import versions


def test_the_version_is_the_installed_keras_own():
    assert versions.is_keras_3() == versions.keras_version().startswith("3.")


def test_an_object_of_the_other_keras_is_told_as_one():
    other = "keras" if versions.package() == "tf_keras" else "tf_keras"
    model = type("Model", (), {"__module__": f"{other}.src.models"})()
    hint = versions.hint_of_another(model)
    assert hint.startswith(f", which is {versions.package()} here") and hint.endswith(f"one of {other}")
    assert versions.hint_of_another("model.h5") == ""
