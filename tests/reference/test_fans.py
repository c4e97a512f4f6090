"""Fans compared with those of JAX and torch."""

import pytest

from keras_inits.drawing.fans import compute_fans

AXES = [
    {},
    {"batch_axes": [0]},
    {"batch_axes": [0, -3]},
    {"input_axes": [0, 1], "output_axes": [3]},
    {"input_axes": [0], "output_axes": [1, 2], "batch_axes": [-1]},
    {"input_axes": [], "batch_axes": [-2]},
    {"input_axes": [-1], "output_axes": [-2]},
]


@pytest.mark.parametrize("axes", AXES, ids=str)
def test_with_batch_axes_they_are_jaxs(axes):
    initializers = pytest.importorskip("jax._src.nn.initializers")
    names = {"input_axes": "in_axis", "output_axes": "out_axis", "batch_axes": "batch_axis"}
    want = initializers._compute_fans((2, 3, 5, 7), **{names[kind]: listed for kind, listed in axes.items()})
    assert compute_fans((2, 3, 5, 7), **{"batch_axes": [], **axes}) == want


@pytest.mark.parametrize("kind", ["Conv2d", "ConvTranspose2d"])
@pytest.mark.parametrize("groups", [1, 4])
def test_of_a_convolution_they_are_torchs(kind, groups):
    torch = pytest.importorskip("torch")
    layer = getattr(torch.nn, kind)(8, 12, 3, groups=groups)
    # (outputs, inputs, *window) in torch; the transposed one's first axis is its inputs, which torch
    # takes for outputs all the same.
    shape = tuple(layer.weight.shape)
    want = torch.nn.init._calculate_fan_in_and_fan_out(layer.weight)
    assert compute_fans(shape, input_axes=[1], output_axes=[0], batch_axes=[]) == want
    assert compute_fans((*shape[2:], shape[1], shape[0])) == want
