import json
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parent.parent


@pytest.mark.parametrize("path", sorted(ROOT.glob("notebooks/*.ipynb")), ids=lambda path: path.name)
def test_a_notebook_runs(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    names = {}
    for cell in json.loads(path.read_text())["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), str(path), "exec"), names)


@pytest.mark.parametrize(
    "path",
    # The programs of docs/distributed.md need clusters: tests/distributed runs them.
    sorted([ROOT / "README.md", *{*ROOT.glob("docs/*.md")} - {ROOT / "docs" / "distributed.md"}]),
    ids=lambda path: path.name,
)
def test_a_documents_python_runs(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    names = {}
    for block in re.findall(r"^```python\n(.*?)^```", path.read_text(), re.M | re.S):
        exec(compile(block, str(path), "exec"), names)
