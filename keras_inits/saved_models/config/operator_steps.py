"""TensorFlow's functions that no one operation of Keras 3 equals, written out in several that do together.

Each function here has the arguments of TensorFlow's, after the steps that it adds to. `STEPS` names them.
"""

import inspect
from collections.abc import Callable
from typing import Any

from keras_inits.saved_models.config import graph
from keras_inits.saved_models.config.context import Context
from keras_inits.saved_models.config.graph import Tensor
from keras_inits.saved_models.config.operator_tables import OPERATIONS

# What Keras' backend adds to what it takes the logarithm of.
_EPSILON = 1e-7
# Numbers that a mask is made of.
_LARGEST_MASK = 2**16
_CHANNELS_FIRST, _CHANNELS_LAST = "channels_first", "channels_last"
_METHODS = frozenset({"bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"})


class NoEqualError(ValueError):
    """The function was called in a way that Keras 3 has no equal of."""


class Steps:
    """The layers that stand for one function, each called as often as the function was.

    Attributes:
        layers: The layers, in order; the last gives what the function does.
    """

    def __init__(self, name: str, taken: set[str]):
        self.layers: list[graph.Layer] = []
        self._name, self._taken, self._at = name, taken, 0

    def function(self, function: str, first: Any, **given: Any) -> Tensor:
        """Adds a call of a function of TensorFlow that one operation of Keras equals."""
        class_name = "SlicingOpLambda" if function == "__operators__.getitem" else "TFOpLambda"
        call = graph.Call([first], {key: value for key, value in given.items() if value is not None})
        return self._add(class_name, {"function": function}, {}, call)

    def operation(self, module: str, class_name: str, *args: Any, **config: Any) -> Tensor:
        """Adds a call of an operation of Keras 3."""
        for key, value in config.items():
            if isinstance(value, Tensor) or (
                isinstance(value, list) and any(isinstance(v, Tensor) for v in value)
            ):
                raise NoEqualError(f"{key} is a tensor, which Keras 3 does not take")
        call = graph.Call([graph.constant(arg) for arg in args], {})
        return self._add(class_name, config, {"module": f"keras.src.ops.{module}"}, call)

    def layer(self, class_name: str, first: Any, **config: Any) -> Tensor:
        """Adds a call of a layer of Keras."""
        return self._add(class_name, config, {}, graph.Call([first], {}))

    def _add(
        self, class_name: str, config: dict[str, Any], saved: dict[str, Any], call: graph.Call
    ) -> Tensor:
        if self._at == len(self.layers):
            made = self._layer(class_name, config, saved)
        else:
            made = self.layers[self._at]
            if made.class_name != class_name or made.config != {"name": made.name, **config}:
                raise NoEqualError("the function is called with different settings under one name")
        self._at += 1
        made.calls.append(call)
        return Tensor(made.name, len(made.calls) - 1, 0)

    def _layer(self, class_name: str, config: dict[str, Any], saved: dict[str, Any]) -> graph.Layer:
        name = f"{self._name}_{len(self.layers)}"
        while name in self._taken:
            name = f"{name}_"
        self._taken.add(name)
        config = {"name": name, **config}
        made = graph.Layer(
            name, class_name, config, [], {"class_name": class_name, "config": config, **saved}
        )
        self.layers.append(made)
        return made

    def finish(self, result: Any) -> None:
        """Ends a call of the function with what it gives.

        Raises:
            NoEqualError: Another call of it took other steps.
        """
        is_last = isinstance(result, Tensor) and bool(self.layers) and result.layer == self.layers[-1].name
        if not is_last:
            self.function("identity", result)
        if self._at != len(self.layers):
            raise NoEqualError("the function is called with different settings under one name")
        self._at = 0

    def named(self) -> list[graph.Layer]:
        """Returns the layers, of which the last has the function's name."""
        last = self.layers[-1]
        last.name = last.config["name"] = self._name
        return self.layers


def written_out(context: Context, layer: graph.Layer, function: str, taken: set[str]) -> list[graph.Layer]:
    """Returns the layers that compute together what a function in the graph does.

    Args:
        layer: The function, as a layer; its calls have the arguments of TensorFlow 2.
        function: Its name in `STEPS`.
        taken: The names of the model's layers, to which those of the new ones are added.

    Raises:
        UpgradeError: Keras 3 has no equal of what the function does.
    """
    steps = Steps(layer.name, taken)
    try:
        for call in layer.calls:
            steps.finish(_bound(function, steps, call))
    except NoEqualError as error:
        raise context.error(f"tf.{function}: {error}") from None
    if not steps.layers:
        raise context.error(f"tf.{function} is never called")
    layers = steps.named()
    if len(layers) > 1:
        names = (_class_name(one) for one in layers)
        context.note(f"tf.{function} is written out as Keras' own operations {', '.join(names)}")
    return layers


def _class_name(layer: graph.Layer) -> str:
    function = layer.config.get("function")
    return OPERATIONS[function].class_name if function in OPERATIONS else layer.class_name


def _bound(function: str, steps: Steps, call: graph.Call) -> Any:
    known = inspect.signature(STEPS[function]).parameters
    unknown = sorted(set(call.kwargs) - set(known))
    if unknown:
        raise NoEqualError(
            f"it was called with {', '.join(unknown)}, which its equal in Keras 3 does not take"
        )
    try:
        bound = inspect.signature(STEPS[function]).bind(steps, *call.args, **call.kwargs)
    except TypeError as error:
        raise NoEqualError(f"it was called without what it needs: {error}") from None
    return STEPS[function](*bound.args, **bound.kwargs)


def _only(name: str, value: Any, *allowed: Any) -> None:
    if isinstance(value, Tensor) or not any(value is one or value == one for one in allowed):
        raise NoEqualError(f"{name}={value!r:.80} has no equal in Keras 3")


def _squared_difference(steps: Steps, x: Any, y: Any) -> Tensor:
    return steps.function("math.square", steps.function("math.subtract", x, y=y))


def _add_n(steps: Steps, inputs: Any) -> Any:
    terms = inputs if isinstance(inputs, list) else [inputs]
    total = terms[0]
    for term in terms[1:]:
        total = steps.function("math.add", total, y=term)
    return total


def _where_not_zero(steps: Steps, tested: Any, value: Any) -> Tensor:
    return steps.function("where", steps.function("math.equal", tested, y=0), x=0, y=value)


def _divide_no_nan(steps: Steps, x: Any, y: Any) -> Tensor:
    return _where_not_zero(steps, y, steps.function("math.divide", x, y=y))


def _multiply_no_nan(steps: Steps, x: Any, y: Any) -> Tensor:
    return _where_not_zero(steps, y, steps.function("math.multiply", x, y=y))


def _reciprocal_no_nan(steps: Steps, x: Any) -> Tensor:
    return _where_not_zero(steps, x, steps.function("math.reciprocal", x))


def _xdivy(steps: Steps, x: Any, y: Any) -> Tensor:
    return _where_not_zero(steps, x, steps.function("math.divide", x, y=y))


def _xlogy(steps: Steps, x: Any, y: Any) -> Tensor:
    return _where_not_zero(steps, x, steps.function("math.multiply", x, y=steps.function("math.log", y)))


def _xlog1py(steps: Steps, x: Any, y: Any) -> Tensor:
    return _where_not_zero(steps, x, steps.function("math.multiply", x, y=steps.function("math.log1p", y)))


def _matmul(
    steps: Steps, a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False,
    adjoint_a: bool = False, adjoint_b: bool = False, a_is_sparse: bool = False,
    b_is_sparse: bool = False, output_type: Any = None,
) -> Tensor:  # fmt: skip
    _only("output_type", output_type, None)
    if transpose_a or adjoint_a:
        a = steps.operation("numpy", "Swapaxes", a, axis1=-1, axis2=-2)
    if transpose_b or adjoint_b:
        b = steps.operation("numpy", "Swapaxes", b, axis1=-1, axis2=-2)
    return steps.function("linalg.matmul", a, b=b)


def _matvec(steps: Steps, a: Any, b: Any, transpose_a: bool = False, adjoint_a: bool = False) -> Tensor:
    column = steps.function("expand_dims", b, axis=-1)
    return steps.function("squeeze", _matmul(steps, a, column, transpose_a, False, adjoint_a), axis=-1)


def _band_part(steps: Steps, input: Any, num_lower: int, num_upper: int) -> Any:
    for name, number in (("num_lower", num_lower), ("num_upper", num_upper)):
        if type(number) is not int:
            raise NoEqualError(f"{name} is a tensor, which Keras 3 does not take")
    if num_lower >= 0:
        input = steps.operation("numpy", "Triu", input, k=-num_lower)
    return input if num_upper < 0 else steps.operation("numpy", "Tril", input, k=num_upper)


def _reverse(steps: Steps, tensor: Any, axis: Any) -> Any:
    # One after another: the Flip of Keras 3.3 to 3.10 does not take several.
    for one in axis if isinstance(axis, list) else [axis]:
        tensor = steps.operation("numpy", "Flip", tensor, axis=one)
    return tensor


def _along(steps: Steps, class_name: str, x: Any, axis: int, exclusive: Any, reverse: Any) -> Tensor:
    _only("exclusive", exclusive, False)
    if reverse:
        x = _reverse(steps, x, axis)
    x = steps.operation("numpy", class_name, x, axis=axis)
    return _reverse(steps, x, axis) if reverse else x


def _cumsum(steps: Steps, x: Any, axis: int = 0, exclusive: Any = False, reverse: Any = False) -> Tensor:
    return _along(steps, "Cumsum", x, axis, exclusive, reverse)


def _cumprod(steps: Steps, x: Any, axis: int = 0, exclusive: Any = False, reverse: Any = False) -> Tensor:
    return _along(steps, "Cumprod", x, axis, exclusive, reverse)


def _sort(steps: Steps, values: Any, axis: int = -1, direction: str = "ASCENDING") -> Tensor:
    _only("direction", direction, "ASCENDING", "DESCENDING")
    sorted_up = steps.operation("numpy", "Sort", values, axis=axis)
    return sorted_up if direction == "ASCENDING" else _reverse(steps, sorted_up, axis)


def _argsort(steps: Steps, values: Any, axis: int = -1, direction: str = "ASCENDING") -> Tensor:
    _only("direction", direction, "ASCENDING", "DESCENDING")
    if direction == "DESCENDING":
        values = steps.function("math.negative", values)
    return steps.operation("numpy", "Argsort", values, axis=axis)


def _count_nonzero(
    steps: Steps, input: Any, axis: Any = None, keepdims: bool = False, dtype: str = "int64"
) -> Tensor:
    counted = steps.function("cast", steps.function("math.not_equal", input, y=0), dtype=dtype)
    return steps.function("math.reduce_sum", counted, axis=axis, keepdims=keepdims)


def _euclidean_norm(steps: Steps, input_tensor: Any, axis: Any = None, keepdims: bool = False) -> Tensor:
    squares = steps.function("math.square", input_tensor)
    return steps.function(
        "math.sqrt", steps.function("math.reduce_sum", squares, axis=axis, keepdims=keepdims)
    )


def _norm(
    steps: Steps, tensor: Any, ord: Any = "euclidean", axis: Any = None, keepdims: bool = False
) -> Tensor:
    if ord in ("euclidean", "fro") or (ord == 2 and not isinstance(axis, list)):
        return _euclidean_norm(steps, tensor, axis, keepdims)
    if isinstance(axis, list) or isinstance(ord, (str, Tensor)):
        raise NoEqualError(f"ord={ord!r:.80} of a matrix has no equal in Keras 3")
    absolute = steps.function("math.abs", tensor)
    if ord == float("inf"):
        return steps.function("math.reduce_max", absolute, axis=axis, keepdims=keepdims)
    if ord == 1:
        return steps.function("math.reduce_sum", absolute, axis=axis, keepdims=keepdims)
    powers = steps.function("math.pow", absolute, y=ord)
    total = steps.function("math.reduce_sum", powers, axis=axis, keepdims=keepdims)
    return steps.function("math.pow", total, y=1.0 / ord)


def _l2_normalize(steps: Steps, x: Any, axis: Any = None, epsilon: float = 1e-12) -> Tensor:
    squares = steps.function("math.reduce_sum", steps.function("math.square", x), axis=axis, keepdims=True)
    scale = steps.function("math.rsqrt", steps.function("math.maximum", squares, y=epsilon))
    return steps.function("math.multiply", x, y=scale)


def _clip_by_norm(steps: Steps, t: Any, clip_norm: Any, axes: Any = None) -> Tensor:
    squares = steps.function("math.reduce_sum", steps.function("math.square", t), axis=axes, keepdims=True)
    divisor = steps.function("math.maximum", steps.function("math.sqrt", squares), y=clip_norm)
    return steps.function("math.truediv", steps.function("math.multiply", t, y=clip_norm), y=divisor)


def _l2_loss(steps: Steps, t: Any) -> Tensor:
    total = steps.function("math.reduce_sum", steps.function("math.square", t))
    return steps.function("math.truediv", total, y=2.0)


def _crelu(steps: Steps, features: Any, axis: int = -1) -> Tensor:
    negative = steps.function("math.negative", features)
    parts = [steps.function("nn.relu", features), steps.function("nn.relu", negative)]
    return steps.function("concat", parts, axis=axis)


def _sigmoid_cross_entropy(steps: Steps, labels: Any, logits: Any) -> Tensor:
    product = steps.function("math.multiply", logits, y=labels)
    difference = steps.function("math.subtract", steps.function("nn.relu", logits), y=product)
    small = steps.function("math.exp", steps.function("math.negative", steps.function("math.abs", logits)))
    return steps.function("math.add", difference, y=steps.function("math.log1p", small))


def _softmax_cross_entropy(steps: Steps, labels: Any, logits: Any, axis: int = -1) -> Tensor:
    products = steps.function("math.multiply", labels, y=steps.function("nn.log_softmax", logits, axis=axis))
    return steps.function("math.negative", steps.function("math.reduce_sum", products, axis=axis))


def _between(steps: Steps, x: Any) -> Tensor:
    return steps.function("clip_by_value", x, clip_value_min=_EPSILON, clip_value_max=1.0 - _EPSILON)


def _log_of(steps: Steps, x: Any) -> Tensor:
    return steps.function("math.log", steps.function("math.add", x, y=_EPSILON))


def _opposite(steps: Steps, x: Any) -> Tensor:
    return steps.function("math.subtract", 1.0, y=x)


def _binary_crossentropy(steps: Steps, target: Any, output: Any, from_logits: bool = False) -> Tensor:
    if from_logits:
        return _sigmoid_cross_entropy(steps, target, output)
    output = _between(steps, output)
    ones = steps.function("math.multiply", target, y=_log_of(steps, output))
    others = _log_of(steps, _opposite(steps, output))
    zeros = steps.function("math.multiply", _opposite(steps, target), y=others)
    return steps.function("math.negative", steps.function("math.add", ones, y=zeros))


def _categorical_crossentropy(
    steps: Steps, target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Tensor:
    if from_logits:
        return _softmax_cross_entropy(steps, target, output, axis)
    total = steps.function("math.reduce_sum", output, axis=axis, keepdims=True)
    output = _between(steps, steps.function("math.truediv", output, y=total))
    products = steps.function("math.multiply", target, y=steps.function("math.log", output))
    return steps.function("math.negative", steps.function("math.reduce_sum", products, axis=axis))


def _bias_add(steps: Steps, value: Any, bias: Any, data_format: str | None = None) -> Tensor:
    if _format(data_format) == _CHANNELS_FIRST:
        raise NoEqualError("data_format='NCHW' has no equal in Keras 3")
    return steps.function("math.add", value, y=bias)


def _format(data_format: Any) -> str:
    if data_format is None:
        return _CHANNELS_LAST
    if not isinstance(data_format, str) or "VECT" in data_format:
        raise NoEqualError(f"data_format={data_format!r:.80} has no equal in Keras 3")
    return _CHANNELS_FIRST if data_format.startswith("NC") else _CHANNELS_LAST


def _spatial(name: str, sizes: Any, axes: int, data_format: str) -> int | list[int]:
    """Returns a size along each axis of an image, of which TensorFlow takes one, some, or all axes'."""
    if sizes is None:
        return 1
    listed = sizes if isinstance(sizes, list) else [sizes]
    if not all(type(size) is int for size in listed):
        raise NoEqualError(f"{name}={sizes!r:.80} has no equal in Keras 3")
    if len(listed) == axes + 2:
        first = 2 if data_format == _CHANNELS_FIRST else 1
        others = listed[:first] + listed[first + axes :]
        if any(size != 1 for size in others):
            raise NoEqualError(f"{name}={sizes!r:.80} has no equal in Keras 3")
        listed = listed[first : first + axes]
    if len(listed) not in (1, axes):
        raise NoEqualError(f"{name}={sizes!r:.80} has no equal in Keras 3")
    return listed[0] if len(set(listed)) == 1 else listed


def _padding(padding: Any) -> str:
    if padding not in ("SAME", "VALID"):
        raise NoEqualError(f"padding={padding!r:.80} has no equal in Keras 3")
    return str(padding).lower()


def _window(axes: int, strides: Any, padding: Any, data_format: Any) -> dict[str, Any]:
    where = _format(data_format)
    return {
        "strides": _spatial("strides", strides, axes, where), "padding": _padding(padding),
        "data_format": where,
    }  # fmt: skip


def _slid(class_name: str, axes: int) -> Callable[..., Tensor]:
    """Returns what writes out a convolution over so many axes."""

    def steps_of(
        steps: Steps, input: Any, filters: Any, strides: Any, padding: Any, data_format: Any = None,
        dilations: Any = None,
    ) -> Tensor:  # fmt: skip
        words = _window(axes, strides, padding, data_format)
        words["dilation_rate"] = _spatial("dilations", dilations, axes, words["data_format"])
        return steps.operation("nn", class_name, input, filters, **words)

    return steps_of


def _conv1d(
    steps: Steps,
    input: Any,
    filters: Any,
    stride: Any,
    padding: Any,
    data_format: Any = None,
    dilations: Any = None,
) -> Tensor:
    return _slid("Conv", 1)(steps, input, filters, stride, padding, data_format, dilations)


def _convolution(
    steps: Steps, input: Any, filters: Any, strides: Any = None, padding: Any = "VALID",
    data_format: Any = None, dilations: Any = None,
) -> Tensor:  # fmt: skip
    axes = _depth(filters) - 2
    if axes not in (1, 2, 3):
        raise NoEqualError("its filters are a tensor, whose rank is not known here")
    return _slid("Conv", axes)(steps, input, filters, strides, padding, data_format, dilations)


def _depth(value: Any) -> int:
    depth = 0
    while isinstance(value, list) and value:
        value, depth = value[0], depth + 1
    return depth


def _pooled(class_name: str, axes: int) -> Callable[..., Tensor]:
    """Returns what writes out a pooling over so many axes."""

    def steps_of(
        steps: Steps, input: Any, ksize: Any, strides: Any, padding: Any, data_format: Any = None
    ) -> Tensor:
        words = _window(axes, strides, padding, data_format)
        size = _spatial("ksize", ksize, axes, words["data_format"])
        return steps.operation("nn", class_name, input, pool_size=size, **words)

    return steps_of


def _of_blocks(class_name: str) -> Callable[..., Tensor]:
    def steps_of(steps: Steps, input: Any, block_size: int, data_format: Any = None) -> Tensor:
        return steps.operation(
            "nn", class_name, input, block_size=block_size, data_format=_format(data_format)
        )

    return steps_of


def _resize(
    steps: Steps, images: Any, size: Any, method: str = "bilinear", preserve_aspect_ratio: bool = False,
    antialias: bool = False,
) -> Tensor:  # fmt: skip
    _only("preserve_aspect_ratio", preserve_aspect_ratio, False)
    if method not in _METHODS:
        raise NoEqualError(f"method={method!r:.80} has no equal in Keras 3")
    if not isinstance(size, list):
        raise NoEqualError("size is a tensor, which Keras 3 does not take")
    if method != "nearest":  # TensorFlow computes it in float32, whatever the images are.
        images = steps.function("cast", images, dtype="float32")
    return steps.operation(
        "image",
        "Resize",
        images,
        size=size,
        interpolation=method,
        antialias=antialias,
        data_format=_CHANNELS_LAST,
    )


def _rgb_to_grayscale(steps: Steps, images: Any) -> Tensor:
    return steps.operation("image", "RGBToGrayscale", images, data_format=_CHANNELS_LAST)


def _crop(
    steps: Steps, image: Any, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Tensor:
    sizes = ((offset_height, target_height), (offset_width, target_width))
    if not all(type(size) is int for pair in sizes for size in pair):
        raise NoEqualError("its sizes are tensors, which Keras 3 does not take")
    parts = [{"start": start, "stop": start + size, "step": None} for start, size in sizes]
    everything = {"start": None, "stop": None, "step": None}
    return steps.function("__operators__.getitem", image, slice_spec=[graph.ellipsis(), *parts, everything])


def _extract_patches(steps: Steps, images: Any, sizes: Any, strides: Any, rates: Any, padding: Any) -> Tensor:
    given = {"sizes": sizes, "strides": strides, "rates": rates}
    size, stride, rate = (_spatial(name, one, 2, _CHANNELS_LAST) for name, one in given.items())
    if isinstance(rate, list) or isinstance(stride, list):
        raise NoEqualError(
            "other rates or strides along the height than along the width have no equal in Keras 3"
        )
    # Keras 3.3 to 3.10 fail where strides are given; without, they are the size.
    return steps.operation(
        "image", "ExtractPatches", images, size=size, strides=None if stride == size else stride,
        dilation_rate=rate, padding=_padding(padding), data_format=_CHANNELS_LAST,
    )  # fmt: skip


def _pad(
    steps: Steps, tensor: Any, paddings: Any, mode: str = "CONSTANT", constant_values: Any = 0
) -> Tensor:
    if not isinstance(paddings, list):
        raise NoEqualError("paddings are a tensor, which Keras 3 does not take")
    others = () if mode.upper() != "CONSTANT" or constant_values in (0, None) else (constant_values,)
    return steps.operation("numpy", "Pad", tensor, *others, pad_width=paddings, mode=mode.lower())


def _gather(steps: Steps, params: Any, indices: Any, axis: Any = None, batch_dims: int = 0) -> Tensor:
    _only("batch_dims", batch_dims, 0)
    return steps.operation("numpy", "Take", params, indices, axis=axis or 0)


def _embedding_lookup(
    steps: Steps, params: Any, ids: Any, partition_strategy: Any = "div", max_norm: Any = None
) -> Tensor:
    _only("max_norm", max_norm, None)
    return steps.operation("numpy", "Take", params, ids, axis=0)


def _one_hot(
    steps: Steps,
    indices: Any,
    depth: int,
    on_value: Any = 1,
    off_value: Any = 0,
    axis: int = -1,
    dtype: Any = None,
) -> Tensor:
    _only("on_value", on_value, 1)
    _only("off_value", off_value, 0)
    return steps.operation("nn", "OneHot", indices, num_classes=depth, axis=axis, dtype=dtype or "float32")


def _sequence_mask(steps: Steps, lengths: Any, maxlen: Any = None, dtype: str = "bool") -> Tensor:
    if type(maxlen) is not int or not 0 < maxlen <= _LARGEST_MASK:
        raise NoEqualError(f"maxlen={maxlen!r:.80} has no equal in Keras 3")
    last = steps.function("expand_dims", lengths, axis=-1)
    mask = steps.function("math.greater", last, y=list(range(maxlen)))
    return mask if dtype == "bool" else steps.function("cast", mask, dtype=dtype)


def _alike(class_name: str) -> Callable[..., Tensor]:
    def steps_of(steps: Steps, input: Any, dtype: Any = None) -> Tensor:
        made = steps.operation("numpy", class_name, input)
        return made if dtype is None else steps.function("cast", made, dtype=dtype)

    return steps_of


def _convert(steps: Steps, value: Any, dtype: Any = None) -> Any:
    return value if dtype is None else steps.function("cast", value, dtype=dtype)


def _as_it_is(steps: Steps, x: Any, shape: Any = None) -> Any:
    return x


def _slice(steps: Steps, input_: Any, begin: Any, size: Any) -> Tensor:
    if not isinstance(begin, list) or not isinstance(size, list) or len(begin) != len(size):
        raise NoEqualError("begin or size is a tensor, which Keras 3 does not take")
    if not all(type(one) is int for one in (*begin, *size)):
        raise NoEqualError("begin or size has a tensor, which Keras 3 does not take")
    parts = [
        {"start": start, "stop": None if length < 0 else start + length, "step": None}
        for start, length in zip(begin, size, strict=True)
    ]
    return steps.function("__operators__.getitem", input_, slice_spec=parts)


def _strided_slice(
    steps: Steps, input_: Any, begin: Any, end: Any, strides: Any = None, begin_mask: int = 0,
    end_mask: int = 0, ellipsis_mask: int = 0, new_axis_mask: int = 0, shrink_axis_mask: int = 0,
) -> Tensor:  # fmt: skip
    if (
        not isinstance(begin, list)
        or not isinstance(end, list)
        or not isinstance(strides, (list, type(None)))
    ):
        raise NoEqualError("begin, end or strides is a tensor, which Keras 3 does not take")
    masks = {
        "begin_mask": begin_mask, "end_mask": end_mask, "ellipsis_mask": ellipsis_mask,
        "new_axis_mask": new_axis_mask, "shrink_axis_mask": shrink_axis_mask,
    }  # fmt: skip
    parts = strided(begin, end, strides or [1] * len(begin), masks)
    return steps.function("__operators__.getitem", input_, slice_spec=parts)


def strided(begin: list[Any], end: list[Any], strides: list[Any], masks: dict[str, int]) -> list[Any]:
    """Returns the index of `a[...]`, of whose parts TensorFlow keeps a bit each in several masks."""

    def has(bit: int, name: str) -> bool:
        return bool(masks.get(name, 0) >> bit & 1)

    parts: list[Any] = []
    for bit, (start, stop, step) in enumerate(zip(begin, end, strides, strict=True)):
        if has(bit, "ellipsis_mask"):
            parts.append(graph.ellipsis())
        elif has(bit, "new_axis_mask"):
            parts.append(None)
        elif has(bit, "shrink_axis_mask"):
            parts.append(start)
        else:
            ends = [None if has(bit, "begin_mask") else start, None if has(bit, "end_mask") else stop]
            parts.append(dict(zip(graph.SLICE, [*ends, None if step == 1 else step], strict=True)))
    return parts


def _flatten(steps: Steps, x: Any) -> Tensor:
    return steps.layer("Flatten", x, data_format=_CHANNELS_LAST)


STEPS: dict[str, Callable[..., Any]] = {
    "math.squared_difference": _squared_difference, "math.add_n": _add_n,
    "math.divide_no_nan": _divide_no_nan, "math.multiply_no_nan": _multiply_no_nan,
    "math.reciprocal_no_nan": _reciprocal_no_nan,
    "math.xdivy": _xdivy, "math.xlogy": _xlogy, "math.xlog1py": _xlog1py,
    "linalg.matmul": _matmul, "linalg.matvec": _matvec, "linalg.band_part": _band_part,
    "linalg.adjoint": lambda steps, matrix: steps.operation("numpy", "Swapaxes", matrix, axis1=-1, axis2=-2),
    "math.cumsum": _cumsum, "math.cumprod": _cumprod, "sort": _sort, "argsort": _argsort,
    "math.count_nonzero": _count_nonzero, "math.reduce_euclidean_norm": _euclidean_norm, "norm": _norm,
    "math.l2_normalize": _l2_normalize, "clip_by_norm": _clip_by_norm, "nn.l2_loss": _l2_loss,
    "nn.crelu": _crelu, "nn.sigmoid_cross_entropy_with_logits": _sigmoid_cross_entropy,
    "nn.softmax_cross_entropy_with_logits": _softmax_cross_entropy,
    "keras.backend.binary_crossentropy": _binary_crossentropy,
    "keras.backend.categorical_crossentropy": _categorical_crossentropy, "nn.bias_add": _bias_add,
    "nn.conv1d": _conv1d, "nn.conv2d": _slid("Conv", 2), "nn.conv3d": _slid("Conv", 3),
    "nn.convolution": _convolution, "nn.depthwise_conv2d": _slid("DepthwiseConv", 2),
    "nn.max_pool1d": _pooled("MaxPool", 1), "nn.max_pool2d": _pooled("MaxPool", 2),
    "nn.max_pool3d": _pooled("MaxPool", 3), "nn.max_pool": _pooled("MaxPool", 2),
    "nn.avg_pool1d": _pooled("AveragePool", 1), "nn.avg_pool2d": _pooled("AveragePool", 2),
    "nn.avg_pool3d": _pooled("AveragePool", 3), "nn.avg_pool": _pooled("AveragePool", 2),
    "nn.depth_to_space": _of_blocks("DepthToSpace"), "nn.space_to_depth": _of_blocks("SpaceToDepth"),
    "image.resize": _resize, "image.rgb_to_grayscale": _rgb_to_grayscale, "image.crop_to_bounding_box": _crop,
    "image.extract_patches": _extract_patches, "pad": _pad, "gather": _gather,
    "nn.embedding_lookup": _embedding_lookup, "one_hot": _one_hot, "sequence_mask": _sequence_mask,
    "ones_like": _alike("OnesLike"), "zeros_like": _alike("ZerosLike"), "convert_to_tensor": _convert,
    "keras.backend.batch_flatten": _flatten, "ensure_shape": _as_it_is, "guarantee_const": _as_it_is,
    "reverse": _reverse, "slice": _slice, "strided_slice": _strided_slice,
}  # fmt: skip
