"""What to say of a SavedModel that has no config: which kind it is, what it holds, and how it is run."""

from typing import Any, NamedTuple

from keras_inits.saved_models.files import limits
from keras_inits.saved_models.files.saved_model_protos import Graph, Signature, Tensor

_SIGNATURES = 4
_TENSORS = 6
_TEXT = 80
_CALL_SPECS = ("full_save_spec", "save_spec")


class Spec(NamedTuple):
    """The shape and the dtype of an input."""

    shape: list[int | None]
    dtype: str


def description(path: str, root: dict[str, Any], graph: Graph, without: list[str]) -> str:
    """Describes a SavedModel without a config.

    Args:
        path: What was given.
        root: What Keras wrote of the model, if anything.
        without: The classes of its layers that gave no config.

    Returns:
        One line, which says what can be done with it.
    """
    signatures = graph.signatures
    holds = "; ".join(map(_signature, signatures[:_SIGNATURES]))
    if len(signatures) > _SIGNATURES:
        holds += f"; and {len(signatures) - _SIGNATURES} more"
    if not signatures:
        return f"{_kind(root, graph, without)}. It holds no signature, by which it could be run as it is"
    name = signatures[0].name
    name = next((one.name for one in signatures if one.name == "serving_default"), name)
    return (
        f"{_kind(root, graph, without)}. It holds {holds}. "
        f"For inference alone, {_runner(path, name)} runs it as it is"
    )


def _runner(path: str, name: str) -> str:
    """Returns what runs a signature, in Python: Keras 2 has no layer for it."""
    # Imported here, for it imports TensorFlow, which takes seconds.
    from keras_inits.keras_compat import versions

    if versions.is_keras_3():
        return f"keras.layers.TFSMLayer({path!r:.200}, call_endpoint={name!r:.80})"
    return f"tf.saved_model.load({path!r:.200}).signatures[{name!r:.80}]"


def _kind(root: dict[str, Any], graph: Graph, without: list[str]) -> str:
    written_by = "TensorFlow"
    if graph.tensorflow_version:
        written_by += f" {_plain(graph.tensorflow_version)}"
    name = root.get("class_name")
    if isinstance(name, str) and name not in ("Functional", "Sequential", "Model"):
        return (
            f"a SavedModel of the class {name!r:.80}, whose code is not in the folder: pass the class in "
            "custom_objects, or build the model with its code and give it to load_weights"
        )
    if without:
        return (
            f"a SavedModel without a config, as the classes {', '.join(without)!r:.200} gave none: build the "
            "model with its code and give it to load_weights"
        )
    if not graph.nodes:
        return (
            f"a SavedModel of TensorFlow 1, such as an estimator's ({written_by}), which has no layers, "
            "only a graph"
        )
    if graph.nodes[0].identifier.startswith("_tf_keras_"):
        return (
            f"a SavedModel of a Keras model without its keras_metadata.pb ({written_by}), as "
            "tf.saved_model.save and model.export write it: build the model with its code and give it to "
            "load_weights"
        )
    return f"a SavedModel of a tf.Module or of Keras' export ({written_by}), which has no config"


def _plain(text: str) -> str:
    """Returns a text of the file's without quotes around it, safe to print and not too long."""
    return repr(text[:_TEXT])[1:-1]


def _signature(one: Signature) -> str:
    return f"the signature {one.name!r:.80} ({_tensors(one.inputs)}) -> ({_tensors(one.outputs)})"


def _tensors(tensors: tuple[Tensor, ...]) -> str:
    listed = [f"{_plain(one.name)}: {one.dtype} {_shape(one.shape)}" for one in tensors[:_TENSORS]]
    return ", ".join(listed + ["…"] * (len(tensors) > _TENSORS))


def _shape(shape: tuple[int | None, ...] | None) -> str:
    if shape is None:
        return "of any shape"
    sizes = ["None" if n is None else str(n) for n in shape[: limits.AXES]]
    return f"[{', '.join(sizes + ['…'] * (len(shape) > limits.AXES))}]"


def call_inputs(root: dict[str, Any], graph: Graph) -> Any:
    """Finds what a model was called with: a `Spec`, or a list or dict of them; `None` if nothing says it."""
    for key in _CALL_SPECS:
        found = _spec(root.get(key))
        if key == "full_save_spec" and isinstance(found, list) and found and isinstance(found[0], list):
            found = found[0][0] if len(found[0]) == 1 else found[0]  # Arguments, and those by name.
        if found:
            return found
    served = next((one for one in graph.signatures if one.name == "serving_default"), None)
    if served is None or any(one.shape is None for one in served.inputs):
        return None
    inputs = [Spec(list(one.shape or ()), one.dtype) for one in served.inputs]
    return inputs[0] if len(inputs) == 1 else inputs or None


def _spec(saved: Any, depth: int = 0) -> Any:
    """Reads a structure of inputs."""
    if depth > limits.SPEC_DEPTH:
        return None
    if isinstance(saved, list):
        return [_spec(one, depth + 1) for one in saved]
    if not isinstance(saved, dict):
        return None
    kind = saved.get("class_name")
    if kind == "TypeSpec":
        return _tensor_spec(saved.get("serialized"))
    return {key: _spec(one, depth + 1) for key, one in saved.items()} if kind is None else None


def _tensor_spec(serialized: Any) -> Spec | None:
    if not isinstance(serialized, list) or len(serialized) < 2 or not isinstance(serialized[1], str):
        return None
    shape = serialized[0]
    if not isinstance(shape, list) or not all(n is None or isinstance(n, int) for n in shape):
        return None
    return Spec(shape, serialized[1])
