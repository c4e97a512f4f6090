"""Upgrades a whole model: its graph, the layers in it, and the models inside it."""

import functools
import itertools
from collections.abc import Iterator
from typing import Any

from keras_inits.keras_compat import capabilities
from keras_inits.saved_models.config import graph, layers, operators, rebuilt, tables, values
from keras_inits.saved_models.config.context import Context, Note
from keras_inits.saved_models.config.graph import Call, Layer, Model, Tensor
from keras_inits.saved_models.config.plans import Plan
from keras_inits.saved_models.config.shapes import Shapes
from keras_inits.saved_models.config.written import Written, like

# Arguments of a call that mean nothing at these values.
_EMPTY: dict[str, tuple[Any, ...]] = {
    "training": (None, False), "mask": (None,), "initial_state": (None,), "constants": (None,),
    "attention_mask": (None,), "arguments": (None, {}), "key": (None,),
}  # fmt: skip

# Layers that pass on what they get, and keep a loss or a metric made of it.
_ADDED = ("AddLoss", "AddMetric")


def upgrade_saved(context: Context, saved: dict[str, Any]) -> layers.Upgraded:
    """Upgrades a model's config, whichever Keras wrote it.

    Raises:
        UpgradeError: The config is not a model's, or has a layer without an equal today.
    """
    return _upgrade(context, graph.parse(context, saved), saved)


def _upgrade(context: Context, model: Model, saved: dict[str, Any]) -> layers.Upgraded:
    outer = context.layer
    _note_own_class(context, model, saved)
    model = _prepared(context, model)
    children, written = [], []
    counted_from: dict[str, int] = {}
    start = _input_of_sequential(context, model) if model.sequential else []
    shapes = _shapes(context, model, start)
    for layer in model.layers:
        context.layer = f"{outer}/{layer.name}" if outer else layer.name
        context.calls = layer.calls
        context.input_shape = shapes.before(layer.calls) if shapes else None
        context.inputs = shapes.inputs(layer.calls) if shapes else None
        emitted, plan = _layer(context, layer, counted_from)
        if shapes and not context.missing and not context.unsafe:
            shapes.add(layer.name, emitted, layer.calls)
        plan.name, plan.saved_name = layer.name, layer.saved_name or layer.name
        plan.shared = "shared_object_id" in layer.saved
        children.append(plan)
        written.append((layer, emitted))
    context.layer = outer
    name = _safe_name(context, model.name)
    plan = Plan(model.name, str(saved.get("class_name")), "Model", {}, True, children)
    if model.sequential:
        config: dict[str, Any] = {"name": name, "layers": start + [emitted for _, emitted in written]}
        return values.stock(context, "", "Sequential", config), plan
    emitted_of = {layer.name: emitted for layer, emitted in written}
    nodes = [
        _with_calls(context, layer, emitted_of[layer.name], counted_from)
        for layer in graph.in_order(context, model)
    ]
    functional = [layer.name for layer, emitted in written if emitted.get("class_name") == "Functional"]
    if not context.keras_3:
        ends = counted_from
    else:
        # From 3.1 on, the calls of a Functional count from 1 where they are outputs, and from 0 elsewhere.
        ends = dict.fromkeys(functional, 1) if functional and capabilities.counts_ends_from_one() else {}
    config = {
        "name": name,
        "layers": nodes,
        "input_layers": graph.emit_ends(_ends(context, model.inputs), {}),
        "output_layers": graph.emit_ends(_ends(context, model.outputs), ends),
    }
    if model.trainable is False:
        config["trainable"] = False
    emitted = Written(class_name="Functional", config=config)
    if context.keras_3:
        # The path by which Keras 3 itself saves a functional model.
        emitted |= {"module": "keras.src.models.functional", "registered_name": None}
    return emitted, plan


def _note_own_class(context: Context, model: Model, saved: dict[str, Any]) -> None:
    """Says that a model's own class is lost, where the user did not give it."""
    name = saved["class_name"]
    if name in tables.MODELS or values.custom_name(context, saved):
        return
    kind = "Sequential" if model.sequential else "Functional"
    text = f"its own class {name!r:.80} is left out: a {kind} of the same layers is in its place"
    context.notes.append(Note(context.layer or model.name, text))


def _shapes(context: Context, model: Model, start: list[dict[str, Any]]) -> Shapes | None:
    """Follows the shapes of tensors where a layer of the model is rebuilt by them."""
    if not any(rebuilt.needs_shape(layer.class_name, layer.config) for layer in model.layers):
        return None
    shapes = Shapes(functools.partial(context.upgraders.build, context))
    for emitted in start:
        shapes.add(emitted["config"]["name"], emitted, [])
    return shapes


def _prepared(context: Context, model: Model) -> Model:
    """Brings a graph into a form that today's Keras can hold, layer by layer."""
    if model.sequential:
        model = _merged_sequential(context, model)
    if not model.sequential:
        model = _without_slashes(context, _without_losses(context, model))
        model.layers = [part for layer in model.layers for part in _in_line(layer)]
        for layer in model.layers:
            context.layer = layer.name
            layer.saved = operators.with_module(context, layer.saved)
            if layer.class_name == "TensorFlowOpLayer":
                operators.from_node(context, layer)
            operators.from_operation(context, layer)
            layer.calls = [_call(context, layer, call) for call in layer.calls]
        model.layers = operators.written_out(context, model.layers)
    return model


def _without_losses(context: Context, model: Model) -> Model:
    """Leaves out the losses and metrics that were added inside a graph, and what is for them alone."""
    left_out = {one.name for one in model.layers if one.class_name in _ADDED} - _sources(model.outputs)
    if not left_out:
        return model
    uses: dict[str, set[str]] = {}
    for layer in model.layers:
        for name in _sources([[call.args, call.kwargs] for call in layer.calls]):
            uses.setdefault(name, set()).add(layer.name)
    functions = {one.name for one in model.layers if _is_function(one)} - _sources(model.outputs)
    rest = list(left_out)
    while rest:
        used = [name for name in functions - left_out if uses.get(name, {""}) <= left_out]
        left_out.update(used)
        rest = used
    context.note(
        "losses and metrics that were added inside the model are left out: they changed no prediction"
    )
    model.layers = [layer for layer in model.layers if layer.name not in left_out]
    return model


def _is_function(layer: Layer) -> bool:
    return layer.class_name == "TensorFlowOpLayer" or operators.is_operator(layer.saved)


def _sources(value: Any) -> set[str]:
    """Returns the names of the layers whose outputs are in a structure."""
    if isinstance(value, Tensor):
        return {value.layer}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {name for one in inner for name in _sources(one)}


def _layer(context: Context, layer: Layer, counted_from: dict[str, int]) -> layers.Upgraded:
    if layer.model is not None and not values.custom_name(context, layer.saved):
        emitted, plan = _upgrade(context, layer.model, layer.saved)
        counted_from[layer.name] = int(_starts_with_input(emitted))
        emitted["config"]["name"] = layer.name
        return emitted, plan
    config = layer.config if layer.model is None else layer.saved["config"]
    saved = {**layer.saved, "class_name": layer.class_name, "config": config}
    saved["config"].setdefault("name", layer.name)
    if not values.custom_name(context, saved):
        saved["config"]["name"] = layer.name
    emitted, plan = layers.upgrade(context, saved)
    if plan.rebuilt:
        counted_from[layer.name] = int(_starts_with_input(emitted))
    return emitted, plan


def _starts_with_input(emitted: dict[str, Any]) -> bool:
    """Returns whether a layer is a model that was born with a call of its own."""
    if emitted.get("class_name") == "Functional":
        return True
    layers_inside = emitted.get("config", {}).get("layers") or [{}]
    return emitted.get("class_name") == "Sequential" and layers_inside[0].get("class_name") == "InputLayer"


def _with_calls(
    context: Context, layer: Layer, emitted: dict[str, Any], counted_from: dict[str, int]
) -> dict[str, Any]:
    if operators.is_operator(layer.saved | {"class_name": layer.class_name}):
        layer.calls = [operators.upgrade_call(context, layer.saved, call) for call in layer.calls]
    calls = graph.emit_calls(layer, counted_from, context.keras_3)
    if emitted.get("class_name") == "InputLayer":
        calls = []
    return emitted | {"name": layer.name, "inbound_nodes": calls}


def _call(context: Context, layer: Layer, call: Call) -> Call:
    """Upgrades a call: what means nothing is dropped, and states get their name."""
    if operators.is_operator(layer.saved | {"class_name": layer.class_name}):
        return call
    args = call.args
    kwargs = {k: v for k, v in call.kwargs.items() if not _says_nothing(k, v)}
    today = tables.CLASSES.get(layer.class_name, layer.class_name)
    today = tables.CLASSES_WITH_ARGUMENTS.get(today, (today,))[0]
    takes_states = today in tables.RECURRENT and (context.keras_3 or _cells(layer))
    if takes_states and args and isinstance(args[0], list) and len(args[0]) > 1:
        kwargs["initial_state"] = args[0][1:]
        args = [args[0][0], *args[1:]]
    if _cells(layer) and isinstance(kwargs.get("initial_state"), list):
        kwargs["initial_state"] = _by_cell(_cells(layer), kwargs["initial_state"])
    return Call(args, kwargs)


def _cells(layer: Layer) -> list[Any]:
    """Returns the stacked cells of a recurrent layer, none of another."""
    cell = layer.config.get("cell")
    if not values.is_object(cell) or cell["class_name"] != "StackedRNNCells":
        return []
    return cell["config"].get("cells") or []


def _by_cell(cells: list[Any], states: list[Any]) -> list[Any]:
    """Groups the states of stacked cells, of which Keras 2 took a flat list."""
    classes = [cell.get("class_name") for cell in cells]
    counts = [tables.STATES[one] for one in classes if one in tables.STATES]
    is_known = len(counts) == len(cells) and sum(counts) == len(states)
    if not is_known or any(isinstance(state, list) for state in states):
        return states
    rest = iter(states)
    return [next(rest) if n == 1 else [next(rest) for _ in range(n)] for n in counts]


def _says_nothing(key: str, value: Any) -> bool:
    """Returns whether an argument of a call is as good as not given; a list of masks may be, too."""
    several = value if isinstance(value, list) and value else [value]
    return key in _EMPTY and all(any(v is e or v == e for e in _EMPTY[key]) for v in several)


def _ends(context: Context, ends: Any) -> Any:
    """Takes a model's only input or output out of its list: so tf.keras 2 meant it, where Keras reads it."""
    if not context.keras_3:
        if isinstance(ends, Tensor):
            return [ends]
        return ends
    if context.origin.major < 3 and isinstance(ends, list) and len(ends) == 1:
        ends = ends[0]
    return [ends] if isinstance(ends, Tensor) and not capabilities.reads_single_ends() else ends


def _input_of_sequential(context: Context, model: Model) -> list[dict[str, Any]]:
    """Writes the input layer of a Sequential that has none; nothing if its shape is unknown."""
    first = model.layers[0] if model.layers else None
    if first is None or first.class_name == "InputLayer":
        return []
    found = _input_shape(first)
    if found is None:
        shape = (model.saved.get("config") or {}) if isinstance(model.saved.get("config"), dict) else {}
        built = values.plain_value(context, shape.get("build_input_shape"))
        if not isinstance(built, list):
            return []
        found = (built, None)
    shape, dtype = found
    words = {"name": f"{first.name}_input", "batch_shape": shape, "dtype": dtype}
    return [layers.input_layer(context, words)]


def _input_shape(layer: Layer) -> tuple[Any, Any] | None:
    """Finds the shape and dtype of the input with which a Sequential's first layer was made."""
    if layer.model is not None:
        inner = layer.model.layers
        if layer.model.sequential:
            return _input_shape(inner[0]) if inner else None
        first = next((one for one in inner if one.class_name == "InputLayer"), None)
        return _input_shape(first) if first else None
    config = layer.config
    shape = config.get("batch_input_shape", config.get("batch_shape"))
    dtype = config.get("input_dtype", config.get("dtype"))
    if shape is None and isinstance(config.get("input_shape"), list):
        shape = [None, *config["input_shape"]]
    if shape is None and layer.class_name == "Dense" and isinstance(config.get("input_dim"), int):
        shape = [None, config["input_dim"]]
    return None if shape is None else (shape, dtype)


def _merged_sequential(context: Context, model: Model) -> Model:
    """Turns a Keras 1 Sequential that begins by merging models into a functional model."""
    first = model.layers[0] if model.layers else None
    if first is None or first.class_name != "Merge" or not first.config.get("layers"):
        return model
    context.note("a Sequential that begins by merging models is now a functional model")
    made: list[Layer] = []
    inputs: list[Tensor] = []
    outputs: list[Tensor] = []
    for number, saved in enumerate(first.config["layers"]):
        if not isinstance(saved, dict) or not isinstance(saved.get("config"), (dict, list)):
            raise context.error("a Merge layer merges something that is not a layer")
        if graph.is_model(saved):
            inner = graph.parse(context, saved, f"{first.name}_{number}")
            inner.saved = saved
            branch = Layer(inner.name, saved["class_name"], {}, [], saved, inner)
        else:
            name = saved["config"].get("name", f"{first.name}_{number}")
            branch = Layer(name, saved["class_name"], dict(saved["config"]), [], saved)
        found = _input_shape(branch)
        if found is None:
            raise context.error("a model that a Merge layer merges does not say its input's shape")
        name = f"{branch.name}_input"
        config = {"name": name, "batch_input_shape": found[0], "dtype": found[1]}
        made.append(Layer(name, "InputLayer", config, [], {"class_name": "InputLayer"}))
        inputs.append(Tensor(name, 0, 0))
        if branch.class_name == "InputLayer":
            outputs.append(inputs[-1])
            continue
        branch.calls = [Call([inputs[-1]], {})]
        made.append(branch)
        outputs.append(Tensor(branch.name, 0, 0))
    config = {k: v for k, v in first.config.items() if k != "layers"}
    calls: Any = outputs
    for layer in [Layer(first.name, "Merge", config, [], first.saved), *model.layers[1:]]:
        layer.calls = [Call([calls], {})]
        calls = Tensor(layer.name, 0, 0)
        made.append(layer)
    return Model(model.name, made, inputs, [calls], model.trainable, model.saved)


def _in_line(layer: Layer) -> list[Layer]:
    """Splits a layer that several layers in a row replace and that no Sequential can hold."""
    if layer.class_name != "Merge" or layer.config.get("mode") != "cos":
        return [layer]
    product = Layer(f"{layer.name}_product", "Merge", layer.config, layer.calls, layer.saved)
    product.config = {**layer.config, "name": product.name}
    shape = Layer(
        layer.name, "Reshape", {"name": layer.name, "target_shape": [1, 1]},
        [Call([Tensor(product.name, number, 0)], {}) for number in range(len(layer.calls))],
        {"class_name": "Reshape"},
    )  # fmt: skip
    return [product, shape]


def _safe_name(context: Context, name: str) -> str:
    """Returns a name that Keras 3 accepts, which wants no slash in it."""
    return name.replace("/", "_") if context.keras_3 else name


def _without_slashes(context: Context, model: Model) -> Model:
    """Renames layers whose names Keras 3 does not accept, wherever the graph speaks of them."""
    taken = {layer.name for layer in model.layers}
    renamed: dict[str, str] = {}
    numbers: dict[str, Iterator[int]] = {}
    for layer in model.layers:
        name = safe = _safe_name(context, layer.name)
        while safe != layer.name and safe in taken:
            safe = f"{name}_{next(numbers.setdefault(name, itertools.count(1)))}"
        if safe != layer.name:
            renamed[layer.name] = safe
            taken.add(safe)
    if not renamed:
        return model

    def walk(value: Any) -> Any:
        if isinstance(value, Tensor):
            return Tensor(renamed.get(value.layer, value.layer), value.call, value.output)
        if isinstance(value, list):
            return [walk(v) for v in value]
        if isinstance(value, dict):
            return like(value, {k: walk(v) for k, v in value.items()})
        return value

    for layer in model.layers:
        layer.saved_name, layer.name = layer.name, renamed.get(layer.name, layer.name)
        layer.calls = [Call(walk(call.args), walk(call.kwargs)) for call in layer.calls]
    model.inputs, model.outputs = walk(model.inputs), walk(model.outputs)
    return model


def data_formats_of(saved: Any) -> set[str]:
    """Collects the data formats that a model's layers say."""
    found: set[str] = set()
    rest = [saved]
    while rest:
        part = rest.pop()
        if isinstance(part, dict):
            for key in ("dim_ordering", "data_format"):
                said = part.get(key)
                if isinstance(said, str):
                    found.add(tables.VALUES["data_format"].get(said, said))
            rest.extend(part.values())
        elif isinstance(part, list):
            rest.extend(part)
    return found
