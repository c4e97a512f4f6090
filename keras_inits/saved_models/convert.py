"""Rewrites saved models of any Keras as files that today's Keras loads by itself."""

import contextlib
import dataclasses
import errno
import gc
import json
import math
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.keras_compat import capabilities, error_text, serialization, third_party, versions
from keras_inits.model_weights.undrawn import undrawn_but_foreign
from keras_inits.saved_models.build import bounds, forward_pass
from keras_inits.saved_models.config import functions, values
from keras_inits.saved_models.config.context import Note, UpgradeError
from keras_inits.saved_models.files import config_trees, limits
from keras_inits.saved_models.load import load_model

_EXAMPLES = 2
# The size along an axis that the model leaves open.
_OPEN_SIZE = 8
# Every how many steps one is masked, from the first one on.
_EACH_PADDED = 3
_TOLERANCE = 1e-5
# Whole numbers that are no rows of an embedding are below this one.
_INTEGERS = 2
_MOST_WORDS = 100
# What the folders begin with in which a new file is written and checked.
_HIDDEN = ".keras-inits-"
# What the system says where it lets nothing more be written.
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES}
# The kinds of NumPy's dtypes that can be subtracted as floats.
_NUMBERS = "fiub"


@dataclasses.dataclass(frozen=True)
class Converted:
    """What became of one file.

    Attributes:
        old: The file that was read.
        new: The file that was written; `None` where nothing was.
        notes: What was changed, layer by layer.
        difference: The largest difference between the two models' predictions.
        error: Why the file could not be upgraded; `None` where it was.
    """

    old: str
    new: str | None
    notes: tuple[Note, ...] = ()
    difference: float | None = None
    error: str | None = None


def upgrade_file(
    old: str | os.PathLike[str],
    new: str | os.PathLike[str],
    weights: str | os.PathLike[str] | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    safe_mode: bool = True,
    dry_run: bool = False,
    limit: float | None = 1.0,
) -> Converted:
    """Rewrites a saved model as a file that today's Keras loads by itself, and checks that it does.

    The new file is loaded with Keras' own `load_model` and predicts on a fixed input; it is put in
    its place only if it predicts what the upgraded model does.

    Args:
        old: The file to read, of any Keras.
        new: The file to write; an existing one is replaced, but not one that is read. Its name
            ends in `.keras` or `.h5`.
        weights: A file with the weights, for an architecture saved alone.
        custom_objects: Your own layers and functions, by name; the new file needs them too.
        dry_run: Whether to do all but write the file.
        limit: How many times the usual bounds the model may ask for, `None` for any: as for `load_model`,
            and in the time and memory of trying it.

    Returns:
        What was changed, and how far the predictions differ.

    Raises:
        UpgradeError: The model cannot be upgraded, or Keras alone does not load or predict alike.
        ValueError: As for `load_model`; or the new name has another ending, or is that of a file
            that is read.
        OSError: A file cannot be read or written.
    """
    old, new = os.fsdecode(old), os.fsdecode(new)
    ending = os.path.splitext(new)[1]
    if ending not in (".keras", ".h5"):
        raise ValueError(f"{new!r} must end in '.keras' or '.h5', not in {ending!r}")
    folder = tempfile.gettempdir() if dry_run else os.path.dirname(os.path.abspath(new))
    if not os.path.isdir(folder):
        words = "Not a folder" if os.path.exists(folder) else "There is no such folder"
        raise NotADirectoryError(errno.ENOTDIR, words, folder)
    if not dry_run and any(_is_same(new, one) for one in (old, weights) if one is not None):
        raise ValueError(f"{new!r} is the file to be read: give the new one another name or folder")
    model, notes = load_model(
        old, custom_objects, safe_mode=safe_mode, weights=weights, report=True, limit=limit
    )
    if not model.built:
        raise UpgradeError(
            "the file does not say the shape of the model's input: load it by load_model, call it on your "
            "data, and save it"
        )
    _check_alone(model)
    with _written_apart(folder, f"model{ending}", folder if dry_run else new) as written:
        _save(model, written)
        inputs = example_inputs(model, limit)
        expected = _predictions(model, inputs, limit)
        # One model in memory at a time: Keras' are in circles, which only the collector finds.
        del model
        gc.collect()
        difference = _difference(expected, inputs, written, custom_objects or {}, safe_mode, limit)
        if not dry_run:
            os.replace(written, new)
    return Converted(old, None if dry_run else new, tuple(notes), difference)


@contextlib.contextmanager
def _written_apart(folder: str, name: str, shown: str) -> Iterator[str]:
    """Yields a place to write to in a folder of its own, which is removed and which no error names.

    Args:
        shown: What an error names in its place.
    """
    work = os.path.join(folder, _HIDDEN)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=_HIDDEN) as work:
            yield os.path.join(work, name)
    except OSError as error:
        if error.errno is None:
            raise OSError(f"{shown}: {error}".replace(os.path.join(work, name), shown)) from error
        raise OSError(error.errno, os.strerror(error.errno), shown) from error
    except UpgradeError as error:
        error.args = (str(error).replace(os.path.join(work, name), shown),)
        raise


def upgrade_files(
    pairs: Iterable[tuple[str, str]],
    weights: str | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    safe_mode: bool = True,
    dry_run: bool = False,
    limit: float | None = 1.0,
    message_of: Callable[[Exception], str] = str,
) -> Iterator[Converted]:
    """Rewrites several saved models, one after another, and goes on where one fails.

    `message_of` says what is wrong with a model that cannot be upgraded.
    """
    for old, new in pairs:
        try:
            yield upgrade_file(old, new, weights, custom_objects, safe_mode, dry_run, limit)
        except OSError as error:
            yield Converted(old, None, error=_in_words(error, old))
        except ValueError as error:
            yield Converted(old, None, error=message_of(error))
        except Exception as error:  # No file may keep the others from being done.
            yield Converted(old, None, error=f"{type(error).__name__}: {error}")


def _in_words(error: OSError, old: str) -> str:
    """Returns the system's message without its number, and the file where that is another one."""
    if error.strerror is None:
        return str(error)
    named = error.filename is not None and os.fsdecode(error.filename) != old
    return f"{os.fsdecode(error.filename)}: {error.strerror}" if named else error.strerror


def _is_same(new: str, old: str | os.PathLike[str]) -> bool:
    return os.path.exists(new) and os.path.exists(old) and os.path.samefile(new, old)


def _save(model: Any, path: str) -> None:
    try:
        model.save(path)
    except OSError:
        raise
    except Exception as error:  # Keras and TensorFlow raise errors of every class here.
        raise UpgradeError(f"Keras cannot save the upgraded model: {error}") from error


def _check_alone(model: Any) -> None:
    """Sees that a model needs nothing of this package."""
    config = json.loads(json.dumps(model.get_config(), default=str))
    if any(map(_needs_this_package, config_trees.nested(config))):
        raise UpgradeError(
            "the upgraded model needs something of keras_inits, so Keras alone cannot load it; "
            "use load_model instead"
        )
    layers_read = not versions.is_keras_3() or capabilities.reads_layers_as_activations()
    if not layers_read and _has_layer_as_activation(config):
        raise UpgradeError(
            "an activation of the upgraded model is a layer, as hard_sigmoid of Keras 2 is one in Keras 3, "
            f"and Keras {versions.keras_version()} alone reads none: use load_model instead, or upgrade "
            "it in Keras 3.10 or later"
        )


def _needs_this_package(node: Any) -> bool:
    """Returns whether a part of a config is of this package alone; initializers that Keras has are not."""
    if isinstance(node, str):
        return node.startswith(f"{functions.PACKAGE}>") and not third_party.is_registered_initializer(node)
    if not isinstance(node, dict) or third_party.is_registered_initializer(node.get("registered_name")):
        return False
    return third_party.is_of_this_package(node)


def _has_layer_as_activation(config: Any) -> bool:
    if isinstance(config, list):
        return any(map(_has_layer_as_activation, config))
    if not isinstance(config, dict):
        return False
    layers = (
        value for key, value in config.items() if key.endswith("activation") and values.is_object(value)
    )
    return any(one["class_name"] != "function" for one in layers) or _has_layer_as_activation(
        [*config.values()]
    )


def _predictions(model: Any, inputs: list[np.ndarray], limit: float | None = 1.0) -> list[np.ndarray]:
    try:
        return forward_pass.predict(model, inputs, limit)
    except bounds.TooLargeError:
        raise
    except Exception as error:  # Keras and TensorFlow raise errors of every class here.
        why = error_text.without_places(str(error))
        raise UpgradeError(f"the upgraded model cannot run on an example input: {why}") from error


def _difference(
    expected: list[np.ndarray],
    inputs: list[np.ndarray],
    path: str,
    custom_objects: Mapping[str, Any],
    safe_mode: bool,
    limit: float | None,
) -> float:
    """Compares a model's predictions with those of what Keras alone loads from a file."""
    try:
        # A weight that Keras left out would be zeros, which predict something else.
        with serialization.safe_mode_scope(safe_mode), undrawn_but_foreign():
            alone = tf.keras.models.load_model(
                path, custom_objects=dict(custom_objects), compile=False, safe_mode=safe_mode
            )
    except Exception as error:  # Keras and TensorFlow raise errors of every class here.
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise
        raise UpgradeError(f"Keras alone does not load the upgraded model: {error}") from error
    found = _predictions(alone, inputs, limit)
    if [e.shape for e in expected] != [f.shape for f in found]:
        raise UpgradeError("loaded by Keras alone, the upgraded model predicts other shapes")
    largest = 0.0
    for one, other in zip(expected, found, strict=True):
        if not _are_alike(one, other):
            raise UpgradeError("loaded by Keras alone, the upgraded model predicts something else")
        if one.dtype.kind in _NUMBERS:
            distance = np.abs(one.astype("float64") - other.astype("float64"))
            largest = max(largest, float(np.nan_to_num(distance).max(initial=0.0)))
    return largest


def _are_alike(one: np.ndarray, other: np.ndarray) -> bool:
    """Returns whether two predictions are the same, be they numbers or text."""
    if one.dtype.kind not in _NUMBERS or other.dtype.kind not in _NUMBERS:
        return np.array_equal(one, other)
    return np.allclose(one, other, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True)


def example_inputs(model: Any, limit: float | None = 1.0) -> list[np.ndarray]:
    """Makes the same inputs for a model each time.

    Returns:
        An array for each input: words that the model knows, whole numbers that any embedding in
        it has a row for, or else numbers between -1 and 1; some steps are masked where the model
        masks any.

    Raises:
        TooLargeError: The model's inputs are too large to make.
    """
    sizes = [_sizes(tensor) for tensor in model.inputs]
    if limit is not None and sum(map(math.prod, sizes)) > limits.TRIED_INPUT * limit:
        shapes = ", ".join(str(tuple(tensor.shape)) for tensor in model.inputs)
        raise bounds.TooLargeError(f"inputs of shape {shapes:.200} are too large to try; {bounds.ADVICE}")
    random = np.random.RandomState(0)
    layers = _every_layer(model)
    rows = min((one.input_dim for one in layers if isinstance(one, tf.keras.layers.Embedding)), default=None)
    padding = _padding(layers)
    arrays = []
    for tensor, size in zip(model.inputs, sizes, strict=True):
        dtype = tf.as_dtype(tensor.dtype)
        # Old Keras fed embeddings with floats, too; images are no rows of one.
        is_of_rows = rows is not None and (len(model.inputs) == 1 or len(size) <= 2)
        if dtype == tf.string:
            arrays.append(random.choice(_words(layers), size).astype(object))
        elif is_of_rows or not dtype.is_floating:
            arrays.append(random.randint(0, rows or _INTEGERS, size).astype(dtype.as_numpy_dtype))
        else:
            arrays.append(random.uniform(-1, 1, size).astype(dtype.as_numpy_dtype))
        if padding is not None and len(size) > 1 and dtype != tf.string:
            arrays[-1][:, ::_EACH_PADDED] = padding
    return arrays


def _sizes(tensor: Any) -> list[int]:
    """Returns the sizes that a tensor of the model has for the example inputs, as far as can be told."""
    try:
        batch, *shape = tensor.shape
    except ValueError:  # It has no axes, or nobody knows which.
        return []
    return [batch or _EXAMPLES, *(size or _OPEN_SIZE for size in shape)]


def _padding(layers: list[Any]) -> float | None:
    """Finds the value of the steps that a model masks; `None` if it masks none."""
    for layer in layers:
        if isinstance(layer, tf.keras.layers.Masking):
            return layer.mask_value
        if getattr(layer, "mask_zero", False):
            return 0
    return None


def _words(layers: list[Any]) -> list[str]:
    """Returns some words that a model knows, and one that it may not know."""
    known = (one.get_vocabulary() for one in layers if hasattr(one, "get_vocabulary"))
    return [*(str(word) for word in next(known, [])[:_MOST_WORDS]), "a"]


def _every_layer(model: Any) -> list[Any]:
    """Lists the layers of a model, those inside other layers too."""
    found = []
    rest = list(model.layers)
    while rest:
        layer = rest.pop()
        found.append(layer)
        rest.extend(getattr(layer, "layers", []))
        if isinstance(getattr(layer, "layer", None), tf.keras.layers.Layer):
            rest.append(layer.layer)
    return found
