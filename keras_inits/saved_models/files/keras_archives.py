"""`.keras` files, which are zip files, as Keras 2.12 and later writes them."""

import zipfile

from keras_inits.keras_compat.error_text import first_line
from keras_inits.saved_models.files import config_trees, guard, limits
from keras_inits.saved_models.files.config_trees import TooLargeError, Written

_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")


def recognizes(head: bytes, path: str = "") -> bool:
    """Returns whether a file's first bytes are a zip file's."""
    return head.startswith(_SIGNATURES)


def read(path: str) -> Written:
    """Reads a model's version, backend and config out of a `.keras` zip file."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.namelist()
            config = _entry(archive, "config.json") if "config.json" in entries else None
            metadata = _entry(archive, "metadata.json") if "metadata.json" in entries else b"{}"
    except TooLargeError:
        raise
    except guard.DAMAGE as error:
        raise ValueError(f"a zip file, but truncated or damaged: {first_line(error)}") from error
    if config is None:
        raise ValueError("a zip file, but no Keras model in it (no config.json)")
    parsed = config_trees.parse(metadata)
    said = parsed if isinstance(parsed, dict) else {}
    model = config_trees.model_config(config_trees.parse(config))
    return Written(said.get("keras_version"), said.get("backend"), model)


def _entry(archive: zipfile.ZipFile, name: str) -> bytes:
    """Reads a zip file's entry, which may unpack to far more than the file's size."""
    if archive.getinfo(name).compress_type not in guard.ZIP_COMPRESSIONS:
        raise ValueError(f"{name} is compressed in no way of Keras")
    with archive.open(name) as entry:
        data = entry.read(limits.CONFIG_BYTES + 1)
    config_trees.check_size(len(data), name)
    return data
