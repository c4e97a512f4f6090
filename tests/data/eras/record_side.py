"""Record whole models of a real old Keras whose layers draw other things besides their weights.

    python record_side.py OLD_KERAS_FOLDER OUT_FOLDER SEED

Writes replay-V.npz into OUT_FOLDER: the key names model, what was seeded, seed and the weight's number.
"""

import os
import sys

import numpy as np
import old_keras


def models(keras, n):
    layers, sequential = keras.layers, keras.models.Sequential
    is_keras_1 = keras.__version__.startswith("1.")

    def side():
        first = (
            layers.Convolution1D(n, 2, input_shape=(5, 4))
            if is_keras_1
            else layers.Conv1D(n, 2, input_shape=(5, 4))
        )
        stack = [first, layers.SpatialDropout1D(0.2), layers.Flatten(), layers.Dense(3)]
        stack += [layers.Dropout(0.3), layers.Dense(2), layers.GaussianNoise(0.1), layers.Dense(2)]
        stack += [layers.GaussianDropout(0.2), layers.Dense(2), layers.Dropout(0.0), layers.Dense(2)]
        return sequential(stack)

    def rnns():
        both, inputs, states = (
            {"dropout": 0.2, "recurrent_dropout": 0.2},
            {"dropout": 0.2},
            {"recurrent_dropout": 0.2},
        )
        return sequential(
            [
                layers.LSTM(3, return_sequences=True, input_shape=(5, 4), **both),
                layers.Dropout(0.5),
                layers.GRU(3, return_sequences=True, **inputs),
                layers.SimpleRNN(3, **states),
                layers.Dense(2),
            ]
        )

    def bidir():
        return sequential(
            [
                layers.Bidirectional(layers.LSTM(3, return_sequences=True), input_shape=(5, 4)),
                layers.TimeDistributed(layers.Dense(3)),
                layers.GRU(2),
            ]
        )

    def seeded():
        initializers = keras.initializers
        shared = initializers.RandomUniform(seed=5)
        kernels = [shared, shared, "glorot_uniform", initializers.Orthogonal(seed=5), "glorot_uniform"]
        kernels += ["orthogonal", initializers.RandomUniform(seed=5), initializers.RandomNormal(seed=5)]
        kernels += [initializers.Orthogonal(seed=5)]
        stack = [layers.Dense(4, kernel_initializer=kernels[0], input_shape=(4,))]
        stack += [layers.Dense(4, kernel_initializer=kernel) for kernel in kernels[1:]]
        return sequential([*stack, layers.Dense(4, bias_initializer="random_normal")])

    yield "side", side
    if not is_keras_1:
        yield from (("rnns", rnns), ("bidir", bidir), ("seeded", seeded))


def seedings(version):
    if version < (2, 4):
        return "numpy", "numpy+tensorflow"
    return ("tensorflow",) if version < (2, 10) else ("keras",)


def main(folder, out, seed):
    seed = int(seed)
    keras = old_keras.load(folder)
    import tensorflow as tf

    version = tuple(map(int, keras.__version__.split(".")[:2]))
    weights = {}
    for name, build in models(keras, 3 + seed % 5):
        for seeding in seedings(version):
            keras.backend.clear_session()
            if seeding == "keras":
                keras.utils.set_random_seed(seed)
            if "numpy" in seeding:
                np.random.seed(seed)
            if "tensorflow" in seeding:
                (tf.compat.v1.set_random_seed if version < (2, 4) else tf.random.set_seed)(seed)
            for index, weight in enumerate(build().get_weights()):
                weights[f"{name}|{seeding}|seed={seed}|{index:02d}"] = weight
    os.makedirs(out, exist_ok=True)
    np.savez_compressed(f"{out}/replay-{keras.__version__}.npz", **weights)


if __name__ == "__main__":
    main(*sys.argv[1:])
