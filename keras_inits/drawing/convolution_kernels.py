"""Kernels of convolutions that are made as a whole: identities, isometries, bases in Fourier space.

A kernel is laid out as Keras has it, `(*window, channels, filters)`, with a window of one to three axes.
Whatever has 16 bits is computed in float32 and rounded.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from keras_inits.drawing import eras, orthogonal_weights, streams
from keras_inits.drawing.call_arguments import rank
from keras_inits.drawing.calls import Call, part_of
from keras_inits.drawing.hidden_constants import hidden
from keras_inits.drawing.orthogonal_matrices import orthonormal_columns
from keras_inits.drawing.streams import Part

# No older Keras had these, so none has matrices of its own for them.
_ERA = eras.ERAS[-1]


def dirac(call: Call, groups: int) -> tf.Tensor:
    """1 where filter f of a group meets its channel f, at `size // 2` of each of the window's axes."""
    *window, _, filters = _checked_shape(call, "Dirac", (1, 2, 3))
    if filters % groups:
        raise ValueError(
            f"The filters of a Dirac kernel must be a multiple of its groups, {groups}. "
            f"Received: shape={call.shape}"
        )
    box = call.part or Part(call.shape, (0,) * len(call.shape))
    center = [size // 2 - offset for size, offset in zip(window, box.offset)]
    if 0 in box.shape or not all(0 <= at < size for at, size in zip(center, box.shape)):
        return tf.zeros(box.shape, call.dtype)
    channel, filter_of_group = (
        tf.range(size) + offset for size, offset in zip(box.shape[-2:], box.offset[-2:])
    )
    passes = tf.equal(channel[:, tf.newaxis], filter_of_group % (filters // groups))
    return _in_window(tf.cast(passes, call.dtype), box.shape[:-2], center)


def delta_orthogonal(call: Call, gain: float) -> tf.Tensor:
    """Returns a matrix of orthonormal rows times `gain`, at `(size - 1) // 2` of each axis of the window."""
    window = _checked_shape(call, "delta-orthogonal", (1, 2, 3), keeps_norms=True)[:-2]

    def kernel() -> tf.Tensor:
        matrix = orthogonal_weights.orthogonal(
            call._replace(era=_ERA, shape=call.shape[-2:], part=None), gain
        )
        return _in_window(matrix, window, [(size - 1) // 2 for size in window])

    return _asked_part(kernel, call)


def orthogonal(call: Call, gain: float, axes: int) -> tf.Tensor:
    """Returns a kernel whose convolution of a circular input multiplies its 2-norm by `gain`.

    A matrix H of orthonormal rows is a kernel of a window of size 1. With a random projection P,
    `x -> P x(t) + (1 - P) x(t + 1)` keeps norms too; one such step after another along each axis of the
    window widens it by 1 there.
    """
    window = _checked_shape(call, f"convolution-orthogonal {axes}D", (axes,), keeps_norms=True)[:-2]
    if len(set(window)) > 1:
        raise ValueError(
            "The window of a convolution-orthogonal kernel must have the same size along each axis. "
            f"Received: shape={call.shape}"
        )

    def kernel() -> tf.Tensor:
        channels, filters = call.shape[-2:]
        steps = axes * (window[0] - 1)
        # The last row of each is the coins for its columns.
        normals = _normals(call, (1 + steps, filters + 1, filters))[0]
        widened = orthonormal_columns(normals[0, :filters, :channels], transposed=True)
        widened = gain * tf.reshape(widened, (1,) * axes + (channels, filters))
        for step in range(steps):
            widened = _widened(widened, _projection(normals[1 + step]), step % axes)
        return widened

    return _asked_part(kernel, call)


def _projection(normals: tf.Tensor) -> tf.Tensor:
    """Returns the projection on a random half of a random basis: a coin is tossed for each column."""
    basis = orthonormal_columns(normals[:-1])
    kept = basis * tf.cast(normals[-1] > 0, basis.dtype)
    return tf.matmul(kept, kept, transpose_b=True)


def _widened(kernel: tf.Tensor, projection: tf.Tensor, axis: int) -> tf.Tensor:
    """Returns a kernel after which `P x(t) + (1 - P) x(t + 1)` is taken along an axis."""
    first = tf.tensordot(kernel, projection, 1)
    second = kernel - first
    paddings = np.zeros((len(kernel.shape), 2), np.int32)
    paddings[axis] = 0, 1
    return tf.pad(first, paddings) + tf.pad(second, paddings[:, ::-1])


def aware(call: Call, eps_std: float) -> tf.Tensor:
    """Filters that are orthogonal in Fourier space, and some noise, scaled to the variance `2 / fan_in`.

    A weight without a window is an orthogonal matrix.
    """
    if rank(call.shape) not in (3, 4, 5):
        return orthogonal_weights.orthogonal(call._replace(era=_ERA), 1.0)
    *window, channels, filters = _checked_shape(call, "convolution-aware", (1, 2, 3))
    if math.prod(call.shape) == 1:
        raise ValueError(
            "A convolution-aware kernel is scaled to a variance, which a single value does not have. "
            f"Received: shape={call.shape}"
        )

    def kernel() -> tf.Tensor:
        transform = _inverse_real_fft(window)
        size = len(transform)
        bases, noise = _normals(
            call, (filters * -(-channels // size), size, size), (filters, channels, math.prod(window))
        )
        # A basis of one dimension would be a sign.
        bases = _orthogonal_matrices(bases) if size > 1 else bases
        spectra = tf.reshape(bases, (filters, -1, size))[:, :channels]
        kernels = tf.tensordot(spectra, tf.constant(transform, bases.dtype), 1) + eps_std * noise
        variance = 2.0 / (math.prod(window) * channels)
        kernels *= tf.sqrt(variance / tf.math.reduce_variance(kernels))
        in_windows = tf.reshape(kernels, (filters, channels, *window))
        return tf.transpose(in_windows, (*range(2, 2 + len(window)), 1, 0))

    return _asked_part(kernel, call)


def _orthogonal_matrices(normals: tf.Tensor) -> tf.Tensor:
    """Returns small square matrices, each distributed uniformly among the orthogonal ones."""
    q, r = tf.linalg.qr(normals)
    return q * tf.sign(tf.linalg.diag_part(r))[..., tf.newaxis, :]


def shape_of_copied(call: Call, scale: int) -> tuple[int, ...]:
    """Returns the shape of the kernel that an ICNR kernel repeats for each axis of its window."""
    *window, channels, filters = _checked_shape(call, "ICNR", (1, 2, 3))
    copies = scale ** len(window)
    if filters % copies:
        raise ValueError(
            f"The filters of an ICNR kernel must be a multiple of its copies, {copies} for scale={scale} and "
            f"a window of {len(window)} axes. Received: shape={call.shape}"
        )
    return (*window, channels, filters // copies)


def _inverse_real_fft(window: Sequence[int]) -> np.ndarray:
    """Returns the inverse FFT as a matrix: from real half-spectra of a window, flattened, to its values."""
    half = (*window[:-1], window[-1] // 2 + 1)
    units = np.eye(math.prod(half)).reshape(-1, *half)
    return np.fft.irfftn(units, window, axes=range(1, 1 + len(window))).reshape(len(units), -1)


def _normals(call: Call, *shapes: tuple[int, ...]) -> list[tf.Tensor]:
    """Returns independent standard normals of one stream, a tensor of each shape."""
    dtype = tf.float32 if call.dtype.size == 2 else call.dtype
    stream = call.stream("normal", dtype, (sum(map(math.prod, shapes)),))
    drawn = []
    for shape in shapes:
        # Hidden, or small products of matrices would be computed before the graph runs, by other code.
        drawn.append(hidden(streams.draw("normal", stream, shape, dtype)))
        stream = streams.advance(stream, -(-math.prod(shape) // streams.group_size(dtype)))
    return drawn


def _in_window(matrix: tf.Tensor, window: Sequence[int], place: Sequence[int]) -> tf.Tensor:
    """Returns a matrix at a place of a window, zeros elsewhere."""
    around = [(at, size - at - 1) for at, size in zip(place, window)]
    return tf.pad(tf.reshape(matrix, (1,) * len(window) + tuple(matrix.shape)), [*around, (0, 0), (0, 0)])


def _asked_part(kernel: Callable[[], tf.Tensor], call: Call) -> tf.Tensor:
    """Returns the part of a kernel that a call asks for; one without values is not made."""
    whole = tf.zeros(call.shape, call.dtype) if 0 in call.shape else tf.cast(kernel(), call.dtype)
    return part_of(whole, call.part)


def _checked_shape(call: Call, name: str, axes: Sequence[int], keeps_norms: bool = False) -> tuple[int, ...]:
    if streams.is_tensor(call.shape):
        raise ValueError(f"A {name} kernel needs a shape of known dimensions. Received: shape={call.shape}")
    if len(call.shape) - 2 not in axes:
        raise ValueError(
            f"The shape of a {name} kernel is (*window, channels, filters), with a window of "
            f"{' or '.join(map(str, axes))} axes. Received: shape={call.shape}"
        )
    if keeps_norms and call.shape[-2] > call.shape[-1]:
        raise ValueError(
            f"A {name} kernel must have at least as many filters as channels, or it cannot keep every "
            f"input's norm. Received: shape={call.shape}"
        )
    return call.shape
