"""Creates variables under every partitioner; tells where parts were drawn and whether they are right."""

import functools
import json
import os
import pathlib

import numpy as np
import tensorflow as tf
from process_memory import megabytes

import keras_inits
from keras_inits.drawing import streams
from keras_inits.initializers.base import Initializer
from keras_inits.initializers.random_initializer import RandomInitializer
from keras_inits.keras_compat import versions

RANDOM = ("HeNormal", "GlorotUniform", "RandomNormal", "RandomUniform", "TruncatedNormal", "Orthogonal")
SHAPE, DTYPE = (101, 12), tf.float32
NOT_PARTITIONED = {
    "small": (keras_inits.HeNormal(7), SHAPE),
    "large": (keras_inits.HeNormal(7), (streams.LARGE,)),
    "large, orthogonal": (keras_inits.Orthogonal(seed=7), (600, 300)),
}
partitioners = tf.distribute.experimental.partitioners
PARTITIONERS = {
    "fixed": (partitioners.FixedShardsPartitioner(2), 2),
    "fixed, more than servers": (partitioners.FixedShardsPartitioner(5), 5),
    "min size": (partitioners.MinSizePartitioner(min_shard_bytes=1024, max_shards=3), 3),
    "max size": (partitioners.MaxSizePartitioner(max_shard_bytes=1300), 4),
}
calls = []
facts = {}


def watch(cls, is_watched):
    call = cls.__call__

    def watching(self, *args, **kwargs):
        value = call(self, *args, **kwargs)
        if is_watched(self):
            calls.append((value.backing_device, tuple(value.shape)))
        return value

    cls.__call__ = watching


def whole(initializer, shape, dtype=DTYPE):
    return initializer(shape, dtype).numpy()


def together(variable):
    return np.concatenate([shard.numpy() for shard in variable.variables])


def partitioned(initializer, shape, dtype=DTYPE):
    initial_value = functools.partial(initializer, shape, dtype=dtype)
    return tf.Variable(initial_value, shape=shape, dtype=dtype)


def are_drawn(weights, initializer):
    """Whether they are what an initializer draws one after the other."""
    return all([bool((each == whole(initializer, SHAPE)).all()) for each in weights])


def drawn_by_servers(variable):
    """Whether each shard, and nothing else, was drawn where it lies."""
    return calls == [(shard.device, tuple(shard.shape)) for shard in variable.variables]


# What is kept of a draw before there is a cluster must serve in it: tensors, and functions of large draws.
keras_inits.HeNormal(7)(SHAPE, DTYPE, partition_shape=(51, 12), partition_offset=(0, 0))
for initializer, shape in NOT_PARTITIONED.values():
    initializer(shape, DTYPE)
watch(RandomInitializer, lambda initializer: True)
watch(Initializer, lambda initializer: not isinstance(initializer, RandomInitializer))
resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
for kind, (partitioner, count) in PARTITIONERS.items():
    strategy = tf.distribute.ParameterServerStrategy(resolver, variable_partitioner=partitioner)
    makers = {f"{name}, seeded": functools.partial(getattr(keras_inits, name), seed=7) for name in RANDOM}
    makers |= {f"{name}, unseeded": getattr(keras_inits, name) for name in RANDOM}
    makers |= {name: getattr(keras_inits, name) for name in ("Zeros", "Ones", "Identity")}
    if versions.is_keras_3():
        makers["a generator"] = lambda: keras_inits.HeNormal(tf.keras.random.SeedGenerator(5))
    for name, maker in makers.items():
        initializer = maker()
        with strategy.scope():
            calls.clear()
            variable = partitioned(initializer, SHAPE)
            on_servers = drawn_by_servers(variable)
        if name == "a generator":
            initializer = maker()
        facts[f"{kind}: {name}"] = {
            "shards": len(variable.variables) == count,
            "drawn on its server": on_servers,
            "values": bool((together(variable) == whole(initializer, SHAPE)).all()),
        }
    with strategy.scope():
        sliced = tf.Variable(lambda: keras_inits.HeNormal(7)(SHAPE, DTYPE), shape=SHAPE, dtype=DTYPE)
    facts[f"{kind}: a function of no partition"] = {
        "values": bool((together(sliced) == whole(keras_inits.HeNormal(7), SHAPE)).all())
    }
    for seed in (7, None):
        if versions.is_keras_3():
            initializer = keras_inits.HeNormal(seed)
            with strategy.scope():
                calls.clear()
                dense = tf.keras.layers.Dense(12, kernel_initializer=initializer)
                dense.build((None, 101))
            facts[f"{kind}: a layer of Keras 3, seed {seed}"] = {
                "drawn whole by the coordinator": calls == [(calls[0][0], SHAPE)]
                and "/job:ps" not in calls[0][0],
                "shards": len(dense.kernel.value.variables) == count,
                "values": bool((together(dense.kernel.value) == whole(initializer, SHAPE)).all()),
            }
        else:
            first, second = keras_inits.HeNormal(seed), keras_inits.GlorotUniform(seed)
            with strategy.scope():
                embedding = tf.keras.layers.Embedding(101, 12, embeddings_initializer=first)
                calls.clear()
                embedding.build(None)
                on_servers = drawn_by_servers(embedding.embeddings)
                dense = tf.keras.layers.Dense(12, kernel_initializer=second)
                dense.build((None, 101))
            facts[f"{kind}: layers, seed {seed}"] = {
                "drawn on its server": on_servers,
                "Embedding": bool((together(embedding.embeddings) == whole(first, SHAPE)).all()),
                "Dense": bool((together(dense.kernel) == whole(second, SHAPE)).all()),
            }

strategy = tf.distribute.ParameterServerStrategy(resolver)
for name, (initializer, shape) in NOT_PARTITIONED.items():
    with strategy.scope():
        calls.clear()
        variable = partitioned(initializer, shape)
    facts[f"not partitioned, {name}"] = {
        "drawn on its server": calls == [(variable.device, shape)],
        "values": bool((variable.numpy() == whole(initializer, shape)).all()),
    }

# A weight of one axis or of many, of other dtypes, and of integers.
SHARDED = {
    "one axis": (keras_inits.RandomUniform(seed=7), (103,), tf.float32),
    "four axes": (keras_inits.HeNormal(7), (7, 3, 5, 2), tf.float32),
    "groups of two": (keras_inits.RandomNormal(seed=7), (9, 5), tf.float64),
    "half": (keras_inits.TruncatedNormal(seed=7), (9, 5), tf.bfloat16),
    "integers": (keras_inits.RandomUniform(-9, 9, seed=7), (11, 3), tf.int64),
}
strategy = tf.distribute.ParameterServerStrategy(resolver, partitioners.FixedShardsPartitioner(4))
for name, (initializer, shape, dtype) in SHARDED.items():
    with strategy.scope():
        calls.clear()
        variable = partitioned(initializer, shape, dtype)
        on_servers = drawn_by_servers(variable)
    facts[f"in four: {name}"] = {
        "drawn on its server": on_servers,
        "values": bool((together(variable) == whole(initializer, shape, dtype)).all()),
    }

# A layer in an `uninitialized` block; large enough for memory that would be lent, which is the coordinator's.
with strategy.scope(), keras_inits.uninitialized():
    layer = tf.keras.layers.Dense(600, kernel_initializer=keras_inits.HeNormal(7))
    layer.build((None, 800))
kernel = layer.kernel.value if versions.is_keras_3() else layer.kernel
facts["uninitialized"] = {"values": not together(kernel).any(), "shape": together(kernel).shape == (800, 600)}

# What moves on with each call moves on once for a weight, however many shards that has.
for name in ("RandomNormal", "Orthogonal"):
    initializer = getattr(keras_inits.v1, name)()
    tf.random.set_seed(1)
    with strategy.scope():
        pair = [together(partitioned(initializer, SHAPE)) for _ in range(2)]
    tf.random.set_seed(1)
    facts[f"unseeded, of TensorFlow 1: {name}"] = {"values": are_drawn(pair, initializer)}
for version in ("2.2.4", "2.8.0"):
    initializer = keras_inits.HeNormal()
    with keras_inits.replay(version, numpy=7, tensorflow=7), strategy.scope():
        pair = [together(partitioned(initializer, SHAPE)) for _ in range(2)]
    with keras_inits.replay(version, numpy=7, tensorflow=7):
        facts[f"in a replay block of Keras {version}"] = {"values": are_drawn(pair, initializer)}

# 128 MiB on each of the servers.
big = (4 << 20, 16)
servers = [pid for task, pid in json.loads(os.environ["PIDS"]).items() if task.startswith("ps")]
strategy = tf.distribute.ParameterServerStrategy(resolver, partitioners.FixedShardsPartitioner(2))
before = [megabytes("VmRSS", pid) for pid in (*servers, os.getpid())]
for pid in (*servers, os.getpid()):
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")  # The peak is from here on.
with strategy.scope():
    variable = partitioned(keras_inits.HeNormal(7), big)
    # A part is ready once one of its values is.
    rows = [tf.gather(shard, [0, 5]).numpy() for shard in variable.variables]
after = [megabytes("VmHWM", pid) for pid in (*servers, os.getpid())]
facts["a large one"] = {
    "memory of the shard": all(end - start < 1.5 * 128 for start, end in zip(before, after[:-1])),
    "none on the coordinator": after[-1] - before[-1] < 64,
    "values": bool((together(variable) == whole(keras_inits.HeNormal(7), big)).all()),
}
facts["megabytes"] = {"before": before, "after": after}
print(json.dumps(facts))
