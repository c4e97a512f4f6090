"""The state of an optimizer, as it was before the first step."""

import contextlib
from collections.abc import Callable
from typing import Any

from keras_inits.keras_compat import optimizer_internals


def resetting(model: Any) -> Callable[[], None]:
    """Prepares to reset the optimizer of a model: iterations, moments, averages.

    Args:
        model: A model, compiled or not, or a layer, which has no optimizer.

    Returns:
        A function that resets it, but not its learning rate.

    Raises:
        ValueError: If the optimizer was built for other weights than the model trains now.
    """
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None:
        return lambda: None
    variables = optimizer_internals.optimizer_variables(optimizer)
    strategy = getattr(model, "distribute_strategy", None)
    with strategy.scope() if strategy else contextlib.nullcontext():
        fresh = optimizer_internals.optimizer_variables(
            optimizer_internals.built_optimizer(optimizer, model.trainable_variables)
        )
    # One that was never built has its iterations and learning rate at most.
    is_built = getattr(optimizer, "built", False) or getattr(optimizer, "_built", False)
    if is_built and [v.shape for v in variables] != [v.shape for v in fresh]:
        raise ValueError(
            f"The optimizer of {model.name!r} was built for other weights than the model trains now. Compile "
            f"the model again. Received: optimizer={optimizer!r}"
        )

    def reset() -> None:
        for variable, initial in zip(variables, fresh):
            variable.assign(initial)
        optimizer_internals.reset_product(optimizer)
        for average, weight in zip(optimizer_internals.averages(optimizer), model.trainable_variables):
            average.assign(weight)

    return reset
