"""Tables of text, laid out by rich."""

import io
from collections.abc import Sequence
from typing import Any

# For a table of any width.
_UNLIMITED = 10**5


def lines_of(
    rows: Sequence[Sequence[str]],
    right: frozenset[int],
    width: int | None = None,
    folded: frozenset[int] | None = None,
) -> list[str]:
    """Returns rows as lines in columns, two spaces apart.

    Args:
        rows: Texts, the same number in each row.
        right: The columns that are aligned to the right.
        width: How long a line may be; `None` for any length.
        folded: The columns whose texts go on in the next line where there is no room; `None` for all but
            those that are aligned to the right.

    Example:

    >>> lines_of([("name", "size"), ("a", "10")], frozenset({1}))
    ['name  size', 'a       10']
    """
    # Imported here, for the command starts without it.
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    for column in range(len(rows[0])):
        justify = "right" if column in right else "left"
        is_folded = column not in right if folded is None else column in folded
        table.add_column(justify=justify, no_wrap=not is_folded, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return plain_lines(table, width or _UNLIMITED)


def plain_lines(what: Any, width: int, soft_wrap: bool = False) -> list[str]:
    """Returns what rich lays out as lines without colours.

    Args:
        what: A text, a table or anything else that rich prints.
        width: How long a line may be.
        soft_wrap: Whether lines may be longer, as one with a path is.
    """
    from rich.console import Console

    # In a notebook rich would show it there and then.
    console = Console(file=io.StringIO(), width=width, color_system=None, force_jupyter=False)
    console.print(what, soft_wrap=soft_wrap)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]
