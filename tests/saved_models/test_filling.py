"""A model of one's own code gets the weights of a file, all of them or none."""

import h5py
import numpy as np
import pytest
import tensorflow as tf
from environments import needs, wraps_models

import keras_inits
from keras_inits.keras_compat import backend, versions
from saved_models import recorded_checkpoints, recorded_folders, recorded_models

layers = tf.keras.layers
RECORDED = recorded_checkpoints.FOLDER
FORMATS = ["weights.h5", "keras", "checkpoint", "old.h5", "whole.h5"]


def shuffled(model, seed=0):
    """Gives a model other weights than it was made with."""
    random = np.random.RandomState(seed)
    model.set_weights([random.uniform(0.1, 0.9, one.shape) for one in model.get_weights()])
    return model


def saved(model, path, kind):
    """Saves a model in a format, or skips where the installed Keras does not write it; returns the path."""
    name = str(path / f"model.{kind}")
    functional = not isinstance(model, recorded_checkpoints.Subclassed)
    if kind == "checkpoint":
        if not backend.is_tensorflow():
            pytest.skip("TensorFlow's checkpoints are of its own variables")
        if not tf.executing_eagerly() or (versions.is_keras_3() and not functional):
            pytest.skip("Keras 3 leaves what is in lists out of a checkpoint")
        tf.train.Checkpoint(net=model, step=tf.Variable(3)).write(name)
    elif kind == "old.h5" and versions.is_keras_3():
        layered(model, name)
    elif kind in ("weights.h5", "old.h5"):
        model.save_weights(name)
    elif kind == "whole.h5" and not functional:
        pytest.skip("HDF5 has no models of one's own class")
    else:
        model.save(name)
    return name


def layered(model, path):
    """Writes weights as Keras 2 did with `save_weights`."""
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"], file.attrs["backend"] = b"2.4.0", b"tensorflow"
        file.attrs["layer_names"] = [one.name.encode() for one in model.layers]
        for one in model.layers:
            weights = [*one.trainable_weights, *one.non_trainable_weights]
            names = [f"{one.name}/{number}:0".encode() for number in range(len(weights))]
            group = file.create_group(one.name)
            group.attrs["weight_names"] = names
            for name, weight in zip(names, weights, strict=True):
                group[name.decode()] = np.asarray(weight)


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one.get_weights(), other.get_weights(), strict=True))


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("make", recorded_checkpoints.MODELS.values(), ids=recorded_checkpoints.MODELS)
def test_what_fits_is_moved_whole(make, kind, tmp_path):
    old, new = shuffled(make()), shuffled(make(), seed=1)
    assert keras_inits.load_weights(new, saved(old, tmp_path, kind)) is None
    assert same(new, old)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", ["functional", "sequential"])
def test_what_nearly_fits_is_shown_side_by_side_and_nothing_is_assigned(name, kind, tmp_path):
    make = recorded_checkpoints.MODELS[name]
    path = saved(shuffled(make()), tmp_path, kind)
    model = shuffled(make(units=5), seed=1)
    before = model.get_weights()
    with pytest.raises(
        keras_inits.WeightsError,
        match=r"(?s)the model wants +the file has.*\[3, 5\], \[5\] .*\[3, 4\], \[4\]",
    ):
        keras_inits.load_weights(model, path)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


@pytest.mark.parametrize("kind", FORMATS)
def test_what_does_not_fit_is_refused(kind, tmp_path):
    path = saved(shuffled(recorded_checkpoints.functional()), tmp_path, kind)
    for make in (recorded_checkpoints.sequential, recorded_checkpoints.subclassed):
        model = shuffled(make())
        before = model.get_weights()
        with pytest.raises(keras_inits.WeightsError, match="none was assigned"):
            keras_inits.load_weights(model, path)
        assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


@pytest.mark.parametrize("name", recorded_checkpoints.MODELS)
def test_a_checkpoint_of_tensorflow_2_15_gives_its_predictions(name):
    model = recorded_checkpoints.MODELS[name]()
    keras_inits.load_weights(model, RECORDED / name)
    assert recorded_checkpoints.agrees(model, name)


@pytest.mark.parametrize("name", ["functional", "sequential", "saver"])
def test_an_architecture_and_its_checkpoint_are_a_model(name):
    if name == "functional":
        needs(wraps_models)
    model = keras_inits.load_model(RECORDED / f"{name}.json", weights=RECORDED / name)
    assert recorded_checkpoints.agrees(model, name)


def test_the_layout_of_keras_1_on_theano_is_undone():
    path = recorded_models.FOLDER / "1.2.2-conv2d_th.h5"
    expected = keras_inits.load_model(path)
    model = tf.keras.models.clone_model(expected)
    keras_inits.load_weights(model, path)
    assert same(model, expected)


@pytest.mark.parametrize(
    "path",
    [
        recorded_folders.FOLDER / "2.3-dense.zip",
        recorded_folders.FOLDER / "2.8-shared_encoder-no_traces.zip",
        recorded_models.FOLDER.parent / "tensorflowjs" / "nested" / "model.json",
        recorded_models.FOLDER.parent / "tensorflowjs" / "recurrent" / "model.json",
    ],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_a_saved_model_and_one_of_tensorflow_js(path):
    expected = keras_inits.load_model(path)
    model = shuffled(keras_inits.load_model(path))
    keras_inits.load_weights(model, path)
    assert same(model, expected)


def test_a_saved_model_of_ones_own_class():
    inputs, expected = recorded_folders.recorded("2.8-subclassed")
    model = recorded_folders.Subclassed()
    model(inputs[0])
    keras_inits.load_weights(model, recorded_folders.FOLDER / "2.8-subclassed.zip")
    assert np.allclose(model(inputs[0]), expected, atol=1e-5)


def test_a_model_that_is_not_built_is_refused():
    with pytest.raises(keras_inits.WeightsError, match="not built"):
        keras_inits.load_weights(recorded_checkpoints.Subclassed(), RECORDED / "subclassed")


def row(*names, units=2):
    inner = [layers.Dense(units, name=name) for name in names]
    return shuffled(tf.keras.Sequential([layers.Input((2,)), *inner]), seed=len(names))


@pytest.fixture
def file(tmp_path):
    layered(row("a", "b", "c"), tmp_path / "w.h5")
    return tmp_path / "w.h5"


def test_order_goes_before_names(file):
    model, expected = row("b", "a", "c"), row("a", "b", "c")
    keras_inits.load_weights(model, file)
    assert same(model, expected)


def test_by_name_leaves_other_layers_as_they_are(file):
    model, before, expected = row("new", "b"), row("new", "b"), row("a", "b", "c")
    notes = keras_inits.load_weights(model, file, by_name=True, report=True)
    assert np.array_equal(model.layers[0].get_weights()[0], before.layers[0].get_weights()[0])
    assert np.array_equal(model.layers[1].get_weights()[0], expected.layers[1].get_weights()[0])
    assert [(note.layer, note.text[:3]) for note in notes] == [("new", "lef"), ("b", "got")]


def test_by_name_without_any_such_name_is_an_error(file):
    with pytest.raises(keras_inits.WeightsError, match="no layer of the model is in the file"):
        keras_inits.load_weights(row("x", "y"), file, by_name=True)


@pytest.mark.parametrize("path", [RECORDED / "sequential", recorded_models.FOLDER / "2.15.0-nested.keras"])
def test_by_name_is_for_files_that_list_layers(path):
    with pytest.raises(ValueError, match="by_name=True is for files that list layers"):
        keras_inits.load_weights(recorded_checkpoints.sequential(), path, by_name=True)


def wide(*names):
    return tf.keras.Sequential(
        [
            layers.Input((2,)),
            *(layers.Dense(2, name=name) for name in names[:-1]),
            layers.Dense(7, name=names[-1]),
        ]
    )


@pytest.mark.parametrize("by_name", [False, True])
def test_skip_mismatch_leaves_layers_of_other_shapes_as_they_are(file, by_name):
    model, expected = wide("a", "b", "c"), row("a", "b", "c")
    before = model.layers[-1].get_weights()[0]
    notes = keras_inits.load_weights(model, file, by_name=by_name, skip_mismatch=True, report=True)
    assert np.array_equal(model.layers[1].get_weights()[0], expected.layers[1].get_weights()[0])
    assert np.array_equal(model.layers[-1].get_weights()[0], before)
    assert notes[-1].layer == "c" and notes[-1].text.startswith("left as it is")


def test_skip_mismatch_where_every_shape_is_another(file):
    with pytest.raises(keras_inits.WeightsError, match="all layers in the file have other shapes"):
        keras_inits.load_weights(row("a", "b", "c", units=3), file, skip_mismatch=True)


def test_load_model_names_this_function_for_weights_alone(file):
    with pytest.raises(keras_inits.NotAModelError, match=r"holds weights only.*keras_inits\.load_weights"):
        keras_inits.load_model(file)


def test_a_sequential_without_an_input_is_built_by_the_arrays():
    model = tf.keras.Sequential([layers.Dense(4), layers.Dropout(0.5), layers.Dense(2)])
    keras_inits.load_weights(model, RECORDED / "sequential")
    assert recorded_checkpoints.agrees(model, "sequential")


class Scaled(tf.keras.Model):
    """A model that has a weight of its own."""

    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(2)

    def build(self, shape):
        self.scale = self.add_weight(name="scale", shape=(2,), initializer="ones")
        super().build(shape)

    def call(self, x):
        return self.inner(x) * self.scale


@pytest.mark.parametrize("kind", ["checkpoint", "weights.h5"])
def test_weights_of_a_model_outside_of_its_layers_are_moved(kind, tmp_path):
    old, new = Scaled(), Scaled()
    for model, seed in ((old, 0), (new, 1)):
        model(np.zeros((1, 3), "float32"))
        shuffled(model, seed)
    path = str(tmp_path / f"model.{kind}")
    if kind == "checkpoint" and not backend.is_tensorflow():
        pytest.skip("TensorFlow's checkpoints are of its own variables")
    tf.train.Checkpoint(old).write(path) if kind == "checkpoint" else old.save_weights(path)
    keras_inits.load_weights(new, path)
    assert same(new, old)


@pytest.mark.parametrize("name", ["sequential", "sequential.index"])
def test_load_model_names_this_function_for_a_checkpoint(name):
    with pytest.raises(keras_inits.NotAModelError, match=r"holds weights only.*keras_inits\.load_weights"):
        keras_inits.load_model(RECORDED / name)


@pytest.mark.parametrize("model", ["w.h5", layers.Dense(2)], ids=["a path", "a layer"])
def test_what_is_no_model_is_an_error_that_says_so(model):
    with pytest.raises(TypeError, match="`model` must be a `tf.keras` model. Received: model="):
        keras_inits.load_weights(model, RECORDED / "sequential")


def test_what_is_no_path_is_an_error_that_says_so():
    with pytest.raises(TypeError, match="`path` must be a path, .* Received: path=3"):
        keras_inits.load_weights(recorded_checkpoints.sequential(), 3)
