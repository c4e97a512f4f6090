"""What an optimizer keeps, of Keras 2.10 and before, 2.11 and later, and 3."""

from typing import Any

from keras_inits.keras_compat import versions


def optimizer_variables(optimizer: Any) -> list[Any]:
    """Returns all variables of an optimizer, in the order in which it made them."""
    return list(optimizer.weights if _is_old_optimizer(optimizer) else optimizer.variables)


def reset_product(optimizer: Any) -> None:
    """Resets the product that the `Nadam` of Keras 2.11 to 2.15 and tf_keras keeps outside its variables."""
    parts: list[Any] = [optimizer, getattr(optimizer, "inner_optimizer", None)]
    for part in parts:
        if hasattr(part, "_u_product_counter"):
            part._u_product.assign(1)
            part._u_product_counter = 1


def built_optimizer(optimizer: Any, variables: list[Any]) -> Any:
    """Returns an optimizer of the same config that was built for variables, and made no step yet."""
    fresh = type(optimizer).from_config(optimizer.get_config())
    build = fresh._create_all_weights if _is_old_optimizer(fresh) else fresh.build
    build(variables)
    return fresh


def averages(optimizer: Any) -> list[Any]:
    """Returns the averages that an optimizer of Keras 2 starts from the weights' values; none on Keras 3."""
    return [] if versions.is_keras_3() else getattr(optimizer, "_model_variables_moving_average", [])


def _is_old_optimizer(optimizer: Any) -> bool:
    return not versions.is_keras_3() and hasattr(optimizer, "_create_all_weights")
