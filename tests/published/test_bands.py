"""Plausibility: our answers on the reference world beside published ones for other years, tables and elasticities.

None of these is a target. Each band says how far apart the two may be before somebody should ask why.
"""

import pytest

import multipolar as mp

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def effects():
    """Real income of a group in percent under an embargo between two sides, each solved once."""
    world, solved = mp.load_world("reference-2023"), {}

    def of(group, one, other, rule):
        if (one, other, rule) not in solved:
            scenario = mp.Scenario(measures=[mp.Embargo(sides=(one, other))])
            solved[one, other, rule] = mp.solve(world, scenario, deficits=rule)
        return solved[one, other, rule].group(group).real_income
    return of


COALITION_AND_CHINA = ("COALITION", "CHN")

# An independent solver on this world aggregated to ten regions and eight sectors, with a resource nest in which oil's
# share is .45; here it is .70, and there are five times the regions and three times the sectors. Where everyone cuts
# Russia off, what the world then lacks has fewer other makers in finer sectors, and Russia's oil industry more rent to
# lose: half of the effect. Elsewhere a quarter, and three hundredths where effects are near zero.
INDEPENDENT = [
    ("COALITION", "fixed", 0.27, {"RUS": -1.29, "EU27": -0.08, "CHN": 0.02, "IND": 0.00, "world": -0.04}),
    (COALITION_AND_CHINA, "fixed", 0.27, {"RUS": -3.46, "EU27": -0.09, "CHN": -0.18, "IND": 0.08, "world": -0.09}),
    ("all", "zero", 0.5, {"RUS": -6.70, "EU27": -0.18, "CHN": -0.27, "IND": -0.38, "world": -0.19}),
]


@pytest.mark.parametrize(("partners", "rule", "width", "expected"), INDEPENDENT)
def test_who_cuts_russia(effects, partners, rule, width, expected):
    assert effects("RUS", partners, "RUS", rule) == pytest.approx(expected["RUS"], rel=width)
    near = 0.09 if partners == "all" else 0.03
    assert effects("world", partners, "RUS", rule) == pytest.approx(expected["world"], abs=near)
    # Third parties: the same order of size, and nothing where it is next to nothing.
    for group in ("EU27", "CHN", "IND"):
        assert effects(group, partners, "RUS", rule) == pytest.approx(expected[group], rel=0.6, abs=0.1)


def test_the_more_join_the_more_russia_loses(effects):
    """Chowdhry et al. (2024) on the trade of 2014: embargo by the coalition -8.81, by all -15.24.

    Ours must be smaller, because by 2023 most trade with the coalition had already stopped, and closer to two thirds
    of theirs where all join, since what went to the coalition now goes to the others.
    """
    coalition, with_china, everyone = (effects("RUS", partners, "RUS", "zero")
                                       for partners in ("COALITION", COALITION_AND_CHINA, "all"))
    assert 0 > coalition > with_china > everyone
    assert coalition / -8.81 < 0.3
    assert 0.2 < everyone / -15.24 < 0.75


def test_russia_loses_many_times_what_its_sanctioners_lose(effects):
    """Hausmann, Schetter & Yildirim (2024): about 100 times, in percent, for export bans chosen to hurt.

    An embargo on everything is not chosen: tens rather than a hundred.
    """
    ratio = effects("RUS", "COALITION", "RUS", "fixed") / effects("COALITION", "COALITION", "RUS", "fixed")
    assert 15 < ratio < 100


def test_europe_without_china(effects):
    """Felbermayr, Mahlkow & Sandkamp (2023), barriers doubled: EU -0.8, China -0.9; an embargo is a little more."""
    assert effects("EU27", "EU27", "CHN", "zero") == pytest.approx(-0.8, abs=0.4)
    assert effects("CHN", "EU27", "CHN", "zero") == pytest.approx(-0.9, abs=0.45)
