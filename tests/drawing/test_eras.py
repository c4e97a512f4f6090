import pathlib

import pytest
import tensorflow as tf

from keras_inits.drawing import eras

DOCS = pathlib.Path(__file__).parents[2] / "docs"


def test_the_docs_table_is_the_code_s_own():
    assert eras.table() in (DOCS / "eras.md").read_text()


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
    assert eras.era_of(version).since == since


def test_rows_are_in_the_order_of_versions():
    versions = [eras.Version(era.since) for era in eras.ERAS]
    assert versions == sorted(versions)


@pytest.mark.parametrize("era", [*eras.ERAS, eras.TENSORFLOW_1], ids=lambda era: era.since)
def test_a_row_has_words_that_the_tables_know(era):
    assert era.fans in eras.FANS and era.layer_fans in eras.FANS
    assert era.scaled_normal in eras.SCALED_NORMALS
    assert era.orthogonal in eras.ORTHOGONAL and era.identity in eras.IDENTITY
    assert era.seed_means in eras._SEED_MEANINGS and era.drawn_seed_means in eras._SEED_MEANINGS
    assert era.seeds_from in eras._SEED_SOURCES
    assert era.seed_drawn_at in ("each call", "first call", "construction")


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
