"""What is in a layer, and what Keras calls it.

- A layer's sublayers are in its `_flatten_layers`, in Keras 2 and 3; the weights that are its own in
  `_trainable_weights` and `_non_trainable_weights` of Keras 2, in `..._variables` of Keras 3.
- Keras 3 keeps which layers are being built in `name_scope_stack`, and the numbers of the names that it
  gives in `object_name_uids`; Keras 2 these in `backend.get_default_graph_uid_map()`.
"""

import collections
import contextlib
from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from keras_inits.keras_compat import backend, versions


@contextlib.contextmanager
def names_given_back() -> Iterator[None]:
    """Opens a block after which Keras gives its layers names as if the block's had not been made."""
    if versions.is_keras_3():
        state = versions.source("backend.common.global_state")
        fresh: dict[str, int] = collections.defaultdict(int)
        numbers = state.get_global_attribute("object_name_uids", fresh, set_to_default=True)
    else:
        numbers = versions.source("backend").get_default_graph_uid_map()
    before = dict(numbers)
    try:
        yield
    finally:
        numbers.clear()
        numbers.update(before)


def sublayers(layer: Any) -> list[Any]:
    """Returns a layer and the layers in it, as Keras 2 and 3 list them."""
    return list(layer._flatten_layers())


def children(layer: Any) -> list[Any]:
    """Returns the layers directly in a layer, each once."""
    found = layer._flatten_layers(recursive=False, include_self=False)
    return list({id(child): child for child in found}.values())


def own_weights(layer: Any) -> tuple[list[Any], list[Any]]:
    """Returns the weights of a layer itself: those made to be trained, and the others.

    The states of random generators are no weights. In Keras 2, those of a `tf.Module` in it are its own.
    """
    if versions.is_keras_3():
        return list(layer._trainable_variables), list(layer._non_trainable_variables)
    held = layer._flatten_modules(recursive=False, include_self=False)
    modules = [module for module in held if not isinstance(module, tf.keras.layers.Layer)]
    trained = [weight for module in modules for weight in module.trainable_variables]
    others = [weight for module in modules for weight in module.non_trainable_variables]
    # A layer that looks words up counts its table among its weights, which no array is.
    own = [weight for weight in layer._non_trainable_weights if hasattr(weight, "shape")]
    return [*layer._trainable_weights, *trained], [*own, *others]


def weight_name(variable: Any) -> str:
    """Returns the name that a variable has in its layer; Keras 2 puts scopes before it and `:0` behind."""
    return variable.name.split("/")[-1].split(":")[0]


def name_given_by_keras(layer: Any) -> str:
    """Returns the name that Keras gives to the first layer of this class that has none."""
    module = versions.source("utils.naming" if versions.is_keras_3() else "utils.generic_utils")
    return module.to_snake_case(type(layer).__name__)


def layers_in_scope() -> list[Any]:
    """Returns the layers that Keras 3 is building or calling, the outermost first; nothing on Keras 2."""
    if not versions.is_keras_3():
        return []
    stack = versions.source("backend.common.global_state").get_global_attribute("name_scope_stack") or []
    return [scope.caller for scope in stack if isinstance(scope.caller, tf.keras.layers.Layer)]


def weight_arguments() -> tuple[str, ...]:
    """Returns the positional arguments of `Layer.add_weight` of Keras 3.15, tf_keras 2.21 and Keras 2.15."""
    if versions.is_keras_3():
        return ("shape", "initializer", "dtype")
    return (
        *("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint"),
        *("use_resource", "synchronization", "aggregation"),
    )


def placeholder(shape: Any, dtype: Any, name: str | None) -> Any:
    """Returns what stands for a weight that is not made."""
    spec = tf.TensorSpec(shape, dtype, name)
    return tf.keras.KerasTensor(tuple(spec.shape), spec.dtype.name) if versions.is_keras_3() else spec


def mask_of(tensor: Any) -> Any:
    """Returns the mask that Keras put on a tensor, `None` on one without."""
    mask = getattr(tensor, "_keras_mask", None)
    if mask is not None or backend.name() != "jax":
        return mask
    # No attribute can be put on an array of JAX's: Keras 3.6 and later keeps its mask by its id.
    state = versions.source("backend.common.global_state")
    return (state.get_global_attribute("_keras_mask_dict") or {}).get(id(tensor))


def calls_of(model: Any) -> list[Any]:
    """Returns the nodes of a functional model of Keras 2, each a layer and what it is called on."""
    depths = model._nodes_by_depth
    return [node for depth in sorted(depths, reverse=True) for node in depths[depth] if node.call_args]


def mask_made_again(tensor: Any) -> Any:
    """Makes the mask of a symbolic tensor of Keras 2, whose own one comes out of no layer.

    It is made of the inputs of layers, as each layer makes its own, and so is a tensor like others.
    """
    layer, index, position = tensor._keras_history
    given = layer._inbound_nodes[index].call_args
    if not given:
        return None
    masks = tf.nest.map_structure(mask_made_again, given[0])
    made = layer.compute_mask(given[0], masks)
    return made[position] if isinstance(made, (list, tuple)) else made
