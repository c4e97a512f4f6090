"""One of many workers that create the same layers; it may lose its life on the way."""

import contextlib
import hashlib
import json
import os
import signal

import tensorflow as tf

import keras_inits


def wait_for_others():
    """Waits until the other workers have come here, too: they may still be receiving what this one sent."""
    with contextlib.suppress(tf.errors.OpError):  # The others are done, and the first of them is gone.
        strategy.reduce("SUM", strategy.run(lambda: tf.constant(1.0)), axis=None)


lost_at = int(os.environ.get("LOST_AT", "-1"))
strategy = tf.distribute.MultiWorkerMirroredStrategy()
kernels, seeded = [], keras_inits.HeNormal(seed=7)
try:
    with strategy.scope():
        for number in range(6):
            if number == lost_at:
                os.kill(os.getpid(), signal.SIGKILL)
            for initializer in (seeded, keras_inits.HeNormal(), keras_inits.Orthogonal()):
                layer = tf.keras.layers.Dense(5, kernel_initializer=initializer)
                layer.build((None, 33))
                kernels.append(layer.get_weights()[0])
    facts = {
        "values": [hashlib.sha256(kernel.tobytes()).hexdigest() for kernel in kernels],
        "seeded": all((kernel == seeded((33, 5)).numpy()).all() for kernel in kernels[::3]),
        "unlike": len({kernel.tobytes() for kernel in kernels}),
    }
    wait_for_others()
except tf.errors.OpError as error:
    facts = {"error": f"{type(error).__name__}: {error.message}"}
print(json.dumps(facts), flush=True)
# A strategy that has lost a worker keeps the interpreter from its end.
os._exit(0)
