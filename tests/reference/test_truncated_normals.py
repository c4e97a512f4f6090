"""Truncated normals compared with JAX's and torch's: two samples of one distribution (Kolmogorov-Smirnov)."""

import math

import numpy as np
import pytest
import scipy.stats

import keras_inits

BOUNDS = [(-1.0, 3.0), (-2.0, 2.0), (0.5, 0.6), (0.0, 4.0), (-3.0, -1.5)]
ALPHA = 1e-9


def ours(lower, upper, mean=0.0, stddev=1.0):
    return keras_inits.TruncatedNormal(mean, stddev, 7, lower, upper)((50_000,)).numpy()


@pytest.mark.parametrize("lower, upper", BOUNDS)
def test_they_are_distributed_as_jaxs(lower, upper):
    jax = pytest.importorskip("jax")
    initializer = jax.nn.initializers.truncated_normal(1.0, lower=lower, upper=upper)
    theirs = np.asarray(initializer(jax.random.key(7), (50_000,)))
    assert scipy.stats.ks_2samp(ours(lower, upper), theirs).pvalue > ALPHA


# In tails torch takes finite bounds alone.
@pytest.mark.parametrize("lower, upper", [*BOUNDS, (5.0, 6.0), (-9.0, -8.0), (-math.inf, math.inf)])
def test_they_are_distributed_as_torchs_with_absolute_bounds(lower, upper):
    torch = pytest.importorskip("torch")
    mean, stddev = 0.3, 0.5
    torch.manual_seed(7)
    values = torch.empty(50_000)
    torch.nn.init.trunc_normal_(values, mean, stddev, a=mean + lower * stddev, b=mean + upper * stddev)
    assert scipy.stats.ks_2samp(ours(lower, upper, mean, stddev), values.numpy()).pvalue > ALPHA
