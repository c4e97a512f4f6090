"""The page on other libraries' names: what it says to write runs, and draws what the other library draws."""

import pathlib
import re

import numpy as np
import pytest
from drawn_values import as_numpy

import keras_inits

PAGE = (pathlib.Path(__file__).parents[1] / "docs" / "coming_from.md").read_text(encoding="utf-8")
OURS = {name: getattr(keras_inits, name) for name in keras_inits.__all__}
INPUTS, UNITS = 300, 500


def rows_of(title):
    section = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)[1]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in re.findall(r"^\|.*", section, re.M)]
    return [row for row in rows if row[1].startswith("`") and row[1].endswith("`")]


TITLES = re.findall(r"^## (.*)", PAGE, re.M)
WRITTEN = sorted({row[1].strip("`") for title in TITLES for row in rows_of(title)})


def drawn(code, seed=None, shape=(INPUTS, UNITS)):
    initializer = eval(code, {}, OURS)
    if seed is not None and "seed" in initializer.get_config():
        initializer = type(initializer)(**initializer.get_config() | {"seed": seed})
    return as_numpy(initializer(shape)).astype("float64")


@pytest.mark.parametrize("code", WRITTEN)
def test_what_to_write_here_draws(code):
    needs_channels = re.search("ICNR|Delta|Convolution", code)
    values = drawn(code, shape=(3, 3, 8, 16) if needs_channels else (8, 16))
    assert np.isfinite(values).all()


def assert_of_one_law(ours, theirs):
    """Compares what does not depend on single values: mean, deviation, and how heavy the tails are."""
    assert ours.mean() == pytest.approx(theirs.mean(), abs=0.02 * (theirs.std() or 1))
    assert ours.std() == pytest.approx(theirs.std(), rel=0.02)
    if theirs.std():

        def kurtosis(values):
            return np.mean((values - values.mean()) ** 4) / values.std() ** 4

        assert kurtosis(ours) == pytest.approx(kurtosis(theirs), rel=0.05)


@pytest.mark.parametrize(("theirs", "here"), [row[:2] for row in rows_of("torch")])
def test_torch_draws_the_same_distribution(theirs, here):
    torch = pytest.importorskip("torch", reason="compares with torch")
    weight = torch.empty(UNITS, INPUTS)
    if "default" in theirs:
        weight = torch.nn.Linear(INPUTS, UNITS).weight.detach()
    else:
        torch.manual_seed(7)
        eval(theirs.strip("`"), {"w": weight, **vars(torch.nn.init)})
    assert_of_one_law(drawn(here.strip("`"), seed=7), weight.numpy().T.astype("float64"))


@pytest.mark.parametrize(
    ("theirs", "here"),
    [(code, row[1]) for row in rows_of("JAX and Flax") for code in re.findall("`(.*?)`", row[0])],
)
def test_jax_draws_the_same_distribution(theirs, here):
    jax = pytest.importorskip("jax", reason="compares with JAX")
    values = eval(theirs, {}, vars(jax.nn.initializers))(jax.random.key(7), (INPUTS, UNITS))
    assert_of_one_law(drawn(here.strip("`"), seed=7), np.asarray(values, "float64"))


def test_every_name_of_tensorflow_1_is_known():
    for theirs, *_ in rows_of("TensorFlow 1"):
        name = re.search(r"(\w+)\(", theirs)[1]
        if "contrib.layers" not in theirs:
            assert keras_inits.get(name) is not None
