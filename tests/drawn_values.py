"""The initializers that draw, and when two drawn weights are the same."""

import numpy as np

from keras_inits.keras_compat.backend_tensors import as_numpy

SCALED = ("GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform")
RANDOM = (*SCALED, "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Orthogonal")


def same_bits(got, want):
    """Whether two weights, tensors of the backend or arrays, have the same dtype, shape and bytes."""
    got, want = (np.asarray(as_numpy(v)) for v in (got, want))
    return got.dtype == want.dtype and got.shape == want.shape and got.tobytes() == want.tobytes()
