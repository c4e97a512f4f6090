"""`.keras` files, which are zip files, as Keras 2.12 and later writes them."""

from keras_inits.keras_compat.error_text import first_line
from keras_inits.saved_models.files import config_trees, guard, limits, zip_entries
from keras_inits.saved_models.files.config_trees import TooLargeError, Written

_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")


def recognizes(head: bytes, path: str = "") -> bool:
    """Returns whether a file's first bytes are a zip file's."""
    return head.startswith(_SIGNATURES)


def read(path: str) -> Written:
    """Reads a model's version, backend and config out of a `.keras` zip file."""
    try:
        with zip_entries.opened(path) as entries:
            config = _read(entries, "config.json")
            metadata = _read(entries, "metadata.json") or b"{}"
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


def _read(entries: zip_entries.Entries, name: str) -> bytes | None:
    """Reads an entry, which may unpack to far more than the file's size; `None` where there is none."""
    if name not in entries.names:
        return None
    data = entries.read(name, limits.CONFIG_BYTES)
    if data is None:
        config_trees.check_size(limits.CONFIG_BYTES + 1, name)
    return data
