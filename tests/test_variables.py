"""The table of variables is the one source: what is computed, how it is labelled, and the page in the docs."""

from pathlib import Path

import numpy as np

import multipolar as mp
from multipolar.equilibrium.observables import OBSERVABLES
from multipolar.variables import all_variables, documentation, variables

PAGE = Path(__file__).parents[1] / "docs" / "variables.md"


def test_every_row_is_computed_and_nothing_else():
    assert list(OBSERVABLES) == list(all_variables())


def test_the_page_is_the_table():
    assert PAGE.read_text(encoding="utf-8") == documentation(), (
        "docs/variables.md is made from variables.csv: python -m multipolar.variables > docs/variables.md")


def test_arrays_have_the_dimensions_and_units_of_their_row():
    world = mp.load_world("reference-2023")
    scenario = mp.Scenario(measures=[mp.Tariff(importer="USA", exporter="CHN", sector="all", rate=0.1)])
    outcome = mp.solve(world, scenario)
    sizes = {"country": 52, "exporter": 52, "importer": 52, "sector": 26, "good": 3}
    for name, row in variables(["energy"]).items():
        array = getattr(outcome, name)
        assert array.dims == row.dimensions, name
        assert array.shape == tuple(sizes[dimension] for dimension in row.dimensions), name
        assert array.attrs["units"] == row.unit, name
        assert np.isfinite(array.values).all(), name


def test_kinds_are_known():
    assert {row.kind for row in all_variables().values()} == {"change", "difference", "level"}
