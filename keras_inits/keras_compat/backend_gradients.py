"""Gradients with respect to the tensors that a function computes on its way, as Keras' backend takes them.

TensorFlow's tape and torch's graph remember what was computed, so any tensor can be asked for its gradient
afterwards. JAX remembers nothing: it differentiates a function with respect to what the function takes. So
there the function is traced, and its trace is run, equation by equation, as a function of a shift for each
tensor that is asked for. The shifts are zeros, and the gradient with respect to a shift is that with respect
to the tensor, as all that uses the tensor uses it shifted. The function sees no values, as when `fit`
compiles it.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from keras_inits.keras_compat import backend, backend_tensors


class Tape(NamedTuple):
    """What a function is given, to tell of its tensors.

    Args:
        watch: Has the gradient with respect to a tensor taken, even if it is computed from nothing watched.
        follows: Returns whether something is a floating point tensor with a gradient. There is none inside
            a function that the backend compiles or maps, where tensors have no values.
    """

    watch: Callable[[Any], None]
    follows: Callable[[Any], bool]


# Returns the tensors whose sum, each times its factors, is differentiated, and those with respect to which.
Function = Callable[[Any, Tape], tuple[list[Any], list[Any]]]
# Returns the factors for a shape and dtype, a tensor of these.
Factors = Callable[[Any, Any], Any]


def check_eager(what: str) -> None:
    """Raises a `RuntimeError` where there are no values or gradients.

    Args:
        what: Names what needs them.
    """
    if backend.name() not in _DIFFERENTIATED:
        raise RuntimeError(f"{what} needs gradients, which Keras' backend {backend.name()!r} does not take.")
    if backend.is_tensorflow() and not tf.executing_eagerly():
        raise RuntimeError(f"{what} needs TensorFlow's eager execution, which is off here.")
    if backend_tensors.is_tracing():
        raise RuntimeError(f"{what} needs values, and JAX has none in a function that it traces.")


def differentiated(function: Function, x: Any, factors: Factors) -> tuple[list[Any], list[Any]]:
    """Calls a function once, and takes gradients with respect to the tensors that it names.

    Args:
        function: Called with `x`, whose floating point tensors are watched, and a `Tape`.
        x: A structure of tensors of the backend.
        factors: Gives the factors of an output.

    Returns:
        Two lists: the named tensors with their values, each an object of its own, and the gradients, `None`
        where no path leads from the tensor to the outputs.
    """
    return _DIFFERENTIATED[backend.name()](function, x, factors)


def _by_tensorflow(function: Function, x: Any, factors: Factors) -> tuple[list[Any], list[Any]]:
    with tf.GradientTape() as tape:
        tape.watch(list(filter(_has_tensorflow, tf.nest.flatten(x))))
        outputs, named = function(x, Tape(tape.watch, _has_tensorflow))
    of_outputs = [factors(one.shape, one.dtype) for one in outputs]
    return named, tape.gradient(outputs, named, output_gradients=of_outputs)


def _has_tensorflow(tensor: Any) -> bool:
    return isinstance(tensor, tf.__internal__.EagerTensor) and tensor.dtype.is_floating


def _by_torch(function: Function, x: Any, factors: Factors) -> tuple[list[Any], list[Any]]:
    import torch

    watched: list[Any] = []

    def watch(tensor: Any) -> None:
        if not tensor.requires_grad:
            watched.append(tensor.requires_grad_())

    # The caller may be in a block that keeps no graph.
    with torch.inference_mode(False), torch.enable_grad():
        # What the caller gave stays out of the graph, and as it is.
        x = tf.nest.map_structure(lambda tensor: tensor.clone().detach(), x)
        for tensor in filter(_has_torch, tf.nest.flatten(x)):
            watch(tensor)
        try:
            outputs, named = function(x, Tape(watch, _has_torch))
            ends = [(one, factors(one.shape, one.dtype)) for one in outputs if one.requires_grad]
            sources = [one for one in named if one.requires_grad]
            gradients = dict(zip(map(id, sources), _torch_gradients(ends, sources)))
        finally:
            # A layer may have given a tensor that it keeps.
            for tensor in watched:
                tensor.requires_grad_(False)
    return [one.detach() for one in named], [gradients.get(id(one)) for one in named]


def _torch_gradients(ends: list[tuple[Any, Any]], sources: list[Any]) -> Sequence[Any]:
    """Returns the gradients of outputs, each with its factors; torch takes none of nothing."""
    import torch

    if not ends or not sources:
        return [None] * len(sources)
    outputs, factors = zip(*ends)
    return torch.autograd.grad(outputs, sources, factors, allow_unused=True)


def _has_torch(tensor: Any) -> bool:
    import torch

    if not isinstance(tensor, torch.Tensor) or not tensor.is_floating_point() or tensor.is_meta:
        return False
    try:
        tensor.data_ptr()
    except RuntimeError:  # A tensor that a function is mapped over or transformed by has no memory.
        return False
    return True


def _by_jax(function: Function, x: Any, factors: Factors) -> tuple[list[Any], list[Any]]:
    import jax

    def traced(*tensors: Any) -> tuple[list[Any], list[Any]]:
        tape = Tape(lambda tensor: None, functools.partial(_has_jax, _jax_trace()))
        return function(tf.nest.pack_sequence_as(x, tensors), tape)

    tensors = tf.nest.flatten(x)
    trace, (shapes, _) = jax.make_jaxpr(traced, return_shape=True)(*tensors)
    outputs, named = trace.jaxpr.outvars[: len(shapes)], trace.jaxpr.outvars[len(shapes) :]
    sources = list(dict.fromkeys(filter(_is_variable, named)))

    def shifted(shifts: list[Any]) -> tuple[list[Any], list[Any]]:
        read = _run(trace, tensors, dict(zip(sources, shifts)))
        return list(map(read, outputs)), list(map(read, named))

    shifts = [jax.numpy.zeros(one.aval.shape, one.aval.dtype) for one in sources]
    _, pull_back, values = jax.vjp(shifted, shifts, has_aux=True)
    of_outputs = [factors(one.shape, one.dtype) for one in shapes]
    # Where there is no path JAX gives zeros, which a path can give too.
    has_path = _depends(jax.make_jaxpr(pull_back)(of_outputs).jaxpr)
    (pulled_back,) = pull_back(of_outputs)
    gradients = {one: value for one, value, has in zip(sources, pulled_back, has_path) if has}
    # JAX caches an array's values: the views make of one array two objects where the trace has two.
    values = [np.asarray(value).view() for value in values]
    return values, [gradients.get(one) if _is_variable(one) else None for one in named]


def _run(trace: Any, tensors: list[Any], shifts: dict[Any, Any]) -> Callable[[Any], Any]:
    """Runs a trace of JAX's, with a shift added to some of its variables.

    Returns:
        A function that gives the value of a variable or literal of the trace.
    """
    import jax

    known: dict[Any, Any] = {}

    def read(atom: Any) -> Any:
        return known[atom] if _is_variable(atom) else atom.val

    def write(variables: list[Any], values: list[Any]) -> None:
        for variable, value in zip(variables, values):
            known[variable] = value + shifts[variable] if variable in shifts else value

    jaxpr = trace.jaxpr
    write([*jaxpr.constvars, *jaxpr.invars], [*trace.consts, *tensors])
    for equation in jaxpr.eqns:
        taken = list(dict.fromkeys(filter(_is_variable, equation.invars)))
        # How an equation is run differs between versions of JAX, which all run a trace of one.
        alone = jaxpr.replace(constvars=[], invars=taken, outvars=equation.outvars, eqns=[equation])
        write(equation.outvars, jax.core.eval_jaxpr(alone, [], *map(read, taken)))
    return read


def _depends(jaxpr: Any) -> list[bool]:
    """Returns which of the outputs of a trace of JAX's depend on what it is given."""
    found = set(jaxpr.invars)
    for equation in jaxpr.eqns:
        if not found.isdisjoint(filter(_is_variable, equation.invars)):
            found.update(equation.outvars)
    return [_is_variable(one) and one in found for one in jaxpr.outvars]


def _is_variable(atom: Any) -> bool:
    # The other kind, a literal, has its value.
    return not hasattr(atom, "val")


def _has_jax(trace: Any, tensor: Any) -> bool:
    import jax

    is_floating = isinstance(tensor, jax.Array) and jax.numpy.issubdtype(tensor.dtype, jax.numpy.floating)
    # A function that is traced inside the other has its own tensors, which mean nothing outside it.
    return is_floating and _jax_trace() == trace


def _jax_trace() -> Any:
    """Returns what is equal to itself as long as JAX traces the same function."""
    import jax.extend

    return jax.extend.core.get_opaque_trace_state()


_DIFFERENTIATED = {"tensorflow": _by_tensorflow, "jax": _by_jax, "torch": _by_torch}
