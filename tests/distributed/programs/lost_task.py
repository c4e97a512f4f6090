"""Creates variables on parameter servers while a worker, then a server, is lost and started again."""

import functools
import json
import os
import pathlib
import time

import numpy as np
import tensorflow as tf

import keras_inits

SHAPE, DTYPE = (101, 12), tf.float32
folder = pathlib.Path(os.environ["FOLDER"])


def create(variables, initializer):
    initial_value = functools.partial(initializer, SHAPE, dtype=DTYPE)
    variables.append((initializer, tf.Variable(initial_value, shape=SHAPE, dtype=DTYPE)))


def is_right(initializer, variable):
    whole = initializer(SHAPE, DTYPE).numpy()
    return bool((np.concatenate([shard.numpy() for shard in variable.variables]) == whole).all())


def create_while_lost(job):
    """Creates variables from before the loss to after the restart, and tells how that ended."""
    variables = []
    try:
        with strategy.scope():
            create(variables, keras_inits.HeNormal(0))
            (folder / f"{job} may go").touch()
            while not (folder / f"{job} is back").exists():
                create(variables, keras_inits.HeNormal(len(variables)))
                create(variables, keras_inits.RandomUniform())
                time.sleep(0.05)
            create(variables, keras_inits.HeNormal(7))
        return {"right": [is_right(*each) for each in variables], "error": None}
    except tf.errors.OpError as error:
        return {"right": [], "error": f"{type(error).__name__}: {error.message}"}


strategy = tf.distribute.ParameterServerStrategy(
    tf.distribute.cluster_resolver.TFConfigClusterResolver(),
    tf.distribute.experimental.partitioners.FixedShardsPartitioner(2),
)
facts = {job: create_while_lost(job) for job in ("worker", "ps")}
# What the lost server drew first, drawn here: nothing that is kept for later draws may lie there.
part = {"partition_shape": (51, 12), "partition_offset": (0, 0)}
whole = keras_inits.HeNormal(0)(SHAPE, DTYPE).numpy()
facts["drawn without the server"] = bool(
    (keras_inits.HeNormal(0)(SHAPE, DTYPE, **part).numpy() == whole[:51]).all()
)
print(json.dumps(facts), flush=True)
# What is left of the cluster may keep the interpreter from its end.
os._exit(0)
