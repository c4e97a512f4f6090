"""Reports in HTML: one file with no script in it, which fetches nothing, light or dark as the reader has it.

Each function but `page` and `write` returns a piece for a page, or for a notebook. Every text goes through
`escaped`: it may be from a file of anyone's.
"""

import base64
import html
import io
import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from keras_inits.keras_compat.error_text import printable
from keras_inits.summaries import whole_files

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# What a browser may do with the page: nothing but show it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""
_STYLE = """\
:root { color-scheme: light dark; --text: #1a1a1a; --page: #ffffff; --line: #d0d0d0; --head: #f3f3f3; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e6e6; --page: #16181c; --line: #3c4048; --head: #22252b; }
}
body { color: var(--text); background: var(--page); font: 16px/1.5 system-ui, sans-serif;
  max-width: 72rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
div { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; font-size: 0.9rem; overflow-wrap: normal; }
th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.75rem; text-align: left;
  vertical-align: top; }
th { background: var(--head); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
pre { overflow-x: auto; line-height: 1.2; }
img { max-width: 100%; height: auto; background: #ffffff; }
"""


def escaped(text: str) -> str:
    """Returns a text as HTML shows it: nothing in it is markup, or is obeyed rather than shown.

    Example:

    >>> escaped("<b>a\\x1b")
    '&lt;b&gt;a\\\\x1b'
    """
    return html.escape(printable(text))


def heading(text: str) -> str:
    """Returns a heading of a part of the page."""
    return f"<h2>{escaped(text)}</h2>"


def paragraph(text: str, strong: bool = False) -> str:
    """Returns a paragraph."""
    return f"<p><strong>{escaped(text)}</strong></p>" if strong else f"<p>{escaped(text)}</p>"


def preformatted(lines: Iterable[str]) -> str:
    """Returns lines whose characters are of one width."""
    return f"<pre>{chr(10).join(map(escaped, lines))}</pre>"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], right: frozenset[int] = frozenset()) -> str:
    """Returns a table.

    Args:
        headings: One for each column.
        rows: Texts, as many in each row.
        right: The columns of numbers, which are aligned to the right.

    Example:

    >>> print(table(["name", "size"], [["a", "10"]], frozenset({1})))
    <div><table>
    <tr><th>name</th><th class="number">size</th></tr>
    <tr><td>a</td><td class="number">10</td></tr>
    </table></div>
    """
    lines = [_row("th", headings, right), *(_row("td", row, right) for row in rows)]
    return "\n".join(["<div><table>", *lines, "</table></div>"])


def _row(tag: str, cells: Sequence[str], right: frozenset[int]) -> str:
    classes = (' class="number"' if column in right else "" for column in range(len(cells)))
    return f"<tr>{''.join(f'<{tag}{of}>{escaped(cell)}</{tag}>' for of, cell in zip(classes, cells))}</tr>"


def picture(draw: Callable[[], "Figure"], description: str) -> str | None:
    """Returns a picture of matplotlib's inside of the page, `None` where matplotlib is not installed.

    Args:
        draw: Makes the picture.
        description: What it shows, for those who do not see it.
    """
    try:
        figure = draw()
    except ImportError:
        return None
    written = io.BytesIO()
    figure.savefig(written, format="svg", metadata={"Date": None})
    # As an image it is as inert as a photograph, whatever texts are in it.
    data = base64.b64encode(written.getvalue()).decode("ascii")
    return f'<img alt="{escaped(description)}" src="data:image/svg+xml;base64,{data}">'


def page(title: str, parts: Iterable[str | None]) -> str:
    """Returns a whole page.

    Args:
        title: Its title, a text.
        parts: What the other functions returned; `None`s are left out.
    """
    body = "\n".join(part for part in parts if part is not None)
    return _PAGE.format(policy=html.escape(_POLICY), title=escaped(title), style=_STYLE, body=body)


def write(path: str | os.PathLike[str], text: str) -> None:
    """Writes a page, all of it or nothing.

    Raises:
        OSError: If the file cannot be written.
    """
    with whole_files.written(path) as place, open(place, "w", encoding="utf-8") as file:
        file.write(text)
