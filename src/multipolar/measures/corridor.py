"""Corridors: pipelines and terminals that were full in the base year, and what is earned on them."""

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator, model_validator

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.measure import Cells, Lowered, Measure, Spec
from multipolar.measures.rents import kept, owner_index, read_owners
from multipolar.measures.selection import Flows, Selector, select_flows
from multipolar.measures.values import Countries, Sectors, Unit, read_number, read_rate
from multipolar.world.energy import Energy, in_own_unit, read_quantity
from multipolar.world.tables import FloatArray, Tables, quotient

if TYPE_CHECKING:
    from multipolar.world.world import World

AMOUNT = Unit("rate or quantity", "fraction of the base year's flow; 38 bcm, 50 Mt a year on worlds with quantities")


class Corridor(Measure):
    """A pipeline or terminal that binds already: the base year's flow is its bound, until an opening adds to it."""

    example: ClassVar[str] = ("kind: corridor\nexporter: RUS\nimporter: CHN\nsector: gas\nmarkup: 1.45\n"
                              "rent: importer\nadds: 50 bcm\nopens: 2031\n")

    kind: Literal["corridor"] = "corridor"
    exporter: Annotated[Countries, Field(description="Where the goods come from.")]
    importer: Annotated[Countries, Field(description="Where the goods arrive.")]
    sector: Annotated[Sectors, Field(description="The good.")]
    markup: Annotated[float, Unit("number", "delivered price over the best other use, 1 or more"), Field(
        description="The base year's price gap; at 1 the corridor does not bind, and bounds nothing.")]
    rent: Annotated[dict[str, float], Unit("shares", "owner: fraction"), Field(
        description="Who earns the gap: exporter, importer or country codes; the shares add up to 1.")] = Field(
        default_factory=lambda: {"exporter": 1.0})
    adds: Annotated[float | str | None, AMOUNT, Field(description="What its opening adds to the flow.")] = None
    capacity: Annotated[float | str | None, AMOUNT, Field(
        description="In the place of `adds`: the whole that it carries after its opening.")] = None
    opens: Annotated[int | None, Unit("year", "calendar year"), Field(description="When the addition opens.")] = None
    year: Annotated[int | None, Unit("year", "calendar year"), Field(
        description="The year that is looked at; an addition that opens later does not count.")] = None

    @field_validator("markup", mode="before")
    @classmethod
    def _gap(cls, value: Any) -> float:
        markup = read_number(value, "markup", "1.45")
        if not 1.0 <= markup <= 100.0:
            raise ScenarioError(_("markup is {value}; the delivered price is once to 100 times what the best other use "
                                  "pays.", value=value))
        return markup

    @field_validator("rent", mode="before")
    @classmethod
    def _shares(cls, value: Any) -> dict[str, float]:
        return read_owners(value)

    @field_validator("adds", "capacity", mode="before")
    @classmethod
    def _amount(cls, value: Any) -> float | str | None:
        if value is None:
            return None
        amount = read_quantity(value) if isinstance(value, str) else None
        number = read_rate(value, "an amount") if amount is None else amount[0]
        if number < 0.0:
            raise ScenarioError(_("{value} is less than nothing; a corridor carries what it carried, or more.",
                                  value=value))
        return number if amount is None else str(value).strip()

    @model_validator(mode="after")
    def _one_amount(self) -> "Corridor":
        if self.adds is not None and self.capacity is not None:
            raise ScenarioError(_("a corridor has either what it adds or its capacity, not both."))
        return self

    def reshape(self, world: "World") -> "World":
        """The world whose base year carries the mark-up; accounts restated as section 3 of the theory says.

        Raises:
            ScenarioError: the flow has a mark-up already, or the rent is more than the value added that earns it.
        """
        if self.markup == 1.0:
            return world
        return _marked_up(world, self.exporter, self.importer, self.sector, self.markup, tuple(self.rent.items()))

    def marked_up(self, world: "World") -> "World":
        """The same, computed whatever was computed before."""
        cells = self._flows(world).cells
        tables = world.tables
        old = tables.base_rents
        if old is not None and np.isin(cells.flat(_shape(world)), Cells(*old.at).flat(_shape(world))).any():
            raise ScenarioError(_("{measure}: another corridor has that flow; leave one out.", measure=self.label))
        rows = np.concatenate([np.stack([
            cells.exporter, cells.sector, cells.importer, np.full(len(cells), self.markup),
            owner_index(world, cells, owner), np.full(len(cells), share)], axis=1)
            for owner, share in self.rent.items() if share > 0])
        changed = restated(tables, rows.astype(np.float64))
        lowest = np.argwhere(changed.value_added < -1e-9 * changed.output)
        if len(lowest):
            country, sector = lowest[0]
            raise ScenarioError(_(
                "{measure}: with this rent the value added of {sector} in {country} would fall from {before:,.0f} to "
                "{after:,.0f} million USD, below zero. Lower the mark-up, or give the rent to another owner.",
                measure=self.label, sector=world.sectors[sector], country=world.countries[country],
                before=float(tables.value_added[country, sector]), after=float(changed.value_added[country, sector])))
        return replace(world, tables=changed)

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """One bound on the sum of the flows, as data for the block that is solved together with prices."""
        flows = self._flows(world, coarse=coarse)
        cells, limit = flows.cells, self._limit(world, flows.cells)
        if self.markup == 1.0:
            note = _("{measure}: no price gap in the base year, so it is not taken to bind, and what it adds changes "
                     "nothing.", measure=self.label)
            return Lowered(self.label, dropped=flows.dropped, notes=(*flows.notes, note))
        data = {"exporter": cells.exporter, "sector": cells.sector, "importer": cells.importer,
                "bound": np.zeros(len(cells), dtype=np.int64), "limit": np.array([limit]),
                "lowest": np.array([-np.log(self.markup)])}
        return Lowered(self.label, specs=(Spec("quota", data),), dropped=flows.dropped,
                       notes=(*flows.notes, *self._notes(world, cells)))

    def _flows(self, world: "World", *, coarse: bool = True) -> Flows:
        """The flows that it carries; `ScenarioError` where nothing was traded."""
        flows = select_flows(world, self.exporter, self.sector, self.importer, coarse=coarse)
        traded = world.tables.trade[flows.cells.exporter, flows.cells.sector, flows.cells.importer] > 0
        if not traded.any():
            raise ScenarioError(_("{measure}: nothing is traded there in the base year, so there is no flow to bound. "
                                  "To open a flow, use a lift.", measure=self.label))
        return replace(flows, cells=kept(flows.cells, traded))

    def _limit(self, world: "World", cells: Cells) -> float:
        """The bound over the base year's flow.

        Raises:
            ScenarioError: the capacity is below the base year's flow.
            InputError, WorldError: a unit that does not measure the good, or a world without quantities.
        """
        waits = self.opens is not None and self.year is not None and self.opens > self.year
        limit = 1.0 + self._fraction(world, cells, self.adds)
        if self.capacity is not None:
            limit = self._fraction(world, cells, self.capacity)
            if limit < 1.0:
                raise ScenarioError(_("{measure}: a capacity of {capacity} is {part:.1%} of what was carried in the "
                                      "base year; a corridor carries at least that. For less, use a quota.",
                                      measure=self.label, capacity=self.capacity, part=limit))
        return 1.0 if waits else limit

    def _fraction(self, world: "World", cells: Cells, amount: float | str | None) -> float:
        if not isinstance(amount, str):
            return amount or 0.0
        number, unit = read_quantity(amount) or (0.0, "")
        shipped, good = world.part(Energy).shipped(cells.exporter, cells.sector, cells.importer, world)
        return in_own_unit(number, unit, good) / shipped

    def _notes(self, world: "World", cells: Cells) -> tuple[str, ...]:
        """What is bounded, and what the restated accounts changed."""
        notes = [_("The bound is on all {sector} from {exporter} to {importer}, by pipeline and by ship, and all of "
                   "the exporter's {sector} is treated as one field.", sector=world.sectors[cells.sector[0]],
                   exporter=", ".join(dict.fromkeys(world.countries[at] for at in cells.exporter)),
                   importer=", ".join(dict.fromkeys(world.countries[at] for at in cells.importer)))]
        added = _added_to_final(world.tables)
        if added.any():
            notes.append(_("The importers' share of the rents of corridors is on top of recorded trade: it raises base-"
                           "year final spending and GDP by {amounts}.", amounts=", ".join(
                               _("{amount:,.0f} million USD in {country}", amount=float(value), country=code)
                               for code, value in zip(world.countries, added, strict=True) if value > 0.5)))
        return tuple(notes)


@lru_cache(maxsize=16)
def _marked_up(world: "World", exporter: Selector, importer: Selector, sector: Selector, markup: float,
               rent: tuple[tuple[str, float], ...]) -> "World":
    """The restated world, kept: a scenario asks for it more than once, and other openings share it."""
    return Corridor(exporter=exporter, importer=importer, sector=sector, markup=markup,
                    rent=dict(rent)).marked_up(world)


def restated(tables: Tables, rows: FloatArray) -> Tables:
    """The accounts with further mark-ups: rows of exporter, sector, importer, mark-up, owner, share.

    What importers hold is on top of recorded trade: purchases of the good rise with the expenditure on it. Under by-use
    records each user's own purchases on the corridor do.
    """
    both = rows if tables.rents is None else np.concatenate([tables.rents, rows])
    changed = replace(tables, rents=both)
    if tables.to_users is not None and tables.to_final is not None:
        extra = (1 + tables.tariffs) * (changed.landed_over_recorded - tables.landed_over_recorded)
        return replace(changed, inputs=tables.inputs + (extra[..., None] * tables.to_users).sum(axis=0),
                       final=tables.final + (extra * tables.to_final).sum(axis=0))
    before, after = tables.expenditure, changed.expenditure
    growth = np.divide(after, before, out=np.ones_like(before), where=before > 0)
    return replace(changed, inputs=tables.inputs * growth[:, :, None], final=tables.final * growth)


def _added_to_final(tables: Tables) -> FloatArray:
    """How much of final spending (country,) is rent on top of recorded trade."""
    on_top = ((1 + tables.tariffs) * (tables.landed - tables.trade)).sum(axis=0)
    added: FloatArray = (tables.final * quotient(on_top, tables.expenditure)).sum(axis=0)
    return added


def _shape(world: "World") -> tuple[int, int]:
    return len(world.countries), len(world.sectors)
