"""How a weight is spread over the devices of JAX, and the array that its shards make.

Keras 3.15 and later gives an initializer the `NamedSharding` of the weight, on a mesh without devices, which
are in the mesh of the block around the call. Keras before that gives it nothing, and spreads what it returns.
"""

import collections
import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.keras_compat import backend, versions


def sharding_of(layout: Any, shape: Sequence[int]) -> Any:
    """Returns a layout as a `jax.sharding.Sharding` on devices, to which the shape fits.

    Args:
        layout: One, or a `keras.distribution.TensorLayout`; one without a mesh is on the mesh of the current
            distribution.
        shape: The weight's shape.

    Raises:
        TypeError: If `layout` is something else.
        ValueError: If there is no mesh, or the weight cannot be laid out so.
    """
    if backend.name() != "jax":
        raise ValueError(
            f"Keras {versions.keras_version()} spreads no weight over devices on its backend "
            f"{backend.name()!r}. Received: layout={layout!r}"
        )
    import jax

    sharding = _on_devices(layout)
    if not isinstance(sharding, jax.sharding.Sharding):
        raise TypeError(
            "`layout` must be a `jax.sharding.Sharding` or a `keras.distribution.TensorLayout`. "
            f"Received: layout={layout!r}"
        )
    if len(getattr(sharding, "spec", ())) > len(shape):
        raise ValueError(
            f"A layout must have no more axes than the shape. Received: shape={shape}, layout={layout}"
        )
    try:
        sharding.shard_shape(tuple(shape))
    except ValueError as error:
        raise ValueError(
            f"The weight cannot be laid out so: {error}. Received: shape={shape}, layout={layout}"
        ) from None
    return sharding


def _on_devices(layout: Any) -> Any:
    import jax
    import keras

    if isinstance(layout, keras.distribution.TensorLayout):
        return _with_mesh(layout).backend_layout
    if isinstance(layout, jax.sharding.NamedSharding) and isinstance(layout.mesh, jax.sharding.AbstractMesh):
        return jax.sharding.NamedSharding(jax.sharding.get_mesh(), layout.spec)
    return layout


def _with_mesh(layout: Any) -> Any:
    """Returns a layout of Keras' with a mesh, which it may have left to the distribution."""
    import keras

    if layout.device_mesh is not None:
        return layout
    mesh = getattr(keras.distribution.distribution(), "device_mesh", None)
    if mesh is None:
        raise ValueError(
            "A layout without a mesh needs a distribution that has one: call "
            f"`keras.distribution.set_distribution` first. Received: layout={layout!r}"
        )
    return keras.distribution.TensorLayout(layout.axes, mesh)


def sharding_of_weight(variable: Any) -> Any:
    """Returns how a weight of the model is spread over several devices, `None` where it is on one."""
    if backend.name() != "jax":
        return None
    sharding = variable.value.sharding
    return sharding if len(sharding.device_set) > 1 else None


def array_of_shards(
    values: Callable[[tuple[int, ...], tuple[int, ...]], np.ndarray], sharding: Any, shape: Sequence[int]
) -> Any:
    """Returns the array of a sharding, of which this process makes what its own devices hold.

    Args:
        values: Gives a shard of a shape, which begins at an offset.
        sharding: A `jax.sharding.Sharding`.
        shape: The shape of the whole.
    """
    import jax

    def box(index: tuple[slice, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        spans = [axis.indices(size)[:2] for axis, size in zip(index, shape)]
        return tuple(stop - start for start, stop in spans), tuple(start for start, _ in spans)

    # Devices that hold the same get the same, which is let go with the last of them.
    left = collections.Counter(map(box, sharding.addressable_devices_indices_map(tuple(shape)).values()))
    shared: dict[Any, np.ndarray] = {}

    def shard(index: tuple[slice, ...]) -> np.ndarray:
        place = box(index)
        made = shared.pop(place) if place in shared else values(*place)
        left[place] -= 1
        if left[place]:
            shared[place] = made
        return made

    return jax.make_array_from_callback(tuple(shape), sharding, shard)


def spread(values: np.ndarray, sharding: Any, dtype: str) -> Any:
    """Returns an array that each process has whole as one of a sharding, each part on its device."""

    def shard(shape: tuple[int, ...], offset: tuple[int, ...]) -> np.ndarray:
        part = values[tuple(slice(start, start + size) for start, size in zip(offset, shape))]
        return part.astype(dtype, copy=False)

    return array_of_shards(shard, sharding, values.shape)


def called_back(
    function: Callable[[Any], np.ndarray], traced: Any, shape: Sequence[int], dtype: tf.DType
) -> Any:
    """Returns what a function of NumPy arrays gives for a traced array, where the traced function runs."""
    import jax

    result = jax.ShapeDtypeStruct(tuple(shape), jax.dtypes.canonicalize_dtype(dtype.as_numpy_dtype))
    # Mapped by `jax.vmap`, it is called once for each; JAX before 0.4.34 does so unasked.
    mapped = {"vmap_method": "sequential"} if _maps_by_method() else {}

    def values(known: Any) -> np.ndarray:
        return function(np.asarray(known)).astype(result.dtype)

    return jax.pure_callback(values, result, traced, **mapped)


@functools.cache
def _maps_by_method() -> bool:
    import jax

    return "vmap_method" in inspect.signature(jax.pure_callback).parameters
