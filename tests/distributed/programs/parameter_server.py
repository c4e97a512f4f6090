"""Creates variables under every partitioner; tells where parts were drawn and whether they are right."""

import functools
import json
import os
import pathlib
import re

import numpy as np
import tensorflow as tf

import keras_inits
from keras_inits import generic_utils
from keras_inits.initializer import Initializer
from keras_inits.initializers_v2 import RandomInitializer

RANDOM = ("HeNormal", "GlorotUniform", "RandomNormal", "RandomUniform", "TruncatedNormal", "Orthogonal")
SHAPE, DTYPE = (101, 12), tf.float32
partitioners = tf.distribute.experimental.partitioners
PARTITIONERS = {
    "fixed": (partitioners.FixedShardsPartitioner(2), 2),
    "fixed, more than servers": (partitioners.FixedShardsPartitioner(5), 5),
    "min size": (partitioners.MinSizePartitioner(min_shard_bytes=1024, max_shards=3), 3),
    "max size": (partitioners.MaxSizePartitioner(max_shard_bytes=1300), 4),
}
calls = []
facts = {}


def megabytes(pid, name):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{name}:\s+(\d+)", status, re.M)[1]) / 1024


def watch(cls, is_watched):
    call = cls.__call__

    def watching(self, *args, **kwargs):
        value = call(self, *args, **kwargs)
        if is_watched(self):
            calls.append((value.backing_device, tuple(value.shape)))
        return value

    cls.__call__ = watching


def whole(initializer, shape):
    return initializer(shape, DTYPE).numpy()


def together(variable):
    return np.concatenate([shard.numpy() for shard in variable.variables])


def partitioned(initializer, shape):
    initial_value = functools.partial(initializer, shape, dtype=DTYPE)
    return tf.Variable(initial_value, shape=shape, dtype=DTYPE)


def drawn_by_servers(variable):
    """Whether each shard, and nothing else, was drawn where it lies."""
    return calls == [(shard.device, tuple(shard.shape)) for shard in variable.variables]


# What is kept of a draw before there is a cluster must serve in it.
keras_inits.HeNormal(7)(SHAPE, DTYPE, partition_shape=(51, 12), partition_offset=(0, 0))
watch(RandomInitializer, lambda initializer: True)
watch(Initializer, lambda initializer: not isinstance(initializer, RandomInitializer))
resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
for kind, (partitioner, count) in PARTITIONERS.items():
    strategy = tf.distribute.ParameterServerStrategy(resolver, variable_partitioner=partitioner)
    makers = {f"{name}, seeded": functools.partial(getattr(keras_inits, name), seed=7) for name in RANDOM}
    makers |= {f"{name}, unseeded": getattr(keras_inits, name) for name in RANDOM}
    makers |= {name: getattr(keras_inits, name) for name in ("Zeros", "Ones", "Identity")}
    if generic_utils.is_keras_3():
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
    if not generic_utils.is_keras_3():
        for seed in (7, None):
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

# 128 MiB on each of the servers.
servers = [pid for task, pid in json.loads(os.environ["PIDS"]).items() if task.startswith("ps")]
strategy = tf.distribute.ParameterServerStrategy(resolver, partitioners.FixedShardsPartitioner(2))
before = [megabytes(pid, "VmRSS") for pid in (*servers, os.getpid())]
with strategy.scope():
    variable = partitioned(keras_inits.HeNormal(7), (4 << 20, 16))
    # A part is ready once one of its values is.
    rows = [tf.gather(shard, [0, 5]).numpy() for shard in variable.variables]
after = [megabytes(pid, "VmHWM") for pid in (*servers, os.getpid())]
facts["a large one"] = {
    "memory of the shard": all(end - start < 1.5 * 128 for start, end in zip(before, after[:-1])),
    "none on the coordinator": after[-1] - before[-1] < 64,
}
facts["megabytes"] = {"before": before, "after": after}
print(json.dumps(facts))
