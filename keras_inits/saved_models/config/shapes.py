"""Finds the shapes that reach a layer, for the few layers that cannot be rebuilt without them."""

from typing import Any

import tensorflow as tf

from keras_inits.saved_models.config.context import Input, UpgradeError
from keras_inits.saved_models.config.graph import Call, Tensor
from keras_inits.saved_models.files import limits


class Shapes:
    """Follows tensors through the layers of a model, as they are upgraded one after another."""

    def __init__(self, build: Any):
        self._build = build
        self._tensors: dict[Tensor, Any] = {}
        self._last: Any = None

    def add(self, name: str, emitted: dict[str, Any], calls: list[Call]) -> None:
        """Calls a layer on the tensors that reach it, and keeps what comes out."""
        config = emitted["config"]
        if emitted["class_name"] == "InputLayer":
            shape = config.get("batch_shape", config.get("batch_input_shape"))
            self._keep(name, 0, tf.keras.Input(batch_shape=shape, dtype=config["dtype"]))
            return
        layer = self._build(emitted)
        try:
            if not calls:
                self._keep(name, 0, layer(self._last))
            for number, call in enumerate(calls):
                args = [self._found(value) for value in call.args]
                kwargs = {key: self._found(value) for key, value in call.kwargs.items()}
                self._keep(name, number, layer(*args, **kwargs))
        except Exception as error:  # Keras and TensorFlow raise errors of every class here.
            raise UpgradeError(f"layer {name!r}: {str(error)[: limits.MESSAGE]}") from error

    def inputs(self, calls: list[Call]) -> tuple[list[Input], bool] | None:
        """Returns the tensors that a layer gets first, and whether they are in a list; `None` if unknown."""
        found = self._found(calls[0].args[0]) if calls else self._last
        tensors = found if isinstance(found, list) else [found]
        if any(getattr(tensor, "shape", None) is None for tensor in tensors):
            return None
        inputs = [Input(list(tensor.shape), tf.as_dtype(tensor.dtype).name) for tensor in tensors]
        return inputs, isinstance(found, list)

    def before(self, calls: list[Call]) -> list[int | None] | None:
        """Returns the shape of a layer's first input."""
        tensor = self._found(calls[0].args[0]) if calls else self._last
        shape = getattr(tensor, "shape", None)
        return None if shape is None else list(shape)

    def _keep(self, name: str, call: int, outputs: Any) -> None:
        several = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        for number, output in enumerate(several):
            self._tensors[Tensor(name, call, number)] = output
        # A model inside has its one output in a list in Keras 3.0.
        self._last = several[0] if len(several) == 1 else outputs

    def _found(self, value: Any) -> Any:
        if isinstance(value, Tensor):
            return self._tensors.get(value)
        if isinstance(value, list):
            return [self._found(v) for v in value]
        if isinstance(value, dict):
            return {k: self._found(v) for k, v in value.items()}
        return value
