"""Creates layers under a strategy of two replicas; tells whether both hold what the initializer gives."""

import json

import tensorflow as tf

import keras_inits
from keras_inits.keras_compat import versions

NAMES = ("HeNormal", "GlorotUniform", "RandomNormal", "Orthogonal", "Zeros")
SEEDS = ({}, {"seed": 7})

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])


def replicas(layer):
    kernel = layer.kernel.value if versions.is_keras_3() else layer.kernel
    return [replica.numpy() for replica in strategy.experimental_local_results(kernel)]


def layer_of(initializer):
    with strategy.scope():
        return tf.keras.layers.Dense(5, kernel_initializer=initializer)


def built_in_the_scope(layer):
    with strategy.scope():
        layer.build((None, 33))


def built_by_the_replicas(layer):
    strategy.run(lambda: layer(tf.ones((1, 33))))


facts = {}
for name in NAMES:
    for seed in SEEDS[: 1 if name == "Zeros" else 2]:
        initializer = getattr(keras_inits, name)(**seed)
        for build in (built_in_the_scope, built_by_the_replicas):
            layer = layer_of(initializer)
            build(layer)
            found, want = replicas(layer), initializer((33, 5)).numpy()
            same = [bool((replica == want).all()) for replica in found]
            facts[f"{name}, {seed}, {build.__name__}"] = same == [True, True]
with strategy.scope(), keras_inits.uninitialized():
    layer = tf.keras.layers.Dense(600)
    layer.build((None, 800))
facts["uninitialized"] = not any(replica.any() for replica in replicas(layer))
print(json.dumps(facts))
