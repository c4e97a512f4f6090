import pathlib
import random
import threading

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
from drawn_values import as_numpy
from environments import keras_2_only, keras_3_only, needs_float64, tensorflow_only

import keras_inits
from keras_inits.drawing import draw_contexts, streams
from keras_inits.keras_compat import versions
from keras_inits.model_weights.replaying import replay

K = tf.keras
ERAS = pathlib.Path(__file__).parents[1] / "data" / "eras"
SHAPES = {"2d": (6, 10), "wide": (4, 9), "tall": (9, 4), "1d": (11,), "conv": (3, 3, 4, 8)}
IDENTITY = {"square": (5, 5), "wide": (3, 6), "tall": (6, 3), "odd": (3, 5)}


def recordings(kind):
    return sorted(ERAS.glob(f"{kind}-*.npz"), key=lambda path: path.name)


def version_of(path):
    return path.stem.split("-")[1]


def same(name, got, want):
    got = np.asarray(got)
    if "rthogonal" in name:
        return np.allclose(got, want, atol=1e-5)
    return np.array_equal(got, want.astype(got.dtype))


def made(name, seed, library=keras_inits):
    if name == "Identity":
        return library.Identity(2.0)
    if name.startswith("VarianceScaling"):
        _, distribution, mode = name.split("-")
        return library.VarianceScaling(2.0, mode, distribution, seed=seed)
    return getattr(library, name)(seed=seed)


def drawn_by_keras_1(path, data):
    for key in data.files:
        name, seed, label, _ = key.split("|")
        with replay(version_of(path), numpy=int(seed.split("=")[1])):
            yield key, keras_inits.get(name)(SHAPES[label])


def drawn_by_tensorflow_1(path, data):
    for key in data.files:
        name, seed, graph_seed, label, dtype = key.split("|")
        graph_seed = graph_seed.split("=")[1]
        with replay("tf1", tensorflow=None if graph_seed == "None" else int(graph_seed)):
            initializer = made(name, int(seed.split("=")[1]), keras_inits.v1)
            yield key, initializer(SHAPES[label], dtype=dtype)


def drawn_by_keras(path, data):
    with replay(version_of(path)):
        for key in data.files:
            name, argument, label, call = key.split("|")
            if call == "1":
                initializer = made(name, int(argument.split("=")[1]))
            yield key, initializer((IDENTITY if name == "Identity" else SHAPES)[label])


@pytest.mark.parametrize("path", recordings("draws"), ids=version_of)
def test_an_initializer_draws_what_that_keras_drew(path):
    data, version = np.load(path), version_of(path)
    draw = {"1": drawn_by_keras_1, "t": drawn_by_tensorflow_1}.get(version[0], drawn_by_keras)
    wrong = [key for key, got in draw(path, data) if not same(key, got, data[key])]
    assert data.files and not wrong


def side_models(version, n):
    layers = K.layers

    def side():
        return [
            *(layers.Input((5, 4)), layers.Conv1D(n, 2), layers.SpatialDropout1D(0.2), layers.Flatten()),
            *(layers.Dense(3), layers.Dropout(0.3), layers.Dense(2), layers.GaussianNoise(0.1)),
            *(layers.Dense(2), layers.GaussianDropout(0.2), layers.Dense(2), layers.Dropout(0.0)),
            layers.Dense(2),
        ]

    def rnns():
        return [
            layers.Input((5, 4)),
            layers.LSTM(3, return_sequences=True, dropout=0.2, recurrent_dropout=0.2),
            layers.Dropout(0.5),
            layers.GRU(3, return_sequences=True, dropout=0.2, reset_after=reset_after(version)),
            layers.SimpleRNN(3, recurrent_dropout=0.2),
            layers.Dense(2),
        ]

    def bidir():
        return [
            layers.Input((5, 4)),
            layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
            layers.TimeDistributed(layers.Dense(3)),
            layers.GRU(2, reset_after=reset_after(version)),
        ]

    def seeded():
        shared = keras_inits.RandomUniform(seed=5)
        kernels = [shared, shared, "glorot_uniform", keras_inits.Orthogonal(seed=5), "glorot_uniform"]
        kernels += ["orthogonal", keras_inits.RandomUniform(seed=5), keras_inits.RandomNormal(seed=5)]
        kernels += [keras_inits.Orthogonal(seed=5)]
        stack = [layers.Dense(4, kernel_initializer=kernel) for kernel in kernels]
        return [layers.Input((4,)), *stack, layers.Dense(4, bias_initializer="random_normal")]

    return {"side": side, "rnns": rnns, "bidir": bidir, "seeded": seeded}


def reset_after(version):
    return version not in ("2.0.9", "2.2.4", "2.2.5", "2.3.1")


def all_at_once(layers):
    return K.Sequential(layers)


def one_by_one(layers):
    model = K.Sequential()
    for layer in layers:
        model.add(layer)
    return model


def functional(layers):
    outputs = inputs = K.Input(
        layers[0].shape[1:] if hasattr(layers[0], "shape") else layers[0].batch_shape[1:]
    )
    for layer in layers[1:]:
        outputs = layer(outputs)
    return K.Model(inputs, outputs)


@pytest.mark.parametrize("path", recordings("replay"), ids=version_of)
@pytest.mark.parametrize("assembled", [all_at_once, one_by_one, functional])
def test_a_model_has_the_weights_that_that_keras_gave_it(path, assembled):
    data, version = np.load(path), version_of(path)
    groups = {tuple(key.split("|")[:3]) for key in data.files}
    for name, seeding, seed in sorted(groups):
        seed_value = int(seed.split("=")[1])
        if version.startswith("3") and not versions.is_keras_3() and name in ("side", "rnns", "bidir"):
            continue
        seeds = {generator: seed_value for generator in seeding.split("+")}
        with replay(version, **seeds):
            weights = assembled(side_models(version, 3 + seed_value % 5)[name]()).get_weights()
        prefix = f"{name}|{seeding}|{seed}|"
        wanted = [data[key] for key in sorted(data.files) if key.startswith(prefix)]
        # Keras 1 had an axis of one in the kernel of Conv1D.
        wanted = [np.squeeze(want, 1) if want.ndim == 4 else want for want in wanted]
        assert len(weights) == len(wanted)
        wrong = [
            index
            for index, (got, want) in enumerate(zip(weights, wanted))
            if not np.array_equal(got, want)
            and not (is_orthogonal(want) and np.allclose(got, want, atol=1e-5))
        ]
        assert not wrong, (name, seeding)


def is_orthogonal(weight):
    if weight.ndim != 2:
        return False
    small = weight if weight.shape[0] >= weight.shape[1] else weight.T
    return np.allclose(small.T @ small, np.eye(small.shape[1]), atol=1e-4)


def draw_once(**seeds):
    with replay("2.2.4", **seeds):
        return as_numpy(keras_inits.HeNormal()((4, 4)))


def test_a_stock_initializer_in_a_layer_draws_as_that_keras_too():
    def kernel(library):
        with replay("2.2.4", numpy=7):
            layer = K.layers.Dense(3, kernel_initializer=library.HeNormal())
            layer.build((None, 4))
            return layer.get_weights()[0]

    assert np.array_equal(kernel(K.initializers), kernel(keras_inits))


def test_global_generators_are_left_as_they_were():
    tf.random.set_seed(3)
    want = as_numpy(tf.random.uniform((3,)))
    tf.random.set_seed(3)
    before = random.getstate(), np.random.get_state()[1].tolist()
    for version, seeds in {"2.2.4": {"numpy": 7}, "2.8.0": {"tensorflow": 7}, "3": {"keras": 7}}.items():
        with replay(version, **seeds):
            layers = [K.layers.Input((4,)), K.layers.Dense(3)]
            if version != "3" or versions.is_keras_3():
                layers.append(K.layers.Dropout(0.5))
            K.Sequential(layers)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before
    assert np.array_equal(tf.random.uniform((3,)), want)


def test_the_keras_of_today_is_back_after_the_block():
    want = as_numpy(keras_inits.HeNormal(7)((4, 4)))
    with replay("2.2.4"):
        inside = as_numpy(keras_inits.HeNormal(7)((4, 4)))
    assert np.array_equal(keras_inits.HeNormal(7)((4, 4)), want) and not np.array_equal(inside, want)


def test_it_ends_when_an_exception_passes():
    before, call = draw_contexts.current(), K.layers.Layer.__call__
    with pytest.raises(KeyError), replay("2.2.4", numpy=7):
        raise KeyError
    assert draw_contexts.current() is before and K.layers.Layer.__call__ is call


def test_blocks_nest_and_the_innermost_holds():
    with replay("2.2.4", numpy=7):
        with replay("2.2.4", numpy=8):
            inner = as_numpy(keras_inits.HeNormal()((4, 4)))
        outer = as_numpy(keras_inits.HeNormal()((4, 4)))
    assert np.array_equal(inner, draw_once(numpy=8)) and np.array_equal(outer, draw_once(numpy=7))


def test_a_block_is_its_threads():
    outside, found = draw_contexts.current(), []
    with replay("2.2.4", numpy=7):
        thread = threading.Thread(target=lambda: found.append(draw_contexts.current()))
        thread.start()
        thread.join()
    assert found == [outside]


def test_two_threads_replay_two_versions_at_once():
    together, found = threading.Barrier(2), {}

    def build(version):
        with replay(version, numpy=7):
            together.wait()
            layer = K.layers.Dense(3)
            layer.build((None, 4))
            together.wait()
            found[version] = layer.get_weights()[0]

    threads = [threading.Thread(target=build, args=[version]) for version in ("2.0.0", "1.2.2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for version, kernel in found.items():
        with replay(version, numpy=7):
            assert np.array_equal(keras_inits.GlorotUniform()((4, 3)), kernel)


def test_a_part_of_a_replayed_weight_is_that_part():
    for version in ("2.2.4", "2.8.0", "2.6.0"):
        with replay(version, numpy=7, tensorflow=7):
            whole = as_numpy(keras_inits.HeNormal(5)((8, 4)))
        with replay(version, numpy=7, tensorflow=7):
            part = keras_inits.HeNormal(5)((8, 4), partition_shape=(3, 2), partition_offset=(2, 1))
        assert np.array_equal(part, whole[2:5, 1:3])


@pytest.mark.parametrize("version", ["1.2.2", "2.2.4", "2.3.1", "2.6.0", "2.8.0", "2.12.0", "3"])
@pytest.mark.parametrize("name", ["GlorotUniform", "RandomNormal", "Orthogonal"])
@pytest.mark.parametrize("seed", [5, None])
def test_the_parts_of_a_replayed_weight_are_one_draw(version, name, seed):
    def drawn(draw):
        """A weight, one more of the same initializer, and one of another."""
        with replay(version, numpy=7, tensorflow=7, keras=7):
            first, other = made(name, seed), made(name, seed)
            return [draw(first), draw(first), draw(other)]

    def whole(initializer):
        return as_numpy(initializer((8, 4)))

    def in_two_parts(initializer):
        parts = (
            as_numpy(initializer((8, 4), partition_shape=(4, 4), partition_offset=(begin, 0)))
            for begin in (0, 4)
        )
        return np.concatenate([*parts])

    assert np.array_equal(drawn(in_two_parts), drawn(whole))


def test_a_draw_of_a_generator_that_was_not_seeded_is_an_error():
    with pytest.raises(ValueError, match=r"numpy.random.seed.*numpy="), replay("2.2.4"):
        keras_inits.HeNormal()((2, 2))


def test_a_version_that_is_none_is_an_error():
    with pytest.raises(ValueError, match="There is no Keras '2.2.9'"), replay("2.2.9"):
        pass


@pytest.mark.parametrize("version", [3, None, ["2.2.4"]], ids=repr)
def test_a_version_that_is_no_string_is_an_error(version):
    with pytest.raises(ValueError, match="must be a string such as '2.2.4'. Received"):
        replay(version)


def test_a_version_that_is_none_is_an_error_without_a_block():
    with pytest.raises(ValueError, match="There is no Keras 'tf'"):
        replay("tf")


def test_a_function_that_it_decorates_draws_the_same_each_time():
    @replay("2.2.4", numpy=7)
    def drawn():
        return as_numpy(keras_inits.HeNormal()((4, 4)))

    assert np.array_equal(drawn(), draw_once(numpy=7)) and np.array_equal(drawn(), draw_once(numpy=7))


def test_a_seed_that_is_no_integer_is_an_error():
    with pytest.raises(ValueError, match="numpy='7'"), replay("2.2.4", numpy="7"):
        pass


@pytest.mark.parametrize("name, seed", [("numpy", -1), ("keras", 2**32)])
def test_a_seed_that_numpy_does_not_take_is_an_error(name, seed):
    with pytest.raises(ValueError, match=f"from 0 to .*{name}={seed}"), replay("2.2.4", **{name: seed}):
        pass


def test_a_layer_that_drew_otherwise_is_an_error_that_names_it():
    message = r"'my_lstm' cannot be replayed as Keras 1\.2\.2 built a LSTM"
    with pytest.raises(ValueError, match=message), replay("1.2.2", numpy=7):
        K.Sequential([K.layers.Input((5, 4)), K.layers.LSTM(3, name="my_lstm")])


@keras_2_only
def test_a_layer_of_keras_3_that_draws_a_seed_is_an_error_on_keras_2():
    with pytest.raises(ValueError, match="on Keras 3 alone"), replay("3", keras=7):
        K.Sequential([K.layers.Input((4,)), K.layers.Dropout(0.5)])


@keras_3_only
@tensorflow_only
def test_the_installed_version_replays_what_the_installed_keras_builds():
    def build():
        layers = [K.layers.Input((5, 4)), K.layers.LSTM(3, return_sequences=True), K.layers.Dropout(0.5)]
        layers += [K.layers.Bidirectional(K.layers.GRU(2)), K.layers.Dense(2, kernel_initializer="he_normal")]
        return K.Sequential(layers).get_weights()

    K.utils.set_random_seed(7)
    want = build()
    with replay(versions.keras_version(), keras=7):
        got = build()
    assert all(np.allclose(*pair, atol=1e-6) for pair in zip(got, want))


@keras_3_only
def test_a_seed_generator_is_unknown_to_older_keras():
    initializer = keras_inits.HeNormal(K.random.SeedGenerator(7))
    with pytest.raises(ValueError, match="SeedGenerator"), replay("2.2.4", numpy=7):
        initializer((2, 2))


class TestWhatNoKerasHad:
    """This package's own arguments mean in a block what they mean outside; the stream is that Keras' own."""

    @needs_float64
    def test_bounds_of_a_truncated_normal_hold(self):
        with replay("2.3.1"):
            got = as_numpy(keras_inits.TruncatedNormal(0.0, 1.0, 7, 1.0, 3.0)((1000,), dtype="float64"))
        stream = streams.graph_stream(draw_contexts.DEFAULT_GRAPH_SEED, 7)
        uniforms = as_numpy(streams.draw("uniform", stream, (1000,), tf.float64))
        assert np.allclose(got, scipy.stats.truncnorm.ppf(uniforms + 2.0**-53, 1.0, 3.0), rtol=1e-12)

    def test_batch_axes_and_a_gain_hold(self):
        with replay("2.3.1"):
            got = keras_inits.LecunNormal(7, gain="relu", batch_axes=[0])((3, 4, 5))
            want = keras_inits.VarianceScaling(2.0 * 12 / 4, seed=7)((3, 4, 5))
        assert np.allclose(got, want, rtol=1e-6)

    @pytest.mark.parametrize(
        "make, dtype",
        [
            (lambda: keras_inits.TruncatedNormal(seed=7, lower=0.0), "float32"),
            (lambda: keras_inits.HeUniform(seed=7), "complex64"),
        ],
    )
    def test_where_numpy_drew_the_values_there_are_none(self, make, dtype):
        with replay("1.0.0", numpy=7), pytest.raises(ValueError, match="That Keras had no trunc"):
            make()((3, 4), dtype=dtype)


def test_a_newer_keras_than_was_compared_is_said_to_be():
    said = "3.99.1 is newer than 3.15, the newest whose draws"
    with pytest.warns(UserWarning, match=said), replay("3.99.1", keras=1):
        pass
