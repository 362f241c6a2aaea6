"""Proportional fitting: totals met, patterns kept, contradictions met half-way or refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multipolar.errors import WorldError
from multipolar.world.balance import CellSum, Margin, proportional_fit, ras

SEED = 20240516


def positive(*shape: int) -> np.ndarray:
    return np.random.default_rng(SEED).lognormal(size=shape)


def test_ras_meets_both_totals_of_a_batch_and_keeps_zeros():
    prior, truth = positive(4, 5, 7), positive(4, 5, 7)[::-1] * 3
    prior[2, 1, 3] = truth[2, 1, 3] = 0
    fitted = ras(prior, truth.sum(axis=2), truth.sum(axis=1))
    np.testing.assert_allclose(fitted.sum(axis=2), truth.sum(axis=2), rtol=1e-14)
    np.testing.assert_allclose(fitted.sum(axis=1), truth.sum(axis=1), rtol=1e-11)
    assert fitted[2, 1, 3] == 0
    assert fitted.min() >= 0


def test_ras_changes_nothing_but_row_and_column_factors():
    prior, truth = positive(5, 7), positive(6, 7)[1:]
    ratio = np.log(ras(prior, truth.sum(axis=1), truth.sum(axis=0)) / prior)
    np.testing.assert_allclose(ratio - ratio[:1] - ratio[:, :1] + ratio[0, 0], 0, atol=1e-10)


def test_ras_finds_the_two_by_two_answer_known_in_closed_form():
    # cross ratio 4 kept, all totals 1: x/(1 - x) = 2
    fitted = ras(np.array([[4.0, 1.0], [1.0, 1.0]]), np.ones(2), np.ones(2))
    np.testing.assert_allclose(fitted, [[2 / 3, 1 / 3], [1 / 3, 2 / 3]], atol=1e-11)


def test_ras_leaves_empty_rows_and_columns_empty():
    prior = np.array([[1.0, 0.0], [0.0, 0.0]])
    np.testing.assert_array_equal(ras(prior, np.array([5.0, 0.0]), np.array([5.0, 0.0])), [[5, 0], [0, 0]])


def test_ras_refuses_totals_that_disagree():
    with pytest.raises(WorldError, match="row totals and the column totals differ by"):
        ras(np.ones((2, 2)), np.array([1.0, 1.0]), np.array([1.0, 1.1]))


def test_ras_refuses_a_total_that_no_cell_can_carry():
    with pytest.raises(WorldError, match=r"total at \(1,\) is 1, but every cell"):
        ras(np.array([[1.0, 0.0], [1.0, 0.0]]), np.ones(2), np.ones(2))


def test_ras_refuses_zeros_that_leave_no_answer():
    with pytest.raises(WorldError, match="pattern of zeros"):
        ras(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([2.0, 1.0]), np.array([1.0, 2.0]), sweeps=50)


@given(st.integers(2, 5), st.integers(2, 4), st.integers(2, 5), st.integers(0, 10_000))
def test_a_table_is_found_again_from_its_own_three_margins(first, second, third, seed):
    generator = np.random.default_rng(seed)
    truth = generator.lognormal(size=(first, second, third))
    factors = [generator.lognormal(size=shape) for shape in ((first, second, 1), (1, second, third), (first, 1, third))]
    margins = [Margin((0, 1), truth.sum(axis=2)), Margin((1, 2), truth.sum(axis=0)), Margin((0, 2), truth.sum(axis=1))]
    fitted = proportional_fit(truth * factors[0] * factors[1] * factors[2], margins)
    np.testing.assert_allclose(fitted.values, truth, rtol=1e-7)
    assert fitted.gap < 1e-11


def test_one_margin_is_a_plain_scaling():
    prior, target = positive(3, 4, 5), positive(3)
    fitted = proportional_fit(prior, [Margin((0,), target)])
    np.testing.assert_allclose(fitted.values, prior * (target / prior.sum(axis=(1, 2)))[:, None, None], rtol=1e-13)


def test_unknown_totals_are_left_free():
    prior, target = positive(3, 4), np.array([1.0, np.nan, 3.0])
    fitted = proportional_fit(prior, [Margin((0,), target)]).values
    np.testing.assert_allclose(fitted.sum(axis=1), [1, prior[1].sum(), 3], rtol=1e-13)


def test_sums_of_cells_hold_beside_margins():
    prior = positive(3, 4, 5)
    rows, cells = prior.sum(axis=(1, 2)) * 1.1, np.array([0, 7, 21, 44])
    fitted = proportional_fit(prior, [Margin((0,), rows)], [CellSum(cells, 3.0)])
    assert fitted.values.reshape(-1)[cells].sum() == pytest.approx(3.0, rel=1e-10)
    np.testing.assert_allclose(fitted.values.sum(axis=(1, 2)), rows, rtol=1e-10)


@pytest.mark.parametrize("weights", [(1.0, 1.0), (3.0, 0.5)])
def test_margins_that_contradict_each_other_meet_where_the_weights_say(weights):
    # one cell, prior 1, targets 4 and 9: minimise x ln x - x + sum w (x ln(x/m) - x)
    margins = [Margin((0,), np.array([4.0]), weights[0]), Margin((1,), np.array([9.0]), weights[1])]
    expected = np.exp((weights[0] * np.log(4) + weights[1] * np.log(9)) / (1 + sum(weights)))
    assert proportional_fit(np.ones((1, 1)), margins).values[0, 0] == pytest.approx(expected, rel=1e-9)


def test_a_believed_margin_yields_to_an_exact_one():
    prior, exact = positive(4, 5), positive(4)
    margins = [Margin((0,), exact), Margin((1,), np.full(5, exact.sum()), 2.0)]
    np.testing.assert_allclose(proportional_fit(prior, margins).values.sum(axis=1), exact, rtol=1e-10)


def test_a_believed_total_of_zero_empties_its_cells():
    fitted = proportional_fit(np.ones((2, 2)), [Margin((1,), np.array([0.0, 2.0]), 1.0)]).values
    np.testing.assert_array_equal(fitted[:, 0], 0)
    assert fitted[:, 1].sum() == pytest.approx(2.0)


def test_exact_margins_that_contradict_each_other_are_refused():
    margins = [Margin((0,), np.array([1.0])), Margin((1,), np.array([2.0]))]
    with pytest.raises(WorldError, match="contradict each other"):
        proportional_fit(np.ones((1, 1)), margins, sweeps=30)


def test_an_exact_total_without_cells_names_where():
    with pytest.raises(WorldError, match=r"total at \(0, 1\) is 5"):
        proportional_fit(np.zeros((2, 3, 2)), [Margin((0, 1), np.array([[0.0, 5, 0], [0, 0, 0]]))])
