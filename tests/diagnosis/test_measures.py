"""Measures of arrays."""

import math

import numpy as np
import pytest

from keras_inits.diagnosis import measures


class TestMeanSquare:
    def test_of_few_values(self):
        assert measures.mean_square(np.array([[1.0, 2.0], [3.0, 4.0]])) == 7.5

    def test_of_values_whose_squares_are_no_float32(self):
        assert measures.mean_square(np.full((2, 2), 1e30, np.float32)) == pytest.approx(1e60)

    def test_of_infinity(self):
        assert measures.mean_square(np.array([1.0, np.inf])) == math.inf

    def test_of_no_values(self):
        assert math.isnan(measures.mean_square(np.zeros((0, 3))))


class TestDeadShare:
    def test_a_unit_is_dead_if_it_is_zero_for_all_samples(self):
        assert measures.dead_share(np.array([[0.0, 1.0, 0.0, 2.0], [0.0, 0.0, 0.0, 0.0]])) == 0.5

    def test_positions_count_as_samples(self):
        activations = np.zeros((2, 3, 3, 4))
        activations[1, 2, 0, 3] = 1.0
        assert measures.dead_share(activations) == 0.75

    def test_another_axis_of_units(self):
        activations = np.zeros((2, 4, 3))
        activations[:, 0] = 1.0
        assert measures.dead_share(activations, axis=1) == 0.75


class TestAsMatrix:
    def test_positions_are_rows(self):
        assert measures.as_matrix(np.zeros((2, 3, 4, 5))).shape == (24, 5)

    def test_rows_of_the_axis_of_units(self):
        values = np.arange(12.0).reshape(2, 3, 2)
        assert measures.as_matrix(values, axis=1).tolist() == [[0, 2, 4], [1, 3, 5], [6, 8, 10], [7, 9, 11]]

    def test_of_many_some_are_taken_from_the_first_to_the_last(self):
        matrix = measures.as_matrix(np.arange(1000.0)[:, None] + np.arange(500.0))
        assert matrix.shape == (measures.SAMPLED, measures.SAMPLED)
        assert (matrix[0, 0], matrix[-1, -1]) == (0.0, 999.0 + 499.0)

    def test_without_units(self):
        assert measures.as_matrix(np.zeros(7)).shape == (7, 1)


class TestEffectiveRank:
    def test_of_the_identity(self):
        assert measures.effective_rank(np.eye(32)) == pytest.approx(32)

    def test_of_rows_that_are_multiples_of_one(self):
        assert measures.effective_rank(np.outer(np.arange(1.0, 9.0), np.arange(1.0, 6.0))) == pytest.approx(1)

    def test_of_some_equal_singular_values(self):
        assert measures.effective_rank(np.diag([3.0] * 5 + [0.0] * 3)) == pytest.approx(5)

    def test_is_the_formula(self):
        matrix = np.random.default_rng(1).standard_normal((20, 12))
        values = np.linalg.svd(matrix, compute_uv=False)
        shares = values / values.sum()
        assert measures.effective_rank(matrix) == pytest.approx(np.exp(-(shares * np.log(shares)).sum()))

    @pytest.mark.parametrize("factor", [1e-30, 1e30])
    def test_a_factor_changes_nothing(self, factor):
        assert measures.effective_rank(np.eye(4, dtype=np.float32) * np.float32(factor)) == pytest.approx(4)

    def test_of_zeros(self):
        assert measures.effective_rank(np.zeros((3, 3))) == 0.0

    def test_of_what_is_not_finite(self):
        assert math.isnan(measures.effective_rank(np.array([[np.nan, 1.0]])))
