"""What `keras-inits inspect` says of a saved model: who wrote it, and what its initializers are here."""

import functools
import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import h5py

from keras_inits.cli import advice, output
from keras_inits.keras_compat import keras_versions
from keras_inits.keras_compat.error_text import printable, reason
from keras_inits.saved_models.files import config_trees, guard, limits, reading
from keras_inits.saved_models.files.config_trees import cut


class Resolution(NamedTuple):
    """What a saved initializer is in this process.

    Attributes:
        class_name: The class it resolves to, `None` if it does not.
        config: That initializer's full config.
        error: Why it does not resolve.
        stock_error: Why stock tf.keras refuses it, `None` if it does not.
    """

    class_name: str | None
    config: dict[str, Any] | None
    error: str | None
    stock_error: str | None


def report_on(
    path: str, custom_objects: Mapping[str, Any] | None = None, safe_mode: bool = True
) -> dict[str, Any]:
    """Reads a saved model and says what is in it.

    Args:
        path: The file.
        custom_objects: The user's own classes and functions, by the names that the file uses.
        safe_mode: Whether Python code in an initializer's config is refused rather than run.

    Returns:
        What `inspect --json` prints for it: the `path`, `kind`, `keras_version`, `backend` and
        `initializers`; or the `path` and the `error`.
    """
    try:
        if os.path.isfile(path) and h5py.is_hdf5(path):
            guard.check(path, arrays=False)
        model = reading.read(path)
        initializers = _distinct(model.config, tuple((custom_objects or {}).items()), safe_mode)
    except (reading.NotAModelError, guard.DamagedFileError, config_trees.TooLargeError) as error:
        return {"path": path, "error": printable(str(error).removeprefix(f"{path}: "))}
    except OSError as error:
        return {"path": path, "error": printable(reason(error))}
    return {
        "path": model.path,
        "kind": model.kind,
        "keras_version": model.keras_version,
        "backend": model.backend or _only_backend(model.keras_version),
        "initializers": initializers,
    }


def _only_backend(keras_version: str | None) -> str | None:
    """Returns the backend of a Keras that had one only, as Keras from 2.4 on, whose `.keras` says none."""
    version = keras_versions.as_written(keras_version or "")
    return "tensorflow" if version is not None and (2, 4) <= version < (3,) else None


def _distinct(
    config: dict[str, Any], custom_objects: tuple[tuple[str, Any], ...], safe_mode: bool
) -> list[dict[str, Any]]:
    """Gathers the uses of each distinct initializer in a model's config, and says what that is here.

    Raises:
        TooLargeError: There are more of them, or more uses, than any model has.
    """
    # Imported here, for it imports TensorFlow, which takes seconds.
    with output.without_start_up_messages():
        from keras_inits.saved_models.config import initializer_uses

    found: dict[bytes, dict[str, Any]] = {}
    for number, use in enumerate(initializer_uses.initializers_of(config), start=1):
        if number > limits.INITIALIZER_USES:
            raise config_trees.TooLargeError(f"more than {limits.INITIALIZER_USES} uses of initializers")
        saved = _without_ids(use.saved)
        entry = found.setdefault(_digest(saved), {"weights": 0, "uses": [], "saved": saved})
        entry["weights"] += use.weights
        entry["uses"].append({"layer": use.layer, "argument": use.argument})
    if len(found) > limits.INITIALIZERS:
        raise config_trees.TooLargeError(
            f"{len(found)} distinct initializers, and no more than {limits.INITIALIZERS} are looked up"
        )
    return [
        {**entry, **_resolve(entry["saved"], custom_objects, safe_mode)._asdict()} for entry in found.values()
    ]


def _digest(saved: Any) -> bytes:
    """Returns what tells a saved initializer from others, which may itself be as long as the file."""
    return hashlib.sha256(json.dumps(saved, sort_keys=True).encode()).digest()


def _without_ids(saved: Any) -> Any:
    """Returns a saved config without the ids of shared objects, which are no part of what it means."""
    if isinstance(saved, dict):
        return {k: _without_ids(v) for k, v in saved.items() if k != "shared_object_id"}
    return [_without_ids(item) for item in saved] if isinstance(saved, list) else saved


def _resolve(saved: Any, custom_objects: tuple[tuple[str, Any], ...], safe_mode: bool) -> Resolution:
    """Says what a saved initializer is here."""
    longest = _longest_text(saved)
    if longest > limits.INITIALIZER_TEXT:
        why = f"a text of {longest} characters in it"
        return Resolution(None, None, why, why)
    text = json.dumps(saved, sort_keys=True)
    # Several files often have the same initializers; what is long is an array of one's own.
    resolve = _resolved_once if len(text) <= limits.MESSAGE else _resolved_in_scope
    return resolve(text, custom_objects, safe_mode)


def _resolved_in_scope(text: str, custom_objects: tuple[tuple[str, Any], ...], safe_mode: bool) -> Resolution:
    # Imported here, for it imports TensorFlow, which takes seconds.
    with output.without_start_up_messages():
        import tensorflow as tf

        from keras_inits.keras_compat import serialization

    with tf.keras.utils.custom_object_scope(dict(custom_objects)), serialization.safe_mode_scope(safe_mode):
        return _resolved(text)


def _longest_text(saved: Any) -> int:
    """Returns the length of the longest text or key in a config."""
    parts = ([*part] if isinstance(part, dict) else [part] for part in config_trees.nested(saved))
    return max((len(text) for part in parts for text in part if isinstance(text, str)), default=0)


_resolved_once = functools.lru_cache(maxsize=1024)(_resolved_in_scope)


def _resolved(text: str) -> Resolution:
    with output.without_start_up_messages():
        from keras_inits.initializers import registry
        from keras_inits.keras_compat import acceptance

    saved = json.loads(text)
    if not isinstance(saved, (str, dict)):
        why = f"neither a name nor a config: {cut(text)}"
        return Resolution(None, None, why, why)
    stock_error = acceptance.stock_accepts(saved)
    stock_error = stock_error and cut(stock_error, limits.MESSAGE)
    # A config may come from anyone, and what Keras raises then can be anything.
    try:
        found = registry.get(saved) if isinstance(saved, str) else registry.deserialize(saved)
        config = found.get_config() if hasattr(found, "get_config") else {}
    except Exception as exception:
        return Resolution(
            None, None, cut(advice.in_a_terminal(reason(exception)), limits.MESSAGE), stock_error
        )
    name = getattr(found, "__name__", type(found).__name__)
    return Resolution(name, config, None, stock_error)
