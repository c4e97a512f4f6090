"""Masks that mean something else in today's Keras than in the one that saved a model.

A built model is traced once, computing nothing, which shows the masks that really reach a layer. JAX and
torch do not show what a traced mask is made of: there the model is run on a few steps, and masks are the same
that have the same values.
"""

import contextlib
import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.keras_compat import (
    backend,
    backend_tensors,
    capabilities,
    keras_versions,
    layer_internals,
    versions,
)
from keras_inits.saved_models.build import forward_pass
from keras_inits.saved_models.config.addon_layers import ADDONS
from keras_inits.saved_models.config.changed_layers import TIME_MAJOR
from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.config.origin import Origin
from keras_inits.saved_models.config.plans import Plan, with_layers

JOIN_MASKS = frozenset({"Add", "Average", "Subtract", "Concatenate"})
_CHANGE_VALUES = frozenset({"Multiply", "Maximum", "Minimum"})
_TAKE_SEVERAL = JOIN_MASKS | _CHANGE_VALUES | {"Functional"}
_RECURRENT = frozenset({
    "RNN", "LSTM", "GRU", "SimpleRNN", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D",
})  # fmt: skip
# Those of them whose output is the first of their states, or the only one.
PUT_STATES_OUT = frozenset({"LSTM", "GRU", "SimpleRNN"})
# Layers that are rebuilt as one layer that does the same with masks.
_PASS_MASKS_ON = frozenset({"Merge", "Softmax"})
# Layers whose masks their small models lose, whichever Keras saved them.
_TOOK_MASKS = TIME_MAJOR | ADDONS.keys()
# For each merging layer, by its id, which of its inputs had masks.
Joined = dict[int, set[tuple[bool, ...]]]
# How many samples and steps there are where a model is run to see its masks.
_OPEN_AXIS = 8
# Operations of which masks are made: two masks made by the same ones of the same are the same.
_MAKE_MASKS = frozenset({"NotEqual", "Cast", "Const", "Any", "Identity", "LogicalAnd"})


@dataclasses.dataclass(frozen=True)
class _Call:
    """A call of a layer.

    Attributes:
        layer: The layer.
        path: Its name, after those of the models around it.
        masks: The mask of each tensor in the first argument, `None` of one without.
        masked: Whether any tensor in any argument has a mask.
        with_mask: Whether a mask is given by name.
        with_state: Whether an initial state is given.
        masked_inside: Whether what came out of the layer inside it had a mask, of a wrapper.
    """

    layer: Any
    path: str
    masks: list[Any]
    masked: bool
    with_mask: bool
    with_state: bool
    masked_inside: bool


@dataclasses.dataclass(frozen=True)
class _Change:
    """Something that layers do with masks in some Keras versions and not in others.

    Attributes:
        classes: The layers' classes; none for layers that were rebuilt.
        between: Tells whether it changed between a model's origin and the installed Keras.
        concerns: Tells whether it makes a difference to a call.
        text: What it is.
        in_keras_3: Whether it came with Keras 3.
    """

    classes: frozenset[str]
    between: Callable[[Origin], bool]
    concerns: Callable[[_Call], bool]
    text: str
    in_keras_3: bool = False


def _over_keras_3(origin: Origin) -> bool:
    """Returns whether just one of the model's origin and the installed Keras is Keras 3."""
    return (origin.major < 3) == versions.is_keras_3()


def of_several_backends(origin: Origin) -> bool:
    """Returns whether a model is of the Keras that ran on Theano and CNTK, too."""
    return not origin.in_tensorflow and origin.version < (2, 4)


def _of_masks_inside(origin: Origin) -> bool:
    """Returns whether just one of both took the masks of the layer inside: Keras 2.2 to 2.15 do."""
    return ((2, 2) <= origin.version < (3,)) == versions.is_keras_3()


def _before_masks_of_several(origin: Origin) -> bool:
    return _over_keras_3(origin) and not capabilities.keeps_masks_of_several()


def _differ(call: _Call) -> bool:
    return len({_made_of(mask) for mask in call.masks}) > 1


def _masked(call: _Call) -> bool:
    return call.masked


def _several_masked(call: _Call) -> bool:
    return call.masked and len(call.masks) > 1


def _without_its_mask(call: _Call) -> bool:
    """Returns whether Keras 3 ignores a mask; given by name, it does not."""
    by_name = call.with_mask and versions.is_keras_3()
    return call.with_state and (call.masked or call.with_mask) and not by_name


def _begins_with_state(call: _Call) -> bool:
    return call.with_state and (call.masked or call.with_mask) and call.layer.return_sequences


_CHANGES = (
    _Change(
        JOIN_MASKS, _over_keras_3, _differ,
        "merges tensors of different masks, and Keras 3 joins masks otherwise than Keras 1 and 2", True,
    ),
    _Change(
        _CHANGE_VALUES, _over_keras_3, _masked,
        "merges masked tensors, and Keras 3 computes other values at masked steps than Keras 1 and 2", True,
    ),
    _Change(
        _TAKE_SEVERAL, _before_masks_of_several, _several_masked,
        "gets several tensors, whose masks Keras 3.0 to 3.3 loses", True,
    ),
    _Change(
        _RECURRENT, _over_keras_3, _without_its_mask,
        "has an initial state and a mask, and Keras 3 ignores the mask then, other than Keras 1 and 2", True,
    ),
    _Change(
        _RECURRENT, of_several_backends, _begins_with_state,
        "has an initial state and a mask, and gave that state at first steps that are masked",
    ),
    _Change(
        frozenset({"MultiHeadAttention"}), lambda origin: origin.version < (2, 10), _masked,
        "has masked inputs, and Keras before 2.10 ignored their masks",
    ),
    _Change(
        frozenset({"MultiHeadAttention"}), _over_keras_3, _masked,
        "has masked inputs, and Keras 3 takes the masks from them for the layers after it, too", True,
    ),
    _Change(
        frozenset({"TimeDistributed"}), _of_masks_inside, lambda call: call.masked_inside,
        "has a layer inside that makes a mask, which only Keras 2.2 to 2.15 passed on",
    ),
    _Change(
        frozenset({"Softmax"}), of_several_backends, _masked,
        "has a masked input, and Keras before 2.4 ignored the mask",
    ),
    _Change(
        frozenset({"Rescaling", "Normalization"}), _over_keras_3, _masked,
        "has a masked input, and only Keras 3 passes the mask on", True,
    ),
    _Change(
        frozenset(), lambda origin: origin.major < 3, _masked,
        "has a masked input, and was rebuilt as layers that do not pass the mask on",
    ),
)  # fmt: skip


def check(
    plan: Plan, model: Any, origin: Origin, joined: Joined | None = None, limit: float | None = 1.0
) -> None:
    """Sees that the masks in a model mean what they meant in the Keras that saved it.

    Args:
        limit: Where the model has to be run, how many times the usual bounds that may take, `None` for any.

    Raises:
        UpgradeError: A mask reaches a layer that did something else with it, or a few steps of the model ask
            for more than `limit` allows.
    """
    layers = list(layers_within(model))
    if not any(makes_mask(layer) for _, layer in layers):
        return
    rebuilt = frozenset(id(layer) for layer in _rebuilt(plan, model, origin))
    changes = [change for change in _CHANGES if change.between(origin)]
    watched = [
        (path, layer)
        for path, layer in layers
        if any(_is_about(change, layer, rebuilt) for change in changes)
    ]
    for call in _calls(model, watched, limit) if watched else ():
        if tuple(mask is not None for mask in call.masks) in (joined or {}).get(id(call.layer), ()):
            continue
        found = [c for c in changes if _is_about(c, call.layer, rebuilt) and c.concerns(call)]
        if found:
            # First what no Keras does, for the others have the advice to take another one.
            raise UpgradeError(_said(min(found, key=lambda change: change.in_keras_3), call, origin))


def _said(change: _Change, call: _Call, origin: Origin) -> str:
    """Words the error about a call."""
    version = keras_versions.named(".".join(str(number) for number in origin.version))
    if (change.in_keras_3 and origin.major < 3) or _is_put_out(change, call):
        advice = "load the model in tf_keras (TF_USE_LEGACY_KERAS=1), where masks are as they were"
    elif change.in_keras_3:
        advice = "load the model in Keras 3"
    else:
        advice = (
            "no Keras of today does that; build this part of the model again and load the weights into it"
        )
    return f"layer {call.path!r}, a {type(call.layer).__name__} of {version}, {change.text}: {advice}"


def _is_put_out(change: _Change, call: _Call) -> bool:
    """Returns whether `with_old_masks` puts the state out, where the installed Keras lets it."""
    simple = type(call.layer).__name__ in PUT_STATES_OUT and not call.layer.go_backwards
    return change.concerns is _begins_with_state and simple and "/" not in call.path


def _is_about(change: _Change, layer: Any, rebuilt: frozenset[int]) -> bool:
    return type(layer).__name__ in change.classes if change.classes else id(layer) in rebuilt


def layers_within(model: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Lists the layers in a model, in the models in it, and in their wrappers, with their paths."""
    for layer in model.layers:
        where = f"{path}/{layer.name}" if path else layer.name
        parts = [layer, *wrapped_layers(layer)]
        for part in parts:
            yield where, part
            if hasattr(part, "layers"):
                yield from layers_within(part, where)


def wrapped_layers(layer: Any) -> list[Any]:
    """Lists the layers that a wrapper calls."""
    both = [getattr(layer, name, None) for name in ("forward_layer", "backward_layer")]
    found = both if both[0] is not None else [getattr(layer, "layer", None)]
    return [one for one in found if isinstance(one, tf.keras.layers.Layer)]


def _rebuilt(plan: Plan, model: Any, origin: Origin) -> Iterator[Any]:
    """Lists the layers that small models replace, and that took masks, as no Lambda did."""
    for child, layer in with_layers(plan, model):
        takes_masks = of_several_backends(origin) and child.class_name not in (*_PASS_MASKS_ON, "Lambda")
        if child.rebuilt and (takes_masks or child.class_name in _TOOK_MASKS):
            yield layer
        elif child.class_name == "Model" and layer is not None:
            yield from _rebuilt(child, layer, origin)


def makes_mask(layer: Any) -> bool:
    """Returns whether masks may begin at a layer."""
    if type(layer).__module__.split(".")[0] not in ("keras", "tf_keras", "tensorflow"):
        return True
    return isinstance(layer, tf.keras.layers.Masking) or bool(getattr(layer, "mask_zero", False))


def _gives_mask(layer: Any) -> bool:
    """Returns whether what comes out of a layer may have a mask that did not come in."""
    if not hasattr(layer, "layers"):
        return makes_mask(layer)
    within = any(makes_mask(part) for _, part in layers_within(layer))
    return within and any(len(shape) > 2 for shape in _shapes(layer.output_shape))


def _shapes(shape: Any) -> list[Any]:
    """Lists the shapes of one or of several tensors."""
    return shape if isinstance(shape, list) else [shape]


def _calls(model: Any, watched: list[tuple[str, Any]], limit: float | None) -> list[_Call]:
    """Lists the calls of some layers that a model makes, by tracing it, or else by running it."""
    calls: list[_Call] = []
    signature = _signature(model)
    steps = None if backend.is_tensorflow() else _few_steps(model, signature, limit)
    with contextlib.ExitStack() as stack, contextlib.suppress(Exception):
        # Where a call fails, the model fails too, whoever calls it: what was seen until then counts.
        for path, layer in watched:
            layer.__dict__["call"] = _watching(layer, path, calls)
            stack.callback(layer.__dict__.pop, "call")

        def run(*inputs: Any) -> Any:
            return model(list(inputs) if len(inputs) > 1 else inputs[0], training=False)

        if steps is None:
            tf.function(run, autograph=False).get_concrete_function(*signature)
        else:
            run(*steps)
    return calls


def _few_steps(model: Any, signature: list[tf.TensorSpec], limit: float | None) -> list[Any]:
    """Returns small inputs of a model, whose steps are at random zeros, which masks leave out, or ones."""
    specs = [_sized(spec) for spec in signature]
    forward_pass.check(model, specs, limit)
    generator = np.random.default_rng(0)
    arrays = []
    for spec in specs:
        shape = spec.shape.as_list()
        steps = generator.integers(0, 2, shape[:2]).reshape(shape[:2] + [1] * len(shape[2:]))
        arrays.append(np.broadcast_to(steps, shape).astype(spec.dtype.as_numpy_dtype))
    return [backend_tensors.of_backend(tf.constant(array), is_fresh=True) for array in arrays]


def _sized(spec: tf.TensorSpec) -> tf.TensorSpec:
    """Returns a spec with a size for each open axis."""
    sizes = [_OPEN_AXIS if size is None else size for size in spec.shape]
    return tf.TensorSpec(sizes, spec.dtype)


def _signature(model: Any) -> list[tf.TensorSpec]:
    """Returns what a model is called on; a Sequential without a shape, on texts of words of any length."""
    if model.built:
        return [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in model.inputs]
    if not isinstance(model.layers[0], tf.keras.layers.Embedding):
        raise UpgradeError(
            "the file does not say the shape of the model's input, by which masks are followed"
        )
    return [tf.TensorSpec((None, None), tf.float32)]


def _watching(layer: Any, path: str, calls: list[_Call]) -> Callable[..., Any]:
    """Returns a layer's `call` that also notes each call."""
    call = layer.call
    inner = getattr(layer, "layer", None)

    @tf.autograph.experimental.do_not_convert
    @functools.wraps(call)
    def watched(*args: Any, **kwargs: Any) -> Any:
        given = list(args) + [value for key, value in kwargs.items() if key != "mask"]
        first = given[0] if given else ()
        state = kwargs.get("initial_state", args[1] if len(args) > 1 else None)
        masks = [layer_internals.mask_of(one) for one in tf.nest.flatten(first)]
        masked = any(layer_internals.mask_of(one) is not None for one in tf.nest.flatten(given))
        mask = any(one is not None for one in tf.nest.flatten(kwargs.get("mask")))
        inside_too = inner is not None and _gives_mask(inner)
        calls.append(_Call(layer, path, masks, masked, mask, state is not None, inside_too))
        return call(*args, **kwargs)

    return watched


def _made_of(mask: Any) -> Any:
    """Returns what a mask is made of, which is equal for equal masks."""
    if mask is not None and not backend.is_tensorflow():
        return backend_tensors.as_numpy(mask).tobytes()
    operation = getattr(mask, "op", None)
    if operation is None or operation.type not in _MAKE_MASKS:
        return None if mask is None else id(mask) if operation is None else mask.name
    if operation.type == "Const":
        return tf.make_ndarray(operation.get_attr("value")).tobytes()
    return (operation.type, *(_made_of(tensor) for tensor in operation.inputs))
