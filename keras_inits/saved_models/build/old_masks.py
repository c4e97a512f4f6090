"""Masks made to mean what they meant in the Keras that saved a model, with layers that Keras alone loads.

What cannot be made so is refused by `masks.check`, afterwards.
"""

import functools
from typing import Any

import tensorflow as tf

from keras_inits.keras_compat import capabilities, layer_internals, versions
from keras_inits.saved_models.build.masks import (
    JOIN_MASKS,
    PUT_STATES_OUT,
    Joined,
    layers_within,
    makes_mask,
    of_several_backends,
    wrapped_layers,
)
from keras_inits.saved_models.config.context import Note
from keras_inits.saved_models.config.origin import Origin
from keras_inits.saved_models.config.plans import Plan, with_layers


def with_old_masks(plan: Plan, model: Any, origin: Origin) -> tuple[Any, Joined]:
    """Passes masks on as Keras 1 and 2 did, in a functional model.

    For Keras 3, each merging layer of masked tensors is followed by one that changes nothing and gets the
    mask of all inputs, and a recurrent layer with an initial state is given the mask of its input. There and
    in Keras 2, such a recurrent layer puts out what its Keras did at masked steps. Keras 3.0 to 3.10 would
    lose a mask that is given: there the model stays as it is.

    Returns:
        The model made so, or the one given; and for each layer so followed or called, which of its
        inputs had masks.
    """
    classes = {type(layer).__name__ for layer in model.layers}
    masked = any(makes_mask(layer) for _, layer in layers_within(model))
    # No layer of a Sequential has several inputs.
    concerned = masked and classes & (JOIN_MASKS | PUT_STATES_OUT) and type(model) is not tf.keras.Sequential
    if not concerned or origin.major >= 3:
        return model, {}
    if not versions.is_keras_3():
        return _with_states_put_out(plan, model, origin)
    if not capabilities.passes_given_masks_on() or _masks_given(model):
        return model, {}
    return _with_masks_given(plan, model, origin)


def hold_outputs(model: Any, origin: Origin) -> list[Note]:
    """Gives masked steps the outputs that Keras before 2.4 gave them after a Bidirectional layer.

    It repeated the last output there; later ones give zeros, and no config says otherwise.
    """
    layers = list(layers_within(model))
    if not of_several_backends(origin) or not any(makes_mask(layer) for _, layer in layers):
        return []
    notes = []
    for path, layer in layers:
        ways = [way for way in wrapped_layers(layer) if getattr(way, "zero_output_for_mask", False)]
        for way in ways:
            way.zero_output_for_mask = False
        if ways:
            notes.append(Note(path, "repeats the last output at masked steps, as Keras before 2.4 did"))
    return notes


def _with_masks_given(plan: Plan, model: Any, origin: Origin) -> tuple[Any, Joined]:
    """Does what `with_old_masks` says for Keras 3, whose masks are tensors like others."""
    made: Joined = {}
    unrolled = _unrolled(plan, model)

    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        kwargs.pop("mask", None)  # It was of the tensor before: the new one says its own.
        state = kwargs.get("initial_state", args[1] if len(args) > 1 else None)
        as_today = of_several_backends(origin) and id(layer) in unrolled
        if _has_masked_state(layer, args[0], state) and not as_today:
            made.setdefault(id(layer), set()).add((True,))
            mask = layer_internals.mask_of(args[0])
            output = layer(*args, mask=mask, **kwargs)
            return _with_state_put_out(layer, output, mask, state) if _puts_state_out(origin) else output
        output = layer(*args, **kwargs)
        masks = [layer_internals.mask_of(one) for one in tf.nest.flatten(args)]
        present = [mask for mask in masks if mask is not None]
        differ = len({id(mask) for mask in masks}) > 1
        if type(layer).__name__ not in JOIN_MASKS or not differ or len(output.shape) < 3:
            return output
        made.setdefault(id(layer), set()).add(tuple(mask is not None for mask in masks))
        return _masked(layer, output, functools.reduce(tf.keras.ops.logical_and, present))

    copy = tf.keras.models.clone_model(model, clone_function=lambda layer: layer, call_function=call)
    return (copy, made) if made else (model, made)


def _with_states_put_out(plan: Plan, model: Any, origin: Origin) -> tuple[Any, Joined]:
    """Does what `with_old_masks` says for Keras 2, where layers with a state look at their masks.

    The layers after such a one are called again, on what it puts out now.
    """
    made: Joined = {}
    if not of_several_backends(origin):
        return model, made
    unrolled = _unrolled(plan, model)
    today: dict[int, Any] = {}  # For each tensor that is another now, by its id, what is in its place.
    for node in layer_internals.calls_of(model):
        layer, given = node.layer, (node.call_args, node.call_kwargs)
        changed = any(id(tensor) in today for tensor in tf.nest.flatten(given))
        args, kwargs = tf.nest.map_structure(lambda tensor: today.get(id(tensor), tensor), given)
        sequences, *state = tf.nest.flatten(args)
        if _has_masked_state(layer, sequences, state or None):
            made.setdefault(id(layer), set()).add((True,))
            if _puts_state_out(origin) and id(layer) not in unrolled:
                mask = layer_internals.mask_made_again(sequences)
                outputs = layer(*args, **kwargs) if changed else node.outputs
                outputs = _with_state_put_out(layer, outputs, mask, state)
                today.update(_replaced(node.outputs, outputs))
                continue
        if changed:
            today.update(_replaced(node.outputs, layer(*args, **kwargs)))
    if not today:
        return model, made
    outputs = tf.nest.map_structure(lambda tensor: today.get(id(tensor), tensor), model.output)
    return tf.keras.Model(model.inputs, outputs, name=model.name), made


def _replaced(before: Any, after: Any) -> dict[int, Any]:
    """Returns what stands in the place of each tensor, by its id."""
    return {
        id(one): other for one, other in zip(tf.nest.flatten(before), tf.nest.flatten(after), strict=True)
    }


def _with_state_put_out(layer: Any, output: Any, mask: Any, initial_state: Any) -> Any:
    """Puts out what Keras before 2.4 did at masked steps.

    Before a sequence's first step that is not masked, that was the initial state, where today's gives zeros.
    """
    ops, any_along = (tf.keras.ops, tf.keras.ops.any) if versions.is_keras_3() else (tf, tf.reduce_any)
    first, *states = output if isinstance(output, (list, tuple)) else [output]
    state = initial_state[0] if isinstance(initial_state, (list, tuple)) else initial_state
    if layer.return_sequences:
        seen = ops.expand_dims(ops.greater(ops.cumsum(ops.cast(mask, "int32"), axis=1), 0), -1)
        first = _masked(layer, ops.where(seen, first, ops.expand_dims(state, 1)), mask)
    else:
        first = ops.where(any_along(mask, axis=1, keepdims=True), first, state)
    return [first, *states] if states else first


def _masked(layer: Any, output: Any, mask: Any) -> Any:
    """Puts a mask on what was made of a layer's output."""
    name = f"{layer.name}_masked_{len(layer._inbound_nodes)}"  # One for each call.
    # An Identity of Keras 2 refuses what has a mask.
    identity = tf.keras.layers.TimeDistributed(tf.keras.layers.Activation("linear"), name=name)
    return identity(output, mask=mask)


def _puts_state_out(origin: Origin) -> bool:
    """Returns whether the Keras of a model put initial states out at masked steps."""
    return of_several_backends(origin) and origin.backend != "theano"


def _has_masked_state(layer: Any, sequences: Any, state: Any) -> bool:
    """Returns whether a recurrent layer, whose output is its state, is given both a mask and a state."""
    known = type(layer).__name__ in PUT_STATES_OUT and not layer.go_backwards
    return known and state is not None and layer_internals.mask_of(sequences) is not None


def _unrolled(plan: Plan, model: Any) -> set[int]:
    """Lists the ids of the layers that were saved unrolled, which put zeros out in every Keras."""
    return {id(layer) for child, layer in with_layers(plan, model) if child.saved_config.get("unroll")}


def _masks_given(model: Any) -> bool:
    """Returns whether a call in a model of Keras 3 has a mask that is not its tensor's own."""
    calls = [node.arguments for layer in model.layers for node in layer._inbound_nodes]
    return any(
        call.kwargs.get("mask") is not None
        and call.kwargs["mask"] is not layer_internals.mask_of(call.args[0])
        for call in calls
    )
