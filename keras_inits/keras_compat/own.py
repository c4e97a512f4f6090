"""What is this package's own: under which name others see it, and how to distinguish it from a user's."""

from typing import Any, TypeVar

PACKAGE = "keras_inits"
_Public = TypeVar("_Public")


def public(obj: _Public, module: str = PACKAGE) -> _Public:
    """Puts a class or a function under the name of the module that users import it from, and returns it.

    So no saved file has the path of a room.
    """
    obj.__module__ = module
    if isinstance(obj, type):
        obj._is_own = True  # type: ignore[attr-defined]  # For `is_own_class`.
    return obj


def is_own_class(obj: Any) -> bool:
    """Returns whether it is a class of this package itself, not one that a user derived from it."""
    return isinstance(obj, type) and "_is_own" in vars(obj)
