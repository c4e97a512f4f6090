"""The initializer of each weight is found, for every layer of tf.keras that has weights."""

import functools
import inspect

import numpy as np
import pytest
import tensorflow as tf
from environments import keras_2_only, keras_3_only

from keras_inits.keras_compat import layer_internals
from keras_inits.model_weights import recorded_builds

L = tf.keras.layers
SEQUENCE, IMAGE = (2, 5, 6), (2, 8, 8, 4)


def called(layer, *shapes, dtype="float32"):
    layer(*[tf.zeros(shape, dtype) for shape in shapes])
    return layer


def called_with_list(layer):
    layer([tf.ones((2, 3, 4)), tf.ones((2, 5, 4))])
    return layer


def called_with_states(cell):
    cell(tf.ones((2, 4)), [tf.zeros((2, 3)), tf.zeros((2, 3))])
    return cell


# Each class of tf.keras.layers whose code adds weights, built.
LAYERS = {
    "AdditiveAttention": lambda: called_with_list(L.AdditiveAttention()),
    "Attention": lambda: called_with_list(L.Attention(use_scale=True, score_mode="concat")),
    "BatchNormalization": lambda: called(L.BatchNormalization(), SEQUENCE),
    "Bidirectional": lambda: called(L.Bidirectional(L.LSTM(3)), SEQUENCE),
    "Conv1D": lambda: called(L.Conv1D(2, 2), SEQUENCE),
    "Conv1DTranspose": lambda: called(L.Conv1DTranspose(2, 2), SEQUENCE),
    "Conv2D": lambda: called(L.Conv2D(2, 2), IMAGE),
    "Conv2DTranspose": lambda: called(L.Conv2DTranspose(2, 2), IMAGE),
    "Conv3D": lambda: called(L.Conv3D(2, 2), (1, 4, 4, 4, 2)),
    "Conv3DTranspose": lambda: called(L.Conv3DTranspose(2, 2), (1, 4, 4, 4, 2)),
    "ConvLSTM1D": lambda: called(L.ConvLSTM1D(2, 2), (1, 2, 4, 2)),
    "ConvLSTM2D": lambda: called(L.ConvLSTM2D(2, 2), (1, 2, 4, 4, 2)),
    "ConvLSTM3D": lambda: called(L.ConvLSTM3D(2, 2), (1, 2, 4, 4, 4, 2)),
    "Dense": lambda: called(L.Dense(3), (2, 4)),
    "DepthwiseConv1D": lambda: called(L.DepthwiseConv1D(2), SEQUENCE),
    "DepthwiseConv2D": lambda: called(L.DepthwiseConv2D(2), IMAGE),
    "EinsumDense": lambda: called(L.EinsumDense("ab,bc->ac", 3, bias_axes="c"), (2, 4)),
    "Embedding": lambda: called(L.Embedding(10, 3), (2, 4), dtype="int32"),
    "GRU": lambda: called(L.GRU(3), SEQUENCE),
    "GRUCell": lambda: called(L.GRUCell(3), (2, 4), (2, 3)),
    "GroupNormalization": lambda: called(L.GroupNormalization(2), SEQUENCE),
    "GroupQueryAttention": lambda: called(L.GroupQueryAttention(2, 4, 2), SEQUENCE, SEQUENCE),
    "LSTM": lambda: called(L.LSTM(3, stateful=True), SEQUENCE),
    "LSTMCell": lambda: called_with_states(L.LSTMCell(3)),
    "LayerNormalization": lambda: called(L.LayerNormalization(), SEQUENCE),
    "LocallyConnected1D": lambda: called(L.LocallyConnected1D(2, 2), SEQUENCE),
    "LocallyConnected2D": lambda: called(L.LocallyConnected2D(2, 2), IMAGE),
    "MultiHeadAttention": lambda: called(L.MultiHeadAttention(2, 3), SEQUENCE, SEQUENCE),
    "PReLU": lambda: called(L.PReLU(), SEQUENCE),
    "RMSNormalization": lambda: called(L.RMSNormalization(), SEQUENCE),
    "RNN": lambda: called(L.RNN([L.LSTMCell(3), L.GRUCell(2)]), SEQUENCE),
    "ReversibleEmbedding": lambda: called(L.ReversibleEmbedding(10, 3), (2, 4), dtype="int32"),
    "STFTSpectrogram": lambda: called(
        L.STFTSpectrogram(frame_length=16, frame_step=8, fft_length=16), (1, 64, 1)
    ),
    "SeparableConv1D": lambda: called(L.SeparableConv1D(2, 2), SEQUENCE),
    "SeparableConv2D": lambda: called(L.SeparableConv2D(2, 2), IMAGE),
    "SimpleRNN": lambda: called(L.SimpleRNN(3), SEQUENCE),
    "SimpleRNNCell": lambda: called(L.SimpleRNNCell(3), (2, 4), (2, 3)),
    "SpectralNormalization": lambda: called(L.SpectralNormalization(L.Conv2D(2, 2)), IMAGE),
    "TimeDistributed": lambda: called(L.TimeDistributed(L.Dense(3)), SEQUENCE),
}
# They have their weights from `adapt`, from a user, or from a file.
OTHERS = {"Discretization", "Normalization", "AbstractRNNCell", "FlaxLayer", "JaxLayer", "TFSMLayer"}
AVAILABLE = [name for name in LAYERS if hasattr(L, name)]


@functools.cache
def mentions_weights(cls):
    return "add_weight(" in inspect.getsource(cls)


def adds_weights(cls):
    return any(map(mentions_weights, cls.__mro__[: cls.__mro__.index(L.Layer)]))


def test_the_table_has_every_layer_that_adds_weights():
    classes = [getattr(L, name) for name in dir(L) if inspect.isclass(getattr(L, name))]
    layers = [cls for cls in classes if issubclass(cls, L.Layer) and cls is not L.Layer]
    adding = {cls.__name__ for cls in layers if adds_weights(cls)}
    assert adding - OTHERS <= LAYERS.keys()


@functools.cache
def found(name):
    layer = LAYERS[name]()
    return layer, recorded_builds.sources(layer)


@pytest.mark.parametrize("name", AVAILABLE)
def test_each_weight_of_a_layer_has_a_source(name):
    layer, sources = found(name)
    assert layer.weights and sources.keys() == {id(weight) for weight in layer.weights}


@pytest.mark.parametrize("name", AVAILABLE)
def test_a_source_gives_a_weight_of_its_shape_and_name(name):
    layer, sources = found(name)
    for weight in layer.weights:
        source = sources[id(weight)]
        assert (source.shape, source.name) == (tuple(weight.shape), layer_internals.weight_name(weight))


@pytest.mark.parametrize("name", AVAILABLE)
def test_constant_weights_have_the_constants_of_a_new_layer(name):
    layer, sources = found(name)
    for weight in layer.weights:
        values = np.asarray(weight)
        if np.isin(values, [0, 1]).all():
            got = sources[id(weight)].initializer(tuple(weight.shape), dtype=weight.dtype)
            assert np.array_equal(got, values)


def test_looking_leaves_the_numbers_of_keras_names():
    class Block(L.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.inner = L.Dense(2)

        def build(self, shape):
            self.scale = self.add_weight(name="scale", shape=(), initializer="ones")
            self.inner.build(shape)
            self.built = True

        def call(self, inputs):
            return self.inner(inputs) * self.scale

    block = called(Block(), (2, 4))
    number = int(L.Dense(1).name.split("_")[1])
    recorded_builds.sources(block)
    assert L.Dense(1).name == f"dense_{number + 1}"


def test_looking_makes_no_variables(monkeypatch):
    layer = called(L.Dense(3), (2, 4))
    made = []
    monkeypatch.setattr(tf.Variable, "__init__", lambda *args, **kwargs: made.append(args))
    recorded_builds.sources(layer)
    assert made == []


def test_looking_leaves_the_layer_its_weights():
    layer = LAYERS["MultiHeadAttention"]()
    weights = layer.weights
    recorded_builds.sources(layer)
    assert all(before is after for before, after in zip(weights, layer.weights, strict=True))


def test_a_layer_without_a_config_keeps_its_initializers_by_the_weights_names():
    class Scaled(L.Layer):
        def __init__(self, first, recurrent_initializer):
            super().__init__()
            self.recurrent_initializer = tf.keras.initializers.get(recurrent_initializer)

        def get_config(self):
            raise NotImplementedError

        def build(self, shape):
            initializer = self.recurrent_initializer
            self.scale = self.add_weight(name="recurrent_kernel", shape=(4, 4), initializer=initializer)

        def call(self, inputs):
            return inputs @ self.scale

    layer = called(Scaled(1, "orthogonal"), (2, 4))
    assert recorded_builds.sources(layer)[id(layer.scale)].initializer is layer.recurrent_initializer


@pytest.mark.parametrize("arguments", [(5,), ()], ids=["by place", "default"])
def test_a_layer_that_takes_no_name_is_copied(arguments):
    class Linear(L.Layer):
        def __init__(self, units=3):
            super().__init__()
            self.offset = self.add_weight(name="offset", shape=(units,), initializer="random_normal")
            self.units = units

        def build(self, shape):
            self.matrix = self.add_weight(name="matrix", shape=(4, self.units), initializer="he_normal")

        def call(self, inputs):
            return inputs @ self.matrix + self.offset

    layer = called(Linear(*arguments), (2, 4))
    found = recorded_builds.sources(layer)
    assert [found[id(weight)].name for weight in (layer.offset, layer.matrix)] == ["offset", "matrix"]


def test_a_weight_of_a_users_model_itself_is_found():
    class Shifted(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.shift = self.add_weight(name="shift", shape=(4,), initializer="random_normal")

        def call(self, inputs):
            return inputs + self.shift

    model = called(Shifted(), (2, 4))
    assert recorded_builds.sources(model)[id(model.shift)].name == "shift"


def test_the_weights_that_a_build_makes_before_it_computes_with_them_are_found():
    class Normed(L.Layer):
        def build(self, shape):
            self.matrix = self.add_weight(name="matrix", shape=(4, 3), initializer="he_normal")
            self.scale = tf.norm(tf.convert_to_tensor(self.matrix))

        def call(self, inputs):
            return inputs @ self.matrix

    layer = called(Normed(), (2, 4))
    assert recorded_builds.sources(layer)[id(layer.matrix)].name == "matrix"


class Local:
    """Has layers of a user's that only a name in it leads to."""

    class Cell(L.Layer):
        state_size = 4

        def build(self, shape):
            self.matrix = self.add_weight(name="matrix", shape=(shape[-1], 4), initializer="he_normal")

        def call(self, inputs, states=None):
            outputs = inputs @ self.matrix
            return outputs if states is None else (outputs, [outputs])


@pytest.mark.parametrize("wrapper", [L.RNN, L.TimeDistributed])
def test_a_users_unregistered_layer_in_one_of_keras_is_found(wrapper):
    cell = Local.Cell()
    layer = called(wrapper(cell), (2, 5, 4))
    assert recorded_builds.sources(layer)[id(cell.matrix)].name == "matrix"


def test_a_users_unregistered_initializer_is_found():
    class Sevens(tf.keras.initializers.Initializer):
        def __call__(self, shape, dtype=None, **kwargs):
            return tf.fill(shape, tf.cast(7, dtype or "float32"))

        def get_config(self):
            return {}

    sevens = Sevens()
    layer = called(L.Dense(3, kernel_initializer=sevens), (2, 4))
    assert recorded_builds.sources(layer)[id(layer.kernel)].initializer is sevens


@pytest.mark.parametrize("dtype", ["float32", "int32"])
def test_a_weight_without_an_initializer_has_keras_default(dtype):
    class Plain(L.Layer):
        def build(self, shape):
            self.plain = self.add_weight(name="plain", shape=(3, 3), dtype=dtype, trainable=False)

        def call(self, inputs):
            return inputs

    layer = called(Plain(), (2, 4))
    expected = {"float32": tf.keras.initializers.GlorotUniform, "int32": tf.keras.initializers.Zeros}[dtype]
    assert isinstance(recorded_builds.sources(layer)[id(layer.plain)].initializer, expected)


@keras_3_only
def test_an_initializer_given_by_place_is_found_on_keras_3():
    class Placed(L.Layer):
        def build(self, shape):
            self.placed = self.add_weight((3,), "ones")

        def call(self, inputs):
            return inputs

    layer = called(Placed(), (2, 4))
    assert isinstance(
        recorded_builds.sources(layer)[id(layer.placed)].initializer, tf.keras.initializers.Ones
    )


@keras_2_only
def test_an_initializer_given_by_place_is_found_on_keras_2():
    class Placed(L.Layer):
        def build(self, shape):
            self.placed = self.add_weight("placed", (3,), None, "ones")

        def call(self, inputs):
            return inputs

    layer = called(Placed(), (2, 4))
    assert isinstance(
        recorded_builds.sources(layer)[id(layer.placed)].initializer, tf.keras.initializers.Ones
    )
