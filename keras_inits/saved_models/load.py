"""Loads a saved model of any Keras as a model of today's."""

import contextlib
import dataclasses
import numbers
import os
from collections.abc import Iterator, Mapping
from typing import Any, Literal, overload

import h5py

from keras_inits.initializers import plugin
from keras_inits.keras_compat.error_text import printable
from keras_inits.keras_compat.own import public
from keras_inits.model_weights.undrawn import undrawn_but_foreign
from keras_inits.saved_models import filling, upgrade
from keras_inits.saved_models.build import bounds, compiling, masks, old_masks, own_models, quirks
from keras_inits.saved_models.build.building import build
from keras_inits.saved_models.config.context import Note, UpgradeError
from keras_inits.saved_models.config.origin import Origin, origin_of
from keras_inits.saved_models.config.plans import Plan
from keras_inits.saved_models.files import checkpoints, guard, limits, reading, stored, weight_files
from keras_inits.saved_models.files.config_trees import OwnClass
from keras_inits.saved_models.weights import moving, unbuilt, vocabularies

# What is said of a model whose weights nobody saved.
DRAWN = "the file holds no weights: they were drawn by the model's initializers"
_ADVICE = "give those of a file by weights=path"
# Errors that say what is wrong.
_CLEAR = (
    UpgradeError,
    guard.DamagedFileError,
    moving.WeightsError,
    reading.NotAModelError,
    stored.StoredWeightsError,
)


@overload
def load_model(
    path: str | os.PathLike[str],
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = False,
    safe_mode: bool = True,
    weights: str | os.PathLike[str] | None = None,
    *,
    report: Literal[True],
    backend: str | None = None,
    limit: float | None = 1.0,
) -> tuple[Any, list[Note]]: ...
@overload
def load_model(
    path: str | os.PathLike[str],
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = False,
    safe_mode: bool = True,
    weights: str | os.PathLike[str] | None = None,
    report: bool = False,
    backend: str | None = None,
    limit: float | None = 1.0,
) -> Any: ...
@public
def load_model(
    path: str | os.PathLike[str],
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = False,
    safe_mode: bool = True,
    weights: str | os.PathLike[str] | None = None,
    report: bool = False,
    backend: str | None = None,
    limit: float | None = 1.0,
) -> Any:
    """Loads a model that any Keras saved, from 1.0 to today's, with the predictions that it had there.

    Args:
        path: The file: `.h5`, `.keras`, the `model.json` of TensorFlow.js, or an architecture in JSON or
            YAML; told by its content. Or a SavedModel of TensorFlow 1.15 and later: its folder, its
            `saved_model.pb`, or a zip file of it.
        custom_objects: Dict of your own layers and functions, by the names that the file uses. They go
            before those that you registered with Keras, which are found without it: by
            `register_keras_serializable`, in a `custom_object_scope` or in `get_custom_objects()`.
        compile: Whether the model is compiled as it was: not by default, while that of Keras' own
            `load_model` is `True`.
        safe_mode: Whether Python code in the file is refused rather than run.
        weights: A file with the weights, for an architecture saved alone, whose weights are drawn by its
            initializers otherwise; or a TensorFlow checkpoint, by its prefix, its `.index` or its folder.
        report: Whether to return what was changed too, layer by layer.
        backend: The backend that saved the model, where the file does not say it, as none of Keras 1
            does: `"tensorflow"`, which is taken otherwise, or `"theano"`.
        limit: How many times the usual bounds the file may ask for: 5,000 calls of layers while the model is
            built, and 2^28 numbers in its weights where no file holds them. `None` for any, if you trust it.

    Returns:
        The model, made of Keras' own layers; with `report=True`, a tuple of the model and a list of `Note`.

    Raises:
        NotAModelError: The file holds no model, or is damaged.
        UpgradeError: A layer of the model has no equal in today's Keras.
        MissingClassesError: The model needs classes that are neither in `custom_objects` nor registered.
        UnsafeModelError: The file holds Python code.
        UpgradeError: It asks for more than `limit` allows.
        WeightsError: The weights do not fit the model.
        StoredWeightsError: The weights are damaged.
        DamagedFileError: The file is.
        OSError: A file cannot be read.
        ValueError: `backend` is none of those, or `limit` is not positive.

    Example:

    >>> import json, pathlib, tempfile
    >>> import keras_inits
    >>> dense = {"class_name": "Dense", "config": {"output_dim": 4, "batch_input_shape": [None, 3]}}
    >>> config = {"class_name": "Sequential", "config": [dense], "keras_version": "1.2.2"}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "model.json")
    ...     size = path.write_text(json.dumps(config))
    ...     model, notes = keras_inits.load_model(path, report=True)
    >>> model.output_shape
    (None, 4)

    Source: what Keras 1.0 to 3.15 wrote, read in their source and in files that they saved.
    """
    objects = plugin.with_users_objects(custom_objects)
    model, notes = _loaded(path, weights, objects, compile, safe_mode, backend, limit)
    return (model, notes) if report else model


def _loaded(
    path: Any,
    weights: Any,
    custom_objects: dict[str, Any],
    compile: bool,
    safe_mode: bool,
    backend: str | None,
    limit: float | None,
) -> tuple[Any, list[Note]]:
    """Reads a file, builds its model, and moves the weights into it."""
    reading.check_path(path)
    if weights is not None:
        reading.check_path(weights, "weights")
    if backend not in (None, "tensorflow", "theano"):
        raise ValueError(f"backend={backend!r} is none of None, 'tensorflow', 'theano'")
    if limit is not None and not (isinstance(limit, numbers.Real) and limit > 0):
        raise ValueError(f"`limit` must be a positive number or None. Received: limit={limit!r}")
    if h5py.is_hdf5(path):
        guard.check(path)
    try:
        saved = _read(path)
    except reading.NotAModelError as error:
        own = error.own
        if own is None or own_models.class_of({"class_name": own.class_name}, custom_objects) is None:
            raise
        return _own_model(path, weights, own, custom_objects, compile, safe_mode, limit)
    own = own_models.told_by(saved, custom_objects)
    if own is not None:
        return _own_model(path, weights, own, custom_objects, compile, safe_mode, limit)
    source: Any = weights if weights is not None else path if saved.has_weights else None
    with contextlib.ExitStack() as stack:
        stack.enter_context(_naming(path))
        origin = origin_of(saved.config, saved.keras_version, saved.backend)
        origin = dataclasses.replace(origin, backend=origin.backend or backend)
        held = None
        if source is not None:
            held = stack.enter_context(weight_files.opened(source, checked=source is path))
        model, plan, notes = _built(saved.config, origin, custom_objects, safe_mode, held, limit)
        if held is not None:
            with _naming(source):
                saver = _origin_of_weights(origin, held)
                moving.move(model, plan, saver, held)
                vocabularies.restore(model, plan, saver, held, source)
        elif model.built and model.weights:
            notes.append(Note(model.name, f"{DRAWN}; {_ADVICE}"))
        model, own_notes = own_models.put_into(model, saved.config, custom_objects)
        notes += own_notes
        if compile:
            notes += compiling.compile_as_saved(
                model, compiling.settings_of(saved), custom_objects, safe_mode
            )
    return model, notes


def _own_model(
    path: Any,
    weights: Any,
    own: OwnClass,
    custom_objects: dict[str, Any],
    compile: bool,
    safe_mode: bool,
    limit: float | None,
) -> tuple[Any, list[Note]]:
    """Builds a model of the user's own class, and fills it along the attributes that hold its layers."""
    source = path if weights is None else weights
    with _naming(path), weight_files.opened(source) as held, _undrawn(held):
        model = own_models.build(own, custom_objects, safe_mode, held.numbers, limit)
    notes = [
        Note(model.name, f"built by its class {own.class_name!r:.80}, which the file does not have"),
        *filling.load_weights(model, source, report=True),
    ]
    if compile:
        with _naming(path):
            notes += compiling.compile_as_saved(model, own.compile_config, custom_objects, safe_mode)
    return model, notes


def _read(path: Any) -> reading.SavedModel:
    """Reads a model's file, and says of a checkpoint what it lacks."""
    try:
        return reading.read(path)
    except (OSError, reading.NotAModelError) as error:
        if not checkpoints.recognizes(os.fsdecode(path)):
            raise
        raise reading.NotAModelError(
            f"{os.fsdecode(path)}: holds weights only, without the model's architecture: give them to a "
            "model that you build, by keras_inits.load_weights(model, path), or call "
            "load_model(architecture, weights=path)"
        ) from error


def _built(
    config: dict[str, Any],
    origin: Origin,
    custom_objects: Mapping[str, Any],
    safe_mode: bool,
    held: stored.Stored | None,
    limit: float | None,
) -> tuple[Any, Plan, list[Note]]:
    """Upgrades a config and builds the model, once more where today's Keras would get it wrong."""
    bounds.check_calls(config, limit)
    numbers = None if held is None else held.numbers

    def build_once(channels_last_inside: frozenset[str]) -> tuple[Any, Plan, list[Note]]:
        upgraded, plan, notes = upgrade.upgraded(
            config, origin, custom_objects, safe_mode, channels_last_inside, numbers, limit
        )
        bounds.check_calls(upgraded, limit)  # Old Keras left the names of some layers out.
        with bounds.bounded(numbers, limit), _undrawn(held):
            model = build(upgraded, custom_objects, safe_mode)
            if held is not None and not model.built:
                unbuilt.build_layers(model, plan, moving.arrays_by_layer(model, plan, held))
            return model, plan, notes

    model, plan, notes = build_once(frozenset())
    # A model of Keras 3 predicted with that mistake from the start.
    wrong = quirks.wrong_biases(plan, model) if origin.major < 3 else frozenset()
    if wrong:
        model, plan, notes = build_once(wrong)
    if origin.multiplies_matrices_in_dot:
        for where in quirks.other_dots(plan, model):
            raise UpgradeError(f"layer {where!r}: a Dot of more than three axes has no equal today")
    model, joined = old_masks.with_old_masks(plan, model, origin)
    masks.check(plan, model, origin, joined, limit)
    return model, plan, notes + old_masks.hold_outputs(model, origin)


def _undrawn(held: stored.Stored | None) -> contextlib.AbstractContextManager[None]:
    """Opens a block in which weights that a file has are not drawn first."""
    return contextlib.nullcontext() if held is None else undrawn_but_foreign()


def _origin_of_weights(origin: Origin, held: stored.Stored) -> Origin:
    """Finds who saved the weights, which need not be who saved the architecture."""
    if held.keras_version is None:
        # Keras 1 wrote no version next to the weights, only with a whole model.
        return origin
    return origin_of({}, held.keras_version, held.backend or origin.backend)


@contextlib.contextmanager
def _naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Says in an error which file it is about, and makes one that says what is wrong of any other."""
    name = os.fsdecode(path)
    try:
        yield
    except _CLEAR as error:
        if printable(name) not in printable(str(error)):
            error.args = (f"{name}: {error}",)
        raise
    except OSError:
        raise
    except Exception as error:  # Keras and TensorFlow raise errors of every class here.
        raise UpgradeError(
            f"{name}: cannot be loaded: {type(error).__name__}: {str(error)[: limits.MESSAGE]}"
        ) from error
