"""A small sample of `make stress`, the worlds that it once found wrong, and what makes it fail."""

import importlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from tests.reference.worlds import tables_world

import multipolar as mp

ROOT = Path(__file__).parents[1]

FOUND_WRONG = {839: "none: flows", 4598: "solved", 7996: "solved", 9382: "none: flows", 9640: "solved"}
"""Labour that no industry left employs; a one-way flow below the digits of deficits; goods that only industries without
materials would use; a resource that all but replaces the rest."""


@pytest.fixture
def stress(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    return lambda name: importlib.import_module(f"benchmarks.{name}")


def test_sixty_random_worlds(stress):
    before = stress("stress").compiled()
    ends = [stress("stress").run(seed, 20, before) for seed in range(60)]
    assert [(end.seed, end.complaint) for end in ends if end.complaint] == []
    assert stress("stress").report(ends)


@pytest.mark.parametrize("seed", FOUND_WRONG)
def test_worlds_that_were_once_wrong(seed, stress):
    end = stress("stress").run(seed, sample=1)
    assert (end.end.split(" (")[0], end.complaint) == (FOUND_WRONG[seed], "")


@pytest.mark.parametrize(("phi", "several"), [(0.4, True), (0.45, False)])
def test_random_starts_find_the_named_case_of_several_equilibria(phi, several, stress):
    trade = np.zeros((2, 2, 2))
    trade[0, 0], trade[1, 1] = [90.0, 10.0], [10.0, 90.0]
    world = tables_world(trade).with_parameters(final_demand_elasticity=phi)
    ends = stress("stress_starts").from_random_starts(stress("stress_worlds").Case(1, world, mp.Scenario(name="named")))
    assert ends["agree"] > 0
    assert (ends["other"] > 0) == several


def test_the_report_fails_on_a_complaint_and_on_features_that_are_missing(stress, capsys):
    module = stress("stress")
    features = dict.fromkeys(stress("stress_worlds").LEAST_SHARE, True)
    good = module.End(1, "exists", "solved (Anderson)", 0.1, features, "", Counter())
    assert module.report([good])
    assert not module.report([good, module.End(2, "exists", "NotConverged", 0.1, features, "no answer")])
    assert "seed 2 (exists, NotConverged): no answer" in capsys.readouterr().out
    assert not module.report([module.End(1, "exists", "solved (Anderson)", 0.1, features | {"bans": False})])
    assert not module.report([module.End(1, "exists", "solved (Anderson)", 0.1, features, programs=25)])
    assert not module.report([module.End(1, "undecided", "wage ray", 0.1, features)])
