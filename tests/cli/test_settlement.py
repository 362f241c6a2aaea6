"""`multipolar rails` and `multipolar path` on the command line."""

import json


def test_rails_shows_a_pair_with_quality_and_source(run):
    done = run("rails", "RUS", "CHN")
    assert done.status == 0
    assert "RUS -> CHN: published for the pair" in done.out
    assert "RUB 20 % (2023-09" in done.out
    assert "0.8 % published for the pair; 89.4 %" in done.out


def test_rails_as_json_before_and_after_a_measure(run):
    done = run("rails", "IND", "--measure", "{kind: rail_cost, country: IND, rail: USD, ad_valorem: 5%}", "--json")
    assert done.status == 0
    data = json.loads(done.out)
    exports, imports, world = data["settlement"]
    assert exports["what"] == "IND exports"
    assert exports["shares_after"]["USD"] < exports["shares"]["USD"] - 5
    assert sum(imports["shares_after"].values()) > 99.999
    assert data["payments"][0]["who"] == "IND"
    assert data["payments"][0]["cost"] > 1
    assert data["units"]["shares"] == "percent"
    assert world["what"] == "world"
    assert data["other_equilibria"] == []


def test_rails_refuses_what_is_no_country_and_a_world_without_rails(run, world_file):
    done = run("rails", "RUS", "CHM")
    assert (done.status, done.out) == (3, "")
    assert "CHN" in done.err
    done = run("rails", "--world", world_file)
    assert done.status == 3
    assert "has no settlement shares" in done.err


def test_path_finds_no_tipping_point_at_the_calibrated_thickness(run):
    done = run("path", "away-from-the-dollar", "--thickness", "0.025", "--steps", "4", "--json")
    assert done.status == 0
    data = json.loads(done.out)
    assert data["tips"] is None
    assert data["from_leading"] == sorted(data["from_leading"], reverse=True)
    assert data["radius"] < 1
    done = run("path", "two-blocs")
    assert done.status == 3
    assert "is not on settlement rails" in done.err
    assert "No tipping point" in run("path", "away-from-the-dollar", "--steps", "2").out
