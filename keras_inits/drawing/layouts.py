"""Weights that lie on many devices: each device's part, made for that device, as one DTensor of TensorFlow's
or one array of JAX's.

A weight larger than a block is filled block by block: TensorFlow's eager arithmetic keeps a result and what
it was computed from, so a part that was drawn at once would need three times its size.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf
from tensorflow.experimental.dtensor import get_default_mesh

from keras_inits.drawing.streams import Part, joined_rows
from keras_inits.keras_compat import backend, backend_tensors, dtensor_layouts, jax_shardings, seed_sources

# How many values of a part are drawn at a time.
BLOCK = 1 << 21


def layout_of(layout: Any, shape: Any, is_random: bool) -> Any:
    """Returns the layout that a call of an initializer asks for, `None` for an ordinary tensor.

    Args:
        layout: A `tf.experimental.dtensor.Layout`, on JAX a `jax.sharding.Sharding`, on Keras 3 also a
            `keras.distribution.TensorLayout`, or `None`. With `None`, on TensorFlow, it is the layout that
            tf_keras' `LayoutMap` has for the weight where that fits the shape, and else in a
            `dtensor.default_mesh` block a replicated one.
        shape: The weight's shape.
        is_random: Whether the initializer draws.

    Raises:
        TypeError: If `layout` is something else.
        ValueError: If the weight cannot be laid out so, or, on Keras 2, if `layout` is given, the
            initializer draws and `tf.keras.utils.set_random_seed` was not called.
    """
    if not backend.is_tensorflow():
        return None if layout is None else jax_shardings.sharding_of(layout, shape)
    if layout is None:
        mesh = _default_mesh()
        if mesh is None:
            return None
        layout = dtensor_layouts.layout_of_layout_map()
        # A layer may make its weight of pieces, with a call for each: the layout is the weight's.
        if layout is None or not (_has_axes_of(layout, shape) and _divides(layout, shape)):
            layout = tf.experimental.dtensor.Layout.replicated(mesh, len(shape))
    else:
        layout = dtensor_layouts.dtensor_layout(layout)
        if is_random:
            seed_sources.ensure_seeded()
    _check_fits(layout, shape)
    return layout


def _default_mesh() -> Any:
    """Returns the mesh of the `dtensor.default_mesh` block that this thread's eager code is in, or `None`.

    TensorFlow gives a block's mesh to all threads, and for ever once an error ended the block. Only what is
    computed in the block is on the block's device.
    """
    mesh = get_default_mesh()
    if mesh is None or not tf.executing_eagerly():
        return None
    return mesh if tf.identity(0).device == tf.experimental.dtensor.device_name() else None


def _check_fits(layout: Any, shape: Any) -> None:
    if not tf.executing_eagerly():
        raise ValueError(
            "A weight is laid out over a mesh eagerly, not inside a `tf.function` or a `tf.Graph`. "
            f"Received: layout={layout}"
        )
    if not _has_axes_of(layout, shape):
        raise ValueError(f"A layout must have the shape's axes. Received: shape={shape}, layout={layout}")
    if not _divides(layout, shape):
        raise ValueError(
            f"Each axis must be a multiple of its number of shards, {_shards(layout)} here. "
            f"Received: shape={shape}, layout={layout}"
        )


def _has_axes_of(layout: Any, shape: Any) -> bool:
    return not tf.is_tensor(shape) and len(shape) == layout.rank


def _divides(layout: Any, shape: Sequence[int]) -> bool:
    return not any(dim % count for dim, count in zip(shape, _shards(layout)))


def _shards(layout: Any) -> tuple[int, ...]:
    return tuple(layout.num_shards(axis) for axis in range(layout.rank))


def parts_of(layout: Any, shape: Sequence[int]) -> list[Part]:
    """Returns the part of a weight that each of this process's `mesh.local_devices()` has, in their order."""
    mesh, specs = layout.mesh, layout.sharding_specs
    dims = tuple(dim // layout.num_shards(axis) for axis, dim in enumerate(shape))
    # The name of an unsharded axis is that of no dimension of the mesh.
    return [
        Part(dims, tuple(place.get(name, 0) * dim for name, dim in zip(specs, dims)))
        for place in mesh.local_device_locations()
    ]


def laid_out(values: Callable[[Part], tf.Tensor], layout: Any, shape: Sequence[int]) -> Any:
    """Returns a DTensor of a layout, or an array of JAX's, each of whose parts `values` gives."""
    if not backend.is_tensorflow():
        return jax_shardings.array_of_shards(
            lambda *part: backend_tensors.array(values(Part(*part))), layout, shape
        )
    components = []
    for device, part in zip(layout.mesh.local_devices(), parts_of(layout, shape)):
        with tf.device(device):
            components.append(values(part))
    return tf.experimental.dtensor.pack(components, layout)


def in_blocks(values: Callable[[Part], tf.Tensor], part: Part, block: int | None = None) -> tf.Tensor:
    """Returns a part of a weight, made some of its rows at a time where it is large.

    No more memory is needed than for the part and a few blocks.

    Args:
        values: Returns a part of the weight, in which each value depends on its own place alone.
        part: The `Part` to make.
        block: How many values are made at a time, `BLOCK` unless given.
    """
    row, rows = math.prod(part.shape[1:]), sum(part.shape[:1])
    at_once = max(1, (block or BLOCK) // max(1, row))
    if row == 0 or at_once >= rows or not tf.executing_eagerly():
        return values(part)

    def made(begin: int, end: int) -> tf.Tensor:
        return values(Part((end - begin, *part.shape[1:]), (part.offset[0] + begin, *part.offset[1:])))

    return tf.reshape(joined_rows(made, rows, at_once, row), part.shape)
