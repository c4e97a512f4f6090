"""The laws that initializers' formulas state."""

import math

import numpy as np
import pytest

import keras_inits
from keras_inits.initializers import registry
from keras_inits.summaries.describing import described
from keras_inits.summaries.expected_distributions import law_of
from keras_inits.summaries.shown_defaults import seeded, usual_shape

# The deviation at the shape (200, 100), as the papers have it.
DEVIATIONS = {
    "GlorotUniform": math.sqrt(2 / 300),
    "GlorotNormal": math.sqrt(2 / 300),
    "HeUniform": math.sqrt(2 / 200),
    "HeNormal": math.sqrt(2 / 200),
    "LecunUniform": math.sqrt(1 / 200),
    "LecunNormal": math.sqrt(1 / 200),
    "VarianceScaling": math.sqrt(1 / 200),
    "RandomNormal": 0.05,
    "RandomUniform": 0.1 / math.sqrt(12),
    "TruncatedNormal": 0.05 * 0.87962566103423978,
    "Orthogonal": 1 / math.sqrt(200),
    "Identity": math.sqrt(0.005 * 0.995),
    "Zeros": 0.0,
    "Ones": 0.0,
    "Constant": 0.0,
}


@pytest.mark.parametrize("name, deviation", DEVIATIONS.items())
def test_the_deviation_that_a_name_asks_for(name, deviation):
    law = law_of(getattr(keras_inits, name)(), (200, 100))
    assert law.deviation == pytest.approx(deviation, rel=1e-6)


@pytest.mark.parametrize("distribution", ["uniform", "truncated_normal", "untruncated_normal"])
def test_the_deviation_of_variance_scaling(distribution):
    initializer = keras_inits.VarianceScaling(3.0, "fan_out", distribution)
    assert law_of(initializer, (200, 100)).deviation == pytest.approx(math.sqrt(3 / 100), rel=1e-6)


def test_axes_are_minded():
    initializer = keras_inits.HeNormal(input_axes=[0], output_axes=[1, 2])
    assert law_of(initializer, (50, 4, 8)).deviation == pytest.approx(0.2, rel=1e-6)


def test_integers():
    law = law_of(keras_inits.RandomUniform(0, 10), (5,), "int32")
    assert law.deviation == pytest.approx(np.arange(10).std())


def test_the_law_is_that_of_the_replayed_keras():
    # Keras 2.0.9 did not make up for what truncation takes off.
    with keras_inits.replay("2.0.9", numpy=1):
        law = law_of(keras_inits.HeNormal(), (200, 100))
    assert law.deviation == pytest.approx(0.1 * 0.87962566103423978, rel=1e-6)


def test_a_class_of_ones_own_has_none():
    class Mine(keras_inits.HeNormal):
        pass

    assert law_of(Mine(), (200, 100)) is None


def test_a_constant_of_an_array_has_none():
    assert law_of(keras_inits.Constant([1.0, 2.0]), (2, 2)) is None


# Whose values follow no law that is known here.
LAWLESS = ("STFT",)
NAMES = sorted(
    {cls.__name__ for cls in registry.objects_of_mode(v2=True).values()} - {"Initializer", *LAWLESS}
)


@pytest.mark.parametrize("name", NAMES)
def test_each_initializer_of_the_registry_draws_as_it_asks(name):
    initializer = seeded(getattr(keras_inits, name)())
    shape = usual_shape(initializer)
    values, law = initializer(shape).numpy(), law_of(initializer, shape)
    assert values.std() == pytest.approx(law.deviation, rel=0.02)
    assert values.mean() == pytest.approx(law.mean, abs=0.01)


DENSITIES = {
    "two bounds": (keras_inits.TruncatedNormal(1.0, 0.5, seed=7, lower=-1, upper=0.5), "float32"),
    "a tail": (keras_inits.TruncatedNormal(0.0, 1.0, seed=7, lower=3.0, upper=math.inf), "float32"),
    "uniform in a disk": (keras_inits.HeUniform(seed=7), "complex64"),
    "normal in a disk": (keras_inits.HeNormal(seed=7), "complex64"),
    "complex normal": (
        keras_inits.VarianceScaling(distribution="untruncated_normal", seed=7),
        "complex128",
    ),
    "sparse": (keras_inits.Sparse(0.5, 1.0, seed=7), "float32"),
    "a matrix in a window": (keras_inits.DeltaOrthogonal(seed=7), "float64"),
}


@pytest.mark.parametrize("initializer, dtype", DENSITIES.values(), ids=DENSITIES)
def test_each_density_is_that_of_what_is_drawn(initializer, dtype):
    facts = described(initializer, (3, 40, 50), dtype)
    # Six deviations of a count that many values make.
    errors = np.abs(facts.counts - facts.expected) / np.sqrt(np.maximum(facts.expected, 1))
    assert errors.max() < 6
    assert facts.deviation == pytest.approx(facts.deviation_asked, rel=0.03)


@pytest.mark.parametrize("groups, shape", [(1, (3, 4, 8)), (2, (3, 3, 4, 8)), (4, (3, 4, 8)), (1, (5, 8, 4))])
def test_dirac_kernels(groups, shape):
    values = keras_inits.Dirac(groups)(shape).numpy()
    law = law_of(keras_inits.Dirac(groups), shape)
    assert (law.mean, law.deviation) == pytest.approx((values.mean(), values.std()), rel=1e-5)


def test_a_convolution_that_is_aware_of_a_matrix_is_orthogonal():
    law = law_of(keras_inits.ConvolutionAware(), (200, 100))
    assert law.deviation == pytest.approx(1 / math.sqrt(200))


def test_batch_axes_and_gains():
    initializer = keras_inits.VarianceScaling(gain="relu", batch_axes=[0])
    assert law_of(initializer, (8, 50, 20)).deviation == pytest.approx(0.2, rel=1e-6)
