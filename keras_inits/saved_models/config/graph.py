"""The graph of a model's config: layers, their calls, and the tensors between them.

Every Keras wrote the calls of a layer (its inbound nodes) in its own way. Here a tensor is the
output of the n-th call of a layer, counted from 0, and `parse` and `emit` know the ways.
"""

import dataclasses
import graphlib
from typing import Any, TypeGuard

from keras_inits.saved_models.config import tables
from keras_inits.saved_models.config.context import Context
from keras_inits.saved_models.config.written import Written, like

_CONSTANT = "_CONSTANT_VALUE"
_TENSOR = "__tensor__"
# A call: the layer's name and the call's number.
_Place = tuple[str, int]
# The parts of a slice.
SLICE = ("start", "stop", "step")


@dataclasses.dataclass(frozen=True)
class Tensor:
    """An output of a call: the layer's name, the call's number, the output's number."""

    layer: str
    call: int
    output: int


@dataclasses.dataclass
class Call:
    """A call of a layer; any part of its arguments may be a `Tensor`."""

    args: list[Any]
    kwargs: dict[str, Any]


@dataclasses.dataclass
class Layer:
    """A layer of a model.

    Attributes:
        name: Its name in the model.
        class_name: Its class.
        config: Its config as it was saved; of a model inside a model, empty.
        calls: Its calls in the model, none in a Sequential.
        saved: All that was saved of it.
        model: The graph inside, where the layer is itself a model.
        saved_name: Its name in the file, where that is another one.
    """

    name: str
    class_name: str
    config: dict[str, Any]
    calls: list[Call] = dataclasses.field(default_factory=list)
    saved: dict[str, Any] = dataclasses.field(default_factory=dict)
    model: "Model | None" = None
    saved_name: str | None = None


@dataclasses.dataclass
class Model:
    """A model: `inputs` and `outputs` are structures of tensors, `None` in a Sequential."""

    name: str
    layers: list[Layer]
    inputs: Any = None
    outputs: Any = None
    trainable: bool | None = None
    saved: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def sequential(self) -> bool:
        """Whether the model is a Sequential."""
        return self.outputs is None


def without_tuples(value: Any) -> Any:
    """Returns a part of a config with lists for tuples, which TensorFlow 2.4 and later write as objects."""
    if isinstance(value, list):
        return [without_tuples(v) for v in value]
    if (
        isinstance(value, dict)
        and value.get("class_name") == "__tuple__"
        and isinstance(value.get("items"), list)
    ):
        return without_tuples(value["items"])
    return value


def constant(value: Any, dtype: Any = None) -> Any:
    """Writes the numbers of a tensor in a call, as Keras 3 reads them; others than lists are as they are."""
    if not isinstance(value, list):
        return value
    numbers = _numbers(value)
    if not numbers or not all(isinstance(number, (bool, int, float)) for number in numbers):
        return value
    kinds = {type(number) for number in numbers}
    if not isinstance(dtype, str):
        dtype = "float32" if float in kinds else "bool" if kinds == {bool} else "int32"
    return Written(class_name=_TENSOR, config={"value": value, "dtype": dtype})


def _numbers(value: list[Any]) -> list[Any]:
    """Lists what is in lists inside lists."""
    found: list[Any] = []
    rest: list[Any] = [value]
    while rest:
        part = rest.pop()
        if isinstance(part, list):
            rest.extend(part)
        else:
            found.append(part)
    return found


def index(parts: dict[str, Any]) -> dict[str, Any]:
    """Writes a slice as Keras 3 reads it."""
    return Written(class_name="__slice__", config=parts)


def ellipsis() -> dict[str, Any]:
    """Writes the `...` of an index as both Keras 3 and tf.keras 2 read it."""
    return Written(class_name="__ellipsis__", config={})


def tensors(value: Any) -> list[Tensor]:
    """Lists the tensors in any part of a call."""
    found, rest = [], [value]
    while rest:
        part = rest.pop()
        if isinstance(part, Tensor):
            found.append(part)
        elif isinstance(part, dict):
            rest.extend(part.values())
        elif isinstance(part, list):
            rest.extend(part)
    return found


def is_model(saved: Any) -> bool:
    """Returns whether a config is a model's: by its class, or by what is in it."""
    config = saved.get("config")
    if saved.get("class_name") in tables.MODELS:
        return isinstance(config, list) or (isinstance(config, dict) and "layers" in config)
    if not isinstance(config, dict) or "layers" not in config:
        return False
    return {"input_layers", "output_layers"} <= config.keys() or _is_own_sequential(config)


def _is_own_sequential(config: dict[str, Any]) -> bool:
    """Returns whether a config is that of a `Sequential` of its author's own class.

    A layer of its author's may keep layers under the same words, but not what shape they were built for.
    """
    if not config.keys() <= tables.SEQUENTIAL_CONFIG or not isinstance(config["layers"], list):
        return False
    first = config["layers"][0] if config["layers"] else None
    inside = first.get("config") if isinstance(first, dict) else None
    return "build_input_shape" in config or (
        isinstance(inside, dict) and not inside.keys().isdisjoint(tables.INPUT_SHAPES)
    )


def parse(context: Context, saved: dict[str, Any], default_name: str = "model") -> Model:
    """Reads a model's config into a graph.

    Args:
        default_name: The name of a model that has none.

    Raises:
        UpgradeError: The config is not what any Keras writes.
    """
    config = saved.get("config")
    if isinstance(config, list):
        config = {"layers": config}
    if not isinstance(config, dict) or not isinstance(config.get("layers"), list):
        raise context.error(f"the config of a {saved.get('class_name')!r} has no list of layers")
    name = config.get("name") or saved.get("name") or default_name
    layers = []
    for index, one in enumerate(config["layers"]):
        layers.append(_parse_layer(context, one, index, str(name)))
    _check_names(context, layers, str(name))
    model = Model(str(name), layers, trainable=config.get("trainable"), saved=saved)
    if "output_layers" in config:
        _connect(context, model, config)
    return model


def _parse_layer(context: Context, saved: Any, index: int, where: str) -> Layer:
    if not isinstance(saved, dict) or not isinstance(saved.get("class_name"), str):
        raise context.error(f"layer {index} of model {where!r} has no class_name")
    config = saved.get("config")
    if is_model(saved):
        fallback = f"{saved['class_name'].lower()}_{index}"
        model = parse(context, saved, saved.get("name") or fallback)
        return Layer(str(saved.get("name") or model.name), saved["class_name"], {}, [], saved, model)
    if not isinstance(config, dict):
        raise context.error(f"layer {index} of model {where!r}, a {saved['class_name']!r}, has no config")
    name = saved.get("name") or config.get("name") or f"{saved['class_name'].lower()}_{index}"
    return Layer(str(name), saved["class_name"], dict(config), [], saved)


def _check_names(context: Context, layers: list[Layer], where: str) -> None:
    """Sees that no two layers share a name, on which the graph and the weights rely."""
    seen = set()
    for layer in layers:
        if layer.name in seen:
            raise context.error(f"model {where!r} has two layers named {layer.name!r}")
        seen.add(layer.name)


def _connect(context: Context, model: Model, config: dict[str, Any]) -> None:
    """Reads the calls of a functional model, and its inputs and outputs."""
    reader = _Reader(context, model, config)
    for layer in model.layers:
        nodes = layer.saved.get("inbound_nodes") or []
        if not isinstance(nodes, list):
            raise context.error(f"inbound_nodes of layer {layer.name!r} is not a list")
        layer.calls = [reader.call(node) for node in nodes]
        if any(not tensors([call.args, call.kwargs]) for call in layer.calls):
            # Keras would compute it as it builds the model, of any size.
            raise context.error(
                f"model {model.name!r} calls layer {layer.name!r} on constants alone, which no Keras saves"
            )
    model.inputs = reader.ends(config.get("input_layers"))
    model.outputs = reader.ends(config.get("output_layers"))
    in_order(context, model)


def in_order(context: Context, model: Model) -> list[Layer]:
    """Returns the layers of a model in the order of their first calls, in which Keras needs fewest passes."""
    needs: dict[_Place, set[_Place]] = {}
    for layer in model.layers:
        if layer.class_name == "InputLayer":
            needs[layer.name, 0] = set()
            continue
        for number, call in enumerate(layer.calls):
            needed = {(tensor.layer, tensor.call) for tensor in tensors([call.args, call.kwargs])}
            needs[layer.name, number] = needed | ({(layer.name, number - 1)} if number else set())
    stuck = next((name for (name, _), needed in needs.items() if needed - needs.keys()), None)
    try:
        order = [name for name, _ in graphlib.TopologicalSorter(needs).static_order()]
    except graphlib.CycleError as error:
        order, stuck = [], error.args[1][0][0]
    if stuck is not None:
        raise context.error(
            f"model {model.name!r} calls layer {stuck!r} on what comes out of it, or is never made"
        )
    first = {name: place for place, name in reversed([*enumerate(order)])}
    return sorted(model.layers, key=lambda layer: first.get(layer.name, len(order)))


class _Reader:
    """Reads the nodes of one functional model."""

    def __init__(self, context: Context, model: Model, config: dict[str, Any]):
        self.context = context
        self.names = {layer.name for layer in model.layers}
        self.where = model.name
        # A model inside a model was born with a call of its own, which is not one of this model.
        used = _numbers_by_name(config)
        self.born = {
            layer.name: _born_with_a_call(layer, layer.model, used.get(layer.name, set()))
            for layer in model.layers
            if layer.model is not None
        }

    def call(self, node: Any) -> Call:
        if isinstance(node, dict) and "args" in node:
            args = node["args"] if isinstance(node["args"], list) else [node["args"]]
            kwargs = node.get("kwargs") or {}
            return Call([self.keras_3(a) for a in args], {k: self.keras_3(v) for k, v in kwargs.items()})
        return self.keras_2_call(node)

    def keras_3(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.keras_3(v) for v in value]
        if not isinstance(value, dict):
            return value
        if value.get("class_name") == "__keras_tensor__":
            layer, call, output = _history(value["config"].get("keras_history"))
            return self.tensor(layer, call, output, 0)
        if value.get("class_name") == "__slice__":
            return index({k: self.keras_3(value["config"].get(k)) for k in SLICE})
        if value.get("class_name") == "__ellipsis__":
            return ellipsis()
        if value.get("class_name") == "__tuple__" and isinstance(value.get("items"), list):
            return [self.keras_3(v) for v in value["items"]]
        if value.get("class_name") in (_TENSOR, "__numpy__") and isinstance(value.get("config"), dict):
            return constant(value["config"].get("value"), value["config"].get("dtype"))
        if "class_name" in value:  # Keras would make it as it reads the call.
            raise self.context.error(
                f"model {self.where!r} has a call with an object of class {value['class_name']!r:.80}"
            )
        return {k: self.keras_3(v) for k, v in value.items()}

    def keras_2_call(self, node: Any) -> Call:
        """Reads `[["name", call, output, kwargs], ...]`, or the like in a dict or nested list."""
        kwargs: dict[str, Any] = {}

        def leaf(item: list[Any]) -> Any:
            if len(item) > 3 and isinstance(item[3], dict):
                kwargs.update({k: self.maybe_tensor(v) for k, v in item[3].items()})
            if item[0] == _CONSTANT:
                return self.keras_3(item[2])
            return self.tensor(item[0], item[1], item[2])

        def walk(part: Any) -> Any:
            if _is_leaf(part):
                return leaf(part)
            if isinstance(part, dict):
                return {k: walk(v) for k, v in part.items()}
            if isinstance(part, list):
                return [walk(v) for v in part]
            raise self.context.error(f"model {self.where!r} has a node that no Keras wrote")

        inputs = walk(node)
        if isinstance(inputs, list) and len(inputs) == 1:
            inputs = inputs[0]
        return Call([inputs], kwargs)

    def maybe_tensor(self, value: Any) -> Any:
        if _is_leaf(value) and value[0] in self.names and len(value) == 3:
            return self.tensor(*value)
        if _is_leaf(value) and value[0] == _CONSTANT:
            return self.keras_3(value[2])
        if isinstance(value, list):
            return [self.maybe_tensor(v) for v in value]
        if isinstance(value, dict) and "class_name" in value:
            return self.keras_3(value)
        if isinstance(value, dict):
            return {k: self.maybe_tensor(v) for k, v in value.items()}
        return value

    def ends(self, value: Any) -> Any:
        if _is_leaf(value):
            return self.tensor(*value[:3])
        if isinstance(value, dict):
            return {k: self.ends(v) for k, v in value.items()}
        if isinstance(value, list) and value:
            return [self.ends(v) for v in value]
        raise self.context.error(f"model {self.where!r} does not say what its outputs are")

    def tensor(self, layer: str, call: int, output: int, born: int | None = None) -> Tensor:
        if layer not in self.names:
            raise self.context.error(f"model {self.where!r} has no layer {layer!r}, which it calls")
        if born is None:
            born = self.born.get(layer, 0)
        return Tensor(layer, max(int(call) - born, 0), int(output))


def _is_leaf(part: Any) -> TypeGuard[list[Any]]:
    return (
        isinstance(part, list)
        and len(part) in (3, 4)
        and isinstance(part[0], str)
        and isinstance(part[1], int)
        and not isinstance(part[1], bool)
    )


def _history(value: Any) -> list[Any]:
    if not _is_leaf(value):
        raise ValueError(f"{value!r:.80} is not a tensor's history")
    return value[:3]


def _born_with_a_call(layer: Layer, model: Model, used: set[int]) -> int:
    """Returns whether the calls of a model inside the model count from 1 rather than from 0.

    A Functional always did. A Sequential did before Keras 3 where its input shape was known when
    it was made; how the rest of the config refers to its calls settles it.
    """
    nodes = layer.saved.get("inbound_nodes") or []
    if 0 in used:
        return 0
    by_keras_3 = bool(nodes) and isinstance(nodes[0], dict)
    return 0 if by_keras_3 and model.sequential and max(used, default=0) < len(nodes) else 1


def _numbers_by_name(config: dict[str, Any]) -> dict[str, set[int]]:
    """Collects the call numbers by which a config refers to each layer in the way of Keras 2."""
    found: dict[str, set[int]] = {}
    rest = [one.get("inbound_nodes") for one in config["layers"] if isinstance(one, dict)]
    rest.append(config.get("output_layers"))
    while rest:
        part = rest.pop()
        if _is_leaf(part):
            found.setdefault(part[0], set()).add(part[1])
        if isinstance(part, dict) and part.get("class_name") != "__keras_tensor__":
            rest.extend(part.values())
        elif isinstance(part, list):
            rest.extend(part)
    return found


def emit_calls(layer: Layer, models: dict[str, int], keras_3: bool) -> list[Any]:
    """Writes a layer's calls as today's Keras reads them.

    Args:
        models: For each model inside the model, what its calls are counted from.
    """
    if keras_3:
        return [{"args": _keras_3(call.args), "kwargs": _keras_3(call.kwargs)} for call in layer.calls]
    is_function = layer.class_name in ("TFOpLambda", "SlicingOpLambda")
    return [_keras_2_node(call, models, is_function) for call in layer.calls]


def _keras_3(value: Any) -> Any:
    if isinstance(value, Tensor):
        # The shape is a placeholder: the tensor is looked up by its history.
        history = [value.layer, value.call, value.output]
        config = {"shape": [None], "dtype": "float32", "keras_history": history}
        return Written(class_name="__keras_tensor__", config=config)
    if isinstance(value, list):
        return [_keras_3(v) for v in value]
    if isinstance(value, dict):
        return like(value, {k: _keras_3(v) for k, v in value.items()})
    return value


def _keras_2_node(call: Call, models: dict[str, int], as_it_is: bool) -> Any:
    """Writes a call; `as_it_is` for a function, which tf.keras 2 gives its input without a list."""
    first, rest = call.args[:1], call.args[1:]
    kwargs = {k: _keras_2(v, models) for k, v in call.kwargs.items()}
    for name, value in zip(("value", "key"), rest, strict=False):
        kwargs[name] = _keras_2(value, models)

    def leaf(value: Any) -> Any:
        if isinstance(value, Tensor):
            return [*_keras_2(value, models), kwargs]
        if isinstance(value, list):
            return [leaf(v) for v in value]
        if isinstance(value, dict) and not isinstance(value, Written):
            return {k: leaf(v) for k, v in value.items()}
        return [_CONSTANT, -1, _keras_2(value, models), kwargs]

    node = leaf(first[0])
    return node if as_it_is or isinstance(first[0], (list, dict)) else [node]


def _keras_2(value: Any, models: dict[str, int]) -> Any:
    if isinstance(value, Written) and value.get("class_name") == _TENSOR:
        return value["config"]["value"]
    if isinstance(value, Tensor):
        return [value.layer, value.call + models.get(value.layer, 0), value.output]
    if isinstance(value, list):
        return [_keras_2(v, models) for v in value]
    if isinstance(value, dict):
        return {k: _keras_2(v, models) for k, v in value.items()}
    return value


def emit_ends(value: Any, models: dict[str, int]) -> Any:
    """Writes a model's inputs or outputs, a structure of tensors."""
    return _keras_2(value, models)
