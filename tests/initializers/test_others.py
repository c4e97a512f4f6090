"""What holds for all initializers that no Keras has, and the definitions of those of any weights."""

import contextlib
import json
import math
import pickle

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
from drawn_values import as_numpy, same_bits
from environments import finds_custom_initializers_in_h5, keras_3_only, needs

import keras_inits
from keras_inits.initializers import registry
from keras_inits.keras_compat import acceptance

layers = tf.keras.layers
# Arguments that are no defaults, and a shape.
CALLS = {
    "ConvolutionAware": ({"eps_std": 0.1, "seed": 7}, (3, 3, 4, 8)),
    "ConvolutionOrthogonal1D": ({"gain": 2.0, "seed": 7}, (3, 4, 8)),
    "ConvolutionOrthogonal2D": ({"gain": 2.0, "seed": 7}, (3, 3, 4, 8)),
    "ConvolutionOrthogonal3D": ({"gain": 2.0, "seed": 7}, (3, 3, 3, 4, 8)),
    "DeltaOrthogonal": ({"gain": 2.0, "seed": 7}, (3, 3, 4, 8)),
    "Dirac": ({"groups": 2}, (3, 3, 4, 8)),
    "ICNR": ({"initializer": keras_inits.Orthogonal(seed=7), "scale": 2}, (3, 3, 4, 8)),
    "Sparse": ({"sparsity": 0.5, "stddev": 2.0, "seed": 7}, (3, 3, 4, 8)),
    "UniformUnitScaling": ({"factor": 2.0, "seed": 7}, (3, 3, 4, 8)),
}
RANDOM = [name for name, (arguments, _) in CALLS.items() if "seed" in arguments]
NAMES = {
    "dirac": "Dirac",
    "sparse": "Sparse",
    "icnr": "ICNR",
    "delta_orthogonal": "DeltaOrthogonal",
    "convolution_aware": "ConvolutionAware",
    "convolution_orthogonal_1d": "ConvolutionOrthogonal1D",
    "convolution_orthogonal_2d": "ConvolutionOrthogonal2D",
    "convolution_orthogonal_3d": "ConvolutionOrthogonal3D",
    "uniform_unit_scaling": "UniformUnitScaling",
    "uniform_unit_scaling_initializer": "UniformUnitScaling",
    "ConvolutionDeltaOrthogonal": "DeltaOrthogonal",
    "convolutional_delta_orthogonal": "DeltaOrthogonal",
    "convolutional_orthogonal_1d": "ConvolutionOrthogonal1D",
    "convolutional_orthogonal_2d": "ConvolutionOrthogonal2D",
    "convolutional_orthogonal_3d": "ConvolutionOrthogonal3D",
}


def made(name):
    return getattr(keras_inits, name)(**CALLS[name][0])


def test_every_one_is_tested_here():
    assert sorted(registry.NOT_IN_KERAS) == sorted(CALLS)


@pytest.mark.parametrize("name, cls", [*NAMES.items(), *((name, name) for name in CALLS)])
def test_a_name_is_found(name, cls):
    assert type(keras_inits.get(name)) is getattr(keras_inits, name) is getattr(keras_inits, cls)


@pytest.mark.parametrize("name", CALLS)
class TestEach:
    def test_its_config_makes_it_again(self, name):
        initializer, shape = made(name), CALLS[name][1]
        config = json.loads(json.dumps(initializer.get_config()))
        assert config.keys() == CALLS[name][0].keys()
        again = type(initializer).from_config(config)
        assert again.get_config() == config and same_bits(again(shape), initializer(shape))

    def test_what_is_serialized_names_this_package_and_is_read_again(self, name):
        saved = json.loads(json.dumps(keras_inits.serialize(made(name))))
        assert saved["module"] == "keras_inits" and saved["registered_name"] == name
        assert keras_inits.serialize(keras_inits.deserialize(saved)) == saved

    def test_stock_does_not_take_it(self, name):
        saved = keras_inits.serialize(made(name))
        assert acceptance.stock_accepts(saved).endswith("is no initializer of Keras but of keras_inits")
        assert acceptance.stock_accepts(name) is not None

    @pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
    def test_a_graph_and_a_function_give_what_eager_gives(self, name, dtype):
        initializer, shape = made(name), CALLS[name][1]
        want = as_numpy(initializer(shape, dtype=dtype))
        function = tf.function(lambda: made(name)(shape, dtype=dtype), autograph=False)
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            in_graph = session.run(made(name)(shape, dtype=dtype))
        for got in (as_numpy(function()), in_graph):
            assert same_bits(got, want)

    def test_a_dtype_that_is_not_floating_is_an_error(self, name):
        with pytest.raises(ValueError, match="Expected a floating point dtype. Received: dtype=int32"):
            made(name)(CALLS[name][1], dtype="int32")

    def test_a_shape_that_only_the_graph_knows_is_an_error_or_drawn(self, name):
        initializer, shape = made(name), CALLS[name][1]
        refused = name != "UniformUnitScaling"
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            dims = tf.compat.v1.placeholder(tf.int32, [len(shape)])
            with pytest.raises(ValueError, match="known") if refused else contextlib.nullcontext():
                got = session.run(initializer(dims), {dims: shape})
        assert refused or same_bits(got, initializer(shape))

    def test_a_layer_takes_it(self, name):
        shape = CALLS[name][1]
        conv = {3: layers.Conv1D, 4: layers.Conv2D, 5: layers.Conv3D}[len(shape)]
        initializer = made(name)
        layer = conv(shape[-1], shape[0], kernel_initializer=initializer)
        layer.build((None,) + (8,) * (len(shape) - 2) + (shape[-2],))
        assert same_bits(as_numpy(layer.kernel), initializer(shape))

    def test_a_copy_is_the_same(self, name):
        initializer, shape = made(name), CALLS[name][1]
        for copy in (pickle.loads(pickle.dumps(initializer)), initializer.clone()):
            assert same_bits(copy(shape), initializer(shape))

    @pytest.mark.parametrize("version", ["1.0.0", "1.2.2", "2.2.4", "2.8.0", "2.15.0", "3.0.0", "tf1"])
    def test_a_replay_block_repeats_it(self, name, version):
        shape = CALLS[name][1]

        def drawn():
            with keras_inits.replay(version, numpy=1, tensorflow=2, keras=3):
                return as_numpy(made(name)(shape))

        assert same_bits(drawn(), drawn()) and drawn().shape == shape


# Uniform values are drawn in the weight's dtype, as Keras draws.
@pytest.mark.parametrize("name", sorted({*CALLS} - {"UniformUnitScaling"}))
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_16_bits_are_float32_rounded(name, dtype):
    initializer, shape = made(name), CALLS[name][1]
    got, want = initializer(shape, dtype=dtype), initializer(shape, dtype="float32")
    assert got.dtype == dtype and same_bits(got, tf.cast(want, dtype))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", RANDOM)
class TestEachThatDraws:
    def test_another_seed_gives_others(self, name):
        cls, shape = getattr(keras_inits, name), CALLS[name][1]
        assert not np.allclose(cls(seed=7)(shape), cls(seed=8)(shape))

    def test_a_second_call_gives_the_same(self, name):
        cls, shape = getattr(keras_inits, name), CALLS[name][1]
        for initializer in (cls(seed=7), cls()):
            assert same_bits(initializer(shape), initializer(shape))

    def test_an_unseeded_one_repeats_under_set_random_seed(self, name):
        cls, shape = getattr(keras_inits, name), CALLS[name][1]
        drawn = []
        for _ in range(2):
            tf.keras.utils.set_random_seed(11)
            drawn += [as_numpy(cls()(shape)), as_numpy(cls()(shape))]
        assert same_bits(drawn[:2], drawn[2:]) and not same_bits(drawn[0], drawn[1])

    @keras_3_only
    def test_a_generator_gives_others_each_time(self, name):
        first, second = (getattr(keras_inits, name)(seed=tf.keras.random.SeedGenerator(5)) for _ in range(2))
        shape = CALLS[name][1]
        drawn = [as_numpy(first(shape)), as_numpy(first(shape))]
        assert not same_bits(*drawn)
        assert same_bits(drawn, [as_numpy(second(shape)), as_numpy(second(shape))])


class TestSparse:
    @pytest.mark.parametrize("sparsity", [0.0, 0.1, 0.3, 0.9, 0.99, 1.0])
    @pytest.mark.parametrize("shape", [(10, 7), (1, 5), (3, 3, 4, 8), (301, 2)], ids=str)
    def test_each_column_has_its_zeros(self, shape, sparsity):
        rows = math.prod(shape[:-1])
        matrix = np.reshape(keras_inits.Sparse(sparsity, seed=7)(shape), (rows, -1))
        assert ((matrix == 0).sum(axis=0) == math.ceil(sparsity * rows)).all()

    def test_the_others_are_normal(self):
        matrix = as_numpy(keras_inits.Sparse(0.5, 3.0, seed=7)((200, 500), dtype="float64"))
        assert scipy.stats.kstest(matrix[matrix != 0], scipy.stats.norm(0, 3).cdf).pvalue > 1e-6

    def test_all_rows_have_the_same_chance(self):
        kept = as_numpy(keras_inits.Sparse(0.75, seed=7)((20, 20_000))) != 0
        assert scipy.stats.chisquare(kept.sum(axis=1)).pvalue > 1e-6

    def test_so_have_all_pairs_of_rows(self):
        kept = as_numpy(keras_inits.Sparse(0.5, seed=7)((4, 60_000))) != 0
        pairs = np.unique(kept.T @ [1, 2, 4, 8], return_counts=True)[1]
        assert len(pairs) == 6 and scipy.stats.chisquare(pairs).pvalue > 1e-6

    @pytest.mark.parametrize("sparsity", [-0.1, 1.1, float("nan")])
    def test_a_share_is_from_0_to_1(self, sparsity):
        with pytest.raises(ValueError, match=f"Received: sparsity={sparsity}"):
            keras_inits.Sparse(sparsity)

    def test_a_deviation_is_not_negative(self):
        with pytest.raises(ValueError, match="Received: stddev=-1"):
            keras_inits.Sparse(stddev=-1)

    @pytest.mark.parametrize("shape", [(), (5,)])
    def test_a_vector_has_no_columns(self, shape):
        with pytest.raises(ValueError, match="at least two axes. Received: shape="):
            keras_inits.Sparse()(shape)


class TestUniformUnitScaling:
    @pytest.mark.parametrize("shape, inputs", [((4, 6), 4), ((3, 3, 4, 6), 36), ((50,), 1), ((), 1)])
    def test_it_is_uniform_within_its_limit(self, shape, inputs):
        limit = 1.5 * math.sqrt(3 / inputs)
        want = keras_inits.RandomUniform(-limit, limit, seed=7)(shape)
        assert same_bits(keras_inits.UniformUnitScaling(1.5, seed=7)(shape), want)

    def test_it_is_variance_scaling_of_the_squared_factor(self):
        want = keras_inits.VarianceScaling(1.5**2, "fan_in", "uniform", seed=7)((3, 3, 4, 6))
        assert np.allclose(keras_inits.UniformUnitScaling(1.5, seed=7)((3, 3, 4, 6)), want)


@pytest.fixture(scope="module", params=["keras", "h5"])
def saved_model(request, tmp_path_factory):
    """A model with a layer of each, and the file that it is saved in."""
    inputs = tf.keras.Input((8, 8, 8, 4))
    outputs = []
    for name, (_, shape) in CALLS.items():
        rank = len(shape) - 2
        conv = {1: layers.Conv1D, 2: layers.Conv2D, 3: layers.Conv3D}[rank]
        size = {"kernel_size": 3, "kernel_initializer": made(name), "name": name.lower()}
        images = layers.Reshape((*(512 // 8 ** (rank - 1), *(8,) * (rank - 1)), 4))(inputs)
        outputs.append(layers.Flatten()(conv(8, **size)(images)))
    model = tf.keras.Model(inputs, layers.Concatenate()(outputs))
    path = str(tmp_path_factory.mktemp("saved") / f"model.{request.param}")
    model.save(path)
    return model, path


def initializers_of(model):
    return {layer.name: getattr(layer, "kernel_initializer", None) for layer in model.layers}


def installed(path):
    keras_inits.install()
    return tf.keras.models.load_model(path, compile=False)


def in_a_scope(path):
    with keras_inits.scope():
        return tf.keras.models.load_model(path, compile=False)


def with_custom_objects(path):
    return tf.keras.models.load_model(path, custom_objects=keras_inits.custom_objects(), compile=False)


class TestSavedModels:
    @pytest.mark.parametrize("load", [keras_inits.load_model, installed, in_a_scope, with_custom_objects])
    def test_it_is_loaded_with_its_initializers(self, saved_model, load):
        model, path = saved_model
        if path.endswith("h5") and load is with_custom_objects:
            needs(finds_custom_initializers_in_h5)
        loaded = load(path)
        want, got = initializers_of(model), initializers_of(loaded)
        for name in CALLS:
            found = got[name.lower()]
            assert type(found) is getattr(keras_inits, name)
            assert found.get_config() == want[name.lower()].get_config()
        assert all(map(same_bits, loaded.get_weights(), model.get_weights()))

    def test_keras_alone_says_what_it_does_not_know(self, saved_model):
        with pytest.raises((TypeError, ValueError), match="ConvolutionAware"):
            tf.keras.models.load_model(saved_model[1], compile=False)


def test_uniform_unit_scaling_of_tensorflow_1_is_loaded_as_variance_scaling(tmp_path):
    saved = {"class_name": "UniformUnitScaling", "config": {"factor": 3.0, "seed": 7, "dtype": "float32"}}
    dense = {"name": "d", "units": 4, "kernel_initializer": saved, "batch_input_shape": [None, 5]}
    config = {"class_name": "Sequential", "config": [{"class_name": "Dense", "config": dense}]}
    path = tmp_path / "model.json"
    path.write_text(json.dumps({**config, "keras_version": "2.2.4-tf", "backend": "tensorflow"}))
    kernel = as_numpy(keras_inits.load_model(path).layers[-1].kernel)
    assert np.allclose(kernel, keras_inits.UniformUnitScaling(3.0, seed=7)((5, 4)))
