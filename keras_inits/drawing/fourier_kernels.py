"""Kernels of the short-term Fourier transform."""

from typing import Any

import tensorflow as tf

from keras_inits.keras_compat import installing

SIDES = {"real": tf.cos, "imag": tf.sin}
NORMS = {
    "density": lambda window: tf.sqrt(tf.reduce_sum(tf.square(window))),
    "spectrum": lambda window: tf.reduce_sum(tf.abs(window)),
}


def check_arguments(side: str, window: Any, scaling: str | None) -> None:
    """Raises a `ValueError` for an argument that `kernel` could not use."""
    if side not in SIDES:
        raise ValueError(f"`side` should be 'real' or 'imag'. Received: side={side!r}")
    if scaling is not None and scaling not in NORMS:
        raise ValueError(
            f"`scaling` should be `None`, 'density' or 'spectrum'. Received: scaling={scaling!r}"
        )
    if isinstance(window, str):
        _window_named(window, 1, False)


def kernel(
    shape: tuple[int, ...], dtype: tf.DType, side: str, window: Any, scaling: str | None, periodic: bool
) -> tf.Tensor:
    """Returns one side of the transform of a frame, `cos` or `sin` of `-2 pi t f / fft_length`, windowed.

    Args:
        shape: `(frame_length, 1, fft_length // 2 + 1)`.
        dtype: A floating `tf.DType`.
        side: `"real"` or `"imag"`.
        window: A name of `scipy.signal.windows`, the window's values, or `None`.
        scaling: `"density"`, `"spectrum"` or `None`.
        periodic: Whether a named window is periodic.

    Raises:
        ValueError: If the shape is not such a kernel's, or the window is not as long as the frame.
    """
    if not isinstance(shape, tuple) or len(shape) != 3 or shape[1] != 1:
        raise ValueError(
            f"The shape of an STFT kernel is (frame_length, 1, fft_length // 2 + 1). Received: shape={shape}"
        )
    frame_length, _, frequencies = shape
    frequency = tf.reshape(tf.range(frequencies, dtype=dtype), (1, 1, -1))
    frequency = frequency / tf.cast((frequencies - 1) * 2, dtype)
    time = tf.reshape(tf.range(frame_length, dtype=dtype), (-1, 1, 1))
    angle = (-2 * time) * frequency * tf.acos(tf.cast(-1, dtype))
    values = SIDES[side](angle)
    if window is None:
        return values
    window = _window(window, frame_length, periodic, dtype)
    scale = NORMS[scaling](window) if scaling else 1
    return values * window / scale


def _window(window: Any, frame_length: int, periodic: bool, dtype: tf.DType) -> tf.Tensor:
    if isinstance(window, str):
        window = _window_named(window, frame_length, periodic)
    values = tf.cast(window, dtype)
    if values.shape != (frame_length,):
        raise ValueError(
            f"The window must have the frame's length, {frame_length}. "
            f"Received: a window of shape {tuple(values.shape)}"
        )
    return tf.reshape(values, (-1, 1, 1))


def _window_named(name: str, length: int, periodic: bool) -> Any:
    try:
        from scipy.signal import get_window
    except ImportError:
        raise ImportError(
            f"An STFT window given by name needs SciPy: {installing.how_to('SciPy')}. "
            f"Received: window={name!r}"
        ) from None
    return get_window(name, length, periodic)
