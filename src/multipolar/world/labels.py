"""The labelled door: arrays in, in any order of named axes; strict alignment by label, never silent filling."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import UnknownName, WorldError
from multipolar.world.names import country_names, group_names, unknown_country
from multipolar.world.tables import FloatArray

RESERVED = ("all", "others")
LABEL_OF_AXIS = {"exporter": "country", "importer": "country", "country": "country", "sector": "sector",
                 "user": "sector", "use": "use"}


def is_labelled(value: Any) -> bool:
    """Whether `value` is an xarray DataArray, told without importing xarray."""
    return hasattr(value, "dims") and hasattr(value, "coords")


def labels_of(value: Any, axis: str) -> list[str] | None:
    """The labels that a DataArray carries on an axis, or None."""
    if not is_labelled(value) or axis not in value.coords:
        return None
    return [str(label) for label in value.coords[axis].values]


def aligned(value: Any, axes: Sequence[str], labels: Mapping[str, Sequence[str]], name: str) -> FloatArray:
    """`value` as float64 with these axes in this order; a DataArray is transposed and put in the order of `labels`.

    `labels` maps "country", "sector" and "use" to the names that the axes must have. No copy is made where none is
    needed. `WorldError` for other axes, shapes, or labels that are missing, unknown or doubled.
    """
    if is_labelled(value):
        value = _in_order(value, axes, labels, name)
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise WorldError(_("{name} is not an array of numbers with axes ({axes}).", name=name,
                           axes=", ".join(axes))) from None
    shape = tuple(len(labels[LABEL_OF_AXIS[axis]]) for axis in axes)
    if array.shape != shape:
        raise WorldError(_("{name} has shape {given}; it must be {shape}: ({axes}).", name=name, given=array.shape,
                           shape=shape, axes=", ".join(axes)))
    return array


def _in_order(value: Any, axes: Sequence[str], labels: Mapping[str, Sequence[str]], name: str) -> Any:
    given = tuple(str(axis) for axis in value.dims)
    if sorted(given) != sorted(axes):
        raise WorldError(_("{name} has axes ({given}); they must be ({axes}), in any order.", name=name,
                           given=", ".join(given), axes=", ".join(axes)))
    value = value.transpose(*axes)
    for axis in axes:
        wanted, present = list(labels[LABEL_OF_AXIS[axis]]), labels_of(value, axis)
        if present is None or present == wanted:
            continue
        _same_labels(present, wanted, f"{name}.{axis}")
        value = value.isel({axis: [present.index(label) for label in wanted]})
    return value.data


def _same_labels(present: Sequence[str], wanted: Sequence[str], name: str) -> None:
    missing, extra = sorted(set(wanted) - set(present)), sorted(set(present) - set(wanted))
    if missing or extra or len(set(present)) != len(present):
        doubled = sorted({label for label in present if present.count(label) > 1})
        raise WorldError(_(
            "The labels of {name} are not those of the world: missing {missing}, unknown {extra}, doubled {doubled}.",
            name=name, missing=_listed(missing), extra=_listed(extra), doubled=_listed(doubled)))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:6]) + (", …" if len(names) > 6 else "") if names else _("none")


def sector_values(value: Any, sectors: Sequence[str], name: str, *, least: float, below: float = np.inf,
                  above_least: bool = False) -> FloatArray:
    """One number per sector from a number, a sequence, a DataArray or ``{sector: number}``; bounds are checked.

    Values lie in [least, below), or (least, below) where `above_least`. `WorldError` names the sector.
    """
    if isinstance(value, Mapping):
        for code in value:
            if code not in sectors:
                raise UnknownName(str(code), _("sector"), sectors)
        _same_labels([str(code) for code in value], sectors, name)
        value = [value[code] for code in sectors]
    elif np.ndim(value) == 0 and not is_labelled(value):
        value = np.full(len(sectors), value)
    array = aligned(value, ("sector",), {"sector": sectors}, name)
    for code, number in zip(sectors, array.tolist(), strict=True):
        if not least <= number < below or (above_least and number == least):
            low = _("above {least:g}", least=least) if above_least else _("at least {least:g}", least=least)
            high = "" if below == np.inf else _(" and below {below:g}", below=below)
            raise WorldError(_("{name}[{code}] = {number}; it must be a finite number {low}{high}.", name=name,
                               code=code, number=number, low=low, high=high))
    return array


def check_names(names: Sequence[str], kind: str) -> tuple[str, ...]:
    """Distinct, non-empty names that no selector could misread, as a tuple; else `WorldError`."""
    checked = tuple(str(name) for name in names)
    if not checked:
        raise WorldError(_("A world needs at least one {kind}.", kind=kind))
    for position, name in enumerate(checked):
        if not name.strip() or name != name.strip() or name.startswith("-") or "@" in name or name in RESERVED:
            raise WorldError(_(
                "{name!r} cannot be the name of a {kind}: it must not be empty, padded with spaces, \"all\" or "
                "\"others\", begin with a minus sign or contain an at sign, which selectors read otherwise.",
                name=name, kind=kind))
        if name in checked[:position]:
            raise WorldError(_("The {kind} {name!r} is listed twice; names must be distinct.", kind=kind, name=name))
    return checked


def check_country_codes(codes: Sequence[str], regions: Iterable[str] = ()) -> None:
    """`UnknownName` for a code of three letters or more that is neither ISO 3166 alpha-3, a group, nor a region.

    A region of the world's own is either listed in `regions`, or has a name that no country code could be taken for:
    one or two characters, or with a digit, such as "A", "C01" or "EU27".
    """
    known = {*country_names(), *group_names(), *regions}
    for code in codes:
        if code not in known and len(code) > 2 and not any(character.isdigit() for character in code):
            raise unknown_country(code)


def cell_name(table: str, labels: Sequence[Sequence[str]], index: Sequence[int]) -> str:
    """``trade[RUS, oil, CHN]``: one cell of a table, as messages write it."""
    return f"{table}[{', '.join(axis[int(i)] for axis, i in zip(labels, index, strict=True))}]"
