import types

import numpy as np
import pytest
import tensorflow as tf
from drawn_values import RANDOM, as_numpy
from environments import keras_2_only

from keras_inits.initializers import initializers_v1, registry
from keras_inits.initializers.base import defaults_of

DRAWN = (*RANDOM, "UniformUnitScaling")
# What TensorFlow itself names these, which is there without Keras 2.
TENSORFLOW_1 = {
    **{name: tf.compat.v1.variance_scaling_initializer for name in ("VarianceScaling",)},
    "GlorotNormal": tf.compat.v1.glorot_normal_initializer,
    "GlorotUniform": tf.compat.v1.glorot_uniform_initializer,
    "HeNormal": tf.compat.v1.initializers.he_normal,
    "HeUniform": tf.compat.v1.initializers.he_uniform,
    "LecunNormal": tf.compat.v1.initializers.lecun_normal,
    "LecunUniform": tf.compat.v1.initializers.lecun_uniform,
    "RandomNormal": lambda **k: tf.compat.v1.random_normal_initializer(stddev=0.05, **k),
    "RandomUniform": lambda **k: tf.compat.v1.random_uniform_initializer(-0.05, 0.05, **k),
    "TruncatedNormal": lambda **k: tf.compat.v1.truncated_normal_initializer(stddev=0.05, **k),
    "Orthogonal": tf.compat.v1.orthogonal_initializer,
    "UniformUnitScaling": tf.compat.v1.uniform_unit_scaling_initializer,
}


def drawn_in_a_graph(make, shape, dtype, graph_seed):
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        if graph_seed is not None:
            tf.compat.v1.set_random_seed(graph_seed)
        return session.run(make()(shape, dtype=dtype))


@pytest.mark.parametrize("graph_seed", [None, 99])
@pytest.mark.parametrize("name", DRAWN)
def test_values_are_tensorflow_1s_graph_modes(name, graph_seed):
    for shape in ((6, 10), (3, 3, 4, 8)):
        for dtype in ("float32", "float64"):
            want = drawn_in_a_graph(lambda: TENSORFLOW_1[name](seed=7), shape, dtype, graph_seed)
            make = getattr(initializers_v1, name)
            for got in (
                drawn_in_a_graph(lambda make=make: make(seed=7), shape, dtype, graph_seed),
                drawn_eagerly(lambda make=make: make(seed=7), shape, dtype, graph_seed),
            ):
                same = (
                    np.allclose(got, want, atol=1e-6) if name == "Orthogonal" else np.array_equal(got, want)
                )
                assert same, (shape, dtype)


def drawn_eagerly(make, shape, dtype, graph_seed):
    tf.compat.v1.set_random_seed(graph_seed)
    try:
        return as_numpy(make()(shape, dtype=dtype))
    finally:
        tf.compat.v1.set_random_seed(None)


@pytest.mark.parametrize("name", DRAWN)
def test_an_unseeded_one_follows_the_graphs_seed(name):
    make = getattr(initializers_v1, name)
    first, second = (drawn_in_a_graph(make, (4, 4), "float32", 99) for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("name", DRAWN)
def test_without_any_seed_no_two_are_alike(name):
    make = getattr(initializers_v1, name)
    first, second = (drawn_in_a_graph(make, (4, 4), "float32", None) for _ in range(2))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("name", sorted(registry.V1_CLASSES))
def test_it_survives_its_config(name):
    initializer = getattr(initializers_v1, name)()
    again = type(initializer).from_config(initializer.get_config())
    assert again.get_config() == initializer.get_config()


@keras_2_only
@pytest.mark.parametrize("name", sorted(registry.V1_CLASSES.keys() - registry.NOT_IN_KERAS))
def test_the_config_is_what_tensorflow_1_writes(name):
    stock = tf.compat.v1.keras.initializers
    cls = getattr(stock, name, None) or getattr(stock, registry.functional_name(name))
    assert getattr(initializers_v1, name)().get_config() == cls().get_config()


def arguments_of_all_classes():
    for name in registry.V1_CLASSES:
        for argument in defaults_of(getattr(initializers_v1, name)):
            yield name, argument


@pytest.mark.parametrize("name, argument", [*arguments_of_all_classes()])
def test_a_null_is_refused_or_comes_back_from_the_config_as_what_it_meant(name, argument):
    cls, seed = getattr(initializers_v1, name), {"seed": 7} if name in DRAWN else {}
    try:
        initializer = cls(**{**seed, argument: None})
        values = initializer((6, 10))
    except (TypeError, ValueError):
        return
    again = cls.from_config(initializer.get_config())
    assert argument == "seed" or np.array_equal(again((6, 10)), values)
    assert np.isfinite(values).all()


def test_the_dtype_of_the_constructor_is_the_calls_default():
    initializer = initializers_v1.RandomNormal(seed=7, dtype=tf.float64)
    assert initializer((2,)).dtype == tf.float64
    assert initializer((2,), dtype="float16").dtype == tf.float16


def test_glorot_leaves_its_dtype_unused_as_tensorflow_1_does():
    assert initializers_v1.GlorotUniform(dtype="float64")((2, 2)).dtype == tf.float32


def test_normal_means_truncated_and_is_kept_in_the_config():
    normal = initializers_v1.VarianceScaling(distribution="normal", seed=7)
    truncated = initializers_v1.VarianceScaling(distribution="truncated_normal", seed=7)
    assert np.array_equal(normal((4, 4)), truncated((4, 4)))
    assert normal.get_config()["distribution"] == "normal"


class TestConstant:
    def test_the_last_value_fills_up(self):
        assert as_numpy(initializers_v1.Constant([1, 2])((2, 2))).tolist() == [[1.0, 2.0], [2.0, 2.0]]

    def test_too_many_values_are_an_error(self):
        with pytest.raises(ValueError, match="5 values does not fit a tensor of 4"):
            initializers_v1.Constant([1, 2, 3, 4, 5])((2, 2))

    def test_a_shape_to_verify_must_be_the_same(self):
        with pytest.raises(ValueError, match=r"\(2,\) for shape=\(2, 2\)"):
            initializers_v1.Constant([1, 2], verify_shape=True)((2, 2))

    def test_what_is_no_constant_is_an_error(self):
        with pytest.raises(TypeError, match="value=.*object"):
            initializers_v1.Constant(object())


class TestUniformUnitScaling:
    def test_the_config_is_what_tensorflow_1_writes(self):
        want = TENSORFLOW_1["UniformUnitScaling"](2.0, 7).get_config()
        assert initializers_v1.UniformUnitScaling(2.0, 7).get_config() == want

    def test_the_limit_is_the_whole_weights(self):
        make = initializers_v1.UniformUnitScaling
        part = make(3.0, seed=7)((3, 4), partition_info=TestPartitionInfo.info)
        assert np.allclose(part, make(3.0 * (3 / 8) ** 0.5, seed=7)((3, 4)))


class TestPartitionInfo:
    info = types.SimpleNamespace(full_shape=[8, 4], var_offset=[2, 0])

    def test_fans_are_the_whole_weights(self):
        part = initializers_v1.HeNormal(seed=7)((3, 4), partition_info=self.info)
        assert np.array_equal(part, initializers_v1.VarianceScaling(2.0 * 3 / 8, seed=7)((3, 4)))

    def test_identity_is_the_whole_weights(self):
        part = initializers_v1.Identity()((3, 4), partition_info=self.info)
        assert np.array_equal(part, np.eye(8, 4)[2:5])


def test_a_part_is_that_part_of_the_whole():
    initializer = initializers_v1.HeNormal(seed=7)
    part = initializer((8, 4), partition_shape=(3, 4), partition_offset=(2, 0))
    assert np.array_equal(part, initializer((8, 4))[2:5])


class TestPartsOfAnUnseededOne:
    """A partitioned variable calls once for each of its parts."""

    def drawn_in_two(self, initializer):
        parts = (
            as_numpy(initializer((8, 4), partition_shape=(4, 4), partition_offset=(begin, 0)))
            for begin in (0, 4)
        )
        return np.concatenate([*parts])

    def test_they_are_of_one_matrix(self):
        matrix = self.drawn_in_two(initializers_v1.Orthogonal())
        assert np.allclose(matrix.T @ matrix, np.eye(4), atol=1e-5)

    @pytest.mark.parametrize("name", DRAWN)
    def test_they_follow_the_global_seed_as_one_weight(self, name):
        initializer = getattr(initializers_v1, name)()
        tf.random.set_seed(1)
        want = [as_numpy(initializer((8, 4))) for _ in range(2)]
        tf.random.set_seed(1)
        got = [self.drawn_in_two(initializer) for _ in range(2)]
        assert np.array_equal(got, want)


@pytest.mark.parametrize("name", sorted(registry.V1_CLASSES))
def test_every_one_is_an_initializer_of_tf_keras(name):
    assert issubclass(getattr(initializers_v1, name), tf.keras.initializers.Initializer)
