"""What the commands' parsers have in common."""

import argparse

from keras_inits.cli import parsers


def made():
    commands = argparse.ArgumentParser(prog="keras-inits").add_subparsers()
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
