"""The report of `World.check`: every identity, its largest misfit, and where."""

import numpy as np

from multipolar.world.identities import report
from multipolar.world.tables import Tables

from .conftest import COUNTRIES, SECTORS


def changed(world, table, index, factor):
    arrays = {name: getattr(world.tables, name) for name in ("trade", "inputs", "final", "tariffs")}
    arrays[table] = arrays[table].copy()
    arrays[table][index] *= factor
    return report("changed", Tables(**arrays), COUNTRIES, SECTORS)


def test_a_world_passes_with_misfits_of_rounding(world):
    checked = world.check()
    assert checked.ok
    assert [identity.name for identity in checked.identities] == ["flows", "goods market", "value added", "income",
                                                                  "deficits"]
    assert all(identity.misfit < 1e-13 for identity in checked.identities)
    text = str(checked)
    assert text.startswith("small: every identity holds\n  ok   no flow is negative")
    assert text.count("\n") == 5


def test_a_broken_identity_is_measured_and_placed(world):
    checked = changed(world, "final", (1, 2), 1.5)
    broken = {identity.name: identity for identity in checked.identities if not identity.holds}
    assert not checked.ok
    assert set(broken) == {"goods market", "income", "deficits"}
    assert broken["goods market"].cell == "expenditure[fuel, DEU]"
    extra = 0.5 * world.tables.final[1, 2]
    assert np.isclose(broken["goods market"].misfit, extra / (world.tables.expenditure[1, 2] + extra), rtol=1e-12)
    assert broken["income"].cell == "DEU"
    assert "FAIL the sum over exporters" in str(checked)
    assert str(checked).startswith("changed: an identity is broken")


def test_negative_flows_and_value_added_are_placed(world):
    assert changed(world, "trade", (1, 1, 2), -1.0).identities[0].cell == "trade[CHN, fuel, DEU]"
    value_added = changed(world, "inputs", (0, 2, 1), 1000.0).identities[2]
    assert value_added.cell == "value_added[DEU, fuel]"
    assert not value_added.holds
