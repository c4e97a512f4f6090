import inspect
import math

import numpy as np
import pytest
import tensorflow as tf
from drawn_values import SCALED, as_numpy, same_bits

import keras_inits
from keras_inits.keras_compat import stock_initializers

STOCK = tf.keras.initializers


@pytest.mark.skipif(
    "input_axes" not in stock_initializers.stock_arguments("HeNormal"),
    reason="Keras 3.15 and later take them",
)
def test_axes_are_stock_keras_own():
    arguments = {"seed": 7, "input_axes": [0, 1], "output_axes": [2]}
    want = STOCK.HeNormal(**arguments)((4, 8, 16))
    assert same_bits(keras_inits.HeNormal(**arguments)((4, 8, 16)), want)


def test_axes_set_the_fans_in_every_keras():
    got = keras_inits.HeNormal(7, input_axes=[2], output_axes=[0, 1])((4, 8, 16))
    assert same_bits(got, keras_inits.VarianceScaling(2.0 * 32 / 16, seed=7)((4, 8, 16)))


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"scale": 0.0}, "scale.*0.0"),
        ({"scale": math.nan}, "scale.*nan"),
        ({"mode": "fan"}, "mode.*fan_in"),
        ({"distribution": "cauchy"}, "distribution.*cauchy.*truncated_normal"),
    ],
)
def test_a_bad_argument_of_variance_scaling_is_an_error(arguments, message):
    with pytest.raises(ValueError, match=message):
        keras_inits.VarianceScaling(**arguments)


class Own(keras_inits.HeNormal):
    pass


@pytest.mark.parametrize("cls", [keras_inits.HeNormal, Own, keras_inits.v1.HeNormal])
def test_an_unknown_argument_is_an_error_that_names_the_class_and_its_arguments(cls):
    arguments = ", ".join(inspect.signature(cls).parameters)
    with pytest.raises(TypeError, match=f"^{cls.__name__}: .*'sed'. Its arguments are: {arguments}$"):
        cls(sed=7)


def test_einsum_dense_tells_it_its_axes():
    kernels = []
    for library in (keras_inits, STOCK):
        layer = tf.keras.layers.EinsumDense(
            "abc,cde->abde", (None, 4, 5), kernel_initializer=library.HeNormal(7)
        )
        layer.build((None, 3, 7))
        kernels.append(layer.get_weights()[0])
    assert same_bits(*kernels)


class TestGain:
    def test_relus_makes_a_lecun_normal_a_he_normal_bit_for_bit(self):
        want = STOCK.HeNormal(7)((6, 10))
        assert same_bits(keras_inits.LecunNormal(7, gain="relu")((6, 10)), want)

    @pytest.mark.parametrize("name", ["HeNormal", "HeUniform"])
    def test_a_he_kinds_own_is_relus(self, name):
        want = getattr(STOCK, name)(7)((6, 10))
        assert same_bits(getattr(keras_inits, name)(7, gain="relu")((6, 10)), want)

    @pytest.mark.parametrize("name", ["HeNormal", "HeUniform"])
    def test_another_takes_its_place(self, name):
        got = as_numpy(getattr(keras_inits, name)(7, gain=("leaky_relu", 0.2))((6, 10)))
        want = as_numpy(getattr(keras_inits, name)(7)((6, 10))) / math.sqrt(1 + 0.2**2)
        assert np.allclose(got, want, rtol=1e-6)

    @pytest.mark.parametrize("name", [*SCALED, "VarianceScaling"])
    def test_it_multiplies_the_deviation(self, name):
        plain = as_numpy(getattr(keras_inits, name)(seed=7, gain="linear")((6, 10)))
        got = as_numpy(getattr(keras_inits, name)(seed=7, gain="tanh")((6, 10)))
        assert np.allclose(got, plain * 5 / 3, rtol=1e-6, atol=1e-7)

    def test_it_is_multiplied_with_the_scale(self):
        got = keras_inits.VarianceScaling(0.5, seed=7, gain=2.0)((6, 10))
        assert same_bits(got, keras_inits.VarianceScaling(2.0, seed=7)((6, 10)))

    def test_without_one_a_he_kinds_scale_is_keras_own(self):
        assert keras_inits.HeNormal(7).scale == STOCK.HeNormal(7).scale == 2.0

    def test_one_that_is_set_later_holds(self):
        initializer = keras_inits.LecunNormal(7)
        initializer((6, 10))
        initializer.gain = "relu"
        assert same_bits(initializer((6, 10)), STOCK.HeNormal(7)((6, 10)))

    @pytest.mark.parametrize("name", ["HeNormal", "HeUniform"])
    @pytest.mark.parametrize("first, later", [(None, "selu"), ("selu", None), ("relu", None), (0.5, "tanh")])
    def test_one_of_a_he_kind_that_is_set_later_is_what_its_config_gives(self, name, first, later):
        initializer = getattr(keras_inits, name)(7, gain=first)
        initializer.gain = later
        assert same_bits(initializer((6, 10)), getattr(keras_inits, name)(7, gain=later)((6, 10)))
        assert same_bits(initializer((6, 10)), initializer.clone()((6, 10)))


class TestBatchAxes:
    @pytest.mark.parametrize("name", [*SCALED, "VarianceScaling"])
    def test_each_of_a_batch_has_the_fans_of_one(self, name):
        batch = as_numpy(getattr(keras_inits, name)(seed=7, batch_axes=[0])((3, 6, 10)))
        one = as_numpy(getattr(keras_inits, name)(seed=7)((18, 10)))
        of_one = keras_inits.VarianceScaling(mode=keras_inits.get(name).mode)
        fans = np.array([[6, 10], [18, 10]])
        fan = {"fan_in": fans[:, 0], "fan_out": fans[:, 1], "fan_avg": fans.mean(1)}[of_one.mode]
        assert np.allclose(batch.reshape(18, 10), one * math.sqrt(fan[1] / fan[0]), rtol=1e-6, atol=1e-7)

    def test_of_a_grouped_convolution_the_number_of_groups_is_the_scale_of_the_fan_out(self):
        """Its kernel is (3, 3, 8 / 4, 12): each input goes into 12 / 4 filters, at 9 places."""
        got = keras_inits.VarianceScaling(4.0, "fan_out", "untruncated_normal", seed=7)((3, 3, 2, 12))
        want = keras_inits.RandomNormal(0.0, math.sqrt(1 / (9 * 3)), seed=7)((3, 3, 2, 12))
        assert np.allclose(got, want, rtol=1e-6)

    def test_axes_that_are_no_list_are_an_error(self):
        with pytest.raises(TypeError, match="Axes are a list or tuple of integers. Received: axes=0"):
            keras_inits.HeNormal(7, batch_axes=0)((3, 6, 10))

    def test_axes_that_can_be_read_once_are_an_error(self):
        with pytest.raises(TypeError, match="Axes are a list or tuple of integers"):
            keras_inits.HeNormal(7, batch_axes=iter([0]))((3, 6, 10))

    def test_axes_in_an_array_are_saved(self):
        initializer = keras_inits.HeNormal(7, batch_axes=np.array([0, 1]))
        assert initializer.get_config()["batch_axes"].tolist() == [0, 1]
        assert same_bits(
            initializer((3, 2, 6, 10)), keras_inits.HeNormal(7, batch_axes=[0, 1])((3, 2, 6, 10))
        )

    def test_they_apply_together_with_those_that_einsum_dense_sets(self):
        # Keras 3 lists the experts' axis among the outputs; Keras 2 lists none.
        layer = tf.keras.layers.EinsumDense(
            "bec,ecd->bed", (3, 5), kernel_initializer=keras_inits.HeNormal(7, batch_axes=[0])
        )
        layer.build((None, 3, 4))
        want = keras_inits.VarianceScaling(2.0 * 12 / 4, seed=7)((3, 4, 5))
        assert np.allclose(layer.get_weights()[0], want, rtol=1e-6)

    def test_einsum_dense_keeps_the_gain(self):
        layer = tf.keras.layers.EinsumDense(
            "ab,bc->ac", 5, kernel_initializer=keras_inits.LecunNormal(7, gain="relu")
        )
        layer.build((None, 4))
        assert same_bits(layer.get_weights()[0], STOCK.HeNormal(7)((4, 5)))
