import copy
import json
import math
import pickle

import numpy as np
import pytest
import tensorflow as tf
from environments import keras_2_only, keras_3_only

import keras_inits
from keras_inits import initializers_v2, random_streams

STOCK = tf.keras.initializers
SCALED = ("GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform")
RANDOM = (*SCALED, "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Orthogonal")
SHAPES = ((), (1,), (13,), (6, 10), (7, 33), (3, 5, 8), (2, 3, 3, 4, 8), (257, 129))
DTYPES = ("float16", "bfloat16", "float32", "float64", None)


def same_bits(got, want):
    got, want = (np.asarray(v.numpy() if tf.is_tensor(v) else v) for v in (got, want))
    return got.dtype == want.dtype and got.shape == want.shape and got.tobytes() == want.tobytes()


def calls():
    for name in (*SCALED, "RandomNormal", "RandomUniform", "TruncatedNormal"):
        for seed in (7, 0, 2**31 - 1):
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


@pytest.mark.parametrize("name, arguments", calls(), ids=str)
def test_values_are_stock_keras_own_to_the_bit(name, arguments):
    for shape in SHAPES:
        for dtype in DTYPES:
            want = getattr(STOCK, name)(**arguments)(shape, dtype=dtype)
            got = getattr(keras_inits, name)(**arguments)(shape, dtype=dtype)
            assert same_bits(got, want), (shape, dtype)


@pytest.mark.parametrize("gain", [1.0, -2.5])
@pytest.mark.parametrize("shape", [(5, 5), (3, 6), (6, 3), (1, 4), (0, 3)])
def test_identity_is_stock_keras_own_to_the_bit(shape, gain):
    for dtype in DTYPES:
        want = STOCK.Identity(gain)(shape, dtype=dtype)
        assert same_bits(keras_inits.Identity(gain)(shape, dtype=dtype), want), dtype


@pytest.mark.parametrize("shape", [(4, 4), (64, 64), (3, 9), (9, 3), (3, 3, 8, 16), (128, 512)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_orthogonal_is_stock_keras_own_up_to_rounding(shape, dtype):
    want = STOCK.Orthogonal(0.5, seed=7)(shape, dtype=dtype).numpy()
    got = keras_inits.Orthogonal(0.5, seed=7)(shape, dtype=dtype).numpy()
    assert np.abs(got - want).max() < (1e-4 if dtype == "float32" else 1e-10)


@keras_3_only
@pytest.mark.parametrize(
    "arguments",
    [{}, {"window": None}, {"side": "imag", "window": "hamming", "scaling": "spectrum"}, {"periodic": True}],
    ids=str,
)
def test_stft_is_stock_keras_own_to_the_bit(arguments):
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


@keras_3_only
def test_axes_are_stock_keras_own():
    arguments = {"seed": 7, "input_axes": [0, 1], "output_axes": [2]}
    want = STOCK.HeNormal(**arguments)((4, 8, 16))
    assert same_bits(keras_inits.HeNormal(**arguments)((4, 8, 16)), want)


def test_axes_set_the_fans_in_every_keras():
    got = keras_inits.HeNormal(7, input_axes=[2], output_axes=[0, 1])((4, 8, 16))
    assert same_bits(got, keras_inits.VarianceScaling(2.0 * 32 / 16, seed=7)((4, 8, 16)))


@pytest.mark.parametrize("name", RANDOM)
def test_an_unseeded_one_repeats_under_set_random_seed_as_stock_does(name):
    tf.keras.utils.set_random_seed(11)
    want = [getattr(STOCK, name)()((6, 10)).numpy() for _ in range(2)]
    tf.keras.utils.set_random_seed(11)
    got = [getattr(keras_inits, name)()((6, 10)).numpy() for _ in range(2)]
    assert np.allclose(got, want, atol=1e-6)
    assert not np.allclose(got[0], got[1])


def test_a_whole_model_draws_its_seeds_in_stock_order():
    def weights(library):
        tf.keras.utils.set_random_seed(3)
        kinds = (library.GlorotUniform, library.HeNormal, library.RandomNormal)
        made = [kind() for kind in kinds]
        return [made[index]((4, 4)).numpy() for index in (2, 0, 1)]

    assert same_bits(weights(keras_inits), weights(STOCK))


@pytest.mark.parametrize("name", RANDOM)
def test_a_second_call_gives_the_same(name):
    initializer = getattr(keras_inits, name)(seed=7)
    assert same_bits(initializer((4, 4)), initializer((4, 4)))


@keras_2_only
def test_a_second_call_of_an_unseeded_one_warns_as_keras_2_does():
    initializer = keras_inits.HeNormal()
    initializer((4, 4))
    with pytest.warns(UserWarning, match="HeNormal is unseeded"):
        initializer((4, 4))


@keras_3_only
class TestSeedGenerator:
    def test_each_call_is_another_draw_and_stock_keras_own(self):
        got = keras_inits.HeNormal(tf.keras.random.SeedGenerator(5))
        want = STOCK.HeNormal(tf.keras.random.SeedGenerator(5))
        draws = [got((4, 4)).numpy() for _ in range(2)]
        assert same_bits(draws, [want((4, 4)).numpy() for _ in range(2)])
        assert not np.allclose(draws[0], draws[1])

    def test_it_serializes(self):
        config = keras_inits.HeNormal(tf.keras.random.SeedGenerator(5)).get_config()
        again = keras_inits.HeNormal.from_config(json.loads(json.dumps(config)))
        want = STOCK.HeNormal(tf.keras.random.SeedGenerator(5))((4, 4))
        assert same_bits(again((4, 4)), want)

    def test_it_goes_on_inside_a_function(self):
        initializer = keras_inits.HeNormal(tf.keras.random.SeedGenerator(5))
        want = STOCK.HeNormal(tf.keras.random.SeedGenerator(5))
        drawn = tf.function(lambda: initializer((4, 4)))
        assert same_bits([drawn().numpy(), drawn().numpy()], [want((4, 4)).numpy() for _ in range(2)])


@pytest.mark.parametrize("seed", ["7", 7.5, [7, 0]])
def test_what_is_no_seed_is_an_error(seed):
    with pytest.raises(ValueError, match="`seed` argument should be"):
        keras_inits.HeNormal(seed)


def test_a_numpy_integer_is_a_seed():
    assert keras_inits.HeNormal(np.int64(7)).get_config()["seed"] == 7


@pytest.mark.parametrize("seed", [2**63, -(2**63) - 1])
def test_a_seed_beyond_64_bits_is_an_error(seed):
    with pytest.raises(ValueError, match=f"`seed` must be from .*{seed}"):
        keras_inits.HeNormal(seed)((2, 2))


@pytest.mark.parametrize("seed", [-3, 2**31, 2**40])
def test_large_and_negative_seeds_are_stock_keras_own(seed):
    assert same_bits(keras_inits.HeNormal(seed)((4, 4)), STOCK.HeNormal(seed)((4, 4)))


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
    assert keras_inits.serialize(got) == STOCK.serialize(want)


@keras_2_only
def test_an_argument_that_stock_lacks_is_written_only_where_it_is_set():
    config = keras_inits.HeNormal(7, input_axes=[0], output_axes=[1]).get_config()
    assert config == {"seed": 7, "input_axes": [0], "output_axes": [1]}


def test_the_config_of_a_users_subclass_is_its_parents():
    class MyHeNormal(keras_inits.HeNormal):
        pass

    assert MyHeNormal(7).get_config() == keras_inits.HeNormal(7).get_config()


@pytest.mark.parametrize("name", [*RANDOM, "Zeros", "Ones", "Identity", "Constant", "STFT"])
def test_a_clone_has_the_same_config(name):
    initializer = getattr(keras_inits, name)()
    clone = initializer.clone()
    assert type(clone) is type(initializer) and clone.get_config() == initializer.get_config()


@pytest.mark.parametrize(
    "config",
    [
        {"dtype": "float32"},
        {"verify_shape": False},
        {"mode": None, "distribution": None, "scale": None},
        {"scale": 1, "distribution": "normal"},
    ],
    ids=str,
)
def test_arguments_that_older_keras_wrote_mean_what_they_meant(config):
    saved = dict(config)
    got = keras_inits.VarianceScaling.from_config(config)
    assert got.get_config() == keras_inits.VarianceScaling().get_config()
    assert config == saved


def test_no_upper_bound_is_one():
    assert keras_inits.RandomUniform.from_config({"minval": 0, "maxval": None}).maxval == 1.0


def test_an_unknown_argument_is_an_error_that_names_the_class():
    with pytest.raises(ValueError, match="HeNormal got an unknown argument 'sed'.*seed"):
        keras_inits.HeNormal.from_config({"sed": 7})


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"scale": 0.0}, "scale.*0.0"),
        ({"mode": "fan"}, "mode.*fan_in"),
        ({"distribution": "cauchy"}, "distribution.*cauchy.*truncated_normal"),
    ],
)
def test_a_bad_argument_of_variance_scaling_is_an_error(arguments, message):
    with pytest.raises(ValueError, match=message):
        keras_inits.VarianceScaling(**arguments)


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
        assert keras_inits.Constant(value)((2, 2)).numpy().tolist() == [[1.0, 2.0], [1.0, 2.0]]

    def test_as_many_values_are_reshaped(self):
        assert keras_inits.Constant([1, 2, 3, 4])((2, 2)).numpy().tolist() == [[1.0, 2.0], [3.0, 4.0]]

    def test_one_that_does_not_fit_is_an_error(self):
        with pytest.raises(ValueError, match=r"shape \(3,\) fits neither the shape \(2, 2\)"):
            keras_inits.Constant([1, 2, 3])((2, 2))

    def test_it_survives_its_config(self):
        config = keras_inits.Constant(np.array([[1.0, 2.0]])).get_config()
        again = keras_inits.Constant.from_config(config)
        assert again((1, 2)).numpy().tolist() == [[1.0, 2.0]]

    def test_the_config_of_anything_else_is_refused(self):
        with pytest.raises(ValueError, match="may be one of"):
            keras_inits.Constant.from_config({"value": {"class_name": "X", "config": {}, "module": "os"}})


@pytest.mark.parametrize("name", RANDOM)
def test_a_part_is_that_part_of_the_whole(name):
    shape = (6, 10)
    whole = getattr(keras_inits, name)(seed=7)(shape).numpy()
    part = getattr(keras_inits, name)(seed=7)(shape, partition_shape=(3, 4), partition_offset=(2, 5))
    assert same_bits(part, np.ascontiguousarray(whole[2:5, 5:9]))


@pytest.mark.parametrize("offset", [(0, 0), (2, 5), (5, 1), (3, 6)])
@pytest.mark.parametrize("name", ["Zeros", "Ones", "Constant", "Identity"])
def test_a_part_of_what_is_not_random(name, offset):
    whole = getattr(keras_inits, name)()((8, 9)).numpy()
    part = getattr(keras_inits, name)()((8, 9), partition_shape=(3, 3), partition_offset=offset)
    rows, columns = offset
    assert same_bits(part, np.ascontiguousarray(whole[rows : rows + 3, columns : columns + 3]))


@pytest.mark.parametrize("name", [*RANDOM, "Zeros", "Ones", "Constant", "Identity"])
def test_a_function_of_an_unknown_shape_gives_what_eager_gives(name):
    initializer = getattr(keras_inits, name)(**({"seed": 7} if name in RANDOM else {}))
    drawn = tf.function(initializer, input_signature=[tf.TensorSpec([2], tf.int32)])
    for shape in ((6, 10), (10, 6)):
        assert np.allclose(drawn(tf.constant(shape)), initializer(shape), atol=1e-6)
        if name != "Orthogonal":
            assert same_bits(drawn(tf.constant(shape)), initializer(shape))


@pytest.mark.parametrize("name", [*RANDOM, "Zeros", "Ones", "Constant", "Identity"])
def test_a_graph_with_a_session_gives_what_eager_gives(name):
    initializer = getattr(keras_inits, name)(**({"seed": 7} if name in RANDOM else {}))
    want = initializer((6, 10)).numpy()
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        got = session.run(initializer((6, 10)))
    assert np.allclose(got, want, atol=1e-6) if name == "Orthogonal" else same_bits(got, want)


@pytest.mark.parametrize("name", initializers_v2.__dict__)
def test_every_initializer_is_one_of_tf_keras(name):
    cls = getattr(initializers_v2, name)
    if isinstance(cls, type) and cls.__module__ == initializers_v2.__name__:
        assert issubclass(cls, STOCK.Initializer)


def test_a_layer_takes_an_instance():
    layer = tf.keras.layers.Dense(3, kernel_initializer=keras_inits.HeNormal(7))
    layer.build((None, 4))
    assert same_bits(layer.kernel.numpy(), STOCK.HeNormal(7)((4, 3)))


def test_16_bits_of_orthogonal_are_rounded_from_32():
    want = tf.cast(keras_inits.Orthogonal(seed=7)((4, 4)), tf.float16)
    assert same_bits(keras_inits.Orthogonal(seed=7)((4, 4), dtype="float16"), want)


def test_einsum_dense_tells_it_its_axes():
    kernels = []
    for library in (keras_inits, STOCK):
        layer = tf.keras.layers.EinsumDense(
            "abc,cde->abde", (None, 4, 5), kernel_initializer=library.HeNormal(7)
        )
        layer.build((None, 3, 7))
        kernels.append(layer.get_weights()[0])
    assert same_bits(*kernels)


class TestBoundsOfATruncatedNormal:
    BOUNDS = ((-1.0, 3.0), (0, math.inf), (-math.inf, -5.0), (40, 41))

    @pytest.mark.parametrize("bounds", BOUNDS, ids=str)
    @pytest.mark.parametrize("dtype", DTYPES)
    def test_values_lie_within_and_fill_what_is_between(self, bounds, dtype):
        values = keras_inits.TruncatedNormal(0.0, 1.0, 7, *bounds)((1000,), dtype=dtype).numpy()
        lower, upper = np.asarray(bounds).astype(values.dtype)
        assert lower <= values.min() < values.max() <= upper

    def test_they_are_multiplied_and_shifted(self):
        standard = keras_inits.TruncatedNormal(0.0, 1.0, 7, -1.0, 3.0)((6, 10)).numpy()
        got = keras_inits.TruncatedNormal(5.0, 0.25, 7, -1.0, 3.0)((6, 10)).numpy()
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

    def test_one_bound_alone_leaves_the_other_at_keras_own(self):
        values = keras_inits.TruncatedNormal(0.0, 1.0, 7, lower=0.0)((1000,)).numpy()
        assert values.min() >= 0.0 and 1.9 < values.max() <= 2.0


class TestGain:
    def test_relus_makes_a_lecun_normal_a_he_normal_to_the_bit(self):
        want = STOCK.HeNormal(7)((6, 10))
        assert same_bits(keras_inits.LecunNormal(7, gain="relu")((6, 10)), want)

    @pytest.mark.parametrize("name", ["HeNormal", "HeUniform"])
    def test_a_he_kinds_own_is_relus(self, name):
        want = getattr(STOCK, name)(7)((6, 10))
        assert same_bits(getattr(keras_inits, name)(7, gain="relu")((6, 10)), want)

    @pytest.mark.parametrize("name", ["HeNormal", "HeUniform"])
    def test_another_takes_its_place(self, name):
        got = getattr(keras_inits, name)(7, gain=("leaky_relu", 0.2))((6, 10)).numpy()
        want = getattr(keras_inits, name)(7)((6, 10)).numpy() / math.sqrt(1 + 0.2**2)
        assert np.allclose(got, want, rtol=1e-6)

    @pytest.mark.parametrize("name", [*SCALED, "VarianceScaling"])
    def test_it_multiplies_the_deviation(self, name):
        plain = getattr(keras_inits, name)(seed=7, gain="linear")((6, 10)).numpy()
        got = getattr(keras_inits, name)(seed=7, gain="tanh")((6, 10)).numpy()
        assert np.allclose(got, plain * 5 / 3, rtol=1e-6, atol=1e-7)

    def test_it_goes_beside_the_scale(self):
        got = keras_inits.VarianceScaling(0.5, seed=7, gain=2.0)((6, 10))
        assert same_bits(got, keras_inits.VarianceScaling(2.0, seed=7)((6, 10)))

    def test_without_one_a_he_kinds_scale_is_keras_own(self):
        assert keras_inits.HeNormal(7).scale == STOCK.HeNormal(7).scale == 2.0

    def test_one_that_is_set_later_holds(self):
        initializer = keras_inits.LecunNormal(7)
        initializer((6, 10))
        initializer.gain = "relu"
        assert same_bits(initializer((6, 10)), STOCK.HeNormal(7)((6, 10)))


class TestBatchAxes:
    @pytest.mark.parametrize("name", [*SCALED, "VarianceScaling"])
    def test_each_of_a_batch_has_the_fans_of_one(self, name):
        batch = getattr(keras_inits, name)(seed=7, batch_axes=[0])((3, 6, 10)).numpy()
        one = getattr(keras_inits, name)(seed=7)((18, 10)).numpy()
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

    def test_beside_those_that_einsum_dense_tells_they_hold(self):
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


ADDED = (
    ("TruncatedNormal", {"mean": 0.0, "stddev": 0.05, "seed": 7}, {"lower": -1.0, "upper": 3.0}),
    ("TruncatedNormal", {"mean": 0.0, "stddev": 0.05, "seed": 7}, {"lower": 0.5, "upper": math.inf}),
    ("HeNormal", {"seed": 7}, {"gain": ["leaky_relu", 0.2]}),
    ("GlorotUniform", {"seed": 7}, {"gain": "tanh", "batch_axes": [0]}),
    ("LecunNormal", {"seed": 7}, {"gain": 1.5, "batch_axes": []}),
)


@pytest.mark.parametrize("name, arguments, added", ADDED, ids=str)
class TestConfigOfWhatStockLacks:
    def test_it_is_written_beside_what_stock_writes(self, name, arguments, added):
        got = getattr(keras_inits, name)(**arguments, **added)
        assert got.get_config() == {**getattr(STOCK, name)(**arguments).get_config(), **added}

    def test_it_goes_through_json(self, name, arguments, added):
        initializer = getattr(keras_inits, name)(**arguments, **added)
        saved = json.loads(json.dumps(keras_inits.serialize(initializer)))
        again = keras_inits.get(saved)
        assert again.get_config() == initializer.get_config()
        assert same_bits(again((3, 4, 5)), initializer((3, 4, 5)))

    def test_a_clone_draws_the_same(self, name, arguments, added):
        initializer = getattr(keras_inits, name)(**arguments, **added)
        assert same_bits(initializer.clone()((3, 4, 5)), initializer((3, 4, 5)))

    def test_keras_writes_it_as_this_packages_own(self, name, arguments, added):
        config = keras_inits.serialize(getattr(keras_inits, name)(**arguments, **added))
        assert config["module"] == "keras_inits.initializers_v2"
        assert config["class_name"] == config["registered_name"] == name

    @pytest.mark.parametrize("kind", ["keras", "h5"])
    def test_a_saved_model_has_it(self, name, arguments, added, kind, tmp_path):
        initializer = getattr(keras_inits, name)(**arguments, **added)
        model = tf.keras.Sequential(
            [tf.keras.layers.Input((4, 3)), tf.keras.layers.Conv1D(5, 2, kernel_initializer=initializer)]
        )
        model.save(tmp_path / f"model.{kind}")
        with keras_inits.scope():
            again = tf.keras.models.load_model(tmp_path / f"model.{kind}", compile=False)
        assert again.layers[-1].kernel_initializer.get_config() == initializer.get_config()

    @pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
    def test_a_copy_has_it(self, name, arguments, added, copied):
        initializer = getattr(keras_inits, name)(**arguments, **added)
        again = copied(initializer)
        assert type(again) is type(initializer) and again.get_config() == initializer.get_config()

    def test_it_is_of_its_class(self, name, arguments, added):
        cls = getattr(keras_inits, name)
        assert isinstance(cls(**arguments, **added), cls)

    def test_set_to_its_default_it_is_stocks_again(self, name, arguments, added):
        initializer = getattr(keras_inits, name)(**arguments, **added)
        for argument in added:
            default = getattr(getattr(keras_inits, name)(**arguments), argument)
            setattr(initializer, argument, default)
        assert keras_inits.serialize(initializer) == STOCK.serialize(getattr(STOCK, name)(**arguments))


@pytest.mark.parametrize(
    "make",
    [
        lambda: keras_inits.TruncatedNormal(seed=7, lower=-1.0, upper=3.0),
        lambda: keras_inits.HeNormal(7, gain="selu"),
        lambda: keras_inits.HeNormal(7, batch_axes=(0,)),
    ],
)
def test_what_stock_lacks_is_kept_for_the_next_call_too(make):
    initializer = make()
    want = initializer((3, 4, 5))
    assert initializer._kept[2] is not None
    assert same_bits(initializer((3, 4, 5)), want)


class TestBatchesOfIdentityMatrices:
    @pytest.mark.parametrize(
        "shape", [(2, 3, 3), (2, 3, 5), (2, 4, 5, 3), (1, 1, 1), (0, 3, 3), (2, 0, 3), (2, 3, 0)]
    )
    @pytest.mark.parametrize("gain", [1.0, -2.5])
    @pytest.mark.parametrize("dtype", ["float32", "float16", "int32"])
    def test_each_is_an_identity_matrix(self, shape, gain, dtype):
        initializer = keras_inits.Identity(gain)
        got = initializer(shape, dtype=dtype).numpy()
        assert got.shape == shape
        one = initializer(shape[-2:], dtype=dtype).numpy()
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


class TestWhatWasDrawnBefore:
    """An initializer keeps how it drew last; that must never show."""

    @pytest.mark.parametrize("argument, value", [("seed", 8), ("mean", 1.0), ("stddev", 2.0)])
    def test_an_argument_that_is_set_later_holds(self, argument, value):
        initializer = keras_inits.RandomNormal(mean=0.5, stddev=3.0, seed=7)
        initializer((4, 4))
        setattr(initializer, argument, value)
        want = STOCK.RandomNormal(**{"mean": 0.5, "stddev": 3.0, "seed": 7, argument: value})
        assert same_bits(initializer((4, 4)), want((4, 4)))

    def test_axes_that_are_changed_in_place_hold(self):
        axes = [0]
        initializer = keras_inits.HeNormal(7, input_axes=axes, output_axes=[2])
        initializer((4, 5, 6))
        axes.append(1)
        want = keras_inits.HeNormal(7, input_axes=[0, 1], output_axes=[2])
        assert same_bits(initializer((4, 5, 6)), want((4, 5, 6)))

    @pytest.mark.parametrize("shape", [(4, 4), [4, 4], (2, 8), (16,), tf.TensorShape([4, 4])])
    @pytest.mark.parametrize("dtype", ["float32", tf.float64, None])
    def test_another_shape_or_dtype_is_another_drawing(self, shape, dtype):
        initializer = keras_inits.HeUniform(7)
        initializer((4, 4))
        got = initializer(shape, dtype=dtype)
        assert same_bits(got, STOCK.HeUniform(7)(tuple(shape), dtype=dtype or "float32"))

    def test_the_default_dtype_is_that_of_the_moment(self):
        initializer = keras_inits.HeNormal(7)
        initializer((4, 4))
        tf.keras.backend.set_floatx("float64")
        try:
            assert initializer((4, 4)).dtype == tf.float64
        finally:
            tf.keras.backend.set_floatx("float32")

    def test_in_a_graph_it_is_drawn_in_the_graph(self):
        initializer = keras_inits.HeNormal(7)
        want = initializer((4, 4))
        with tf.Graph().as_default() as graph:
            assert initializer((4, 4)).graph is graph
        assert same_bits(tf.function(lambda: initializer((4, 4)))(), want)

    @pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
    def test_a_copy_draws_the_same(self, copied):
        initializer = keras_inits.HeNormal(7)
        want = initializer((4, 4))
        assert same_bits(copied(initializer)((4, 4)), want)

    def test_a_copy_of_another_seed_draws_another(self):
        initializer = keras_inits.HeNormal(7)
        initializer((4, 4))
        other = copy.copy(initializer)
        other.seed = 8
        assert same_bits(other((4, 4)), STOCK.HeNormal(8)((4, 4)))
        assert same_bits(initializer((4, 4)), STOCK.HeNormal(7)((4, 4)))

    def test_memory_that_is_not_to_be_had_is_tensorflows_own_error(self):
        with pytest.raises((tf.errors.ResourceExhaustedError, tf.errors.InvalidArgumentError, ValueError)):
            keras_inits.HeNormal(7)((2**60,))


def test_a_draw_that_fails_outside_tensorflows_functions_is_drawn_by_them(monkeypatch):
    def refuse(*_):
        raise random_streams.undrawn_errors()[1]

    want = keras_inits.HeNormal(7)((4, 4))
    monkeypatch.setattr(random_streams, "_eager_execution", lambda: refuse)
    assert same_bits(keras_inits.HeNormal(7)((4, 4)), want)


def test_without_that_way_into_tensorflow_its_functions_draw(monkeypatch):
    want = keras_inits.HeNormal(7)((4, 4))
    monkeypatch.setattr(random_streams, "_eager_execution", lambda: None)
    assert same_bits(keras_inits.HeNormal(7)((4, 4)), want)
