"""ISIC revision 4 as text ("C10-C12", "G+I", "B06 (oil part)") read into the divisions that it covers."""

import re
from functools import cache

from multipolar.catalogue import _
from multipolar.errors import WorldError

Atom = tuple[int, str]
"""A two-digit division and the part of it that is meant; the part is "" for the whole division."""

SECTIONS = {
    "A": (1, 3), "B": (5, 9), "C": (10, 33), "D": (35, 35), "E": (36, 39), "F": (41, 43), "G": (45, 47),
    "H": (49, 53), "I": (55, 56), "J": (58, 63), "K": (64, 66), "L": (68, 68), "M": (69, 75), "N": (77, 82),
    "O": (84, 84), "P": (85, 85), "Q": (86, 88), "R": (90, 93), "S": (94, 96), "T": (97, 98), "U": (99, 99),
}
"""Section letter -> its first and last division (United Nations, ISIC Rev. 4, 2008)."""

DIVISIONS = frozenset(division for first, last in SECTIONS.values() for division in range(first, last + 1))

KNOWN_PARTS = {6: frozenset({"oil", "gas"})}
"""Divisions whose parts are known to add up to the whole: crude petroleum (class 0610), natural gas (0620)."""

_TERM = re.compile(r"(?P<first>[A-U]?\d\d|[A-U])(?:\s*-\s*(?P<last>[A-U]?\d\d|[A-U]))?(?:\s*\((?P<part>[^()]+)\))?")


@cache
def read_isic(text: str) -> frozenset[Atom]:
    """The divisions, or parts of divisions, that an ISIC text covers; `WorldError` where it cannot be read.

    Terms are joined by "+"; a term is a section ("F"), a division ("B05"), a range of either ("C10-C12", "D-E"),
    and may end in brackets that name a part ("B06 (oil part)").
    """
    atoms: set[Atom] = set()
    for term in text.split("+"):
        found = _TERM.fullmatch(term.strip())
        if found is None:
            raise _unreadable(text)
        first, last = _span(found["first"], text)[0], _span(found["last"] or found["first"], text)[1]
        part = (found["part"] or "").strip().removesuffix("part").strip()
        covered = {(division, part) for division in range(first, last + 1) if division in DIVISIONS}
        if not covered:
            raise _unreadable(text)
        atoms |= covered
    return complete_parts(frozenset(atoms))


def complete_parts(atoms: frozenset[Atom]) -> frozenset[Atom]:
    """The same divisions, with parts that add up to a whole division replaced by it."""
    whole = {division for division, part in atoms if not part}
    whole |= {division for division, parts in KNOWN_PARTS.items() if all((division, part) in atoms for part in parts)}
    return frozenset({(division, "") for division in whole} | {atom for atom in atoms if atom[0] not in whole})


def covers(group: frozenset[Atom], sector: frozenset[Atom]) -> bool:
    """Whether all of `sector` lies in `group`."""
    return all((division, "") in group or (division, part) in group for division, part in sector)


def overlaps(group: frozenset[Atom], sector: frozenset[Atom]) -> bool:
    """Whether any of `sector` lies in `group`."""
    return any(division == other and (part == label or not part or not label)
               for division, part in sector for other, label in group)


def _span(code: str, text: str) -> tuple[int, int]:
    if code in SECTIONS:
        return SECTIONS[code]
    letter, division = code.rstrip("0123456789"), int(code[-2:])
    if division not in DIVISIONS or (letter and not SECTIONS[letter][0] <= division <= SECTIONS[letter][1]):
        raise _unreadable(text)
    return division, division


def _unreadable(text: str) -> WorldError:
    return WorldError(_(
        "{text!r} is not an ISIC revision 4 code; write a section such as \"F\", a division such as \"B05\", a range "
        "such as \"C10-C12\", several joined as \"G+I\", or a part such as \"B06 (oil part)\".", text=text))
