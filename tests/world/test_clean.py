"""Cleaning: inventories, rebuilt output, industries whose inputs exceed their output, and the list of what changed."""

import numpy as np
import pytest

from multipolar.errors import WorldError
from multipolar.world.world import World


@pytest.fixture
def with_inventories(flows):
    final = np.stack([flows["final"], np.zeros_like(flows["final"])], axis=3)
    final[1, 1, 2, 1], final[0, 0, 0, 1], final[3, 2, 3, 1] = -0.5, -0.25, 1.5
    return {**flows, "final": final, "uses": ["household", "inventory change"]}


def test_negative_inventory_changes_go_to_zero_and_output_is_rebuilt(with_inventories):
    """Y = (I - A)^-1 F with A of the table as published, by a dense inverse written out here."""
    world = World.from_flows(**{**with_inventories, "tariffs": None}, clean=True)
    flows, final = with_inventories["intermediate"].reshape(12, 12), with_inventories["final"]
    output = flows.sum(1) + final.sum((2, 3)).ravel()
    coefficients = flows / np.where(output > 0, output, 1.0)
    rebuilt = np.linalg.inv(np.eye(12) - coefficients) @ np.maximum(final, 0).sum((2, 3)).ravel()
    assert np.allclose(world.tables.output.ravel(), rebuilt, rtol=1e-12, atol=0)
    assert (rebuilt >= output).all()
    share = world.tables.value_added.ravel() / np.where(rebuilt > 0, rebuilt, 1.0)
    assert np.allclose(share, np.where(output > 0, 1 - coefficients.sum(0), 0.0), atol=1e-14)


def test_the_changes_are_listed_cell_by_cell(with_inventories):
    changes = World.from_flows(**with_inventories, clean=True).changes
    assert changes[0].startswith("Output rebuilt with unchanged input coefficients: the world's rises by 0.")
    assert changes[1:] == ("inventory change: 2 negative cells, -0.75 in all, set to zero.",
                           "final[USA, farm, USA, inventory change] = -0.25 set to zero.",
                           "final[CHN, fuel, DEU, inventory change] = -0.5 set to zero.")


def test_a_clean_table_is_left_as_it_is(flows):
    cleaned = World.from_flows(**flows, clean=True)
    assert cleaned.changes == ()
    assert cleaned.hash == World.from_flows(**flows).hash


def test_output_is_raised_to_inputs(flows):
    intermediate, final = flows["intermediate"].copy(), flows["final"].copy()
    final[2, 1], intermediate[2, 1] = 0.0, 0.0
    final[2, 1, 2], intermediate[:, :, 2, 1] = 2.0, 0.0
    intermediate[2, 0, 2, 1] = 3.0
    given = {**flows, "intermediate": intermediate, "final": final, "tariffs": None}
    with pytest.raises(WorldError, match=r"value_added\[DEU, fuel\] = -1 is negative.*clean=True raises output"):
        World.from_flows(**given)
    world = World.from_flows(**given, clean=True)
    assert world.tables.output[2, 1] == pytest.approx(3.0, rel=1e-14)
    assert world.tables.value_added[2, 1] == pytest.approx(0.0, abs=1e-14)
    assert world.changes[1] == ("output[DEU, fuel] = 2 is less than the industry's inputs, 3: raised to them, the "
                                "difference going to final users at home.")
    other = np.ones((4, 3), dtype=bool)
    other[2, 1] = False
    assert np.allclose(world.tables.output[other], (intermediate.sum((2, 3)) + final.sum(2))[other], rtol=1e-14)


def test_cleaning_does_not_hide_what_is_no_number(with_inventories):
    final = with_inventories["final"].copy()
    final[0, 0, 1, 1] = np.nan
    with pytest.raises(WorldError, match=r"final\[USA, farm, CHN, inventory change\] = nan"):
        World.from_flows(**{**with_inventories, "final": final}, clean=True)
    intermediate = with_inventories["intermediate"].copy()
    intermediate[0, 0, 1, 1] = -1.0
    with pytest.raises(WorldError, match=r"intermediate\[USA, farm, CHN, fuel\] = -1.0 is negative"):
        World.from_flows(**{**with_inventories, "intermediate": intermediate}, clean=True)


def test_industries_that_only_sell_to_themselves_cannot_be_rebuilt():
    flows = np.zeros((1, 2, 1, 2))
    flows[0, 0, 0, 0] = 1.0                                       # sells all it makes to itself, adds no value
    final = np.array([[[[0.0, 0.0]], [[3.0, -1.0]]]])
    with pytest.raises(WorldError, match="Output cannot be rebuilt: some industries sell only to each other"):
        World.from_flows(flows, final, countries=["A"], sectors=["x", "y"], year=2020, uses=["use", "inventory change"],
                         clean=True)
