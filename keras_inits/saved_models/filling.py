"""Gives a model of the user's own code the weights that another Keras saved."""

import os
from collections.abc import Callable, Iterator
from typing import Any, Literal, overload

import tensorflow as tf

from keras_inits.keras_compat.own import public
from keras_inits.saved_models.config.context import Note
from keras_inits.saved_models.config.origin import Origin, origin_of
from keras_inits.saved_models.config.plans import Plan
from keras_inits.saved_models.files import reading, weight_files
from keras_inits.saved_models.files.stored import Stored
from keras_inits.saved_models.weights import comparing, live_plans, moving, unbuilt
from keras_inits.saved_models.weights.parts import WeightsError, parts, variables

_Way = Callable[[], moving.Pairs]
# The Keras that a file is taken for that does not say it: by where its arrays stand.
_UNSAID = {"layers": [(1, 0)], "tree": [(3, 0), (2, 15), (2, 13)], "objects": [(2, 15)], "named": [(2, 0)]}


@overload
def load_weights(
    model: Any,
    path: str | os.PathLike[str],
    by_name: bool = False,
    skip_mismatch: bool = False,
    *,
    report: Literal[True],
) -> list[Note]: ...
@overload
def load_weights(
    model: Any,
    path: str | os.PathLike[str],
    by_name: bool = False,
    skip_mismatch: bool = False,
    report: bool = False,
) -> list[Note] | None: ...
@public
def load_weights(
    model: Any,
    path: str | os.PathLike[str],
    by_name: bool = False,
    skip_mismatch: bool = False,
    report: bool = False,
) -> list[Note] | None:
    """Gives a model that your code built the weights that any Keras saved.

    All of the model's weights get their values, or none: where names, counts or shapes do not fit, the
    error shows side by side what the model wants and what the file has.

    Args:
        model: The model, built: Functional, Sequential, or of a class of your own, whose layers are found
            by the attributes that hold them where the file names those.
        path: The file: `.h5`, of a whole model or of weights alone; `.weights.h5`; `.keras`; the
            `model.json` of TensorFlow.js; a SavedModel; or a TensorFlow checkpoint, by its prefix, its
            `.index` or its folder.
        by_name: Whether layers are found by their names and those that the file does not name are left as
            they are; for `.h5` files that list layers. Otherwise layers are found by their order.
        skip_mismatch: Whether layers whose weights have other shapes in the file are left as they are.
        report: Whether to return what each layer got.

    Returns:
        `None`; with `report=True`, a list of `Note`.

    Raises:
        TypeError: `model` is no model, or `path` no path.
        WeightsError: The weights do not fit the model, or the model is not built.
        StoredWeightsError: The file holds no weights, or they are damaged.
        DamagedFileError: The file is damaged.
        OSError: A file cannot be read.
        ValueError: `by_name=True` for a file that does not name layers.

    Example:

    >>> import pathlib, tempfile
    >>> import tensorflow as tf
    >>> import keras_inits
    >>> def build():
    ...     return tf.keras.Sequential([tf.keras.layers.Input((3,)), tf.keras.layers.Dense(2)])
    >>> old, new = build(), build()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     old.save_weights(pathlib.Path(folder, "old.weights.h5"))
    ...     keras_inits.load_weights(new, pathlib.Path(folder, "old.weights.h5"))
    >>> bool((new.get_weights()[0] == old.get_weights()[0]).all())
    True

    Source: what Keras 1.0 to 3.15 wrote, read in their source and in files that they saved.
    """
    notes = _loaded(model, path, by_name, skip_mismatch)
    return notes if report else None


def _loaded(model: Any, path: str | os.PathLike[str], by_name: bool, skip_mismatch: bool) -> list[Note]:
    """Moves the weights of a file into a model, and says what each layer got."""
    if not isinstance(model, tf.keras.Model):
        raise TypeError(f"`model` must be a `tf.keras` model. Received: model={model!r}")
    reading.check_path(path)
    name = os.fsdecode(path)
    with weight_files.opened(path) as saved:
        if by_name and saved.layers is None:
            raise ValueError(f"{name}: by_name=True is for files that list layers by name, unlike this one")
        plan = live_plans.plan_of(model)
        _check_is_built(model, plan, saved)
        try:
            pairs, origin, skipped = _fitting(model, plan, saved, name, by_name, skip_mismatch)
        except WeightsError as error:
            table = comparing.side_by_side(model, plan, saved)
            raise WeightsError(
                f"{name}: the weights do not fit, and none was assigned: {error}\n{table}"
            ) from error
        for part, arrays in pairs:
            moving.fill(part, origin, arrays)
    return _notes(plan, model, pairs, skipped)


def _check_is_built(model: Any, plan: Plan, saved: Stored) -> None:
    """Sees that a model has weights; builds the layers of a Sequential by what the file has of them."""
    if getattr(model, "built", False):
        return
    if isinstance(model, tf.keras.Sequential):
        unbuilt.build_layers(model, plan, moving.arrays_by_layer(model, plan, saved))
    if not any(layer.built and layer.weights for layer in model.layers):
        raise WeightsError(
            f"model {model.name!r} is not built, so it has no weights: call it on an example input first, "
            "or give it the shape of its input"
        )


def _fitting(
    model: Any, plan: Plan, saved: Stored, path: str, by_name: bool, skip_mismatch: bool
) -> tuple[moving.Pairs, Origin, list[Note]]:
    """Finds the arrays of each layer, in the first way in which all of them fit.

    Raises:
        WeightsError: There is none; the error is the first way's.
    """
    first: WeightsError | None = None
    for origin in _origins(saved, path):
        for way in _ways(model, plan, saved, origin, by_name):
            try:
                groups = way()
                if not by_name:
                    _check_all_are_there(model, plan, groups)
                pairs, skipped = _dealt(groups, saved.layers is not None, origin, skip_mismatch)
            except WeightsError as error:
                first = first or error
            else:
                if pairs:
                    return pairs, origin, skipped
                if skipped:
                    first = first or WeightsError("all layers in the file have other shapes")
    raise first or WeightsError("no layer of the model is in the file")


def _origins(saved: Stored, path: str) -> Iterator[Origin]:
    """Yields who may have written the weights, the likeliest first."""
    version, backend = saved.keras_version, saved.backend
    if version is None and os.path.isfile(path):
        try:
            said = reading.read(path)
        except ValueError:  # It is no whole model, which says it.
            pass
        else:
            yield origin_of(said.config, said.keras_version, said.backend)
            return
    if version is not None:
        yield origin_of({}, version, backend)
        return
    kind = next(name for name in _UNSAID if getattr(saved, name) is not None)
    for one in _UNSAID[kind]:
        yield Origin(one, backend)


def _ways(model: Any, plan: Plan, saved: Stored, origin: Origin, by_name: bool) -> Iterator[_Way]:
    """Yields the ways of finding a layer's arrays: by order, as Keras does, or else by name."""
    layers = saved.layers
    if layers is None:
        yield lambda: moving.pairs(model, plan, origin, saved)
    elif by_name:
        yield lambda: moving.by_name(model, plan, layers)
    else:
        yield lambda: moving.by_place(model, plan, layers)
        yield lambda: moving.matched(model, plan, layers)


def _check_all_are_there(model: Any, plan: Plan, groups: moving.Pairs) -> None:
    """Sees that no weight of a model is left out."""
    done = {id(one) for part, _ in groups for _, layer in parts(*part) for one in layer.weights}
    left = [
        child for child, layer in parts(plan, model) if any(id(one) not in done for one in variables(layer))
    ]
    names = [child.saved_name for child in left if child.class_name not in moving.LOOKUPS]
    if names:
        raise WeightsError(
            f"the file has nothing for {len(names)} layers of the model, among them {names[:5]}"
        )
    inside = {id(one) for _, layer in parts(plan, model) for one in layer.weights}
    own = [one.name for one in variables(model) if id(one) not in inside | done] if model.built else []
    if own:
        raise WeightsError(f"the file has nothing for weights of the model outside of its layers: {own[:5]}")


def _dealt(
    groups: moving.Pairs, in_groups: bool, origin: Origin, skip_mismatch: bool
) -> tuple[moving.Pairs, list[Note]]:
    """Deals the arrays of each group out to the layers inside, and sees that they fit.

    Returns:
        The layers with their arrays, and what was left out since it does not fit.
    """
    pairs: moving.Pairs = []
    skipped = []
    for part, arrays in groups:
        try:
            inner = moving.of_groups([(part, arrays)], origin) if in_groups else [(part, arrays)]
            for one, some in inner:
                moving.check(one, origin, some)
        except WeightsError as error:
            if not skip_mismatch:
                raise
            skipped.append(Note(part[0].saved_name, f"left as it is: {error}"))
        else:
            pairs += inner
    return pairs, skipped


def _notes(plan: Plan, model: Any, pairs: moving.Pairs, skipped: list[Note]) -> list[Note]:
    """Says what each layer got."""
    filled = {
        id(layer): f"got {', '.join(array.name for array in arrays)}"
        for (_, layer), arrays in pairs
        if arrays
    }
    said = {note.layer for note in skipped}
    notes = []
    for child, layer in {id(part[1]): part for part in parts(plan, model)}.values():
        if id(layer) in filled:
            notes.append(Note(child.saved_name, filled[id(layer)]))
        elif variables(layer) and child.saved_name not in said:
            notes.append(Note(child.saved_name, "left as it is: the file does not name it"))
    return notes + skipped
