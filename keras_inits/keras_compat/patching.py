"""What stands in for a method of a class of Keras, or a function of its modules, for a while.

Blocks of several threads may open and close in any order: a method is its original again when the last
one is closed, and no block takes another's hook out.
"""

import contextlib
import functools
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

# Makes what stands in for a method, out of the method.
Hook = Callable[[Callable], Callable]

_LOCK = threading.Lock()
_ORIGINALS: dict[tuple[Any, str], Callable] = {}
_HOOKS: dict[tuple[Any, str], list[Hook]] = {}


@contextlib.contextmanager
def hooked(hooks: Iterable[tuple[Any, str, Hook]]) -> Iterator[None]:
    """Opens a block in which each hook, an `(owner, name, hook)`, stands in for `owner.name`."""
    with contextlib.ExitStack() as put_in:
        for hook in hooks:
            put(*hook)
            put_in.callback(take_out, *hook)
        yield


def put(owner: Any, name: str, hook: Hook) -> None:
    """Replaces `owner.name` by what a hook makes of it, around the hooks that are there.

    A hook that is there already stays where it is, until it is taken out as often as it was put.
    """
    with _LOCK:
        method = (owner, name)
        _ORIGINALS.setdefault(method, vars(owner)[name])
        _HOOKS.setdefault(method, []).append(hook)
        _renew(method)


def take_out(owner: Any, name: str, hook: Hook) -> None:
    """Takes out a hook that `put` put there."""
    with _LOCK:
        method = (owner, name)
        _HOOKS[method].remove(hook)
        _renew(method)
        if not _HOOKS[method]:
            del _HOOKS[method], _ORIGINALS[method]


def _renew(method: tuple[Any, str]) -> None:
    function = _ORIGINALS[method]
    for hook in dict.fromkeys(_HOOKS[method]):
        function = functools.wraps(_ORIGINALS[method])(hook(function))
    setattr(*method, function)
