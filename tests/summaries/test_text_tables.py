"""Tables of text."""

import builtins

from keras_inits.summaries.text_tables import lines_of


def test_numbers_are_aligned_to_the_right():
    assert lines_of([("name", "size"), ("a", "10")], frozenset({1})) == ["name  size", "a       10"]


def test_in_a_notebook_too_they_are_lines(monkeypatch):
    of_notebooks = type("ZMQInteractiveShell", (), {})
    monkeypatch.setattr(builtins, "get_ipython", of_notebooks, raising=False)
    assert lines_of([("name", "size"), ("a", "10")], frozenset({1})) == ["name  size", "a       10"]


def test_the_widest_column_goes_on_in_the_next_line():
    lines = lines_of([("x" * 20, "10", "y")], frozenset({1}), width=20)
    assert lines == ["x" * 13 + "  10  y", "x" * 7]


def test_other_columns_stay_in_one_piece():
    lines = lines_of([("a" * 10, "b" * 10)], frozenset(), width=17, folded=frozenset({1}))
    assert lines == ["a" * 10 + "  " + "b" * 5, " " * 12 + "b" * 5]


def test_nothing_is_cut_where_there_is_room():
    (line,) = lines_of([("x" * 100, "10", "y")], frozenset())
    assert line == "x" * 100 + "  10  y"


def test_brackets_are_no_markup():
    assert lines_of([("[bold]a[/bold]",)], frozenset()) == ["[bold]a[/bold]"]
