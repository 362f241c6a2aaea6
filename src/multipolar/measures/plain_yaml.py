"""YAML as plain data, within bounds: a text is no larger written out than it looks.

An alias repeats what its anchor names without repeating its letters, so that a few hundred letters can stand for
gigabytes. What a text stands for is therefore counted before anything is built from it.
"""

from collections.abc import Mapping
from typing import Any

from multipolar.catalogue import _
from multipolar.errors import ScenarioError

DEEPEST = 24
"""Levels of nesting, more than any scenario needs."""
LARGEST_TEXT = 10_000_000
"""Characters of a text: a schedule of every tariff of 77 countries and 45 sectors has half as many."""
ALWAYS_ALLOWED = 100_000
"""What a text may always stand for, in characters of its texts and one for each value, however short it is."""


def within_bounds(text: str) -> str:
    """The text, unless it is longer than any scenario.

    Raises:
        ScenarioError: it is.
    """
    if len(text) > LARGEST_TEXT:
        raise ScenarioError(_("the text has more than {most:,} characters, the most that is read; put tariffs of every "
                              "flow in a CSV file and name that.", most=LARGEST_TEXT))
    return text


def plain(node: Any, text: str) -> Any:
    """What YAML made of a text as plain dicts, lists and scalars.

    Raises:
        ScenarioError: it is nested deeper than any scenario, or its aliases stand for far more than the text says.
    """
    return _Writer(ALWAYS_ALLOWED + 2 * len(text)).plain(node, 0)


class _Writer:
    """Copies nodes while what they stand for stays below a bound."""

    def __init__(self, most: int) -> None:
        self.most, self.left = most, most

    def plain(self, node: Any, depth: int) -> Any:
        if depth > DEEPEST:
            raise ScenarioError(_("the text is nested deeper than {depth} levels, the most that is read.",
                                  depth=DEEPEST))
        self.left -= 1 + (len(node) if isinstance(node, str) else 0)
        if self.left < 0:
            raise ScenarioError(_("the text, with its aliases (*name) written out, holds more than {most:,} characters "
                                  "and values, the most that is read; write what is meant in full.", most=self.most))
        if isinstance(node, Mapping):
            return {self.plain(key, depth + 1): self.plain(value, depth + 1) for key, value in node.items()}
        if isinstance(node, list):
            return [self.plain(value, depth + 1) for value in node]
        if isinstance(node, bool) or node is None:
            return node
        return next((kind(node) for kind in (str, int, float) if isinstance(node, kind)), node)
