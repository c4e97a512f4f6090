"""Reads the saved model of any Keras, from 1.0 to today, without building it.

`read` says what a file holds: who wrote it, and the model's config as it was written. It looks at
the bytes, not at the file's name, and needs `h5py`, `json`, `yaml` and `zipfile` only.

The files may come from anyone: all that is read is bounded in size and in depth.
"""

import dataclasses
import itertools
import json
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from keras_inits.keras_compat.error_text import first_line, in_a_line
from keras_inits.keras_compat.own import public
from keras_inits.saved_models.files import guard, limits

_HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_HEAD_BYTES = 512
# Keras wrote the keys of an architecture in YAML in alphabetical order, `backend` and this first.
_YAML_KEY = re.compile(rb"^class_name:", re.M)
_MODEL_CLASSES = ("Sequential", "Model", "Functional", "Graph")
# The groups at the root of a file that Keras 3 or tf_keras wrote with `save_weights`.
_WEIGHT_GROUPS = {"layers", "vars", "_layer_checkpoint_dependencies"}


@public
class NotAModelError(ValueError):
    """The file holds no saved model; the message is one line that names the file and says why."""


class _TooLargeError(ValueError):
    """Something in the file is larger than what is read of it."""


@dataclasses.dataclass(frozen=True)
class SavedModel:
    """A saved model as its file has it, nothing built and nothing interpreted.

    Attributes:
        path: The file.
        kind: `"h5"`, `"keras"` (the zip file of Keras 3), `"json"` or `"yaml"` (an architecture alone).
        keras_version: The Keras that wrote the file, `None` where the file does not say.
        backend: That Keras' backend, `None` where the file does not say.
        config: The model's `{"class_name": ..., "config": ...}`.
    """

    path: str
    kind: str
    keras_version: str | None
    backend: str | None
    config: dict[str, Any]

    @property
    def has_weights(self) -> bool:
        """Whether a file of this kind holds the model's weights too."""
        return self.kind in ("h5", "keras")


def read(path: str | os.PathLike[str]) -> SavedModel:
    """Reads a saved model: a whole model in HDF5, a `.keras` file, or an architecture in JSON or YAML.

    Raises:
        NotAModelError: The file holds no model, or is damaged.
        OSError: The file cannot be read.
    """
    name = os.fsdecode(path)
    try:
        kind = _kind(name)
        keras_version, backend, config = _READERS[kind](name)
    except ValueError as error:
        raise NotAModelError(f"{name}: {error}") from error
    return SavedModel(name, kind, text_or_none(keras_version), text_or_none(backend), config)


def _kind(path: str) -> str:
    """Returns what kind of file it is, by its content; a ValueError says that it is none of a model."""
    head = _head(path)
    if head.startswith(ZIP_SIGNATURES):
        return "keras"
    if _begins_json(head):
        return "json"
    # The signature may also come later in the file, which HDF5 knows best.
    if head.startswith(_HDF5_SIGNATURE) or h5py.is_hdf5(path):
        return "h5"
    if _YAML_KEY.search(head):
        return "yaml"
    raise ValueError("not a saved model: neither HDF5, nor a .keras zip file, nor JSON or YAML")


def _head(path: str) -> bytes:
    """Reads a file's first bytes; refuses what is not a file with something in it."""
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        raise ValueError("a directory, not a saved model's file")
    if not stat.S_ISREG(mode):
        raise ValueError("not a regular file")
    with open(path, "rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise ValueError("an empty file")
    return head


def _begins_json(head: bytes) -> bool:
    """Returns whether a file's first bytes could begin a JSON object, array or string."""
    text = head.decode(json.detect_encoding(head), errors="ignore").lstrip("\ufeff \t\r\n")
    return text.startswith(("{", "[", '"'))


def _read_h5(path: str) -> tuple[Any, Any, dict[str, Any]]:
    """Reads a whole model's version, backend and config out of the attributes of an HDF5 file."""
    try:
        with h5py.File(path, "r") as file:
            names = ("model_config", "keras_version", "backend")
            config, version, backend = (_attribute(file, name) for name in names)
            weights_only = "layer_names" in file.attrs or not _WEIGHT_GROUPS.isdisjoint(file)
    except _TooLargeError:
        raise
    except guard.DAMAGE as error:
        raise ValueError(f"HDF5, but truncated or damaged: {first_line(error)}") from error
    if config is not None:
        return version, backend, _model_config(_parse(config))
    if weights_only:
        raise ValueError("holds weights only, without the model's architecture")
    raise ValueError("HDF5, but no Keras model in it (no model_config)")


def _attribute(file: h5py.File, name: str) -> bytes | None:
    """Reads a text attribute, `None` where there is none."""
    data = bytearray()
    for piece in pieces(file, name):
        data += _as_bytes(piece)
        # Many attributes may stand for one text in the file.
        _check_size(len(data), name)
    return bytes(data) or None


def pieces(group: h5py.Group, name: str) -> Iterator[Any]:
    """Yields an attribute, which Keras cuts into `name0`, `name1`, ... when it is long."""
    if name in group.attrs:
        yield group.attrs[name]
        return
    for number in itertools.count():
        if f"{name}{number}" not in group.attrs:
            return
        yield group.attrs[f"{name}{number}"]


def _as_bytes(value: Any) -> bytes:
    """Returns the bytes of an attribute, which may be text, bytes or an array of such."""
    if isinstance(value, np.ndarray):
        return b"".join(_as_bytes(item) for item in value.ravel().tolist())
    if isinstance(value, str):
        return value.encode("utf-8", errors="surrogateescape")
    if isinstance(value, bytes):
        return bytes(value)
    raise TypeError(f"an attribute is {type(value).__name__}, not text")


def _read_keras(path: str) -> tuple[Any, Any, dict[str, Any]]:
    """Reads a model's version, backend and config out of a `.keras` zip file."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.namelist()
            config = _entry(archive, "config.json") if "config.json" in entries else None
            metadata = _entry(archive, "metadata.json") if "metadata.json" in entries else b"{}"
    except _TooLargeError:
        raise
    except guard.DAMAGE as error:
        raise ValueError(f"a zip file, but truncated or damaged: {first_line(error)}") from error
    if config is None:
        raise ValueError("a zip file, but no Keras model in it (no config.json)")
    parsed = _parse(metadata)
    written_by = parsed if isinstance(parsed, dict) else {}
    return written_by.get("keras_version"), written_by.get("backend"), _model_config(_parse(config))


def _entry(archive: zipfile.ZipFile, name: str) -> bytes:
    """Reads a zip file's entry, which may unpack to far more than the file's size."""
    if archive.getinfo(name).compress_type not in guard.ZIP_COMPRESSIONS:
        raise ValueError(f"{name} is compressed in no way of Keras")
    with archive.open(name) as entry:
        data = entry.read(limits.CONFIG_BYTES + 1)
    _check_size(len(data), name)
    return data


def _read_json(path: str) -> tuple[Any, Any, dict[str, Any]]:
    """Reads a model's version, backend and config out of what `to_json` wrote."""
    _check_size(os.path.getsize(path), "the JSON")
    with open(path, "rb") as file:
        value = _parse(file.read(limits.CONFIG_BYTES))
    # `json.dump(model.to_json(), file)` is a common slip: the text, once more as JSON.
    if isinstance(value, str):
        value = _parse(value.encode("utf-8", errors="surrogatepass"))
    # TensorFlow.js keeps the same config in its model.json, with weights of its own format.
    if isinstance(value, dict) and isinstance(value.get("modelTopology"), dict):
        value = value["modelTopology"]
        if isinstance(value.get("model_config"), dict):
            said = {key: value.get(key) for key in ("keras_version", "backend")}
            value = said | value["model_config"]
    return _architecture(value, "JSON")


def _read_yaml(path: str) -> tuple[Any, Any, dict[str, Any]]:
    """Reads a model's version, backend and config out of what `to_yaml` wrote until Keras 2.6."""
    _check_size(os.path.getsize(path), "the YAML", limits.YAML_BYTES)
    # Imported here, for few files are YAML.
    import yaml

    from keras_inits.saved_models.files import yaml_loader

    with open(path, "rb") as file:
        data = file.read(limits.YAML_BYTES)
    try:
        value = yaml_loader.load(data)
        check_tree(value, limits.YAML_VALUES)
        text = json.dumps(value)
    except (yaml.YAMLError, ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"not YAML, or more than plain values: {in_a_line(error)}") from error
    return _architecture(_parse(text.encode()), "YAML")


def _check_size(size: int, what: str, largest: int | None = None) -> None:
    largest = limits.CONFIG_BYTES if largest is None else largest
    if size > largest:
        raise _TooLargeError(f"{what} is larger than {largest} bytes")


def _parse(data: bytes) -> Any:
    """Parses JSON; a ValueError says in one line what is wrong with it."""
    _check_size(len(data), "the model's config")
    try:
        value = json.loads(data)
    except RecursionError:
        raise ValueError(f"JSON, but nested deeper than {limits.CONFIG_DEPTH}") from None
    except ValueError as error:
        raise ValueError(f"not JSON, or truncated: {first_line(error)}") from error
    try:
        check_tree(value)
    except ValueError as error:
        raise ValueError(f"JSON, but {error}") from None
    return value


def check_tree(value: Any, most: int | None = None) -> None:
    """Refuses a config that is too deep or too large for the functions that walk through it.

    Aliases in YAML, or one list in two places, make it larger than what is written of it.

    Args:
        most: How many values there may be, `limits.CONFIG_VALUES` unless given.

    Raises:
        ValueError: It is nested too deep, has too many values, or texts that are too long.
    """
    most = limits.CONFIG_VALUES if most is None else most
    level = [value]
    values, characters = 1, 0
    for _ in range(limits.CONFIG_DEPTH):
        # Counted before they are collected, for one level may stand for any number in the next.
        values += sum(len(children(node)) for node in level)
        if values > most:
            raise ValueError(f"more than {most} values")
        characters += sum(map(_characters, level))
        if characters > limits.CONFIG_BYTES:
            raise ValueError(f"texts of more than {limits.CONFIG_BYTES} characters")
        level = [child for node in level for child in children(node)]
        if not level:
            return
    raise ValueError(f"nested deeper than {limits.CONFIG_DEPTH}")


def children(node: Any) -> Any:
    """Returns what a part of a config holds, of a dict its values."""
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, (list, tuple)) else ()


def _characters(node: Any) -> int:
    """Counts the characters of a text, or of a dict's keys."""
    if isinstance(node, dict):
        return sum(len(key) for key in node if isinstance(key, str))
    return len(node) if isinstance(node, (str, bytes)) else 0


def _model_config(value: Any, written_in: str = "JSON") -> dict[str, Any]:
    """Returns a parsed config, if it is an object's `{"class_name": ..., "config": ...}`."""
    if not is_object(value):
        raise ValueError(f"{written_in}, but no Keras model (no class_name and config)")
    return value


def _architecture(value: Any, written_in: str) -> tuple[Any, Any, dict[str, Any]]:
    """Returns the version, backend and config of an architecture that was saved alone.

    The config of a tokenizer or a layer, which is refused, looks much the same.
    """
    config = _model_config(value, written_in)
    is_model = (
        config["class_name"] in _MODEL_CLASSES
        or "keras_version" in config
        or isinstance(config["config"], list)
        or "layers" in config["config"]
        or "compile_config" in config
    )
    if not is_model:
        raise ValueError(f"{written_in} of a Keras {config['class_name']!r:.200}, which is not a model")
    return config.get("keras_version"), config.get("backend"), config


_READERS = {"h5": _read_h5, "json": _read_json, "keras": _read_keras, "yaml": _read_yaml}


def is_object(node: Any) -> bool:
    """Returns whether a part of a config is what Keras saves for an object: its class and its config."""
    return (
        isinstance(node, dict)
        and isinstance(node.get("class_name"), str)
        and isinstance(node.get("config"), (dict, list))
    )


def text_or_none(value: Any) -> str | None:
    """Returns an attribute of an HDF5 file as text; `None` where it is empty or no text."""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return value if isinstance(value, str) and value else None
