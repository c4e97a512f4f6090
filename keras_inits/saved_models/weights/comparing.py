"""Shows side by side what weights a model wants and what a file has, the nearest to each other in a row."""

import difflib
import re
from collections.abc import Iterator
from typing import Any

from keras_inits.saved_models.config.plans import Plan
from keras_inits.saved_models.files import limits, stored
from keras_inits.saved_models.files.stored import Stored
from keras_inits.saved_models.weights import object_graphs
from keras_inits.saved_models.weights.parts import parts, variables

# A name, and the shapes of what has it.
Entry = tuple[str, tuple[tuple[int, ...], ...]]

_ROWS = 12
# Entries that are compared with each other, each with each.
_COMPARED = 200
# Characters of a name that are compared, from its end.
_SPELLED = 50
_NOTHING = "-"
# What Keras puts behind the names of layers of one class: it counts all that the process made.
_AUTOMATIC_NUMBER = re.compile(r"_\d+(?=/|$)")


def side_by_side(model: Any, plan: Plan, saved: Stored) -> str:
    """Returns a table of what does not fit, a few rows long."""
    wanted = [
        (one.saved_name, tuple(tuple(v.shape) for v in variables(layer)))
        for one, layer in {id(part[1]): part for part in parts(plan, model)}.values()
    ]
    wanted = [entry for entry in wanted if entry[1]]
    given = list(entries(saved))
    rows = list(_rows(wanted[:_COMPARED], given[:_COMPARED]))
    more = len(rows) - _ROWS
    rows = [("the model wants", "the file has"), *rows[:_ROWS]]
    width = max(len(mine) for mine, _ in rows)
    lines = [f"  {mine:<{width}}  {other}" for mine, other in rows]
    return "\n".join([*lines, *([f"  and {more} more"] if more > 0 else [])])


def entries(saved: Stored) -> Iterator[Entry]:
    """Yields what a file has: layers, or the objects and groups that have weights of their own."""
    if saved.layers is not None:
        yield from ((name, tuple(a.shape for a in arrays)) for name, arrays in saved.layers if arrays)
    elif saved.tree is not None:
        yield from _of_tree(saved.tree)
    elif saved.objects is not None:
        yield from _gathered((path, a.shape) for path, a in object_graphs.arrays_in(saved.objects, 0))
    else:
        yield from _gathered((name, a.shape) for name, a in (saved.named or {}).items())


def _of_tree(tree: stored.Group) -> Iterator[Entry]:
    rest = [("", tree, 0)]
    while rest:
        path, group, depth = rest.pop()
        own = stored.own_arrays(group)
        if own:
            yield path, tuple(one.shape for one in own)
        if depth < limits.GROUP_DEPTH:
            inner = [(name, group.open(name)) for name in group.names if name not in ("vars", "optimizer")]
            rest += [
                (f"{path}/{name}".lstrip("/"), one, depth + 1)
                for name, one in reversed(inner)
                if isinstance(one, stored.Group)
            ]


def _gathered(arrays: Iterator[tuple[str, tuple[int, ...]]]) -> Iterator[Entry]:
    """Puts together the arrays whose names differ in the last part alone."""
    found: dict[str, list[tuple[int, ...]]] = {}
    for name, shape in arrays:
        found.setdefault(name.rpartition("/")[0], []).append(shape)
    yield from ((name, tuple(shapes)) for name, shapes in found.items())


def _rows(wanted: list[Entry], given: list[Entry]) -> Iterator[tuple[str, str]]:
    """Yields the model's entries that have no equal in the file, each with what is nearest to it there."""
    left = list(given)
    unmatched = []
    for entry in wanted:
        same = next((one for one in left if one[1] == entry[1]), None)
        named = next((one for one in left if one == entry), same)
        if named is None:
            unmatched.append(entry)
        else:
            left.remove(named)
    for entry in unmatched:
        nearest = max(left, key=lambda one: _likeness(entry, one), default=None)
        if nearest is not None:
            left.remove(nearest)
        yield _text(entry), _NOTHING if nearest is None else _text(nearest)
    yield from ((_NOTHING, _text(entry)) for entry in left)


def _likeness(one: Entry, other: Entry) -> float:
    """Returns how alike two entries are: by their names without automatic numbers, and by their ranks."""
    # A file's names may be as long as the file.
    ends = (entry[0][-2 * _SPELLED :] for entry in (one, other))
    mine, others = (_AUTOMATIC_NUMBER.sub("", end)[-_SPELLED:] for end in ends)
    ranks = [[len(shape) for shape in entry[1]] for entry in (one, other)]
    return difflib.SequenceMatcher(None, mine, others).ratio() + (ranks[0] == ranks[1])


def _text(entry: Entry) -> str:
    name, shapes = entry
    text = f"{name}: {', '.join(str(list(shape)) for shape in shapes)}"
    return text if len(text) <= limits.TEXT else f"{text[: limits.TEXT]}..."
