"""What the weights of a saved layer were, so that they can be moved to today's layer.

An upgrade leaves a plan for each layer: its class and config in the words of Keras 2, before any
rebuilding. `arrangement` and `weights` read the stored arrays by it.
"""

import dataclasses
from typing import Any


@dataclasses.dataclass
class Plan:
    """How a layer was saved.

    Attributes:
        name: The layer's name in today's model.
        saved_class: Its class as it was saved, such as `"Convolution2D"` or `"CuDNNGRU"`.
        class_name: Its class in the words of Keras 2.
        config: Its config in the words of Keras 2.
        trainable: Whether its weights were trained.
        children: The layers inside, of a model and of a wrapper.
        rebuilt: Whether the layer is now a small model of Keras' own layers.
        places: The size of the output of a locally connected layer, without its filters.
        saved_name: The layer's name in the file.
        saved_config: Its config as it was saved.
        shared: Whether the file says that the layer has been saved before, in another model.
        by_attributes: Whether it is a model of the user's own code, whose layers are its attributes.
    """

    name: str
    saved_class: str
    class_name: str
    config: dict[str, Any]
    trainable: bool = True
    children: list["Plan"] = dataclasses.field(default_factory=list)
    rebuilt: bool = False
    places: list[int] = dataclasses.field(default_factory=list)
    saved_name: str = ""
    saved_config: dict[str, Any] = dataclasses.field(default_factory=dict)
    shared: bool = False
    by_attributes: bool = False

    @property
    def identity(self) -> tuple[str, str]:
        """What two places of one layer have in common."""
        return self.saved_class, self.saved_name


def with_layers(plan: Plan, model: Any) -> list[tuple[Plan, Any]]:
    """Lists what is in a model's plan, each with the model's layer, `None` where it has none."""
    # Keras lists its layers anew each time that it is asked.
    named = {layer.name: layer for layer in reversed(model.layers)}
    return [
        (child, named.get(child.name, named.get(child.name.replace("/", "_")))) for child in plan.children
    ]
