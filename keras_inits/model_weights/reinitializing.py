"""`reinitialize`: new values for the weights of a model, in place."""

import functools
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import tensorflow as tf

from keras_inits.keras_compat import backend_tensors, jax_shardings, layer_internals, nearest, versions
from keras_inits.keras_compat.own import public
from keras_inits.model_weights import optimizer_states, recorded_builds, reseeding, weight_paths
from keras_inits.model_weights.recorded_builds import Source
from keras_inits.model_weights.weight_paths import Numbering


@public
def reinitialize(
    model: Any, seed: int | None = None, layers: Any = None, reset_optimizer: bool = False
) -> None:
    """Gives every weight of a model new values from its own initializer, in place.

    Each weight gets what its layer would give it if it were built now, also in recurrent layers, nested
    models and wrapped layers; one that is shared is drawn once. The variables stay, and so does all that was
    compiled with them. A weight that JAX has spread over several devices stays so, each part drawn for its
    device. All values are drawn before any weight is changed.

    Without `seed`, an unseeded initializer gives new values, one with an integer as its seed gives its
    values again, and one with a `SeedGenerator` the next ones. With `seed`, each weight's own seed follows
    from it and the weight's path in the model, whatever seed its initializer has: it depends neither on the
    other layers nor on the order in which they were built, and is the same in each Keras.

    What a layer has learned by its `adapt` and the states of random generators are no initial weights, and
    are left. So are weights whose initializer cannot be found, which a warning names.

    Args:
        model: A `tf.keras` model, or a single layer. It must be built.
        seed: Optional integer.
        layers: Optional layer or name of one, or a list of these: only their weights, and those of the layers
            in them, are drawn. Seeds are those that the whole model would give.
        reset_optimizer: Whether the optimizer that the model was compiled with starts again, too: its
            iterations, moments and averages. Its learning rate is left.

    Raises:
        TypeError: If `model` is neither a model nor a layer, `seed` is no integer, or `layers` has what is
            neither a layer nor a name.
        ValueError: If it is not built, if TensorFlow does not execute eagerly, or if `layers` has what is
            not in the model.

    Example:

    >>> import keras_inits
    >>> import tensorflow as tf
    >>> model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3)])
    >>> keras_inits.reinitialize(model, seed=7)
    >>> kernel = model.get_weights()[0]
    >>> keras_inits.reinitialize(model, seed=7)
    >>> bool((kernel == model.get_weights()[0]).all())
    True

    Source: `docs/reinitialize.md` has the seeds' formula.
    """
    _check_built(model)
    values, left = _new_values(model, seed, _layers_chosen(model, layers))
    reset = optimizer_states.resetting(model) if reset_optimizer else None
    for weight, value in values:
        weight.assign(value)
    if reset:
        reset()
    if left:
        warnings.warn(
            f"`reinitialize` leaves {len(left)} weights as they are, as their initializers cannot be found: "
            f"{', '.join(left)}. A weight that is made by `add_weight` has one; the layer's "
            "`from_config(get_config())` must give a layer like it.",
            stacklevel=2,
        )


def _new_values(model: Any, seed: int | None, chosen: set[int]) -> tuple[list[tuple[Any, Any]], list[str]]:
    """Returns the weights of the chosen layers with their values, and the paths of those that have none."""
    seed = None if seed is None else weight_paths.checked_seed(seed)
    sources = recorded_builds.sources(model)
    values, left = [], []
    for path, weight, layer in _weights_by_path(model, sources):
        if id(layer) not in chosen or hasattr(layer, "adapt"):
            continue
        if id(weight) in sources:
            own_seed = None if seed is None else weight_paths.derived_seed(seed, path)
            values.append((weight, _values(path, weight, sources[id(weight)], own_seed)))
        else:
            left.append(path)
    return values, left


def _check_built(model: Any) -> None:
    if not isinstance(model, tf.keras.layers.Layer):
        hint = versions.hint_of_another(model)
        raise TypeError(f"`model` must be a model or a layer of `tf.keras`{hint}. Received: model={model!r}")
    if not model.built:
        raise ValueError(
            f"{model.name!r} is not built, and has no weights yet: call it, or its `build`, first. "
            f"Received: model={model!r}"
        )
    if not tf.executing_eagerly():
        raise ValueError("`reinitialize` draws eagerly: call it outside `tf.function` and TF 1's graphs.")


def _layers_chosen(model: Any, layers: Any) -> set[int]:
    """Returns the `id` of each layer that was asked for, and of all in it."""
    known = layer_internals.sublayers(model)
    if layers is None:
        return {id(layer) for layer in known}
    asked = [
        found for identifier in _identifiers(layers) for found in _found_layers(identifier, model, known)
    ]
    return {id(part) for layer in asked for part in layer_internals.sublayers(layer)}


def _identifiers(layers: Any) -> list[Any]:
    """Returns the layers and names that were given, as a list."""
    kinds = (str, tf.keras.layers.Layer)
    given = list(layers) if isinstance(layers, Iterable) and not isinstance(layers, kinds) else [layers]
    if all(isinstance(identifier, kinds) for identifier in given):
        return given
    raise TypeError(f"`layers` must be a layer or its name, or a list of these. Received: layers={layers!r}")


def _found_layers(identifier: Any, model: Any, known: list[Any]) -> list[Any]:
    found = [layer for layer in known if layer is identifier or layer.name == identifier]
    if found:
        return found
    if isinstance(identifier, tf.keras.layers.Layer):
        raise ValueError(f"`layers` has a layer that is not in {model.name!r}. Received: {identifier!r}")
    names = list(dict.fromkeys(layer.name for layer in known))
    hint = nearest.hint(identifier, names) or f". Its first layers are: {', '.join(names[:3])}."
    raise ValueError(
        f"`layers` has a name that no layer in {model.name!r} has{hint} Received: {identifier!r}"
    )


def _weights_by_path(model: Any, sources: dict[int, Source]) -> Iterable[tuple[str, Any, Any]]:
    """Yields each weight once, as its path, the weight and its layer."""
    paths = weight_paths.layer_paths(model)
    numbering, seen = Numbering(), set()
    for layer in layer_internals.sublayers(model):
        for weight in recorded_builds.own_weights(layer):
            if id(weight) not in seen:
                seen.add(id(weight))
                source = sources.get(id(weight))
                name = source.name if source else layer_internals.weight_name(weight)
                yield numbering.unique(weight_paths.weight_path(paths[id(layer)], name)), weight, layer


def _values(path: str, weight: Any, source: Source, seed: int | None) -> Any:
    reseed: Callable = functools.partial(reseeding.reseeded, seed=seed)
    draw = reseeding.of_layer(source.initializer, source.layer, reseed)
    shape = tuple(weight.shape)
    values = backend_tensors.converted(_drawn(draw, weight), weight.dtype)
    if tuple(values.shape) != shape:
        raise ValueError(
            f"The initializer of {path!r} gave values of another shape than the weight's, {shape}. "
            f"Received: {tuple(values.shape)} from {source.initializer!r}"
        )
    return values


def _drawn(draw: Callable, weight: Any) -> Any:
    """Returns what an initializer gives a weight; where it can, of one on many devices each part alone."""
    shape = tuple(weight.shape)
    sharding = jax_shardings.sharding_of_weight(weight)
    if sharding is None or not reseeding.takes_layout(draw):
        return draw(shape, dtype=weight.dtype)
    return draw(shape, dtype=weight.dtype, layout=sharding)
