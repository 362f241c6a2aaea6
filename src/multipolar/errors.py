"""One tree of exceptions. Every message names the input, says what is wrong with it and what would be right."""

import difflib
from collections.abc import Iterable, Sequence

from multipolar.catalogue import _


class MultipolarError(Exception):
    """Anything this package refuses to do, with a sentence the user can act on."""

    measure: int | None = None
    """Number, from 1, of the measure of a scenario that is to blame, where it is one."""


class InputError(MultipolarError, ValueError):
    """What was given is wrong: the base of every refusal that the user can mend by changing the input."""


class WorldError(InputError):
    """A world's tables break an accounting identity, or have a wrong shape, a negative flow or a NaN."""


class ScenarioError(InputError):
    """A scenario or measure is malformed, contradicts another measure, or asks for what the world does not have."""


class UnknownName(InputError):
    """A country, group, sector, variable or file name that does not exist; the message proposes the nearest."""

    def __init__(self, name: str, kind: str, known: Iterable[str]) -> None:
        self.name, self.kind = name, kind
        self.nearest = nearest_names(name, known)
        hint = _("Did you mean {names}?", names=_(" or ").join(self.nearest)) if self.nearest else ""
        super().__init__(_("There is no {kind} named {name!r}. {hint}", kind=kind, name=name, hint=hint).rstrip())


class NoEquilibrium(MultipolarError):
    """No equilibrium exists, or none was found, for these measures under this closure.

    `reason` is one of ``none: price``, ``none: flows``, ``unpayable``, ``wage ray`` (the design of existence);
    `countries` and `goods` name where; `closures` lists the deficit rules under which an answer may exist.
    """

    def __init__(self, reason: str, message: str, *, countries: Sequence[str] = (), goods: Sequence[str] = (),
                 closures: Sequence[str] = ()) -> None:
        self.reason, self.countries, self.goods = reason, tuple(countries), tuple(goods)
        self.closures = tuple(closures)
        super().__init__(message)


class NotConverged(MultipolarError):
    """The solver ended without reaching its tolerance by any of its methods. No numbers are returned."""


class VerificationError(MultipolarError):
    """A run record, repeated, gives other numbers than it states."""


def nearest_names(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Up to `most` known names closest in spelling, ignoring case, best first."""
    by_fold: dict[str, str] = {}
    for candidate in known:
        by_fold.setdefault(candidate.casefold(), candidate)
    found = difflib.get_close_matches(name.casefold(), list(by_fold), n=most, cutoff=0.5)
    return [by_fold[fold] for fold in found]
