"""Rewrites saved models of any Keras as files that today's Keras loads by itself."""

import dataclasses
import errno
import json
import math
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.legacy import functions
from keras_inits.legacy.context import Note, UpgradeError
from keras_inits.legacy.loading import load_model

_EXAMPLES = 2
# The size along an axis that the model leaves open.
_OPEN_SIZE = 8
# Every how many steps one is masked, from the first one on.
_EACH_PADDED = 3
_MOST_INPUT = 2**26
_TOLERANCE = 1e-5


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
) -> Converted:
    """Rewrites a saved model as a file that today's Keras loads by itself, and checks that it does.

    The new file is loaded with Keras' own `load_model` and predicts on a fixed input; it is put in
    its place only if it predicts what the upgraded model does.

    Args:
        old: The file to read, of any Keras.
        new: The file to write; an existing one is replaced. Its name ends in `.keras` or `.h5`.
        weights: A file with the weights, for an architecture saved alone.
        custom_objects: Your own layers and functions, by name; the new file needs them too.
        safe_mode: Whether Python code in the file is refused rather than run.
        dry_run: Whether to do all but write the file.

    Returns:
        What was changed, and how far the predictions differ.

    Raises:
        UpgradeError: The model cannot be upgraded, or Keras alone does not load or predict alike.
        ValueError: As for `load_model`; or the new name has another ending.
        OSError: A file cannot be read or written.
    """
    old, new = os.fsdecode(old), os.fsdecode(new)
    ending = os.path.splitext(new)[1]
    if ending not in (".keras", ".h5"):
        raise ValueError(f"{new!r} must end in '.keras' or '.h5', not in {ending!r}")
    folder = tempfile.gettempdir() if dry_run else os.path.dirname(os.path.abspath(new))
    if not os.path.isdir(folder):
        raise NotADirectoryError(errno.ENOTDIR, "Not a folder", folder)
    model, notes = load_model(old, custom_objects, safe_mode=safe_mode, weights=weights, report=True)
    _check_alone(model)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".keras-inits-") as work:
        written = os.path.join(work, f"model{ending}")
        _save(model, written)
        difference = _difference(model, written, custom_objects or {}, safe_mode)
        if not dry_run:
            os.replace(written, new)
    return Converted(old, None if dry_run else new, tuple(notes), difference)


def upgrade_files(
    pairs: Iterable[tuple[str, str]],
    weights: str | None = None,
    safe_mode: bool = True,
    dry_run: bool = False,
) -> Iterator[Converted]:
    """Rewrites several saved models, one after another, and goes on where one fails.

    Args:
        pairs: The old and the new name of each.
        weights: A file with the weights, for architectures saved alone.
        safe_mode: Whether Python code in a file is refused rather than run.
        dry_run: Whether to do all but write the files.

    Yields:
        What became of each file.
    """
    for old, new in pairs:
        try:
            yield upgrade_file(old, new, weights, safe_mode=safe_mode, dry_run=dry_run)
        except (OSError, ValueError) as error:
            yield Converted(old, None, error=str(error))


def _save(model: Any, path: str) -> None:
    try:
        model.save(path)
    except OSError:
        raise
    except Exception as error:  # Keras and TensorFlow raise errors of every class here.
        raise UpgradeError(f"Keras cannot save the upgraded model: {error}") from error


def _check_alone(model: Any) -> None:
    """Sees that a model needs nothing of this package."""
    if f"{functions.PACKAGE}>" in json.dumps(model.get_config(), default=str):
        raise UpgradeError(
            "the upgraded model needs a function of keras_inits, so Keras alone cannot load it; "
            "use load_model instead"
        )


def _difference(model: Any, path: str, custom_objects: Mapping[str, Any], safe_mode: bool) -> float:
    """Compares a model with what Keras alone loads from a file."""
    options = {"safe_mode": safe_mode} if path.endswith(".keras") else {}
    try:
        alone = tf.keras.models.load_model(
            path, custom_objects=dict(custom_objects), compile=False, **options
        )
        inputs = example_inputs(model)
        expected, found = (_predictions(one, inputs) for one in (model, alone))
    except Exception as error:  # Keras and TensorFlow raise errors of every class here.
        raise UpgradeError(f"Keras alone does not load the upgraded model: {error}") from error
    if [e.shape for e in expected] != [f.shape for f in found]:
        raise UpgradeError("loaded by Keras alone, the upgraded model predicts other shapes")
    largest = 0.0
    for one, other in zip(expected, found, strict=True):
        if not np.allclose(one, other, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True):
            raise UpgradeError("loaded by Keras alone, the upgraded model predicts something else")
        distance = np.abs(one.astype("float64") - other.astype("float64"))
        largest = max(largest, float(np.nan_to_num(distance).max(initial=0.0)))
    return largest


def example_inputs(model: Any) -> list[np.ndarray]:
    """Makes the same inputs for a model each time.

    Args:
        model: The model.

    Returns:
        An array for each input: whole numbers that any embedding in the model has a row for, or
        else numbers between -1 and 1; some steps are masked where the model masks any.

    Raises:
        UpgradeError: The model's inputs are too large to make.
    """
    random = np.random.RandomState(0)
    rows, padding = _smallest_embedding(model), _padding(model)
    arrays = []
    for tensor in model.inputs:
        batch, *shape = tensor.shape
        sizes = [batch or _EXAMPLES, *(size or _OPEN_SIZE for size in shape)]
        if math.prod(sizes) > _MOST_INPUT:
            raise UpgradeError(f"an input of shape {tuple(tensor.shape)} is too large to try")
        dtype = tf.as_dtype(tensor.dtype).as_numpy_dtype
        if rows is not None:
            arrays.append(random.randint(0, rows, sizes).astype(dtype))
        else:
            arrays.append(random.uniform(-1, 1, sizes).astype(dtype))
        if padding is not None and len(sizes) > 1:
            arrays[-1][:, ::_EACH_PADDED] = padding
    return arrays


def _padding(model: Any) -> float | None:
    """Finds the value of the steps that a model masks; `None` if it masks none."""
    for layer in _all_layers(model):
        if isinstance(layer, tf.keras.layers.Masking):
            return layer.mask_value
        if getattr(layer, "mask_zero", False):
            return 0
    return None


def _smallest_embedding(model: Any) -> int | None:
    layers = _all_layers(model)
    return min((one.input_dim for one in layers if isinstance(one, tf.keras.layers.Embedding)), default=None)


def _all_layers(model: Any) -> Iterator[Any]:
    """Lists the layers in a model, in the models in it, and in wrappers."""
    rest = list(model.layers)
    while rest:
        layer = rest.pop()
        rest.extend(getattr(layer, "layers", []))
        if isinstance(getattr(layer, "layer", None), tf.keras.layers.Layer):
            rest.append(layer.layer)
        yield layer


def _predictions(model: Any, inputs: list[np.ndarray]) -> list[np.ndarray]:
    outputs = model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
    return [np.asarray(one) for one in tf.nest.flatten(outputs)]
