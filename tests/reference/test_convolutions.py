"""The kernels compared with those of the libraries that they are from; left out where one is missing."""

import numpy as np
import pytest
import tensorflow as tf

import keras_inits


def in_keras_layout(kernel):
    """A kernel of torch, `(filters, channels, *window)`, as Keras has it."""
    return np.moveaxis(kernel, (0, 1), (-1, -2))


@pytest.mark.parametrize("groups", [1, 2, 3])
@pytest.mark.parametrize(
    "shape", [(5, 4, 6), (4, 9, 6), (3, 3, 4, 12), (2, 5, 7, 6), (3, 2, 5, 4, 6)], ids=str
)
def test_dirac_is_torchs(shape, groups):
    torch = pytest.importorskip("torch")
    kernel = torch.empty(shape[-1], shape[-2], *shape[:-2])
    want = in_keras_layout(torch.nn.init.dirac_(kernel, groups).numpy())
    assert np.array_equal(keras_inits.Dirac(groups)(shape), want)


@pytest.mark.parametrize("groups", [1, 2])
def test_a_grouped_convolution_of_keras_passes_on_what_torchs_does(groups):
    torch = pytest.importorskip("torch")
    signal = np.random.RandomState(7).normal(size=(2, 9, 4)).astype("float32")
    layer = torch.nn.Conv1d(4, 6, 3, padding="same", groups=groups, bias=False)
    torch.nn.init.dirac_(layer.weight, groups)
    want = np.swapaxes(layer(torch.tensor(np.swapaxes(signal, 1, 2))).detach().numpy(), 1, 2)
    kernel = keras_inits.Dirac(groups)((3, 4 // groups, 6))
    outputs = [
        tf.nn.conv1d(part, filters, 1, "SAME")
        for part, filters in zip(np.split(signal, groups, -1), tf.split(kernel, groups, -1))
    ]
    assert np.allclose(np.concatenate(outputs, -1), want)


@pytest.mark.parametrize("shape", [(5, 4, 6), (4, 3, 6, 6), (3, 2, 5, 4, 6)], ids=str)
def test_delta_orthogonal_lies_where_jaxs_does_and_has_its_norms(shape):
    jax = pytest.importorskip("jax")
    want = np.asarray(jax.nn.initializers.delta_orthogonal(2.0)(jax.random.key(7), shape))
    got = np.asarray(keras_inits.DeltaOrthogonal(2.0, seed=7)(shape))
    assert np.array_equal(want.any(axis=(-1, -2)), got.any(axis=(-1, -2)))
    grams = [kernel @ np.swapaxes(kernel, -1, -2) for kernel in (got, want)]
    assert np.allclose(*grams, atol=1e-5)


@pytest.mark.parametrize("axes, size", [(1, 4), (2, 3), (3, 2)])
def test_convolution_orthogonal_is_distributed_as_tensorflow_1s(axes, size):
    init_ops = pytest.importorskip("tensorflow.python.ops.init_ops")
    shape, seeds = (size,) * axes + (4, 8), 20
    ours = getattr(keras_inits, f"ConvolutionOrthogonal{axes}D")
    theirs = getattr(init_ops, f"ConvolutionOrthogonal{axes}D")
    got = np.array([ours(seed=seed)(shape) for seed in range(seeds)])
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        want = np.array([session.run(theirs(seed=100 * seed + 1)(shape)) for seed in range(seeds)])
    for kernels in (got, want):
        spectrum = np.fft.fftn(np.float64(kernels), (5,) * axes, axes=range(1, 1 + axes))
        grams = spectrum @ np.conj(np.swapaxes(spectrum, -1, -2))
        assert np.allclose(grams, np.eye(4), atol=1e-5)
    # What a tap has of a norm of 4 deviates by under 0.4.
    shares = [np.square(kernels).sum(axis=(-1, -2)).mean(axis=0) for kernels in (got, want)]
    assert np.abs(shares[0] - shares[1]).max() < 6 * 0.4 * (2 / seeds) ** 0.5
