"""ISIC texts read into divisions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multipolar.errors import WorldError
from multipolar.world.isic import DIVISIONS, SECTIONS, covers, overlaps, read_isic
from multipolar.world.names import sector_groups


def whole(*divisions):
    return {(division, "") for division in divisions}


@pytest.mark.parametrize(("text", "expected"), [
    ("A01-A03", whole(1, 2, 3)), ("B05", whole(5)), ("C10-C12", whole(10, 11, 12)), ("C13-15", whole(13, 14, 15)),
    ("F", whole(41, 42, 43)), ("D-E", whole(35, 36, 37, 38, 39)), ("G+I", whole(45, 46, 47, 55, 56)),
    ("26", whole(26)), ("C", whole(*range(10, 34))),
    ("L-N", whole(68, 69, 70, 71, 72, 73, 74, 75, 77, 78, 79, 80, 81, 82)),
    ("B06 (oil part)", {(6, "oil")}), ("B06 (oil part)+B06 (gas part)", whole(6)), ("B06+B06 (oil part)", whole(6)),
    ("C26 (controlled part)", {(26, "controlled")}),
])
def test_texts_are_read(text, expected):
    assert read_isic(text) == expected


@pytest.mark.parametrize("text", ["", "Z", "B34", "C05", "C12-C10", "A01-", "B06 (oil part", "99-U98", "C1", "c26"])
def test_what_is_no_isic_code_is_refused(text):
    with pytest.raises(WorldError, match="is not an ISIC revision 4 code; write a section such as"):
        read_isic(text)


def test_the_sections_hold_the_88_divisions():
    assert len(DIVISIONS) == 88
    assert sum(last - first + 1 for first, last in SECTIONS.values()) == 88


def test_parts_and_wholes():
    oil, field = read_isic("B06 (oil part)"), read_isic("B06")
    assert covers(field, oil)
    assert not covers(oil, field)
    assert overlaps(oil, field)
    assert not overlaps(oil, read_isic("B06 (gas part)"))
    assert not overlaps(oil, read_isic("B07"))


@given(st.sampled_from(sorted(sector_groups().values())), st.sampled_from(sorted(sector_groups().values())))
def test_covering_is_overlapping_and_is_transitive_with_union(one, other):
    first, second = read_isic(one), read_isic(other)
    assert covers(read_isic(f"{one}+{other}"), first)
    assert overlaps(first, second) == overlaps(second, first)
    if covers(first, second):
        assert overlaps(first, second)
