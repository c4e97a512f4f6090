"""The pages' Python runs, their links lead somewhere, and the reference has every public name."""

import pathlib
import re

import pytest

import keras_inits
from keras_inits.initializers import registry

ROOT = pathlib.Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
# Its programs need clusters: tests/distributed runs them.
DISTRIBUTED = ROOT / "docs" / "distributed.md"
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")


def name_of(path):
    return str(path.relative_to(ROOT))


def python_blocks(path):
    return re.findall(r"^```python\n(.*?)^```", path.read_text(), re.M | re.S)


@pytest.mark.parametrize(
    "path", [path for path in PAGES if path != DISTRIBUTED and python_blocks(path)], ids=name_of
)
def test_a_pages_python_runs_in_any_folder(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__main__"}
    for block in python_blocks(path):
        exec(compile(block, str(path), "exec"), names)


@pytest.mark.parametrize("path", [*PAGES, *sorted(ROOT.glob("notebooks/*.ipynb"))], ids=name_of)
def test_a_pages_links_lead_to_files(path):
    missing = [link for link in LINK.findall(path.read_text()) if not (path.parent / link).exists()]
    assert not missing


def test_the_reference_has_every_public_name():
    reference = "".join(path.read_text() for path in ROOT.glob("docs/reference/*.md"))
    described = set(re.findall(r"^::: keras_inits\.(\w+(?:\.\w+)?)$", reference, re.M))
    modern, first = registry.objects_of_mode(v2=True), registry.objects_of_mode(v2=False)
    classes = {cls.__name__ for cls in modern.values()}
    of_tensorflow_1 = {f"v1.{name}" for name in registry.V1_CLASSES if first[name] is not modern[name]}
    others = {*keras_inits.__all__} - modern.keys() - {"v1", "__version__"}
    public = {*classes, *of_tensorflow_1, *others}
    assert not public - described


def numbers_by_row_and_column(path):
    """What each table of a page says, by its unit, the first cell of the row and the head of the column."""
    found = {}
    for table in re.findall(r"(?:^\|.*\n)+", path.read_text(), re.M):
        head, _, *rows = ([cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines())
        for first, *cells in rows:
            found |= {(head[0], first, name): cell for name, cell in zip(head[1:], cells)}
    return found


def test_the_readmes_numbers_are_those_of_the_benchmarks():
    measured = numbers_by_row_and_column(ROOT / "docs" / "benchmarks.md")
    shown = numbers_by_row_and_column(ROOT / "README.md")
    shown = {key: text for key, text in shown.items() if key[0] in ("ms", "times")}
    assert len(shown) > 20
    assert not {key: text for key, text in shown.items() if text != measured[key].removesuffix(" (loss)")}
