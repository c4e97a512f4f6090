import contextlib

import pytest

from keras_inits.keras_compat import backend


@pytest.fixture(autouse=True)
def predictions_are_arrays():
    """On torch, what a model predicts is no array as long as it may be asked for its gradient."""
    with _gradients(False):
        yield


@pytest.fixture
def gradients(predictions_are_arrays):
    """Gives torch's gradients back to a test that trains."""
    with _gradients(True):
        yield


def _gradients(are_kept):
    if backend.name() != "torch":
        return contextlib.nullcontext()
    import torch

    return torch.set_grad_enabled(are_kept)
