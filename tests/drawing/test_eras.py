import pathlib
import runpy

import pytest
import tensorflow as tf

from keras_inits.drawing import eras, formulas, identity_matrices, orthogonal_weights

DOCS = pathlib.Path(__file__).parents[2] / "docs"


def test_the_docs_table_is_the_code_s_own():
    table = runpy.run_path(str(DOCS / "make_eras.py"))["table"]
    assert table() in (DOCS / "eras.md").read_text()


@pytest.mark.parametrize(
    "version, since",
    [
        ("1.0.3", "1.0.0"),
        ("1.0.4", "1.0.4"),
        ("1.2.0", "1.0.8"),
        ("1.2.2", "1.2.1"),
        ("2.1.6", "2.0.6"),
        ("2.2.4", "2.2.3"),
        ("2.5", "2.4.0"),
        ("2.9.0", "2.7.0"),
        ("2.10.0", "2.10.0"),
        ("2.21.0", "2.10.0"),
        ("3.14.1", "3.5.0"),
        ("3", "3.15.0"),
        ("tf1", "tf1"),
    ],
)
def test_a_version_between_two_rows_is_of_the_earlier_one(version, since):
    found = eras.era_of(version).since
    assert str(found or "tf1") == since


def test_rows_are_in_the_order_of_versions():
    versions = [era.since for era in eras.ERAS]
    assert versions == sorted(versions)


def test_each_way_of_a_row_has_its_function():
    assert set(formulas.FANS) == set(eras.Fans)
    assert set(formulas.SCALED_NORMALS) == set(eras.ScaledNormal)
    assert set(orthogonal_weights.WAYS) == set(eras.Orthogonal)
    assert set(identity_matrices.WAYS) == set(eras.Identity)


@pytest.mark.parametrize(
    "since, seed, folded",
    [
        ("3.0.0", 2**31, -(2**31)),
        ("3.0.0", 7, 7),
        ("3.2.0", -3, -3),
        ("3.2.0", 2**40 + 5, 5),
        ("3.5.0", 2**31 - 1, 1),
        ("3.5.0", -1, 2**31 - 3),
        ("2.10.0", -1, -1),
    ],
)
def test_a_seed_enters_tensorflows_as_that_version_folded_it(since, seed, folded):
    assert eras.era_of(since).fold_seed(seed) == folded


def test_a_tensor_folds_as_an_integer_does():
    folded = eras.era_of("3.5.0").fold_seed(tf.constant([2**31 - 1, 5], tf.int64))
    assert folded.numpy().tolist() == [1, 5]
