"""`CONTRIBUTING.md` names places that exist, and what is added there is added in all of them."""

import importlib.metadata
import pathlib
import re

import pytest
import yaml

import keras_inits
from keras_inits.drawing import eras
from keras_inits.initializers import registry
from keras_inits.initializers.base import Initializer
from keras_inits.saved_models.config import rebuilt
from keras_inits.saved_models.files import reading
from keras_inits.summaries import expected_distributions

ROOT = pathlib.Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ROOMS = "cli|diagnosis|summaries|saved_models|model_weights|initializers|drawing|keras_compat"
# As from the root, and, in the tables of the first page, as from the package.
OF_PACKAGE = sorted(set(re.findall(rf"`(?:keras_inits/)?((?:{ROOMS}|__init__)[/.][\w./]*)`", PAGE)))
OF_ROOT = sorted(set(re.findall(r"`((?:tests|docs)/[\w./]*)`", PAGE)))
# Its kernel is the transform's own, and nothing is drawn.
WITHOUT_DISTRIBUTION = {"STFT"}
WITH_RUFF = (".ci/run", ".pre-commit-config.yaml", "CONTRIBUTING.md")


@pytest.mark.parametrize("place", OF_PACKAGE)
def test_a_place_in_the_package_is_there(place):
    assert (pathlib.Path(keras_inits.__file__).parent / place).exists()


@pytest.mark.parametrize("place", OF_ROOT)
def test_a_place_outside_is_there(place):
    assert (ROOT / place).exists()


@pytest.mark.parametrize("name", sorted(registry.CLASSES.keys() - WITHOUT_DISTRIBUTION))
def test_an_initializer_has_an_expected_distribution(name):
    cls = registry.CLASSES[name]
    has_row = any(base in expected_distributions._OF_CLASSES for base in cls.__mro__)
    assert has_row or cls._drawing is not Initializer._drawing


@pytest.mark.parametrize("name", sorted(registry.NOT_IN_KERAS))
def test_an_initializer_that_keras_lacks_is_in_the_changelog(name):
    # The last of them as `2D` alone.
    assert re.sub(r"\dD$", "", name) in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "era", [era for era in eras.ERAS if era.since >= (3,)], ids=lambda era: str(era.since)
)
def test_a_keras_3_that_draws_otherwise_is_tested_by_nox(era):
    tested = re.findall(r'"(3\.\d+\.\d+)"', (ROOT / "noxfile.py").read_text(encoding="utf-8"))
    tested += re.findall(r"^keras==([\d.]+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.M)
    assert era in {eras.era_of(version) for version in tested}


@pytest.mark.parametrize("name", sorted(rebuilt.ROWS))
def test_a_layer_that_is_rebuilt_has_a_model_among_the_tests(name):
    scripts = [*ROOT.glob("tests/data/saved/record*.py"), *ROOT.glob("tests/saved_models/config/test_*.py")]
    assert any(name in script.read_text(encoding="utf-8") for script in scripts)


@pytest.mark.parametrize("kind", reading.FORMATS)
def test_a_file_format_has_its_two_functions_and_a_test(kind):
    module = reading.FORMATS[kind]
    assert callable(module.recognizes) and callable(module.read)
    name = module.__name__.rpartition(".")[2]
    assert (ROOT / "tests/saved_models/files" / f"test_{name}.py").exists()


def test_the_changelog_begins_with_the_packages_version():
    first = re.search(r"^## (\S+), ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert first[1] == keras_inits.__version__


def test_the_citation_has_the_packages_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == keras_inits.__version__


def test_what_is_installed_has_the_packages_version():
    assert importlib.metadata.version("keras_inits") == keras_inits.__version__


def test_ruff_is_of_one_version():
    found = [re.findall(r"ruff(?:==|@)(\d+\.\d+)", (ROOT / name).read_text()) for name in WITH_RUFF]
    assert all(found) and len({version for versions in found for version in versions}) == 1
