import math

import pytest

from multipolar.report.numbers import billions, signed, small


@pytest.mark.parametrize(("value", "shown"), [
    (-1.326, "−1.33"), (0.2149, "+0.21"), (-0.004, "0.00"), (0.0, "0.00"), (1234.5, "+1,234.50"), (math.nan, "–")])
def test_a_change_has_its_sign_and_two_decimals(value, shown):
    assert signed(value) == shown


@pytest.mark.parametrize(("value", "shown"), [
    (-25.49, "−25.5"), (99.94, "+99.9"), (99.96, "+100"), (-1433.2, "−1,433")])
def test_large_amounts_have_no_decimals(value, shown):
    assert billions(value) == shown


def test_a_residual_has_two_digits():
    assert small(3.14159e-13) == "3.1e−13"
