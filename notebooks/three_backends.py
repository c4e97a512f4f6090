"""Trains one model with the backend that `KERAS_BACKEND` names, and prints its first weights and its losses.

KERAS_BACKEND=jax python three_backends.py keras_inits    its weights drawn in `keras_inits.seeded(7)`
KERAS_BACKEND=jax python three_backends.py keras          after `keras.utils.set_random_seed(7)`
"""

import contextlib
import hashlib
import json
import sys

import keras
import numpy as np

import keras_inits

keras.utils.set_random_seed(7)
with keras_inits.seeded(7) if sys.argv[1] == "keras_inits" else contextlib.nullcontext():
    dense = [keras.layers.Dense(64, "relu", kernel_initializer="he_normal") for _ in range(3)]
    model = keras.Sequential([keras.Input((20,)), *dense, keras.layers.Dense(1)])
digest = hashlib.sha256(b"".join(weight.tobytes() for weight in model.get_weights())).hexdigest()

generator = np.random.RandomState(0)
x = generator.normal(size=(512, 20)).astype("float32")
y = np.sin(x[:, :1] * x[:, 1:2]) + x[:, 2:3]
model.compile(keras.optimizers.SGD(0.01), "mse")
history = model.fit(x, y, batch_size=32, epochs=25, shuffle=False, verbose=0)
print(json.dumps({"digest": digest[:12], "losses": history.history["loss"]}))
