"""Draws docs/diagnose.png: python docs/make_diagnose.py."""

import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

import keras_inits


def deep_model() -> tf.keras.Model:
    """Twenty relu layers whose initializer is for others."""
    model = tf.keras.Sequential([tf.keras.layers.Input((256,))], name="twenty_relu_layers")
    for seed in range(20):
        initializer = keras_inits.GlorotUniform(seed=seed)
        model.add(
            tf.keras.layers.Dense(256, "relu", kernel_initializer=initializer, name=f"dense_{seed + 1}")
        )
    return model


if __name__ == "__main__":
    keras_inits.diagnose(deep_model()).plot(pathlib.Path(__file__).with_name("diagnose.png"))
