"""Identity matrices, as each Keras made them."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from keras_inits.drawing.call_arguments import rank
from keras_inits.drawing.calls import Call, part_of
from keras_inits.drawing.eras import Identity
from keras_inits.drawing.scalars import number
from keras_inits.drawing.streams import is_tensor


def identity(call: Call, gain: float) -> tf.Tensor:
    """Returns `gain` on the main diagonal of the last two axes, and zeros elsewhere."""
    if not 2 <= rank(call.shape) <= call.era.identity_axes:
        allowed = "2" if call.era.identity_axes == 2 else "at least 2"
        raise ValueError(
            f"The shape of an identity matrix has {allowed} axes. "
            f"Received: shape={call.shape} of rank {rank(call.shape)}."
        )
    return WAYS[call.era.identity](call, gain)


def _padded_identity(call: Call, gain: float) -> tf.Tensor:
    shape = call.part.shape if call.part else [call.shape[axis] for axis in range(rank(call.shape))]
    *batch, rows, columns = shape
    first_row, first_column = call.part.offset[-2:] if call.part else (0, 0)
    diagonal = first_row - first_column
    smaller = tf.minimum if is_tensor(rows) or is_tensor(columns) else min
    length = smaller(rows - max(-diagonal, 0), columns - max(diagonal, 0))
    gain = tf.convert_to_tensor(number(gain, call.dtype))
    # Minus zero where the gain is negative, as Keras multiplies.
    elsewhere = gain * tf.zeros((), call.dtype)
    if not is_tensor(length) and length <= 0:
        return tf.fill(shape, elsewhere)
    return tf.raw_ops.MatrixDiagV3(
        diagonal=tf.fill((*batch, length), gain),
        k=diagonal,
        num_rows=rows,
        num_cols=columns,
        padding_value=elsewhere,
    )


def _square_identity(call: Call, gain: float) -> tf.Tensor:
    if call.shape[0] != call.shape[1]:
        raise ValueError(
            f"That Keras made identity matrices of square shapes alone. Received: shape={call.shape}"
        )
    return _padded_identity(call, gain)


def _tiled_identity(call: Call, gain: float) -> tf.Tensor:
    short, long = sorted(call.shape)
    if long % short:
        raise ValueError(
            "That Keras made identity matrices of shapes whose long side is a multiple of the short "
            f"one. Received: shape={call.shape}"
        )
    repeats = (call.shape[0] // short, call.shape[1] // short)
    return part_of(tf.cast(np.tile(gain * np.identity(short), repeats), call.dtype), call.part)


WAYS: dict[Identity, Callable[[Call, float], tf.Tensor]] = {
    Identity.PADDED: _padded_identity,
    Identity.REFUSED: _square_identity,
    Identity.TILED: _tiled_identity,
}
