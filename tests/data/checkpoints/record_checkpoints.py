"""Records checkpoints with a real TensorFlow 2.15, with what each model predicted.

    record_checkpoints.py FOLDER        in an environment with TensorFlow 2.15 and its Keras

`NAME.index` and `NAME.data-…` are the checkpoint, `NAME.json` is the architecture (but of the user's own class),
and `NAME.npz` an input `x` and the prediction `y`. `saver` is written as TensorFlow 1 did, by names.
"""

import os
import sys

import numpy as np
import tensorflow as tf

layers = tf.keras.layers


class Subclassed(tf.keras.Model):
    """A model of the user's own class, whose layers are attributes, some of them in a list."""

    def __init__(self):
        super().__init__()
        self.first = layers.Dense(4, activation="relu")
        self.rest = [layers.BatchNormalization(), layers.Dense(2)]

    def call(self, x):
        x = self.first(x)
        for layer in self.rest:
            x = layer(x)
        return x


def functional():
    inner = tf.keras.Sequential([layers.Dense(4, input_shape=(3,)), layers.BatchNormalization()], name="inner")
    i = tf.keras.Input((5, 3))
    x = layers.TimeDistributed(inner)(i)
    x = layers.Bidirectional(layers.LSTM(2))(x)
    model = tf.keras.Model(i, layers.Dense(2, name="last")(x))
    model.compile("adam", "mse")
    return model, (2, 5, 3)


def sequential():
    return tf.keras.Sequential([layers.Dense(4, input_shape=(3,)), layers.Dropout(0.5), layers.Dense(2)]), (2, 3)


def subclassed():
    return Subclassed(), (2, 3)


def record(folder, make, random):
    model, shape = make()
    x = random.normal(size=shape).astype("float32")
    model(x)
    if model.optimizer is not None:
        model.fit(x, model(x).numpy() + 1.0, verbose=0)
    model.set_weights([random.uniform(0.1, 0.9, one.shape) for one in model.get_weights()])
    model.save_weights(os.path.join(folder, make.__name__), save_format="tf")
    return model, x


def record_by_names(folder, random):
    with tf.Graph().as_default(), tf.compat.v1.Session().as_default() as session:
        model, shape = sequential()
        x = random.normal(size=shape).astype("float32")
        session.run(tf.compat.v1.global_variables_initializer())
        tf.compat.v1.train.Saver().save(
            session, os.path.join(folder, "saver"), latest_filename="saver_state", write_meta_graph=False
        )
        return model.to_json(), x, session.run(model(tf.constant(x)))


def main():
    (folder,) = sys.argv[1:]
    random = np.random.RandomState(0)
    for make in (functional, sequential, subclassed):
        tf.keras.backend.clear_session()
        model, x = record(folder, make, random)
        np.savez(os.path.join(folder, f"{make.__name__}.npz"), x=x, y=model.predict(x, verbose=0))
        if make is not subclassed:
            with open(os.path.join(folder, f"{make.__name__}.json"), "w") as file:
                file.write(model.to_json())
    tf.keras.backend.clear_session()
    architecture, x, y = record_by_names(folder, random)
    np.savez(os.path.join(folder, "saver.npz"), x=x, y=y)
    with open(os.path.join(folder, "saver.json"), "w") as file:
        file.write(architecture)
    for name in ("checkpoint", "saver_state"):
        os.remove(os.path.join(folder, name))


if __name__ == "__main__":
    main()
