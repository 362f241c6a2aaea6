"""A link holds a whole scenario, says where it may mean something else, and never does harm."""

import base64
import contextlib
import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import multipolar as mp
from multipolar.errors import MultipolarError
from multipolar.measures.elsewhere import LONGEST
from multipolar.measures.link import LONGEST_LINK, is_link, read_link, write_link
from multipolar.measures.yaml_file import built_in_scenarios


@pytest.fixture(scope="module")
def reference():
    return mp.load_world("reference-2023")


def link_of(data) -> str:
    packed = zlib.compress(data if isinstance(data, bytes) else json.dumps(data).encode())
    return "1." + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def contents(**changes):
    return {"multipolar": "0", "world": "w", "world_hash": "0", "hash": "0",
            "scenario": {"version": 1, "name": "n", "measures": []}} | changes


@pytest.fixture(scope="module")
def written(reference):
    scenario = mp.load_scenario("china-stops-both")
    return write_link(scenario, reference, scenario.hash(reference), mp.__version__)


@pytest.mark.parametrize("name", built_in_scenarios())
def test_every_built_in_scenario_survives(reference, name):
    scenario = mp.load_scenario(name)
    link = write_link(scenario, reference, scenario.hash(reference), mp.__version__)
    found = read_link(link)
    assert found.scenario == scenario
    assert found.differences(reference, mp.__version__) == ()
    assert len(link) < 4000
    assert is_link(link)
    assert read_link(f"http://localhost:8765/#{link}") == found


def test_what_a_scenario_extends_is_written_out(reference):
    scenario = mp.Scenario(name="mine", extends="two-blocs")
    found = read_link(write_link(scenario, reference, scenario.hash(reference), "1")).scenario
    assert found.extends is None
    assert found.measures == mp.load_scenario("two-blocs").measures


def test_another_version_another_world_and_another_meaning_are_told(reference, written):
    link = read_link(written)
    assert "0.0.9" not in "".join(link.differences(reference, mp.__version__))
    assert "may differ" in link.differences(reference, "0.0.9")[0]
    other = reference.with_parameters(trade_elasticity=4.0)
    assert "so the numbers differ" in link.differences(other, mp.__version__)[0]
    told = read_link(link_of(contents(multipolar=mp.__version__, world_hash=reference.hash[:16])))
    assert "means something else" in told.differences(reference, mp.__version__)[0]


@pytest.mark.parametrize("text", ["", "1.", "1", "two-blocs", "mine.yaml", "./1.yaml", "http://localhost/", "1.a b"])
def test_what_is_no_link_is_not_taken_for_one(text):
    assert not is_link(text)
    with pytest.raises(MultipolarError, match="no link"):
        read_link(text)


def test_a_later_form_says_that_a_newer_program_may_read_it(written):
    with pytest.raises(MultipolarError, match="form 2"):
        read_link("2" + written[1:])


@pytest.mark.parametrize("link", [
    "1.abcd", link_of(b"no json"), link_of([1]), link_of("text"), link_of({}), link_of(contents(world=3)),
    link_of(contents(world="w" * 300)), link_of(contents(scenario=None)), link_of(contents(scenario={"version": 2})),
    link_of(contents(scenario={"version": 1, "extends": "../secret.yaml"})), link_of(b"[" * 50_000),
    "1." + "a" * LONGEST_LINK], ids=range(12))
def test_damage_is_refused_in_a_sentence(link):
    with pytest.raises(MultipolarError, match=r"\w+"):
        read_link(link)


def test_a_small_link_cannot_unpack_to_gigabytes():
    bomb = link_of(b" " * (50 * LONGEST))
    assert len(bomb) < LONGEST_LINK
    with pytest.raises(MultipolarError, match="too long"):
        read_link(bomb)


def test_a_link_cut_anywhere_is_refused(written):
    for length in range(3, len(written) - 1, 97):
        with pytest.raises(MultipolarError):
            read_link(written[:length])


@settings(max_examples=150)
@given(at=st.integers(2, 900), letter=st.sampled_from("ABCabc019-_"))
def test_a_changed_letter_is_refused_or_changes_nothing(written, at, letter):
    changed = written[:at] + letter + written[at + 1:]
    if changed == written or at >= len(written):
        return
    try:
        found = read_link(changed)
    except MultipolarError:
        return
    assert found == read_link(written)


@settings(max_examples=150)
@given(st.one_of(st.text(max_size=200), st.binary(max_size=200).map(link_of),
                 st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=8),
                              lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
                                  ["version", "name", "measures", "kind", "extends", "baseline", "closure", "rate"]),
                                  inner, max_size=4), max_leaves=12).map(
                                      lambda data: link_of(contents(scenario=data)))))
def test_nothing_but_a_refusal_comes_of_nonsense(text):
    with contextlib.suppress(MultipolarError):
        assert isinstance(read_link(text).scenario, mp.Scenario)
