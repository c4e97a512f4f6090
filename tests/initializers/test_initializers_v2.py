import math

import numpy as np
import pytest
import tensorflow as tf
from drawn_values import RANDOM, SCALED, as_numpy, same_bits

import keras_inits
from keras_inits.keras_compat import acceptance

STOCK = tf.keras.initializers
SHAPES = ((), (1,), (13,), (6, 10), (7, 33), (3, 5, 8), (2, 3, 3, 4, 8), (257, 129))
# In Keras 3.0 a seed of zero was none.
SEEDS = (7, 2**31 - 1, *((0,) if STOCK.HeNormal(seed=0).seed == 0 else ()))
DTYPES = ("float16", "bfloat16", "float32", "float64", None)


def calls():
    for name in (*SCALED, "RandomNormal", "RandomUniform", "TruncatedNormal"):
        for seed in SEEDS:
            yield name, {"seed": seed}
    yield "RandomNormal", {"mean": 1.5, "stddev": 3.0, "seed": 7}
    yield "RandomUniform", {"minval": -3.0, "maxval": 2.0, "seed": 7}
    yield "TruncatedNormal", {"mean": -2.0, "stddev": 0.3, "seed": 7}
    for mode in ("fan_in", "fan_out", "fan_avg"):
        for distribution in ("uniform", "truncated_normal", "untruncated_normal", "normal"):
            yield "VarianceScaling", {"scale": 0.1, "mode": mode, "distribution": distribution, "seed": 7}
    yield "Zeros", {}
    yield "Ones", {}
    yield "Constant", {"value": 0.3}


@pytest.mark.parametrize("name, arguments", [*calls()], ids=str)
def test_values_are_stock_keras_own_bit_for_bit(name, arguments):
    for shape in SHAPES:
        for dtype in DTYPES:
            want = getattr(STOCK, name)(**arguments)(shape, dtype=dtype)
            got = getattr(keras_inits, name)(**arguments)(shape, dtype=dtype)
            assert same_bits(got, want), (shape, dtype)


@pytest.mark.parametrize("gain", [1.0, -2.5])
@pytest.mark.parametrize("shape", [(5, 5), (3, 6), (6, 3), (1, 4), (0, 3)])
def test_identity_is_stock_keras_own_bit_for_bit(shape, gain):
    for dtype in DTYPES:
        want = STOCK.Identity(gain)(shape, dtype=dtype)
        assert same_bits(keras_inits.Identity(gain)(shape, dtype=dtype), want), dtype


@pytest.mark.parametrize("shape", [(4, 4), (64, 64), (3, 9), (9, 3), (3, 3, 8, 16), (128, 512)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_orthogonal_is_stock_keras_own_up_to_rounding(shape, dtype):
    want = as_numpy(STOCK.Orthogonal(0.5, seed=7)(shape, dtype=dtype))
    got = as_numpy(keras_inits.Orthogonal(0.5, seed=7)(shape, dtype=dtype))
    assert np.abs(got - want).max() < (1e-4 if dtype == "float32" else 1e-10)


@pytest.mark.skipif(not hasattr(STOCK, "STFT"), reason="Keras 3.8 and later have it")
@pytest.mark.parametrize(
    "arguments",
    [{}, {"window": None}, {"side": "imag", "window": "hamming", "scaling": "spectrum"}, {"periodic": True}],
    ids=str,
)
def test_stft_is_stock_keras_own_bit_for_bit(arguments):
    for dtype in ("float32", "float64"):
        want = STOCK.STFT(**arguments)((32, 1, 17), dtype=dtype)
        assert same_bits(keras_inits.STFT(**arguments)((32, 1, 17), dtype=dtype), want), dtype


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_uniform_integers_are_stock_keras_own(dtype):
    want = STOCK.RandomUniform(-5, 100, seed=7)((6, 10), dtype=dtype)
    assert same_bits(keras_inits.RandomUniform(-5, 100, seed=7)((6, 10), dtype=dtype), want)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int32", "int64"])
@pytest.mark.parametrize("name", ["Zeros", "Ones"])
def test_integers_and_booleans_where_stock_takes_them(name, dtype):
    want = getattr(STOCK, name)()((2, 3), dtype=dtype)
    assert same_bits(getattr(keras_inits, name)()((2, 3), dtype=dtype), want)


@pytest.mark.parametrize(
    "name, arguments",
    [
        *((name, {}) for name in (*RANDOM, "Zeros", "Ones", "Identity", "Constant")),
        ("RandomNormal", {"mean": 1, "stddev": 2.0, "seed": 7}),
        ("VarianceScaling", {"scale": 2.0, "mode": "fan_out", "distribution": "normal", "seed": 7}),
        ("Constant", {"value": 3}),
    ],
    ids=str,
)
def test_the_config_is_what_stock_writes(name, arguments):
    want = getattr(STOCK, name)(**arguments)
    got = getattr(keras_inits, name)(**arguments)
    assert got.get_config() == want.get_config()
    # Keras 3.0 to 3.6 does not read what it writes for `Identity`.
    if acceptance.stock_accepts(STOCK.serialize(want)) is None:
        assert keras_inits.serialize(got) == STOCK.serialize(want)


def test_no_upper_bound_is_one():
    assert keras_inits.RandomUniform.from_config({"minval": 0, "maxval": None}).maxval == 1.0


@pytest.mark.parametrize(
    "arguments, message",
    [({"side": "left"}, "side"), ({"scaling": "half"}, "scaling"), ({"window": "glass"}, "window")],
)
def test_a_bad_argument_of_stft_is_an_error(arguments, message):
    with pytest.raises(ValueError, match=message):
        keras_inits.STFT(**arguments)


@pytest.mark.parametrize(
    "name, shape", [("Identity", ()), ("Identity", (3,)), ("Orthogonal", (3,)), ("STFT", (3, 2, 1))]
)
def test_a_shape_of_the_wrong_rank_is_an_error(name, shape):
    with pytest.raises(ValueError, match="shape"):
        getattr(keras_inits, name)()(shape)


def test_integers_need_whole_bounds():
    with pytest.raises(ValueError, match="whole bounds.*0.5"):
        keras_inits.RandomUniform(0, 0.5)((2,), dtype="int32")


class TestArrayAsConstant:
    @pytest.mark.parametrize("value", [[1.0, 2.0], np.array([1.0, 2.0]), tf.constant([1.0, 2.0])], ids=type)
    def test_it_broadcasts(self, value):
        assert as_numpy(keras_inits.Constant(value)((2, 2))).tolist() == [[1.0, 2.0], [1.0, 2.0]]

    def test_as_many_values_are_reshaped(self):
        assert as_numpy(keras_inits.Constant([1, 2, 3, 4])((2, 2))).tolist() == [[1.0, 2.0], [3.0, 4.0]]

    def test_one_that_does_not_fit_is_an_error(self):
        with pytest.raises(ValueError, match=r"shape \(3,\) fits neither the shape \(2, 2\)"):
            keras_inits.Constant([1, 2, 3])((2, 2))

    def test_it_survives_its_config(self):
        config = keras_inits.Constant(np.array([[1.0, 2.0]])).get_config()
        again = keras_inits.Constant.from_config(config)
        assert as_numpy(again((1, 2))).tolist() == [[1.0, 2.0]]

    def test_the_config_of_anything_else_is_refused(self):
        with pytest.raises(ValueError, match="may be a plain value or one of"):
            keras_inits.Constant.from_config({"value": {"class_name": "X", "config": {}, "module": "os"}})


def test_16_bits_of_orthogonal_are_rounded_from_32():
    want = tf.cast(keras_inits.Orthogonal(seed=7)((4, 4)), tf.float16)
    assert same_bits(keras_inits.Orthogonal(seed=7)((4, 4), dtype="float16"), want)


class TestBoundsOfATruncatedNormal:
    BOUNDS = ((-1.0, 3.0), (0, math.inf), (-math.inf, -5.0), (40, 41))

    @pytest.mark.parametrize("bounds", BOUNDS, ids=str)
    @pytest.mark.parametrize("dtype", DTYPES)
    def test_values_lie_within_and_fill_what_is_between(self, bounds, dtype):
        values = as_numpy(keras_inits.TruncatedNormal(0.0, 1.0, 7, *bounds)((1000,), dtype=dtype))
        lower, upper = np.asarray(bounds).astype(values.dtype)
        assert lower <= values.min() < values.max() <= upper

    def test_they_are_multiplied_and_shifted(self):
        standard = as_numpy(keras_inits.TruncatedNormal(0.0, 1.0, 7, -1.0, 3.0)((6, 10)))
        got = as_numpy(keras_inits.TruncatedNormal(5.0, 0.25, 7, -1.0, 3.0)((6, 10)))
        assert same_bits(got, standard * np.float32(0.25) + np.float32(5.0))

    def test_the_mean_and_deviation_may_be_tensors(self):
        want = keras_inits.TruncatedNormal(5.0, 0.25, 7, -1.0, 3.0)((6, 10))
        got = keras_inits.TruncatedNormal(tf.constant(5.0), tf.constant(0.25), 7, -1.0, 3.0)((6, 10))
        assert same_bits(got, want)

    def test_keras_own_bounds_are_keras_own_values(self):
        want = STOCK.TruncatedNormal(seed=7)((6, 10))
        assert same_bits(keras_inits.TruncatedNormal(seed=7, lower=-2, upper=2.0)((6, 10)), want)

    @pytest.mark.parametrize(
        "bounds, error", [((1, 1), ValueError), ((0, math.nan), ValueError), ((0, "1"), TypeError)]
    )
    def test_bad_bounds_are_an_error(self, bounds, error):
        with pytest.raises(error, match="lower=.*upper="):
            keras_inits.TruncatedNormal(0.0, 1.0, 7, *bounds)

    def test_bad_bounds_that_are_set_later_are_an_error_on_the_call(self):
        initializer = keras_inits.TruncatedNormal(seed=7)
        initializer.lower = 3.0
        with pytest.raises(ValueError, match="lower=3.0, upper=2.0"):
            initializer((6, 10))

    def test_one_bound_alone_leaves_the_other_at_keras_own(self):
        values = as_numpy(keras_inits.TruncatedNormal(0.0, 1.0, 7, lower=0.0)((1000,)))
        assert values.min() >= 0.0 and 1.9 < values.max() <= 2.0


class TestBatchesOfIdentityMatrices:
    @pytest.mark.parametrize(
        "shape", [(2, 3, 3), (2, 3, 5), (2, 4, 5, 3), (1, 1, 1), (0, 3, 3), (2, 0, 3), (2, 3, 0)]
    )
    @pytest.mark.parametrize("gain", [1.0, -2.5])
    @pytest.mark.parametrize("dtype", ["float32", "float16", "int32"])
    def test_each_is_an_identity_matrix(self, shape, gain, dtype):
        initializer = keras_inits.Identity(gain)
        got = as_numpy(initializer(shape, dtype=dtype))
        assert got.shape == shape
        one = as_numpy(initializer(shape[-2:], dtype=dtype))
        assert same_bits(got, np.array(np.broadcast_to(one, shape)))

    def test_a_function_of_an_unknown_shape_gives_them_too(self):
        drawn = tf.function(keras_inits.Identity(2.0), input_signature=[tf.TensorSpec([3], tf.int32)])
        assert same_bits(drawn(tf.constant([2, 3, 4])), keras_inits.Identity(2.0)((2, 3, 4)))

    @pytest.mark.parametrize("version", ["2.2.4", "2.3.1", "2.15", "3.5", "tf1"])
    def test_in_older_keras_there_were_none(self, version):
        with keras_inits.replay(version), pytest.raises(ValueError, match="has 2 axes.*rank 3"):
            keras_inits.Identity()((3, 3, 3))

    def test_in_tensorflow_1_there_were_none(self):
        with pytest.raises(ValueError, match="has 2 axes.*rank 3"):
            keras_inits.v1.Identity()((3, 3, 3))


@pytest.mark.parametrize(
    "name, arguments",
    [
        ("RandomNormal", {"mean": "a"}),
        ("RandomNormal", {"stddev": "a"}),
        ("TruncatedNormal", {"mean": b"a"}),
        ("RandomUniform", {"maxval": "a"}),
        ("Constant", {"value": "a"}),
        ("Identity", {"gain": "a"}),
        ("Orthogonal", {"gain": "a"}),
    ],
    ids=str,
)
def test_text_for_a_number_is_an_error(name, arguments):
    with pytest.raises(ValueError, match="must be a number here. Received: b?'a'"):
        getattr(keras_inits, name)(**arguments)((3, 3))


@pytest.mark.parametrize("name", ["RandomNormal", "TruncatedNormal"])
@pytest.mark.parametrize("module", [keras_inits, keras_inits.v1], ids=["current", "v1"])
def test_a_negative_deviation_is_an_error(module, name):
    with pytest.raises(ValueError, match="`stddev` must not be negative. Received: stddev=-1"):
        getattr(module, name)(stddev=-1, seed=7)((3, 3))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_a_number_too_large_for_the_dtype_is_infinite(dtype):
    assert np.isinf(as_numpy(keras_inits.Constant(1e300)((2,), dtype=dtype))).all()
