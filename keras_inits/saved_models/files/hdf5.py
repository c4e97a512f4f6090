"""Whole models in HDF5, as every Keras from 1.0 on wrote them: the config is in attributes of the file."""

import itertools
from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from keras_inits.keras_compat.error_text import first_line
from keras_inits.saved_models.files import config_trees, guard
from keras_inits.saved_models.files.config_trees import TooLargeError, Written

# The kinds of NumPy's dtypes that attributes of Keras have, besides texts of any length.
_KINDS = "biufSU"
_SIGNATURE = b"\x89HDF\r\n\x1a\n"
# The groups at the root of a file that Keras 3 or tf_keras wrote with `save_weights`.
_WEIGHT_GROUPS = {"layers", "vars", "_layer_checkpoint_dependencies"}


def recognizes(head: bytes, path: str) -> bool:
    """Returns whether a file is HDF5, from its first bytes or, as only HDF5 knows, further on."""
    return head.startswith(_SIGNATURE) or h5py.is_hdf5(path)


def read(path: str) -> Written:
    """Reads a whole model's version, backend and config out of the attributes of an HDF5 file."""
    try:
        with h5py.File(path, "r") as file:
            names = ("model_config", "keras_version", "backend")
            config, version, backend = (_attribute(file, name) for name in names)
            weights_only = "layer_names" in file.attrs or not _WEIGHT_GROUPS.isdisjoint(file)
    except TooLargeError:
        raise
    except guard.DAMAGE as error:
        raise ValueError(f"HDF5, but truncated or damaged: {first_line(error)}") from error
    if config is not None:
        return Written(version, backend, config_trees.model_config(config_trees.parse(config)))
    if weights_only:
        raise ValueError(
            "holds weights only, without the model's architecture: give them to a model that you build, by "
            "keras_inits.load_weights(model, path)"
        )
    raise ValueError("HDF5, but no Keras model in it (no model_config)")


def _attribute(file: h5py.File, name: str) -> bytes | None:
    """Reads a text attribute, `None` where there is none."""
    data = bytearray()
    for piece in pieces(file, name):
        data += _as_bytes(piece)
        # Many attributes may stand for one text in the file.
        config_trees.check_size(len(data), name)
    return bytes(data) or None


def pieces(group: h5py.Group, name: str) -> Iterator[Any]:
    """Yields an attribute, which Keras cuts into `name0`, `name1`, ... when it is long."""
    if name in group.attrs:
        yield attribute(group, name)
        return
    for number in itertools.count():
        if f"{name}{number}" not in group.attrs:
            return
        yield attribute(group, f"{name}{number}")


def attribute(group: h5py.Group, name: str) -> Any:
    """Reads an attribute, `None` where there is none.

    Raises:
        TypeError: It is neither text nor numbers, such as lists of any length, which may be one in the file.
    """
    if name not in group.attrs:
        return None
    kind = group.attrs.get_id(name).dtype
    if kind.kind not in _KINDS and h5py.check_string_dtype(kind) is None:
        raise TypeError(f"the attribute {name!r} is neither text nor numbers")
    return group.attrs[name]


def _as_bytes(value: Any) -> bytes:
    """Returns the bytes of an attribute, which may be text, bytes or an array of such."""
    if isinstance(value, np.ndarray):
        return b"".join(_as_bytes(item) for item in value.ravel().tolist())
    if isinstance(value, str):
        return value.encode("utf-8", errors="surrogateescape")
    if isinstance(value, bytes):
        return bytes(value)
    raise TypeError(f"an attribute is {type(value).__name__}, not text")
