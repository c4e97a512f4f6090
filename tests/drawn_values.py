"""The initializers that draw, and when two drawn weights are the same."""

import numpy as np
import tensorflow as tf

SCALED = ("GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform")
RANDOM = (*SCALED, "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Orthogonal")


def same_bits(got, want):
    """Whether two weights, tensors or arrays, have the same dtype, shape and bytes."""
    got, want = (np.asarray(v.numpy() if tf.is_tensor(v) else v) for v in (got, want))
    return got.dtype == want.dtype and got.shape == want.shape and got.tobytes() == want.tobytes()
