"""From published tables to a base year: the arrays given, aligned, checked cell by cell, and reduced."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import UnknownName, WorldError
from multipolar.world.clean import clean_flows
from multipolar.world.identities import refuse_bad_flows, refuse_bad_tariffs
from multipolar.world.labels import (
    aligned,
    cell_name,
    check_country_codes,
    check_names,
    is_labelled,
    labels_of,
    sector_values,
)
from multipolar.world.names import country_names
from multipolar.world.tables import FloatArray, Parameters, Tables

FLOW_AXES = ("exporter", "sector", "importer")
REGIONS = frozenset({"ROW", "REU"})
"""Codes of the country list that stand for several countries."""


@dataclass(frozen=True, eq=False)
class Made:
    """What the two constructors hand to `World`."""

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    tables: Tables
    parameters: Parameters
    changes: tuple[str, ...] = ()


def from_flows(intermediate: Any, final: Any, *, countries: Sequence[str] | None, sectors: Sequence[str] | None,
               uses: Sequence[str] | None, tariffs: Any, trade_elasticity: Any, clean: bool,
               regions: Iterable[str]) -> Made:
    """`World.from_flows` before it is a world: the four-dimensional table reduced to trade, inputs and final."""
    countries, sectors = _names(intermediate, countries, sectors, regions)
    labels: dict[str, Sequence[str]] = {"country": countries, "sector": sectors}
    flows = aligned(intermediate, (*FLOW_AXES, "user"), labels, "intermediate")
    by_use, uses = _final_by_use(final, labels, uses)
    rates = _tariffs(tariffs, labels)
    refuse_bad_flows(flows, "intermediate", (countries, sectors, countries, sectors))
    if clean:
        _refuse_not_finite(by_use, (countries, sectors, countries, uses))
        flows, by_use, changes = clean_flows(flows, by_use, rates, countries, sectors, uses)
    else:
        refuse_bad_flows(by_use, "final", (countries, sectors, countries, uses),
                         hint=_(" (clean=True treats inventory changes)"))
        changes = ()
    final_flows = by_use.sum(axis=3)
    gross = 1.0 + rates
    tables = Tables(trade=flows.sum(axis=3) + final_flows,
                    inputs=np.einsum("isnk,isn->snk", flows, gross) if rates.any() else flows.sum(axis=0),
                    final=(gross * final_flows).sum(axis=0), tariffs=rates, to_users=flows, to_final=final_flows)
    return Made(countries, sectors, tables, _parameters(trade_elasticity, sectors), changes)


def from_tables(trade: Any, inputs: Any, final: Any, *, countries: Sequence[str] | None,
                sectors: Sequence[str] | None, tariffs: Any, trade_elasticity: Any, regions: Iterable[str]) -> Made:
    """`World.from_tables` before it is a world."""
    countries, sectors = _names(trade, countries, sectors, regions)
    labels: dict[str, Sequence[str]] = {"country": countries, "sector": sectors}
    tables = Tables(trade=aligned(trade, FLOW_AXES, labels, "trade"),
                    inputs=aligned(inputs, ("sector", "importer", "user"), labels, "inputs"),
                    final=aligned(final, ("sector", "importer"), labels, "final"), tariffs=_tariffs(tariffs, labels))
    return Made(countries, sectors, tables, _parameters(trade_elasticity, sectors))


def updated(parameters: Parameters, sectors: Sequence[str], values: Mapping[str, Any]) -> Parameters:
    """`parameters` with some of them replaced, each checked."""
    known = {entry.name for entry in fields(Parameters)}
    new: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise UnknownName(name, _("parameter"), known)
        if name == "trade_elasticity":
            new[name] = sector_values(value, sectors, name, least=0.0, above_least=True)
        elif name in ("resource_share", "capital_share"):
            new[name] = sector_values(value, sectors, name, least=0.0, below=1.0)
        elif name == "supply_elasticity":
            new[name] = sector_values(value, sectors, name, least=0.0)
        else:
            new[name] = _elasticity(value, name)
    return replace(parameters, **new)


def _elasticity(value: Any, name: str) -> float:
    if not isinstance(value, int | float | np.integer | np.floating) or not 0 <= float(value) < np.inf:
        raise WorldError(_("{name} = {value!r}; it must be one finite number, zero or more.", name=name, value=value))
    return float(value)


def _parameters(trade_elasticity: Any, sectors: Sequence[str]) -> Parameters:
    return Parameters(sector_values(trade_elasticity, sectors, "trade_elasticity", least=0.0, above_least=True))


def _names(table: Any, countries: Sequence[str] | None, sectors: Sequence[str] | None,
           regions: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    countries = labels_of(table, "exporter") if countries is None else countries
    sectors = labels_of(table, "sector") if sectors is None else sectors
    if countries is None or sectors is None:
        raise WorldError(_("Give `countries` and `sectors`: the table carries no labels for its axes."))
    checked = check_names(countries, _("country"))
    check_country_codes(checked, regions)
    return checked, check_names(sectors, _("sector"))


def _final_by_use(final: Any, labels: dict[str, Sequence[str]],
                  uses: Sequence[str] | None) -> tuple[FloatArray, tuple[str, ...]]:
    """Final flows (exporter, sector, importer, use) and the names of the last axis."""
    if np.ndim(final) != 4:
        if uses is not None:
            raise WorldError(_("`uses` names a fourth axis, and final has {number}.", number=np.ndim(final)))
        return aligned(final, FLOW_AXES, labels, "final")[..., None], ("final",)
    if uses is None:
        uses = labels_of(final, "use") or [str(number) for number in range(1, _last_length(final) + 1)]
    labels["use"] = check_names(uses, _("use"))
    return aligned(final, (*FLOW_AXES, "use"), labels, "final"), tuple(labels["use"])


def _last_length(final: Any) -> int:
    return int(final.sizes["use"] if is_labelled(final) and "use" in final.dims else np.shape(final)[-1])


def _tariffs(tariffs: Any, labels: Mapping[str, Sequence[str]]) -> FloatArray:
    """Rates (exporter, sector, importer); a single country levies none on its own sales, a region may on its members'.

    A rate on the diagonal is the commonest sign of a table whose axes were exchanged.
    """
    countries, sectors = labels["country"], labels["sector"]
    if tariffs is None:
        return np.zeros((len(countries), len(sectors), len(countries)))
    rates = aligned(tariffs, FLOW_AXES, labels, "tariffs")
    refuse_bad_tariffs(rates, countries, sectors)
    for number, code in enumerate(countries):
        home = rates[number, :, number]
        if code in country_names() and code not in REGIONS and home.any():
            sector = int(np.flatnonzero(home)[0])
            raise WorldError(_("{cell} = {value}; a country levies no tariff on its own sales, which must be zero.",
                               cell=cell_name("tariffs", (countries, sectors, countries), (number, sector, number)),
                               value=float(home[sector])))
    return rates


def _refuse_not_finite(by_use: FloatArray, labels: Sequence[Sequence[str]]) -> None:
    if not np.isfinite(by_use).all():
        refuse_bad_flows(np.abs(by_use), "final", labels)
