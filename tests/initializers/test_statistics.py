"""What is drawn has the distribution that its name says, in every moment that a test can see.

All seeds are fixed, so a test that passes once goes on passing while the numbers stay as they are. Its
threshold says how an honest generator of other numbers would fare: each test fails with a probability of
at most `ALPHA`. There are fewer than 1000 tests here, so that the file raises a false alarm once in more
than a million runs (Bonferroni: the probabilities add up, whether or not the tests are independent).
"""

import functools
import itertools
import math

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
from drawn_values import as_numpy

import keras_inits
from keras_inits.drawing.streams import draw, graph_stream, stateless_stream

ALPHA = 1e-9
MODULES = {"v2": keras_inits, "v1": keras_inits.v1}
DTYPES = ("float32", "float64")
SEEDS = (7, 2**31 - 1)
# scipy.stats.truncnorm.std(-2, 2): what truncation at two deviations leaves of one.
TRUNCATION = float(scipy.stats.truncnorm.std(-2, 2))

# What the fans of a shape are, worked out by hand: inputs of one output, outputs of one input.
FANS = {
    (400, 250): (400, 250),  # dense
    (5, 64, 300): (5 * 64, 5 * 300),  # convolution along one axis
    (3, 3, 64, 160): (9 * 64, 9 * 160),  # along two
    (3, 3, 3, 32, 100): (27 * 32, 27 * 100),  # along three
    (100_000,): (100_000, 100_000),  # a vector is both
}
FAN = {
    "fan_in": lambda fan_in, fan_out: fan_in,
    "fan_out": lambda fan_in, fan_out: fan_out,
    "fan_avg": lambda fan_in, fan_out: (fan_in + fan_out) / 2,
}
# The variance that each name promises, and the distribution that gives it.
NAMED = {
    "GlorotNormal": (lambda fan_in, fan_out: 2 / (fan_in + fan_out), "truncated_normal"),
    "GlorotUniform": (lambda fan_in, fan_out: 2 / (fan_in + fan_out), "uniform"),
    "HeNormal": (lambda fan_in, fan_out: 2 / fan_in, "truncated_normal"),
    "HeUniform": (lambda fan_in, fan_out: 2 / fan_in, "uniform"),
    "LecunNormal": (lambda fan_in, fan_out: 1 / fan_in, "truncated_normal"),
    "LecunUniform": (lambda fan_in, fan_out: 1 / fan_in, "uniform"),
}
# Each with variance 1.
STANDARDIZED = {
    "uniform": scipy.stats.uniform(-math.sqrt(3), 2 * math.sqrt(3)),
    "truncated_normal": scipy.stats.truncnorm(-2, 2, scale=1 / TRUNCATION),
    "untruncated_normal": scipy.stats.norm(),
}


def values_of(initializer, shape, dtype="float64", **part):
    return np.asarray(as_numpy(initializer(shape, dtype=dtype, **part)), np.float64)


def deviations(comparisons=1):
    """How many deviations a sum of many values may be off, if `comparisons` of them are looked at.

    The normal approximation: the sums here are of tens of thousands of values without heavy tails, whose
    first correction (Edgeworth: a factor of exp(skewness * z^3 / 6)) is less than 2 at these z of 6 to 8;
    the extra half deviation is worth a factor of 20.
    """
    return scipy.stats.norm.isf(ALPHA / 2 / comparisons) + 0.5


def bernstein(variance, count, comparisons=1):
    """How far the mean of values within an interval of length 1 may be off: Bernstein's inequality.

    P(|mean - expected| > t) <= 2 exp(-count t^2 / (2 variance + 2 t / 3)), solved for t. No
    approximation, for the moments whose tails are heavy and whose samples are few.
    """
    log = math.log(2 * comparisons / ALPHA)
    return log / (3 * count) + math.sqrt((log / (3 * count)) ** 2 + 2 * variance * log / count)


def follows(values, distribution):
    """The Kolmogorov-Smirnov test.

    Of 100 000 values, no more than sqrt(log(2 / ALPHA) / 200 000) = 1.04 % may be amiss. Rounding to
    float32 moves the distributions here, which are not far from 0, by less than 2^-19, which is nothing.
    """
    return scipy.stats.kstest(np.ravel(values), distribution.cdf).pvalue > ALPHA


def has_variance(values, variance, kurtosis):
    """Whether the mean square is the variance, the mean being zero.

    A mean square's relative variance is (kurtosis - 1) / count.
    """
    relative = np.mean(np.square(values)) / variance - 1
    return abs(relative) < deviations() * math.sqrt((kurtosis - 1) / values.size)


def kurtosis_of(distribution):
    return 3 + float(STANDARDIZED[distribution].stats("k"))


def is_uncorrelated(first, second, comparisons=1):
    """Whether two samples' correlation is zero: of independent ones its deviation is 1 / sqrt(count)."""
    correlation = np.corrcoef(np.ravel(first), np.ravel(second))[0, 1]
    return abs(correlation) < deviations(comparisons) / math.sqrt(np.size(first))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("module", MODULES)
class TestDistributions:
    shape = (500, 200)

    @pytest.mark.parametrize("mean, stddev", [(0.0, 1.0), (-2.0, 0.3), (100.0, 5.0)])
    def test_random_normal_is_normal(self, module, dtype, seed, mean, stddev):
        values = values_of(MODULES[module].RandomNormal(mean, stddev, seed=seed), self.shape, dtype)
        assert follows(values, scipy.stats.norm(mean, stddev))

    @pytest.mark.parametrize("mean, stddev", [(0.0, 1.0), (-2.0, 0.3), (100.0, 5.0)])
    def test_truncated_normal_is_normal_within_two_deviations(self, module, dtype, seed, mean, stddev):
        values = values_of(MODULES[module].TruncatedNormal(mean, stddev, seed=seed), self.shape, dtype)
        assert follows(values, scipy.stats.truncnorm(-2, 2, mean, stddev))

    @pytest.mark.parametrize("minval, maxval", [(0.0, 1.0), (-0.05, 0.05), (10.0, 11.0)])
    def test_random_uniform_is_uniform(self, module, dtype, seed, minval, maxval):
        values = values_of(MODULES[module].RandomUniform(minval, maxval, seed=seed), self.shape, dtype)
        assert follows(values, scipy.stats.uniform(minval, maxval - minval))

    @pytest.mark.parametrize("distribution", STANDARDIZED)
    def test_variance_scaling_follows_its_distribution(self, module, dtype, seed, distribution):
        initializer = MODULES[module].VarianceScaling(3.0, "fan_out", distribution, seed=seed)
        values = values_of(initializer, self.shape, dtype)
        assert follows(values / math.sqrt(3.0 / self.shape[1]), STANDARDIZED[distribution])

    @pytest.mark.parametrize("name", NAMED)
    def test_a_named_scaling_follows_its_distribution(self, module, dtype, seed, name):
        variance, distribution = NAMED[name]
        values = values_of(getattr(MODULES[module], name)(seed=seed), self.shape, dtype)
        assert follows(values / math.sqrt(variance(*self.shape)), STANDARDIZED[distribution])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("bounds", [(-1, 3), (0, math.inf), (-math.inf, -5), (20, 50), (-8, math.inf)])
def test_truncated_normal_is_normal_within_any_bounds(bounds, dtype, seed):
    values = values_of(keras_inits.TruncatedNormal(0.0, 1.0, seed, *bounds), (500, 200), dtype)
    assert follows(values, scipy.stats.truncnorm(*bounds))


@pytest.mark.parametrize("minval, maxval", [(0, 10), (-5, 100), (-1000, -1)])
@pytest.mark.parametrize("dtype", ["int32", "int64"])
@pytest.mark.parametrize("module", MODULES)
class TestIntegers:
    def counted(self, module, dtype, minval, maxval):
        values = values_of(MODULES[module].RandomUniform(minval, maxval, seed=7), (500, 200), dtype)
        return np.unique(values.astype(int), return_counts=True)

    def test_each_one_is_drawn_equally_often(self, module, dtype, minval, maxval):
        # Pearson's chi-square; at least 100 of each are expected, and 2^32 modulo the range adds
        # less than 2^-22 to any.
        _, counts = self.counted(module, dtype, minval, maxval)
        assert scipy.stats.chisquare(counts).pvalue > ALPHA

    def test_the_lower_bound_is_drawn_and_the_upper_is_not(self, module, dtype, minval, maxval):
        # One of a thousand is not among 100 000 with a probability of exp(-100).
        drawn, _ = self.counted(module, dtype, minval, maxval)
        assert drawn.tolist() == list(range(minval, maxval))


class TestVariance:
    @pytest.mark.parametrize("distribution", STANDARDIZED)
    @pytest.mark.parametrize("mode", FAN)
    @pytest.mark.parametrize("shape", FANS, ids=str)
    @pytest.mark.parametrize("module", MODULES)
    def test_it_is_the_scale_divided_by_the_fan(self, module, shape, mode, distribution):
        values = values_of(MODULES[module].VarianceScaling(0.7, mode, distribution, seed=7), shape)
        assert has_variance(values, 0.7 / FAN[mode](*FANS[shape]), kurtosis_of(distribution))

    @pytest.mark.parametrize("name", NAMED)
    @pytest.mark.parametrize("shape", FANS, ids=str)
    @pytest.mark.parametrize("module", MODULES)
    def test_it_is_what_the_name_promises(self, module, shape, name):
        variance, distribution = NAMED[name]
        values = values_of(getattr(MODULES[module], name)(seed=7), shape)
        assert has_variance(values, variance(*FANS[shape]), kurtosis_of(distribution))

    @pytest.mark.parametrize("name", NAMED)
    def test_it_is_that_of_the_axes_where_they_are_told(self, name):
        variance, distribution = NAMED[name]
        initializer = getattr(keras_inits, name)(seed=7, input_axes=[2], output_axes=[0, 1])
        values = values_of(initializer, (10, 40, 250))
        assert has_variance(values, variance(250, 400), kurtosis_of(distribution))

    @pytest.mark.parametrize("name", NAMED)
    @pytest.mark.parametrize("module", MODULES)
    def test_of_a_part_it_is_the_whole_weights(self, module, name):
        variance, distribution = NAMED[name]
        values = values_of(
            getattr(MODULES[module], name)(seed=7),
            *((2000, 300), "float64"),
            partition_shape=(200, 300),
            partition_offset=(600, 0),
        )
        assert has_variance(values, variance(2000, 300), kurtosis_of(distribution))

    @pytest.mark.parametrize("name, kurtosis", [("RandomNormal", 3.0), ("RandomUniform", 1.8)])
    def test_of_16_bits_it_is_the_same(self, name, kurtosis):
        # Rounding to a bfloat16's 8 bits adds less than 2^-18 of a variance to a normal one. The mean
        # square of the 128 uniform numbers -1, -1 + 1/64, ... is 1/3 + 1/(6 * 64^2), 2^-13 too much.
        # Both are nothing compared with the threshold, 1.9 % and more.
        arguments = {"stddev": 1.0} if name == "RandomNormal" else {"minval": -1.0, "maxval": 1.0}
        values = values_of(getattr(keras_inits, name)(**arguments, seed=7), (500, 200), "bfloat16")
        assert has_variance(values, 1.0 if name == "RandomNormal" else 1 / 3, kurtosis)


class TestIndependenceOfParts:
    """The parts of a weight, each drawn alone, have nothing in common."""

    names = ("RandomNormal", "RandomUniform", "TruncatedNormal", "HeNormal")

    def parts(self, name, axis):
        """Eight equal parts along an axis."""
        size = (50, 400) if axis == 0 else (400, 50)
        for index in range(8):
            offset = (index * 50, 0) if axis == 0 else (0, index * 50)
            part = {"partition_shape": size, "partition_offset": offset}
            yield values_of(getattr(keras_inits, name)(seed=7), (400, 400), **part)

    @pytest.mark.parametrize("axis", [0, 1])
    @pytest.mark.parametrize("name", names)
    def test_neighbours_are_uncorrelated(self, name, axis):
        pairs = itertools.pairwise(self.parts(name, axis))
        assert all(is_uncorrelated(*pair, comparisons=7) for pair in pairs)

    @pytest.mark.parametrize("axis", [0, 1])
    @pytest.mark.parametrize("name", names)
    def test_the_sizes_of_neighbours_are_uncorrelated(self, name, axis):
        pairs = itertools.pairwise(np.abs(part) for part in self.parts(name, axis))
        assert all(is_uncorrelated(*pair, comparisons=7) for pair in pairs)

    @pytest.mark.parametrize("name", names)
    def test_neighbouring_values_are_uncorrelated(self, name):
        values = values_of(getattr(keras_inits, name)(seed=7), (160_000,))
        assert all(is_uncorrelated(values[lag:], values[:-lag], comparisons=64) for lag in range(1, 65))


STREAMS = {
    "a stateless seed's first word": lambda seed: stateless_stream((seed, 0)),
    "a stateless seed's second word": lambda seed: stateless_stream((7, seed)),
    "an operation's seed": lambda seed: graph_stream(87654321, seed),
    "a graph's seed": lambda seed: graph_stream(seed, 7),
}


@pytest.mark.parametrize("distribution", ["uniform", "normal", "truncated_normal"])
@pytest.mark.parametrize("stream", STREAMS)
class TestIndependenceOfSeeds:
    def drawn(self, stream, distribution, seeds, count):
        streams = [STREAMS[stream](seed) for seed in seeds]
        return [as_numpy(draw(distribution, stream, (count,), tf.float64)) for stream in streams]

    def test_neighbours_are_uncorrelated(self, stream, distribution):
        # All pairs of 32 seeds.
        correlations = np.corrcoef(self.drawn(stream, distribution, range(32), 20_000))
        worst = np.abs(correlations - np.eye(32)).max()
        assert worst < deviations(comparisons=32 * 31 / 2) / math.sqrt(20_000)

    def test_the_sizes_of_neighbours_are_uncorrelated(self, stream, distribution):
        values = np.array(self.drawn(stream, distribution, range(32), 20_000))
        center = 0.5 if distribution == "uniform" else 0.0
        worst = np.abs(np.corrcoef(np.abs(values - center)) - np.eye(32)).max()
        assert worst < deviations(comparisons=32 * 31 / 2) / math.sqrt(20_000)

    def test_neighbours_have_no_values_in_common(self, stream, distribution):
        # Two uniform float64 values are equal with a probability of 2^-52, so that 400 000 of them have
        # 2e-5 equal pairs on average, and two or more with a probability of 2e-10. A normal value comes
        # of two numbers of 52 bits, one for the angle and one for the radius, so its pairs are no more.
        values = np.concatenate(self.drawn(stream, distribution, range(4), 100_000))
        assert values.size - np.unique(values).size < 2

    def test_the_first_values_of_seeds_are_spread_as_one_seeds_values_are(self, stream, distribution):
        first = np.ravel(self.drawn(stream, distribution, range(2000), 2))
        kinds = {"uniform": scipy.stats.uniform, "normal": scipy.stats.norm}
        assert follows(first, kinds.get(distribution, lambda: scipy.stats.truncnorm(-2, 2))())


@functools.cache
def orthogonal_weights(module, shape, count, dtype="float64"):
    """The weights of the first seeds, stacked."""
    cls = MODULES[module].Orthogonal
    return np.stack([values_of(cls(seed=seed), shape, dtype) for seed in range(count)])


@functools.cache
def phases(module):
    """The angles of the eigenvalues above the real axis, in order, for each of 200 matrices of 64 x 64.

    Those of a real matrix come in conjugate pairs, and those at 1 and -1 are no random angles. From 0 to
    1 instead of pi.
    """
    eigenvalues = np.linalg.eigvals(orthogonal_weights(module, (64, 64), 200))
    return [np.sort(np.angle(row[row.imag > 1e-9])) / np.pi for row in eigenvalues]


def moment_of_an_entry(power, size):
    """E q^power of an entry of a Haar matrix: of one coordinate on the unit sphere of `size` axes."""
    halves = range(power // 2)
    return math.prod(2 * k + 1 for k in halves) / math.prod(size + 2 * k for k in halves)


@pytest.mark.parametrize("module", MODULES)
class TestOrthogonalIsHaar:
    """Every orthogonal matrix has the same chance, which no other distribution has for all its turns."""

    size, count = 8, 2500

    def weights(self, module):
        return orthogonal_weights(module, (self.size, self.size), self.count)

    @pytest.mark.parametrize("power", [1, 2, 3, 4])
    def test_each_entrys_moments_are_those_of_a_coordinate_on_the_sphere(self, module, power):
        # 0, 1 / n, 0 and 3 / (n (n + 2)). Even powers lie within [0, 1], odd ones within [-1, 1].
        expected = 0.0 if power % 2 else moment_of_an_entry(power, self.size)
        variance = moment_of_an_entry(2 * power, self.size) - expected**2
        length = 2 if power % 2 else 1
        off = np.abs(np.mean(self.weights(module) ** power, axis=0) - expected).max()
        assert off < length * bernstein(variance / length**2, self.count, comparisons=self.size**2)

    @pytest.mark.parametrize("row, column", [(0, 0), (0, 7), (7, 0), (7, 7), (3, 4)])
    def test_an_entry_is_distributed_as_a_coordinate_on_the_sphere(self, module, row, column):
        entries = self.weights(module)[:, row, column]
        half = (self.size - 1) / 2
        assert follows(entries, scipy.stats.beta(half, half, -1, 2))

    @pytest.mark.parametrize("shape", [(8, 3), (3, 8), (2, 2, 2, 3)], ids=str)
    @pytest.mark.parametrize("place", [0, -1])
    def test_so_is_one_of_a_rectangular_weight(self, module, shape, place):
        # Its shorter side's vectors lie on the sphere of the longer side, of 8 axes.
        entries = orthogonal_weights(module, shape, 800).reshape(800, -1)[:, place]
        assert follows(entries, scipy.stats.beta(3.5, 3.5, -1, 2))

    def test_entries_of_one_row_are_uncorrelated_across_seeds(self, module):
        # The products of two coordinates lie within [-1/2, 1/2]; E q1 q2 = 0, E q1^2 q2^2 = 1 / (n (n + 2)).
        rows = self.weights(module)[:, 0, :]
        products = rows.T @ rows / self.count
        off = np.abs(products - np.diag(np.diag(products))).max()
        assert off < bernstein(1 / (self.size * (self.size + 2)), self.count, comparisons=28)

    def test_its_trace_is_standard_normal(self, module):
        # Its moments up to the 16th, twice the size, are the normal's own (Diaconis and Shahshahani, "On
        # the eigenvalues of random matrices", 1994), so that no sample of thousands tells them apart.
        traces = np.trace(self.weights(module), axis1=1, axis2=2)
        assert follows(traces, scipy.stats.norm)

    @pytest.mark.parametrize("size", [7, 8])
    def test_its_determinant_is_as_often_1_as_minus_1(self, module, size):
        signs = np.linalg.det(orthogonal_weights(module, (size, size), 500)) > 0
        assert scipy.stats.binomtest(int(signs.sum()), signs.size).pvalue > ALPHA

    def test_its_eigenvalues_are_spread_evenly_on_the_circle(self, module):
        # The test of independent values is on the safe side: the phases of a Haar matrix repel each
        # other, so that they are spread more evenly. Their density is uniform but for the eigenvalues
        # at 1 and -1, which 1 / 64 of them make room for. Q of a QR whose R is not made positive fails.
        assert follows(np.concatenate(phases(module)), scipy.stats.uniform)

    def test_its_eigenvalues_keep_apart(self, module):
        # Of N = 32 phases, spaced 1 on average, the smallest spacing is 0.27 on average where they
        # repel as a Haar matrix' do (density pi^2 s^2 / 3, hence P(all > s) = exp(-N pi^2 s^3 / 9),
        # whose mean is 0.893 (9 / (pi^2 N))^(1/3), deviation 0.1), and 1 / N = 0.03 where they are
        # independent. The mean of 200 has a deviation of 0.007: 0.15 is 17 of them away.
        smallest = [np.diff(angles).min() * len(angles) for angles in phases(module)]
        assert np.mean(smallest) > 0.15

    def test_neighbouring_seeds_are_unrelated(self, module):
        # The trace of Q1' Q2 is standard normal as Q1' Q2 is itself Haar-distributed.
        weights = self.weights(module)
        traces = np.einsum("nij,nij->n", weights[:-1:2], weights[1::2])
        assert follows(traces, scipy.stats.norm)
