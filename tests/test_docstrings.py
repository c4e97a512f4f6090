"""Every public class and function has an example, which runs as it is: pasted into a fresh session."""

import doctest
import inspect

import pytest

import keras_inits
from keras_inits.initializers import registry

OF_FACE = [getattr(keras_inits, name) for name in keras_inits.__all__]
PUBLIC = {obj.__name__: obj for obj in OF_FACE if inspect.isfunction(obj) or inspect.isclass(obj)}
PUBLIC |= {f"v1.{name}": cls for name, cls in registry.V1_CLASSES.items()}
ERRORS = {name for name, obj in PUBLIC.items() if inspect.isclass(obj) and issubclass(obj, Exception)}
# Users are given these, and make none.
WITHOUT_EXAMPLES = {*ERRORS, "Note"}


def examples_of(name):
    return doctest.DocTestFinder().find(PUBLIC[name], name, module=False, globs={})


@pytest.mark.parametrize("name", sorted(PUBLIC.keys() - WITHOUT_EXAMPLES))
def test_it_has_an_example(name):
    assert any(test.examples for test in examples_of(name))


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_its_examples_run(name):
    runner = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF)
    report = []
    for test in examples_of(name):
        runner.run(test, out=report.append)
    assert not runner.failures, "".join(report)
