"""The parts of a model that have weights: its layers, with the plans of what was saved."""

import dataclasses
from typing import Any

from keras_inits.keras_compat.error_text import PrintableError
from keras_inits.keras_compat.own import public
from keras_inits.saved_models.config.plans import Plan, with_layers

# A layer of today's model, with the plan of what was saved.
Part = tuple[Plan, Any]


@public
class WeightsError(PrintableError):
    """The weights of a file do not fit the model."""


@dataclasses.dataclass(frozen=True)
class OwnWeights:
    """The weights that a model of the user's own class has itself, outside of its layers, like a layer."""

    trainable_weights: list[Any]
    non_trainable_weights: list[Any]

    @property
    def weights(self) -> list[Any]:
        """All of them."""
        return [*self.trainable_weights, *self.non_trainable_weights]


def own_part(plan: Plan, model: Any) -> Part:
    """Returns what a model has itself as a part of it."""
    inside = {id(one) for layer in model.layers for one in layer.weights}
    trained, fixed = (
        [one for one in arrays(weights) if id(one) not in inside]
        for weights in (model.trainable_weights, model.non_trainable_weights)
    )
    own = Plan(plan.name, plan.saved_class, "", {}, saved_name=plan.saved_name)
    return own, OwnWeights(trained, fixed)


def variables(layer: Any) -> list[Any]:
    """Returns a layer's weights in the order in which files have them."""
    return arrays([*layer.trainable_weights, *layer.non_trainable_weights])


def arrays(weights: list[Any]) -> list[Any]:
    """Leaves out what tf.keras 2 lists as weights and is none: the tables of vocabularies."""
    return [weight for weight in weights if hasattr(weight, "shape")]


def is_model(plan: Plan) -> bool:
    """Returns whether a plan is of a model, whose children are its layers."""
    return plan.class_name == "Model"


def inside(plan: Plan, layer: Any) -> list[tuple[str, Part]] | None:
    """Lists the layers inside a wrapper whose weights are theirs, by the names of its attributes.

    Returns:
        The attributes and the layers; `None` for a layer that has its own weights, and for a model.
    """
    if plan.children and hasattr(layer, "forward_layer"):
        forward, backward = plan.children[0], plan.children[-1]
        return [
            ("forward_layer", (forward, layer.forward_layer)),
            ("backward_layer", (backward, layer.backward_layer)),
        ]
    if plan.class_name == "TimeDistributed" and plan.children:
        return [("layer", (plan.children[0], layer.layer))]
    return None


def parts(plan: Plan, layer: Any) -> list[Part]:
    """Lists the layers inside a model or a wrapper that have weights of their own."""
    if layer is None:
        return []
    if is_model(plan):
        return [p for part in with_layers(plan, layer) for p in parts(*part)]
    wrapped = inside(plan, layer)
    if wrapped is None:
        return [(plan, layer)]
    return [p for _, part in wrapped for p in parts(*part)]


def every(plan: Plan, layer: Any) -> list[Part]:
    """Lists the layers inside a model, those of the models inside it too."""
    if layer is None:
        return []
    found = [(plan, layer)]
    if is_model(plan):
        found += [p for part in with_layers(plan, layer) for p in every(*part)]
    return found
