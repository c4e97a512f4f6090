"""Tables of text, laid out by rich."""

import io
from collections.abc import Sequence

# For a table of any width.
_UNLIMITED = 10**5


def lines_of(
    rows: Sequence[Sequence[str]], right: frozenset[int], width: int | None = None, more: str = "…"
) -> list[str]:
    """Returns rows as lines in columns, two spaces apart.

    Args:
        rows: Texts, the same number in each row.
        right: The columns that are aligned to the right.
        width: How long a line may be, where what does not fit is cut; `None` for any length.
        more: What stands where a text was cut.

    Example:

    >>> lines_of([("name", "size"), ("a", "10")], frozenset({1}))
    ['name  size', 'a       10']
    """
    # Imported here, for the command starts without it.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    for column in range(len(rows[0])):
        table.add_column(justify="right" if column in right else "left")
    for row in rows:
        # rich narrows a column that may wrap, and cuts a text that may not.
        table.add_row(*(Text(cell, no_wrap=True, overflow="ellipsis") for cell in row))
    console = Console(file=io.StringIO(), width=width or _UNLIMITED, color_system=None)
    console.print(table)
    return [line.rstrip().replace("…", more) for line in console.file.getvalue().splitlines()]
