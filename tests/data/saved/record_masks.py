"""Save small models whose masked steps say what a layer does with masks, with a real old Keras.

    python record_masks.py OLD_KERAS_FOLDER OUT_FOLDER   # an unpacked wheel, by ../eras/old_keras.py
    python record_masks.py installed OUT_FOLDER          # the tf.keras that is installed

Writes V-NAME.h5 (V-NAME.keras from 2.12 on) and V-NAME.npz, as record.py does.
The models have masked steps in front, in the middle and at the end.
"""

import os
import sys

import numpy as np
import record

WORDS = np.array([[0, 0, 3, 1, 2], [3, 0, 1, 0, 2], [4, 2, 1, 0, 0], [1, 2, 3, 4, 1]], "float32")
OTHERS = np.array([[1, 0, 2, 2, 0], [0, 1, 4, 0, 0], [3, 3, 3, 3, 3], [0, 0, 0, 2, 1]], "float32")
PLACES = np.array([[0, 1, 2, 3, 4]] * 4, "float32")
NUMBERS = np.random.RandomState(5).uniform(-2, 2, (4, 5, 3)).astype("float32")
STATE = np.random.RandomState(6).uniform(-1, 1, (4, 3)).astype("float32")
SENTENCES = np.stack([WORDS, OTHERS, WORDS[::-1]], axis=1)


class Layers:
    """The layers of any Keras under the words of Keras 2."""

    def __init__(self, keras):
        self.old = record.version_of(keras) < (2, 0)
        self.keras, self.layers = keras, keras.layers

    def input(self, *shape):
        return self.layers.Input(shape)

    def model(self, inputs, outputs):
        names = ("input", "output") if self.old else ("inputs", "outputs")
        return self.keras.models.Model(**dict(zip(names, (inputs, outputs))))

    def embedding(self, words, masked=True):
        return self.layers.Embedding(9, 3, mask_zero=masked)(words)

    def sequences(self, layer=None, units=3):
        return getattr(self.layers, layer or "LSTM")(units, return_sequences=True)

    def merge(self, name, tensors):
        if self.old:
            modes = {"Add": "sum", "Concatenate": "concat", "Multiply": "mul", "Average": "ave"}
            return self.layers.merge(tensors, mode=modes[name])
        return getattr(self.layers, name)()(tensors)


def models(k):
    """Yields names, functions that make a model, and inputs for it."""
    L = k.layers

    def merged(name, second_masked):
        a, b = k.input(5), k.input(5)
        both = k.merge(name, [k.embedding(a), k.embedding(b, second_masked)])
        return k.model([a, b], [k.sequences()(both), L.GRU(2)(both)])

    for name in ("Add", "Concatenate", "Multiply", "Average"):
        yield f"{name.lower()}_of_one", lambda: merged(name, False), [WORDS, PLACES]
        yield f"{name.lower()}_of_two", lambda: merged(name, True), [WORDS, OTHERS]
    if not k.old:
        yield "maximum_of_two", lambda: merged("Maximum", True), [WORDS, OTHERS]
        yield "minimum_of_one", lambda: merged("Minimum", False), [WORDS, PLACES]
        yield "subtract_of_two", lambda: merged("Subtract", True), [WORDS, OTHERS]

    def same():
        a = k.input(5)
        words = k.embedding(a)
        both = k.merge("Add", [words, L.Activation("tanh")(words)])
        return k.model(a, L.LSTM(2)(both))

    yield "add_of_the_same", same, [WORDS]

    def values():
        a, b = k.input(5, 3), k.input(5, 3)
        gated = k.merge("Multiply", [L.Masking(0.0)(a), b])
        return k.model([a, b], gated)

    yield "multiplied_values", values, [NUMBERS * (WORDS > 0)[..., None], NUMBERS]

    def twice():
        a, b, c = k.input(5), k.input(5), k.input(5, 3)
        both = k.merge("Add", [k.embedding(a), k.embedding(b, False)])
        return k.model([a, b, c], L.GRU(2)(k.merge("Concatenate", [both, c])))

    yield "merged_twice", twice, [WORDS, PLACES, NUMBERS]

    def nested(masked_inside):
        a, b = k.input(5), k.input(5)
        i, j = (k.input(5), k.input(5)) if masked_inside else (k.input(5, 3), k.input(5, 3))
        one, two = (k.embedding(i), k.embedding(j, False)) if masked_inside else (i, j)
        inner = k.model([i, j], L.GRU(2)(k.merge("Add", [one, two])))
        inputs = [a, b] if masked_inside else [k.embedding(a), k.embedding(b, False)]
        return k.model([a, b], L.Dense(2)(inner(inputs)))

    yield "nested", lambda: nested(True), [WORDS, PLACES]
    if not k.old:
        yield "masked_outside", lambda: nested(False), [WORDS, PLACES]

    def embedded_inside():
        a, b, i = k.input(5), k.input(5), k.input(5)
        inner = k.model(i, k.embedding(i))
        return k.model([a, b], L.GRU(2)(k.merge("Add", [inner(a), k.embedding(b, False)])))

    yield "embedded_inside", embedded_inside, [WORDS, PLACES]

    def both_ways(after):
        a = k.input(5)
        out = L.Bidirectional(k.sequences())(k.embedding(a))
        return k.model(a, after(out))

    dense = lambda out: L.TimeDistributed(L.Dense(2))(out)
    yield "both_ways", lambda: both_ways(dense), [WORDS]
    yield "both_ways_skipped", lambda: both_ways(lambda out: L.GRU(2)(out)), [WORDS]

    def time_distributed(layer):
        a = k.input(3, 5)
        words = L.TimeDistributed(L.Embedding(9, 3, mask_zero=True))(a)
        return k.model(a, L.TimeDistributed(layer)(words))

    yield "sentences", lambda: time_distributed(L.LSTM(2)), [SENTENCES]
    if k.old:
        a = L.Input((5,))
        yield "srelu", lambda: k.model(a, L.GRU(2)(L.SReLU()(k.embedding(a)))), [WORDS]
        return

    def with_state(layer, bidirectional=False):
        a, b = k.input(5), k.input(3)
        count = (2 if layer == "LSTM" else 1) * (2 if bidirectional else 1)
        recurrent = k.sequences(layer)
        recurrent = L.Bidirectional(recurrent) if bidirectional else recurrent
        return k.model([a, b], recurrent(k.embedding(a), initial_state=[b] * count))

    for layer in ("LSTM", "GRU"):
        yield f"state_{layer.lower()}", lambda: with_state(layer), [WORDS, STATE]
    yield "state_both_ways", lambda: with_state("GRU", True), [WORDS, STATE]
    yield "softmax", lambda: softmax(k), [WORDS]
    if hasattr(L, "Attention"):
        yield "attention", lambda: attention(k, "Attention"), [WORDS, OTHERS]
    if hasattr(L, "MultiHeadAttention"):
        yield "heads", lambda: heads(k), [WORDS]
        yield "heads_twice", lambda: heads(k, 2), [WORDS]
        yield "heads_of_two", lambda: heads_of_two(k), [WORDS, OTHERS]


def softmax(k):
    a = k.input(5)
    return k.model(a, k.layers.GRU(2)(k.layers.Softmax()(k.embedding(a))))


def attention(k, name):
    a, b = k.input(5), k.input(5)
    attended = getattr(k.layers, name)()([k.embedding(a), k.embedding(b)])
    return k.model([a, b], [attended, k.layers.GlobalAveragePooling1D()(attended)])


def heads(k, times=1):
    a = k.input(5)
    x = k.embedding(a)
    for _ in range(times):
        attended = k.layers.MultiHeadAttention(2, 3)(x, x)
        x = k.layers.LayerNormalization()(k.merge("Add", [x, attended]))
    return k.model(a, [x, k.layers.GlobalAveragePooling1D()(x)])


def heads_of_two(k):
    a, b = k.input(5), k.input(5)
    x, memory = k.embedding(a), k.embedding(b)
    x = k.merge("Add", [x, k.layers.MultiHeadAttention(2, 3)(x, memory)])
    x = k.merge("Add", [x, k.layers.MultiHeadAttention(2, 3)(x, memory)])
    return k.model([a, b], k.layers.GRU(2)(x))


def main(source, out):
    os.makedirs(out, exist_ok=True)
    if source == "installed":
        import tensorflow as tf

        keras = tf.keras
        label = __import__(keras.layers.Dense.__module__.split(".")[0]).__version__
    else:
        sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "eras"))
        import old_keras

        keras = old_keras.load(source)
        label = keras.__version__
    for name, build, inputs in models(Layers(keras)):
        try:
            path = f"{out}/{label}-{name}"
            record.save(keras, record.with_weights(build()), inputs, path)
            if os.path.exists(path + ".keras"):
                os.remove(path + ".h5")
        except Exception as error:
            print("skipped", name, f"{type(error).__name__}: {error}"[:200].replace("\n", " "))


if __name__ == "__main__":
    main(*sys.argv[1:])
