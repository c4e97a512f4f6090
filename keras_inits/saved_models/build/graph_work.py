"""Estimates what it takes to run a TensorFlow graph: the numbers in its tensors, and multiplications.

A graph is read as its protocol buffer, in which every output has its shape. The estimate is meant to be of
the right size, no more: what it is for is to tell a second from an hour.
"""

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import tensorflow as tf

from keras_inits.saved_models.files import limits

# The attributes by which an operation runs functions of the graph's library.
_FUNCTIONS = ("f", "body", "cond", "then_branch", "else_branch")
_LOOPS = ("While", "StatelessWhile")
# What a loop goes through, one element in each step; and what it fills so.
_STACK, _RESERVE = "TensorListFromTensor", "TensorListReserve"
# What computes nothing, and makes no tensor of its own: weights, and others' numbers in another shape.
_FREE = frozenset({
    "Const", "ExpandDims", "Identity", "NoOp", "Placeholder", "ReadVariableOp", "Reshape", "Squeeze",
    "VarHandleOp",
})  # fmt: skip

Shape = tuple[int | None, ...] | None


@dataclasses.dataclass
class Work:
    """What it takes to run something.

    Attributes:
        largest: The numbers in the largest tensor.
        kept: The numbers in all tensors together.
        multiplications: Multiplications, or what takes about as long.
        where: The name of what takes most, for an error.
    """

    largest: int = 0
    kept: int = 0
    multiplications: int = 0
    where: str = ""


class _Node(NamedTuple):
    """An operation, with the shapes of what it is given and gives."""

    op: str
    attributes: Mapping[str, Any]
    inputs: list[Shape]
    outputs: list[Shape]


def of(graph: Any) -> Work:
    """Returns the work in a graph.

    Args:
        graph: A `GraphDef` with the shapes of its outputs.
    """
    functions = {one.signature.name: one for one in graph.library.function}
    return _of_nodes(graph.node, {}, functions, {})


def _of_nodes(
    nodes: Any, arguments: Mapping[str, list[Shape]], functions: Mapping[str, Any], known: dict[str, Work]
) -> Work:
    """Adds up the work of nodes; what functions take is kept in `known`."""
    shapes = {**arguments, **{node.name: _shapes(node.attr["_output_shapes"]) for node in nodes}}
    by_name = {node.name: node for node in nodes}
    total, most = Work(), -1
    for node in nodes:
        inputs = [_input_shape(name, shapes) for name in node.input if not name.startswith("^")]
        one = _of_node(_Node(node.op, node.attr, inputs, shapes[node.name]))
        for inner in _called(node, functions, known):
            times = _steps(node, by_name, shapes) if node.op in _LOOPS else 1
            one.largest = max(one.largest, inner.largest)
            one.kept += times * inner.kept
            one.multiplications += times * inner.multiplications
        total.largest = max(total.largest, one.largest)
        total.kept += one.kept
        total.multiplications += one.multiplications
        if one.kept + one.multiplications > most:
            most, total.where = one.kept + one.multiplications, node.name
    return total


def _called(node: Any, functions: Mapping[str, Any], known: dict[str, Work]) -> list[Work]:
    """Returns the work of each function that an operation runs."""
    names = [node.attr[key].func.name for key in _FUNCTIONS if key in node.attr]
    names += [one.name for one in node.attr["branches"].list.func] if "branches" in node.attr else []
    for name in names:
        if name in functions and name not in known:
            known[name] = Work()  # A function does not run itself.
            function = functions[name]
            arguments = {
                argument.name: _shapes(function.arg_attr[number].attr["_output_shapes"])
                for number, argument in enumerate(function.signature.input_arg)
            }
            known[name] = _of_nodes(function.node_def, arguments, functions, known)
    return [known[name] for name in names if name in known]


def _of_node(node: _Node) -> Work:
    """Returns the work of one operation itself."""
    if node.op in _FREE:
        return Work()
    outputs = [_numbers(shape) for shape in node.outputs]
    largest = max(outputs, default=0)
    if any(shape is None or None in shape for shape in node.outputs):
        # A size that depends on values, which is seldom more than what they are in.
        largest = max(largest, *map(_numbers, node.inputs), 0)
    given = max(map(_numbers, node.inputs), default=0)
    factor = _FACTORS.get(node.op, lambda node: 1)(node)
    multiplications = max(largest * factor, given, limits.TRIED_OPERATION)
    return Work(largest, max(sum(outputs), largest), multiplications)


def _matmul(node: _Node) -> int:
    """Counts the products of which each number is the sum."""
    transposed = any(node.attributes[key].b for key in ("transpose_a", "adj_x") if key in node.attributes)
    return _size(node.inputs[0], -2 if transposed else -1)


def _convolution(node: _Node) -> int:
    return _numbers(node.inputs[1]) // max(_size(node.inputs[1], -1), 1)


def _depthwise(node: _Node) -> int:
    return _numbers(node.inputs[1][:-2]) if node.inputs[1] else 1


def _transposed_convolution(node: _Node) -> int:
    """Counts by what is given: a number of it meets all of the kernel but its channel."""
    kernel, given = node.inputs[1], node.inputs[2]
    products = _numbers(given) * _numbers(kernel) // max(_size(kernel, -1), 1)
    return max(products // max(sum(map(_numbers, node.outputs)), 1), 1)


def _pooling(node: _Node) -> int:
    return math.prod(node.attributes["ksize"].list.i)


def _einsum(node: _Node) -> int:
    """Counts the products by the sizes of all letters, of which the result has some."""
    equation = node.attributes["equation"].s.decode()
    sizes: dict[str, int] = {}
    for letters, shape in zip(equation.partition("->")[0].split(","), node.inputs):
        letters, shape = letters.replace("...", ""), shape or ()
        sizes |= {one: size or 1 for one, size in zip(reversed(letters), reversed(shape))}
    summed = set(sizes) - set(equation.partition("->")[2])
    return math.prod(sizes[one] for one in summed)


def _transform(node: _Node) -> int:
    """Counts a Fourier transform's steps for each number."""
    return 5 * max(_size(node.inputs[0], -1), 2).bit_length()


def _factorization(node: _Node) -> int:
    return 10 * _size(node.inputs[0], -1)


# How many multiplications an operation takes for each number of its result.
_FACTORS: dict[str, Callable[[_Node], int]] = {
    **dict.fromkeys(("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"), _matmul),
    **dict.fromkeys(("Conv2D", "Conv3D"), _convolution),
    "DepthwiseConv2dNative": _depthwise,
    **dict.fromkeys(("Conv2DBackpropInput", "Conv3DBackpropInputV2"), _transposed_convolution),
    **dict.fromkeys(("MaxPool", "AvgPool", "MaxPool3D", "AvgPool3D"), _pooling),
    "Einsum": _einsum,
    **dict.fromkeys(("FFT", "FFT2D", "IFFT", "IFFT2D", "RFFT", "RFFT2D", "IRFFT", "IRFFT2D"), _transform),
    **dict.fromkeys(("Qr", "Svd", "Cholesky", "MatrixInverse", "MatrixSolve", "SelfAdjointEigV2"),
                    _factorization),
}  # fmt: skip


def _steps(loop: Any, nodes: Mapping[str, Any], shapes: Mapping[str, list[Shape]]) -> int:
    """Returns how many steps a loop takes, by the lists that it goes through or fills."""
    steps = 1
    for name in loop.input:
        source = nodes.get(_input(name)[0])
        if source is not None and source.op == _STACK:
            steps = max(steps, _size(_input_shape(source.input[0], shapes), 0))
        elif source is not None and source.op == _RESERVE:
            steps = max(steps, _constant(nodes.get(_input(source.input[1])[0])))
    return steps


def _constant(node: Any) -> int:
    """Returns the value of a constant that is one number; 1 of what is none."""
    if node is None or node.op != "Const":
        return 1
    values = tf.make_ndarray(node.attr["value"].tensor)
    return int(values.ravel()[0]) if values.size == 1 else 1


def _input(name: str) -> tuple[str, int]:
    """Returns the node of an input, `node:1`, in a function `node:output:1`, or `^node`, and the number."""
    node, _, output = name.removeprefix("^").partition(":")
    return node, int(output.rpartition(":")[2] or 0)


def _input_shape(name: str, shapes: Mapping[str, list[Shape]]) -> Shape:
    node, number = _input(name)
    outputs = shapes.get(node) or [None]
    return outputs[min(number, len(outputs) - 1)]


def _shapes(attribute: Any) -> list[Shape]:
    return [
        None if one.unknown_rank else tuple(dim.size if dim.size >= 0 else None for dim in one.dim)
        for one in attribute.list.shape
    ]


def _numbers(shape: Shape) -> int:
    """Counts the numbers of a shape; an open size is one."""
    return math.prod(1 if size is None else size for size in shape or ())


def _size(shape: Shape, axis: int) -> int:
    """Returns the size of an axis, 1 where it is open or not there."""
    known = shape or ()
    return (known[axis] or 1) if -len(known) <= axis < len(known) else 1
