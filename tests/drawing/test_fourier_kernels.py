"""Kernels of the short-term Fourier transform, against NumPy's FFT."""

import numpy as np
import pytest
import tensorflow as tf

from keras_inits.drawing import fourier_kernels


def kernel(side, window=None, scaling=None, shape=(8, 1, 5), periodic=False):
    return fourier_kernels.kernel(shape, tf.float64, side, window, scaling, periodic).numpy()


@pytest.mark.parametrize("side, part", [("real", np.real), ("imag", np.imag)])
def test_a_side_is_that_of_the_transform(side, part):
    frame = np.random.default_rng(7).normal(size=8)
    assert np.allclose(np.einsum("t,tcf->f", frame, kernel(side)), part(np.fft.rfft(frame)))


@pytest.mark.parametrize(
    "scaling, norm", [(None, 1.0), ("density", np.sqrt(np.sum(np.arange(8.0) ** 2))), ("spectrum", 28.0)]
)
def test_a_window_multiplies_the_frame_and_is_scaled(scaling, norm):
    window = np.arange(8.0)
    assert np.allclose(kernel("real", window, scaling), kernel("real") * window[:, None, None] / norm)


def test_a_window_has_a_name_of_scipys():
    signal = pytest.importorskip("scipy.signal")
    window = signal.get_window("hann", 8, True)
    assert np.allclose(kernel("imag", "hann", periodic=True), kernel("imag", window))


@pytest.mark.parametrize("shape", [(8, 2, 5), (8, 5), (8,)])
def test_another_shape_is_an_error(shape):
    with pytest.raises(ValueError, match="The shape of an STFT kernel is"):
        kernel("real", shape=shape)


def test_a_window_of_another_length_is_an_error():
    with pytest.raises(ValueError, match="must have the frame's length, 8"):
        kernel("real", np.ones(7))


@pytest.mark.parametrize("side, scaling, word", [("left", None, "side"), ("real", "energy", "scaling")])
def test_an_argument_that_is_none_of_those_is_an_error(side, scaling, word):
    with pytest.raises(ValueError, match=f"{word}="):
        fourier_kernels.check_arguments(side, None, scaling)
