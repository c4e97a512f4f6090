"""Builds the layers of a Sequential whose input has no shape in the config, by the arrays of each layer.

TensorFlow 2.0 and 2.1 wrote no shape of a Sequential that was made without one. Its layers' arrays say how
many channels reach each; the model itself stays open, and takes inputs of every size and rank that it took.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from keras_inits.saved_models.config.plans import Plan, with_layers

_Shape = tuple[int, ...]
# For each class of layers, how many axes its input has, and its number of channels by the shape of the
# first array; of a layer that takes any number of axes, the fewest.
_INPUTS: dict[str, tuple[int, Callable[[_Shape], int | None]]] = {
    "Dense": (2, lambda kernel: kernel[0]),
    "Embedding": (2, lambda kernel: None),
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN", "Bidirectional"), (3, lambda kernel: kernel[0])),
    **{f"Conv{rank}D": (rank + 2, lambda kernel: kernel[-2]) for rank in (1, 2, 3)},
    **{f"Conv{rank}DTranspose": (rank + 2, lambda kernel: kernel[-1]) for rank in (1, 2, 3)},
    **{f"SeparableConv{rank}D": (rank + 2, lambda kernel: kernel[-2]) for rank in (1, 2)},
    **{f"DepthwiseConv{rank}D": (rank + 2, lambda kernel: kernel[-2]) for rank in (1, 2)},
}


def build_layers(model: Any, plan: Plan, arrays: Mapping[str, Sequence[Any]]) -> None:
    """Builds the layers of a model that have no weights yet, though the file has arrays of theirs.

    Args:
        arrays: The arrays of each layer, by the layer's name in the file; each has a `shape`.
    """
    for child, layer in with_layers(plan, model):
        shapes = [one.shape for one in arrays.get(child.saved_name, ())]
        if layer is None or layer.built or not shapes:
            continue
        shape = _input_shape(child, shapes[0])
        if shape is not None:
            layer.build(tuple(shape))  # Of a list, a recurrent layer takes the first for the shape.


def _input_shape(plan: Plan, first: _Shape) -> list[int | None] | None:
    """Returns the shape of a layer's input, by its first array; `None` where nothing says it."""
    config = plan.config
    if plan.class_name == "BatchNormalization":
        # TensorFlow wrote the axis that it had counted, in a list.
        axis = config.get("axis")
        axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else None
        return None if not isinstance(axis, int) or not 0 < axis < 6 else [*[None] * axis, *first[:1]]
    if plan.class_name not in _INPUTS or len(first) < 2:
        return None
    rank, channels_of = _INPUTS[plan.class_name]
    channels = channels_of(first)
    if channels is not None:
        channels *= config.get("groups") or 1
    shape: list[int | None] = [None] * rank
    shape[1 if config.get("data_format") == "channels_first" else -1] = channels
    return shape
