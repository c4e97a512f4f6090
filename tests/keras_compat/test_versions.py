"""Which Keras is installed."""

from keras_inits.keras_compat import versions


def test_the_version_is_the_installed_keras_own():
    assert versions.is_keras_3() == versions.keras_version().startswith("3.")
