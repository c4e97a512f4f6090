"""Save a small model for each thing that one Keras computed or wrote otherwise than the next.

    python record_changes.py OLD_KERAS_FOLDER OUT_FOLDER   # an unpacked wheel, by ../eras/old_keras.py
    python record_changes.py installed OUT_FOLDER          # the tf.keras that is installed

Writes V-NAME.h5 or V-NAME.keras, and V-NAME.npz, as `record.py` does: the models that `MODELS` has for V.
"""

import sys

import numpy as np
import record
from record import floats, with_weights


def leaky_relu(K, L):
    model = sequential(
        K, L.Dense(4), L.LeakyReLU(0.1), L.Dense(4, activation=L.LeakyReLU(0.2)), shape=(3,)
    )
    return with_weights(model), [floats(5, 3)]


def normalization_inside(K, L):
    """One that was adapted and one that was given its statistics, inside a model."""
    adapted, given = L.Normalization(), L.Normalization(mean=[1.0, 2.0, 3.0], variance=[4.0, 5.0, 6.0])
    inner = sequential(K, given, adapted, L.Dense(2), shape=(3,))
    model = with_weights(sequential(K, inner, L.Dense(2), shape=(3,)))
    adapted.adapt(3 * floats(50, 3) + 1)
    return model, [floats(5, 3)]


def deconvolution(K, L):
    """Sizes of the output that Keras would not take by itself."""
    first = {"subsample": (2, 2), "border_mode": "same", "input_shape": (2, 4, 4)}
    model = K.models.Sequential([
        L.Deconvolution2D(3, 3, 3, output_shape=(None, 3, 7, 8), dim_ordering="th", **first),
        L.Deconvolution2D(
            2, 3, 3, output_shape=(None, 2, 16, 18), dim_ordering="th", subsample=(2, 2)
        ),
    ])  # fmt: skip
    return with_weights(model), [floats(2, 2, 4, 4)]


def highway(K, L):
    model = K.models.Sequential([L.Highway(activation="tanh", input_dim=4), L.Dense(2)])
    return with_weights(model), [floats(3, 4)]


def bilinear(K, L):
    layer = L.UpSampling2D((2, 1), interpolation="bilinear", input_shape=(3, 4, 2))
    return K.models.Sequential([layer]), [floats(2, 3, 4, 2)]


def split(K, L):
    import tensorflow as tf

    a = K.Input((5,))
    first, second = tf.split(a, [2, 3], axis=-1)
    parts = tf.split(a, 5, axis=1)
    return K.Model(a, [first, second, parts[3]]), [floats(2, 5)]


def left_out_axes(K, L):
    import tensorflow as tf

    a = K.Input((5,))
    return K.Model(a, [tf.argmax(a), tf.argmin(a), tf.cumsum(a)]), [floats(3, 5)]


def slice_of_examples(K, L):
    a = K.Input((5,))
    return K.Model(a, [a[0:1], a[1]]), [floats(3, 5)]


def vocabularies(K, L):
    a, b = K.Input((1,), dtype="string"), K.Input((1,), dtype="int64")
    lookup, vectorization = L.StringLookup(), L.TextVectorization(output_mode="tf_idf")
    numbers, inverse = L.IntegerLookup(num_oov_indices=2), L.StringLookup(invert=True)
    for layer in (lookup, vectorization, inverse):
        layer.adapt(np.array([["the cat"], ["the dog"], ["a dog"], ["the dog"]]))
    numbers.adapt(np.array([[3], [3], [700], [51]]))
    inner = K.Model(a, [lookup(a), vectorization(a)])
    model = K.Model([a, b], [*inner(a), numbers(b), inverse(lookup(a))])
    return model, [np.array([["the dog"], ["a bird"]]), np.array([[51], [4]])]


def discretization(K, L):
    layer = L.Discretization(num_bins=4)
    layer.adapt(np.arange(40.0, dtype="float32").reshape(-1, 1) ** 1.5)
    return sequential(K, layer, shape=(2,)), [np.array([[0.5, 30.0], [100.0, 1e3]], "float32")]


def time_distributed_first(K, L):
    """Convolutions inside TimeDistributed with a width like the number of their channels."""
    first = {"data_format": "channels_first"}
    model = K.models.Sequential([
        L.TimeDistributed(L.Conv2D(4, 3, **first), input_shape=(2, 2, 6, 6)),
        L.TimeDistributed(K.models.Sequential([L.Conv2D(3, 2, input_shape=(4, 4, 4), **first)])),
    ])
    return with_weights(model), [floats(2, 2, 2, 6, 6)]


def unknown_width(K, L):
    layer = L.Conv2D(4, 3, data_format="channels_first", input_shape=(2, None, None))
    return with_weights(K.models.Sequential([layer])), [floats(2, 2, 6, 6)]


def dots_of_images(K, L):
    a, b = L.Input((2, 3, 4)), L.Input((2, 5, 4))
    return K.models.Model([a, b], L.dot([a, b], axes=-1)), [floats(2, 2, 3, 4), floats(2, 2, 5, 4)]


def stacked_states(K, L):
    a = L.Input((4, 3))
    cells = L.StackedRNNCells([L.GRUCell(3), L.SimpleRNNCell(3)])
    return with_weights(K.models.Model(a, L.RNN(cells, return_state=True)(a))), [floats(2, 4, 3)]


def twice_counted(K, L):
    """Layers of one class with weights and without, in models and wrappers."""
    inner = sequential(K, L.Dense(4), L.Dropout(0.1), L.Dense(3), L.Dropout(0.2), L.Dense(4), shape=(4,))
    wrapped = sequential(K, L.Dense(3), L.Dense(2), shape=(4,))
    a = K.Input((5, 4))
    b = L.Bidirectional(L.SimpleRNN(2, return_sequences=True))(L.Dense(4)(L.Dense(3)(a)))
    c = L.TimeDistributed(wrapped)(b)
    d = inner(L.SimpleRNN(4)(L.Bidirectional(L.SimpleRNN(2, return_sequences=True))(b)))
    return with_weights(K.Model(a, [c, L.Dense(2)(d)])), [floats(2, 5, 4)]


def frozen_local(K, L):
    layers = [L.LocallyConnected1D(3, 2, input_shape=(7, 3)), L.LocallyConnected1D(2, 2)]
    model = with_weights(K.models.Sequential([*layers, L.Flatten(), L.Dense(2)]))
    layers[0].trainable = False
    return model, [floats(2, 7, 3)]


def spectral(K, L):
    model = sequential(
        K, L.SpectralNormalization(L.Conv1D(4, 2)), L.SpectralNormalization(L.Dense(3)), shape=(5, 2)
    )
    return with_weights(model), [floats(2, 5, 2)]


def padding_by_sides(K, L):
    padding = {"left_pad": 1, "right_pad": 2}
    layer = L.ZeroPadding1D(padding, input_shape=(4, 2))
    return with_weights(K.models.Sequential([layer, L.Convolution1D(2, 3)])), [floats(2, 4, 2)]


def soft_masks(K, L):
    """A softmax of steps, some of which are masked."""
    model = K.models.Sequential([L.Masking(0.0, input_shape=(4, 3)), L.Softmax()])
    x = floats(2, 4, 3)
    x[0, 2:] = 0
    return model, [x]


def stacked_initial_states(K, L):
    a, b, c = L.Input((4, 3)), L.Input((3,)), L.Input((2,))
    cells = L.StackedRNNCells([L.LSTMCell(3), L.GRUCell(2)])
    model = K.models.Model([a, b, c], L.RNN(cells)(a, initial_state=[b, b, c]))
    return with_weights(model), [floats(2, 4, 3), floats(2, 3), floats(2, 2)]


def shared_layer(K, L):
    """A layer in two models inside a model."""
    shared = L.Dense(3)
    one, two = (sequential(K, shared, L.Dense(n), shape=(3,)) for n in (3, 2))
    a = K.Input((3,))
    return with_weights(K.Model(a, two(one(a)))), [floats(2, 3)]


def zero_output(K, L):
    layer = L.RNN(L.GRUCell(3), return_sequences=True, zero_output_for_mask=True)
    x = floats(2, 4, 3)
    x[0, 2:] = 0
    return with_weights(sequential(K, L.Masking(0.0), layer, L.Flatten(), shape=(4, 3))), [x]


def sequential(K, *layers, shape):
    return K.models.Sequential([K.layers.InputLayer(shape), *layers])


# Each model with the versions that are kept, and the kind of their file.
MODELS = {
    "leaky_relu": (leaky_relu, {"3.15.1": ".keras"}),
    "normalization_inside": (normalization_inside, {"2.10.0": ".h5", "3.15.1": ".keras"}),
    "deconvolution": (deconvolution, {"1.2.2": ".h5"}),
    "highway": (highway, {"1.1.2": ".h5"}),
    "padding_by_sides": (padding_by_sides, {"1.2.2": ".h5"}),
    "bilinear": (bilinear, {"2.3.1": ".h5"}),
    "split": (split, {"2.8.0": ".h5"}),
    "left_out_axes": (left_out_axes, {"2.8.0": ".h5"}),
    "slice_of_examples": (slice_of_examples, {"2.8.0": ".h5"}),
    "vocabularies": (vocabularies, {"2.15.0": ".keras", "3.15.1": ".keras"}),
    "discretization": (discretization, {"2.10.0": ".h5"}),
    "time_distributed_first": (time_distributed_first, {"2.2.4": ".h5"}),
    "unknown_width": (unknown_width, {"2.2.4": ".h5"}),
    "dots_of_images": (dots_of_images, {"2.2.4": ".h5"}),
    "stacked_states": (stacked_states, {"2.2.0": ".h5"}),
    "stacked_initial_states": (stacked_initial_states, {"2.2.4": ".h5"}),
    "twice_counted": (twice_counted, {"2.12.0": ".keras"}),
    "frozen_local": (frozen_local, {"2.2.4": ".h5"}),
    "spectral": (spectral, {"2.15.0": ".keras"}),
    "soft_masks": (soft_masks, {"2.2.4": ".h5"}),
    "shared_layer": (shared_layer, {"2.15.0": ".keras", "3.15.1": ".keras"}),
    "zero_output": (zero_output, {"3.15.1": ".keras"}),
}  # fmt: skip


def main(source, out, *names):
    keras, label = record.loaded(source)
    for name, (make, versions) in MODELS.items():
        if label in versions and (not names or name in names):
            model, inputs = make(keras, keras.layers)
            record.save_as(model, inputs, f"{out}/{label}-{name}", versions[label])


if __name__ == "__main__":
    main(*sys.argv[1:])
