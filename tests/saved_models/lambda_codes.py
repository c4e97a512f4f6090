"""Lambdas as every Python compiles them: tests/data/lambdas/record.py wrote them."""

import ast
import base64
import json
import pathlib

FOLDER = pathlib.Path(__file__).parents[1] / "data" / "lambdas"
LINES = [json.loads(line) for line in (FOLDER / "codes.jsonl").read_text().splitlines()]
PYTHONS = [line["python"] for line in LINES]


def written():
    """The lambdas' texts by their names."""
    tree = ast.parse((FOLDER / "record.py").read_text())
    (found,) = (
        node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "WRITTEN"
    )
    return ast.literal_eval(found)


def text_of(name, python="3.6"):
    """A lambda's code in base64, as Keras saves it."""
    (line,) = (line for line in LINES if line["python"] == python)
    return line["codes"][name]


def code(name, python="3.6"):
    return base64.b64decode(text_of(name, python))
