"""Models of a user's own class, whose code no file has."""

import numpy as np
import pytest
import tensorflow as tf

from keras_inits.saved_models.build import own_models
from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.files.config_trees import OwnClass
from keras_inits.saved_models.files.reading import SavedModel
from keras_inits.saved_models.files.saved_model_texts import Spec
from keras_inits.saved_models.load import load_model

K, L = tf.keras, tf.keras.layers


class Own(tf.keras.Model):
    def __init__(self, units=1, **kwargs):
        super().__init__(**kwargs)
        self.dense = tf.keras.layers.Dense(units)

    def call(self, inputs):
        return self.dense(inputs["x"] if isinstance(inputs, dict) else inputs)


INPUTS = Spec([None, 3], "float32")


def built(config=None, inputs=INPUTS):
    return own_models.build(OwnClass("Own", config or {}, inputs, None, None), {"Own": Own}, True, 1000)


@pytest.mark.parametrize("inputs", [Spec([7, 3], "float32"), {"x": Spec([None, 3], "float32")}])
def test_is_built_by_its_config_and_its_inputs(inputs):
    assert tuple(built({"units": 2}, inputs).dense.kernel.shape) == (3, 2)


def test_of_a_config_that_is_not_its_own():
    with pytest.raises(UpgradeError, match="'Own' cannot be made from its config"):
        built({"unknown_word": 2})


def test_of_inputs_that_nothing_says():
    with pytest.raises(UpgradeError, match="does not say what the model 'Own' was called with"):
        built(inputs=None)


class TestToldBy:
    @staticmethod
    def told(class_name="Own", config=None, cls=Own, **rest):
        named = {"class_name": class_name, "config": config or {"units": 2}, **rest}
        objects = {"Own": cls, "package>Own": cls, "Dense": cls, "Sequential": cls}
        return own_models.told_by(SavedModel("m.keras", "keras", "3.15.0", None, named), objects)

    @pytest.mark.parametrize(
        ("shape", "inputs"),
        [
            ([2, 3], Spec([2, 3], "float32")),
            ([[None, 3], [2, 4]], [Spec([None, 3], "float32"), Spec([2, 4], "float32")]),
            ({"x": [2, 3]}, {"x": Spec([2, 3], "float32")}),
        ],
        ids=str,
    )
    def test_the_shapes_that_it_was_called_with(self, shape, inputs):
        assert self.told(build_config={"input_shape": shape}).inputs == inputs

    @pytest.mark.parametrize("build_config", [None, {}, {"input_shape": "a"}, {"input_shape": [[2, "a"]]}])
    def test_shapes_that_are_none(self, build_config):
        assert self.told(build_config=build_config).inputs is None

    def test_the_name_that_it_was_registered_by(self):
        assert self.told(registered_name="package>Own").class_name == "package>Own"

    def test_a_functional_that_the_file_has_is_none(self):
        assert self.told(config={"layers": [], "input_layers": [], "output_layers": []}) is None

    def test_layers_in_a_row_are_one_by_the_class(self):
        config = {"layers": [], "build_input_shape": [None, 3]}
        assert self.told(config=config, cls=OwnSequential) is None
        assert self.told(config=config, cls=Own).config == config

    def test_a_class_that_is_not_given_is_none(self):
        assert self.told("Another") is None

    @pytest.mark.parametrize("class_name", ["Dense", "Sequential", ["Own"]])
    def test_no_class_of_ones_own(self, class_name):
        assert self.told(class_name) is None


class OwnFunctional(K.Model):
    pass


class OwnSequential(K.Sequential):
    pass


class MakesItsLayers(K.Model):
    def __init__(self, units=1):
        inputs = L.Input((3,))
        super().__init__(inputs, L.Dense(units)(inputs))


class MakesItsSequence(K.Sequential):
    def __init__(self, **kwargs):
        super().__init__([L.Input((3,)), L.Dense(2)], **kwargs)


def functional():
    inputs = L.Input((3,))
    return OwnFunctional(inputs, L.Dense(2)(inputs))


def sequential():
    return OwnSequential([L.Input((3,)), L.Dense(2)])


class TestOfLayers:
    @pytest.mark.parametrize("ending", ["keras", "h5"])
    @pytest.mark.parametrize("made", [functional, sequential])
    def test_is_of_its_class_where_that_is_given(self, made, ending, tmp_path):
        model, x = made(), np.ones((2, 3), "float32")
        model.save(tmp_path / f"m.{ending}")
        cls = type(model)
        objects = {cls.__name__: cls}
        loaded, notes = load_model(tmp_path / f"m.{ending}", custom_objects=objects, report=True)
        assert type(loaded) is cls and notes == []
        assert np.array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))

    @pytest.mark.parametrize(("made", "kind"), [(functional, "Functional"), (sequential, "Sequential")])
    def test_without_the_class_the_report_says_what_it_is(self, made, kind, tmp_path):
        made().save(tmp_path / "m.keras")
        loaded, (note,) = load_model(tmp_path / "m.keras", report=True)
        assert type(loaded).__name__ == kind
        assert f"is left out: a {kind} of the same layers is in its place" in note.text

    @pytest.mark.parametrize("wrapped", [False, True], ids=["layer", "wrapped"])
    @pytest.mark.parametrize("ending", ["keras", "h5"])
    @pytest.mark.parametrize(("made", "kind"), [(functional, "Functional"), (sequential, "Sequential")])
    def test_inside_another_model(self, made, kind, ending, wrapped, tmp_path):
        inner = made()
        shape, layer = ((4, 3), L.TimeDistributed(inner)) if wrapped else ((3,), inner)
        model = K.Sequential([L.Input(shape), layer])
        model.save(tmp_path / f"m.{ending}")
        cls, path, x = type(inner), tmp_path / f"m.{ending}", np.ones((2, *shape), "float32")
        same, notes = load_model(path, custom_objects={cls.__name__: cls}, report=True)
        without, (note,) = load_model(path, report=True)
        assert type(getattr(same.layers[0], "layer", same.layers[0])) is cls and notes == []
        assert f"its own class '{cls.__name__}' is left out: a {kind} of the same layers" in note.text
        for loaded in (same, without):
            assert np.array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))

    @pytest.mark.parametrize(("made", "cls"), [(functional, MakesItsLayers), (sequential, MakesItsSequence)])
    def test_a_class_that_makes_its_own_layers_takes_none(self, made, cls):
        model = made()
        same, (note,) = own_models.put_into(model, {"class_name": cls.__name__}, {cls.__name__: cls})
        assert same is model
        assert f"'{cls.__name__}' is left out, as it takes no layers" in note.text

    def test_what_is_no_class_is_told(self):
        model = sequential()
        same, (note,) = own_models.put_into(model, {"class_name": "Own"}, {"Own": sequential})
        assert same is model and "'Own' is left out, what was given for it is no class" in note.text

    def test_that_is_not_trained_stays_so(self):
        model = K.Sequential([L.Input((3,)), L.Dense(2)])
        model.trainable = False
        own, _ = own_models.put_into(model, {"class_name": "OwnSequential"}, {"OwnSequential": OwnSequential})
        assert own.trainable_weights == []


def test_a_keras_file_of_a_class_that_makes_its_layers(tmp_path):
    model, x = Own(4), np.ones((2, 3), "float32")
    expected = np.asarray(model.predict(x, verbose=0))
    model.get_config = lambda: {"units": 4}
    model.save(tmp_path / "m.keras")
    loaded = load_model(tmp_path / "m.keras", custom_objects={"Own": Own})
    assert np.array_equal(loaded.predict(x, verbose=0), expected)


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_a_class_whose_constructor_makes_the_layers(ending, tmp_path):
    model, x = MakesItsLayers(4), np.ones((2, 3), "float32")
    model.get_config = lambda: {"units": 4}
    model.save(tmp_path / f"m.{ending}")
    loaded = load_model(tmp_path / f"m.{ending}", custom_objects={"MakesItsLayers": MakesItsLayers})
    assert type(loaded) is MakesItsLayers
    assert np.array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))
