import contextlib

import pytest

from keras_inits.keras_compat import backend


@pytest.fixture(autouse=True)
def predictions_are_arrays():
    """On torch, what a model predicts is no array as long as it may be asked for its gradient."""
    with contextlib.ExitStack() as stack:
        if backend.name() == "torch":
            import torch

            stack.enter_context(torch.no_grad())
        yield
