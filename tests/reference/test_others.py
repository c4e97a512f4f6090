"""Sparse weights compared with torch's, laid out as `(units, inputs)`; left out where torch is missing."""

import numpy as np
import pytest
import scipy.stats

import keras_inits


@pytest.mark.parametrize("sparsity", [0.0, 0.1, 0.35, 0.9, 1.0])
@pytest.mark.parametrize("shape", [(10, 7), (7, 10), (1, 3)], ids=str)
def test_a_column_has_as_many_zeros_as_torchs(shape, sparsity):
    torch = pytest.importorskip("torch")
    want = torch.nn.init.sparse_(torch.empty(*shape), sparsity).numpy()
    got = np.asarray(keras_inits.Sparse(sparsity, seed=7)(shape))
    assert ((got == 0).sum(axis=0) == (want == 0).sum(axis=0)).all()


def test_the_others_are_distributed_as_torchs():
    torch = pytest.importorskip("torch")
    torch.manual_seed(7)
    want = torch.nn.init.sparse_(torch.empty(200, 100), 0.5, 0.3).numpy()
    got = np.asarray(keras_inits.Sparse(0.5, 0.3, seed=7)((200, 100)))
    assert scipy.stats.ks_2samp(got[got != 0], want[want != 0]).pvalue > 1e-6
