"""Tables of text."""

from keras_inits.summaries.text_tables import lines_of


def test_numbers_are_aligned_to_the_right():
    assert lines_of([("name", "size"), ("a", "10")], frozenset({1})) == ["name  size", "a       10"]


def test_the_widest_column_is_cut():
    (line,) = lines_of([("x" * 100, "10", "y")], frozenset(), width=20)
    assert line == "x" * 12 + "…  10  y"


def test_a_cut_can_be_shown_in_ascii():
    assert lines_of([("x" * 100,)], frozenset(), width=5, more="~") == ["xxxx~"]


def test_nothing_is_cut_where_there_is_room():
    (line,) = lines_of([("x" * 100, "10", "y")], frozenset())
    assert line == "x" * 100 + "  10  y"


def test_brackets_are_no_markup():
    assert lines_of([("[bold]a[/bold]",)], frozenset()) == ["[bold]a[/bold]"]
