"""What a sudden cut of an input costs, against the published numbers and the limits; and what it says of uranium."""

import pytest

import multipolar as mp
from multipolar.equilibrium.input_loss import output_after_cut
from multipolar.errors import InputError
from multipolar.report.nuclear import dependences


@pytest.mark.parametrize(("share", "elasticity", "remaining", "percent"), [
    (0.04, 0.04, 0.9, -1.57), (0.01, 0.1, 0.7, -2.34)])
def test_the_two_numbers_of_bachmann_and_others_2022(share, elasticity, remaining, percent):
    assert 100 * (output_after_cut(share, elasticity, remaining) - 1) == pytest.approx(percent, abs=0.005)


def test_limits_leontief_cobb_douglas_first_order_and_extremes():
    assert output_after_cut(0.2, 0.0, 0.6) == 0.6
    assert output_after_cut(0.2, 1e-4, 0.6) == pytest.approx(0.6, rel=1e-3)
    assert output_after_cut(0.2, 1.0, 0.6) == pytest.approx(0.6**0.2)
    assert output_after_cut(0.2, 1 + 1e-9, 0.6) == pytest.approx(0.6**0.2, rel=1e-6)
    assert 1 - output_after_cut(0.2, 0.5, 1 - 1e-6) == pytest.approx(0.2e-6, rel=1e-3)
    assert output_after_cut(0.01, 0.001, 0.5) == pytest.approx(0.5, rel=0.01), "no power overflows"
    assert output_after_cut(0.0, 0.1, 0.5) == 1.0
    assert output_after_cut(1.0, 0.1, 0.5) == 0.5
    assert output_after_cut(0.3, 0.1, 1.0) == 1.0
    assert output_after_cut(0.3, 5.0, 0.5) > output_after_cut(0.3, 0.5, 0.5) > output_after_cut(0.3, 0.05, 0.5)


@pytest.mark.parametrize(("share", "elasticity", "remaining"), [
    (-0.1, 1.0, 0.5), (1.1, 1.0, 0.5), (0.1, -1.0, 0.5), (0.1, 1.0, 0.0), (0.1, 1.0, 1.1), (0.1, float("nan"), 0.5)])
def test_numbers_out_of_range_are_refused(share, elasticity, remaining):
    with pytest.raises(InputError, match="the share lies between 0 and 1, the elasticity is 0 or more"):
        output_after_cut(share, elasticity, remaining)


def test_uranium_costs_more_where_more_power_is_nuclear_and_bounds_are_apart():
    found = {one.code: one for one in dependences(mp.load_world("reference-2023"))}
    assert (found["USA"].dependence, found["USA"].dependence_year) == (24.0, "2022")
    assert found["EU27"].electricity == 22.8
    for one in found.values():
        assert 0 < one.loss_at_most[0] < one.loss_at_most[1] < one.cost_share
        assert one.sources
    assert found["USA"].loss_at_least == pytest.approx(100 * 1.2 / 27_700, rel=0.01)
    assert found["EU27"].loss_at_least is None
    assert found["EU27"].loss_at_most[0] > found["USA"].loss_at_most[0]
