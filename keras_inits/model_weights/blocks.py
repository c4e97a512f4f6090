"""What a function that opens a block returns, to a checker of types."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])


class Block(Protocol):
    """A block of code: for `with`, or, as a decorator, each call of a function.

    `contextlib.contextmanager` makes such, and has no public name for what it makes.
    """

    def __enter__(self) -> None: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> bool | None: ...

    def __call__(self, function: _Function, /) -> _Function:
        """Returns the function so that the block is opened for each of its calls."""
        ...
