"""The brief in a terminal: everything in eighty columns."""

from io import StringIO

import pytest
from rich.console import Console

from multipolar.report.brief import run_brief
from multipolar.report.terminal import render_terminal


def printed(brief, width=80):
    console = Console(width=width, record=True, file=StringIO())
    console.print(render_terminal(brief))
    return console.export_text()


@pytest.fixture(scope="module")
def lines(brief):
    return printed(brief).splitlines()


def test_nothing_is_cut_at_eighty_columns(lines):
    assert max(map(len, lines)) <= 80
    assert not any("…" in line for line in lines)


def test_every_scenario_has_its_number_and_title(lines):
    assert " 1  Everyone leaves Russia" in lines
    assert " 2  Tariffs on China" in lines


def test_rows_read_as_they_must(lines, brief):
    whole = "\n".join(lines)
    russia = next(one for one in brief.columns[0].shown if one.economy.key == "RUS")
    assert f"*−{abs(russia.percent):.2f}" in next(line for line in lines if line.startswith("Russia¹"))
    assert "¹ On top of the sanctions in force in 2023." in lines
    assert "not in this world" in whole
    assert "Real GDP, not real income" in whole
    assert "1: no answer with fixed deficits" in whole
    assert "3: no answer with fixed deficits: NGA" in whole


def test_flags_are_explained(world, define):
    path = define(flag_points="1.0e-6", scenarios="[tariffs.yaml]")
    whole = printed(run_brief(world, path))
    assert "! The two deficit rules differ by more than 1e-06 points." in whole
    assert "!−" in whole or "!+" in whole


def test_channels_are_named_with_their_points(lines, brief):
    china = next(one for one in brief.columns[1].shown if one.economy.key == "CHN")
    first = china.channels[0]
    whole = " ".join(" ".join(lines).split())
    assert f"{first.phrase} {'+' if first.points > 0 else '−'}{abs(first.points):.2f}" in whole
