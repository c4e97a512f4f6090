"""Stand-ins for methods."""

import pytest

from keras_inits.keras_compat import patching


class Greeter:
    def greet(self):
        """Greets."""
        return "hello"


def adding(word):
    def hook(original):
        return lambda self: f"{original(self)} {word}"

    return hook


@pytest.fixture(autouse=True)
def nothing_left():
    original = Greeter.greet
    yield
    assert Greeter.greet is original


def test_stands_in_until_it_is_taken_out():
    hook = adding("there")
    patching.put(Greeter, "greet", hook)
    assert Greeter().greet() == "hello there"
    patching.take_out(Greeter, "greet", hook)
    assert Greeter().greet() == "hello"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_several_go_in_any_order(order):
    hooks = [adding("you"), adding("there")]
    for hook in hooks:
        patching.put(Greeter, "greet", hook)
    assert Greeter().greet() == "hello you there"
    first, second = order
    patching.take_out(Greeter, "greet", hooks[first])
    assert Greeter().greet() == f"hello {('you', 'there')[second]}"
    patching.take_out(Greeter, "greet", hooks[second])


def test_one_that_is_put_twice_stands_in_once_until_it_is_taken_out_twice():
    hook = adding("there")
    patching.put(Greeter, "greet", hook)
    patching.put(Greeter, "greet", hook)
    assert Greeter().greet() == "hello there"
    patching.take_out(Greeter, "greet", hook)
    assert Greeter().greet() == "hello there"
    patching.take_out(Greeter, "greet", hook)


def test_looks_like_the_original():
    hook = adding("there")
    patching.put(Greeter, "greet", hook)
    assert Greeter.greet.__doc__ == "Greets."
    patching.take_out(Greeter, "greet", hook)
