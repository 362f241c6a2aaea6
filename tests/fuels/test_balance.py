"""The balance of a fuel as data, and when it is withheld."""

from dataclasses import replace

import numpy as np
import pytest

import multipolar as mp
from multipolar.report.fuels import balance
from multipolar.world.energy import Energy


@pytest.fixture(scope="module")
def banned(fuel_world):
    return mp.solve(fuel_world, mp.Scenario(name="ban", closure=mp.Closure(deficits="proportional"), measures=[
        mp.ImportBan(importer="CHN", exporter="RUS", sector="OIL")]))


def test_rows_before_and_after_add_up(fuel_world, banned):
    made = balance(fuel_world, "oil", banned)
    for row in made.rows:
        for one in (row.before, row.after):
            assert one["production"] + one["imports"] == pytest.approx(one["exports"] + one["use"], rel=1e-9)
    assert made.withheld == ""
    assert made.rows[-1].after["use"] == pytest.approx(sum(row.after["use"] for row in made.rows[:-1]))


def test_a_balance_that_drifts_is_withheld_with_a_sentence(fuel_world):
    energy = fuel_world.part(Energy)
    quantity = np.array(energy.quantity)
    place = [fuel_world.countries.index(code) for code in ("RUS", "CHN")]
    quantity[place[0], energy.good.index("oil"), place[1]] *= 30
    world = fuel_world.with_part(replace(energy, quantity=quantity))
    outcome = mp.solve(world, mp.Scenario(closure=mp.Closure(deficits="proportional"), measures=[
        mp.ImportBan(importer="CHN", exporter="RUS", sector="OIL")]))
    made = balance(world, "oil", outcome)
    assert "Nothing is said about oil in physical units" in made.withheld
    assert "1 % is the most" in made.withheld
    assert all(row.after is None for row in made.rows)
