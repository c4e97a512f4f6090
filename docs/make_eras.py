"""Writes the table of docs/eras.md: the rows of `ERAS`, which say what each Keras did to draw a weight.

`python docs/make_eras.py`, from the repository's root.
"""

import pathlib
import re
from collections.abc import Callable

from keras_inits.drawing.eras import ERAS, TENSORFLOW_1, Era, SeedMeaning, SeedSource

PAGE = pathlib.Path(__file__).parent / "eras.md"

COLUMNS: dict[str, Callable[[Era], str]] = {
    "since Keras": lambda era: str(era.since or "TensorFlow 1"),
    "an unseeded draw's seed is from": lambda era: (
        "-" if era.seed_means is SeedMeaning.VALUES else era.seeds_from.value.format(below=era.seeds_below)
    ),
    "drawn at": lambda era: "-" if era.seeds_from is SeedSource.NONE else era.seed_drawn_at.value,
    "a seed means": lambda era: era.seed_means.value,
    "an unseeded draw's means": lambda era: era.drawn_seed_means.value,
    "a second call": lambda era: "goes on" if era.kernels_go_on else era.second_call.value,
    "scaled normals are": lambda era: era.scaled_normal.value,
    "`Orthogonal`": lambda era: era.orthogonal.value,
    "a rectangular `Identity`": lambda era: era.identity.value,
    "fans": lambda era: era.fans.value,
}


def table() -> str:
    """Returns `ERAS` as a table in Markdown."""
    rows = [list(COLUMNS), ["---"] * len(COLUMNS)]
    rows += [[cell(era) for cell in COLUMNS.values()] for era in (*ERAS, TENSORFLOW_1)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(re.sub(r"^\| since Keras (.*\n\|)*.*\n", table(), page, flags=re.M), encoding="utf-8")
