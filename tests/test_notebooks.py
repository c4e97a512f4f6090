import json
import pathlib

import pytest

NOTEBOOKS = sorted((pathlib.Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
LONGEST_CELL = 15


def code_cells(path):
    return [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]


def source_of(cell):
    return "".join(cell["source"])


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def notebook(request):
    return request.param


def test_a_notebook_runs_from_clean(notebook, monkeypatch):
    if any("matplotlib" in source_of(cell) for cell in code_cells(notebook)):
        pytest.importorskip("matplotlib", reason="its pictures need matplotlib")
    if "backends" in notebook.name:
        pytest.importorskip("jax", reason="it computes with JAX")
        pytest.importorskip("torch", reason="it computes with torch")
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.chdir(notebook.parent)
    names = {"__name__": "__main__"}
    for cell in code_cells(notebook):
        exec(compile(source_of(cell), str(notebook), "exec"), names)


def test_a_notebook_is_kept_as_it_ran_from_the_first_cell_to_the_last(notebook):
    counts = [cell["execution_count"] for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_a_notebook_is_kept_without_errors_and_warnings(notebook):
    outputs = [output for cell in code_cells(notebook) for output in cell["outputs"]]
    assert outputs
    assert not {output["output_type"] for output in outputs} & {"error"}
    assert not {output.get("name") for output in outputs} & {"stderr"}


def test_a_notebooks_cells_are_short(notebook):
    assert max(source_of(cell).count("\n") + 1 for cell in code_cells(notebook)) <= LONGEST_CELL
