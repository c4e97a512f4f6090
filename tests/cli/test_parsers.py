"""What the commands' parsers have in common."""

import pytest

from keras_inits.cli import parsers


def made():
    commands = parsers.Parser(prog="keras-inits").add_subparsers()
    parser = parsers.add_command(
        commands, "count", "count files", "Counts files.", "examples:\n  count a", len
    )
    parsers.add_path(parser, "file", help="a file")
    return parser


def test_a_command_has_what_it_runs():
    assert made().parse_args(["a.h5"]).run is len


def test_its_help_has_the_description_and_the_examples_as_they_are():
    text = made().format_help()
    assert "Counts files." in text and text.endswith("examples:\n  count a\n")


def test_a_path_is_completed_as_one():
    (path,) = [action for action in made()._actions if action.dest == "file"]
    assert path.complete == "file"


def test_a_home_in_a_path(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    assert made().parse_args(["~/a.h5"]).file == "/home/me/a.h5"


@pytest.fixture
def refused(capsys):
    """The one line about arguments that a parser does not take."""
    parser = parsers.Parser(prog="count")
    parser.add_argument("--shape")
    parser.add_argument("--dtype", choices=("bool", "float16", "float32"))
    parser.add_argument("file")

    def refuse(*arguments):
        with pytest.raises(SystemExit, match="2"):
            parser.parse_args(arguments)
        (line,) = capsys.readouterr().err.splitlines()
        return line.removeprefix("keras-inits: ")

    return refuse


class TestNearest:
    def test_an_option_before_a_missing_argument(self, refused):
        line = refused("--shpae", "3")
        assert line == "there is no option --shpae; did you mean '--shape'? see count --help"

    def test_an_option_that_is_near_nothing(self, refused):
        assert refused("a.h5", "--xyz=3") == "there is no option --xyz; see count --help"

    def test_an_option_of_other_commands(self, capsys):
        commands = parsers.Parser(prog="keras-inits").add_subparsers()
        draw, show, count = (
            parsers.add_command(commands, name, "", "", "", len) for name in ("draw", "show", "count")
        )
        for parser in (draw, show):
            parser.add_argument("--html")
        count.add_argument("--htm")
        with pytest.raises(SystemExit):
            count.parse_args(["--html", "a"])
        line = "there is no option --html here; draw, show have it; see keras-inits count --help"
        assert capsys.readouterr().err == f"keras-inits: {line}\n"

    def test_one_of_some_words(self, refused):
        assert refused("a.h5", "--dtype", "flot") == (
            "--dtype: there is no 'flot', only bool, float16, float32; did you mean 'float16' or 'float32'? "
            "see count --help"
        )


@pytest.fixture
def parsed():
    """What a parser makes of `--shape`, of a file, and of words after `--`."""
    parser = parsers.Parser()
    parser.add_argument("--shape")
    parser.add_argument("file", nargs="*")
    return lambda *arguments: parser.parse_args(arguments)


class TestWords:
    def test_a_value_may_begin_with_a_minus(self, parsed):
        assert parsed("--shape", "-1,3").shape == "-1,3"

    def test_a_shortened_option(self, parsed):
        assert parsed("--sh", "3").shape == "3"

    def test_what_comes_after_two_dashes_is_no_option(self, parsed):
        assert parsed("--", "--x.h5").file == ["--x.h5"]

    def test_a_dash_is_no_option(self, parsed):
        assert parsed("-").file == ["-"]
