"""Technology controls: a coalition's goods that targets may not have, the ways round, and supply that is a policy."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator, model_validator

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.frozen import Frozen
from multipolar.measures.measure import Cells, Layer, Lowered, Measure, Spec
from multipolar.measures.routes import Ways
from multipolar.measures.selection import Flows, select_flows, select_members
from multipolar.measures.values import Countries, Unit, read_rate
from multipolar.world.behaviour import behaviour
from multipolar.world.tables import FloatArray
from multipolar.world.technology import CONTROLLED, Controlled, parts_of

if TYPE_CHECKING:
    from multipolar.world.world import World

KNOWN = "known"
"""Stands for the hubs of the world's own data."""
SAME = 1e-9


def _fraction(value: Any, field: str) -> float:
    number = read_rate(value, field)
    if not 0.0 <= number <= 1.0:
        raise ScenarioError(_("{field} is {value}; it lies between 0 and 1 (100 %).", field=field, value=value))
    return number


class Hub(Frozen):
    """One hub: what it adds to the price, what is found and stopped there, and who frightens it."""

    share: Annotated[float | None, Field(description="Base-year part of the flow that goes through the hub.")] = None
    premium: Annotated[float | None, Field(description="What the hub adds to the price under the control.")] = None
    detection: Annotated[float, Field(description="Part of the goods in transit that is found.")] = 1.0
    enforcement: Annotated[float, Field(description="Part of what is found that is stopped; 1 closes the hub.")] = 0.0
    secondary: Annotated[float, Field(description="Credibility of secondary sanctions on its firms.")] = 0.0

    @field_validator("share", "detection", "enforcement", "secondary", mode="before")
    @classmethod
    def _share(cls, value: Any, info: Any) -> float | None:
        return None if value is None else _fraction(value, info.field_name)

    @field_validator("premium", mode="before")
    @classmethod
    def _above_zero(cls, value: Any) -> float | None:
        if value is None:
            return None
        premium = read_rate(value, "premium")
        if premium < 0.0:
            raise ScenarioError(_("premium is {value}; what a hub adds to the price is zero or more.", value=value))
        return premium


class TechnologyControl(Measure):
    """A coalition denies targets controlled goods; hubs may pass them on. A country's own supply has the same form.

    `supply` 0 is a ban, below 1 an upper bound on quantities, above 1 so much more at given prices. With hubs the ban
    is evaded, equation (15); what is caught on the direct way is `enforcement`.
    """

    example: ClassVar[str] = ("kind: technology_control\ncoalition: [SANCTIONING, KOR]\ntargets: RUS\n"
                              "tiers: [tier-1, tier-2]\nhubs: {TUR: {}, KAZ: {premium: 50%, enforcement: 40%}}\n")
    divides: ClassVar[bool] = True

    kind: Literal["technology_control"] = "technology_control"
    coalition: Annotated[Countries, Field(description="Whose goods are controlled.")]
    targets: Annotated[Countries, Field(description="Who may not have them.")]
    tiers: Annotated[tuple[str, ...] | None, Unit("names", "tiers of the world's list"), Field(
        description="Which controlled goods; all unless given.")] = None
    share: Annotated[float | dict[str, float] | None, Unit("share", "one number, or sector: number"), Field(
        description="Controlled part of each flow, in place of the world's own figures.")] = None
    supply: Annotated[float, Unit("factor", "of the base year's quantity; 0 is a ban"), Field(
        description="What the coalition still sells.")] = 0.0
    enforcement: Annotated[float, Unit("share", "fraction"), Field(
        description="Part of direct shipments that is stopped under a ban; 1 is a ban without holes.")] = 1.0
    hubs: Annotated[str | dict[str, Hub], Unit("hubs", "country: settings; or known"), Field(
        description="Through whom the goods may go round; `known` takes all the world's own.")] = Field(
        default_factory=dict)

    @field_validator("tiers", mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("share", mode="before")
    @classmethod
    def _shares(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {str(name): _fraction(part, "share") for name, part in value.items()}
        return None if value is None else _fraction(value, "share")

    @field_validator("enforcement", mode="before")
    @classmethod
    def _part(cls, value: Any) -> float:
        return _fraction(value, "enforcement")

    @field_validator("supply", mode="before")
    @classmethod
    def _factor(cls, value: Any) -> float:
        factor = read_rate(value, "supply")
        if factor < 0.0:
            raise ScenarioError(_("supply is {value}; it is 0 (a ban) or more, 1 being the base year's.", value=value))
        return factor

    @field_validator("hubs", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        if value is None:
            return {}
        if isinstance(value, list | tuple):
            return {str(name): {} for name in value}
        if isinstance(value, str) and value != KNOWN:
            return {value: {}}
        return value

    @model_validator(mode="after")
    def _evaded(self) -> "TechnologyControl":
        if self.supply > 0 and (self.hubs or self.enforcement < 1):
            raise ScenarioError(_("hubs and enforcement are of a ban; with supply {supply:g} leave them out.",
                                  supply=self.supply))
        return self

    def reshape(self, world: "World") -> "World":
        """The sectors with controlled goods divided into them and the rest, once for all controls of a scenario.

        Raises:
            ScenarioError: another control has divided a sector differently.
        """
        done = parts_of(world.sectors)
        for code, share in self._by_sector(world).items():
            if code not in done:
                world = world.split_sector(code, share)
                continue
            kept, rest = (world.tables.trade[:, at] for at in done[code])
            flows = kept + rest > 0
            if np.abs(kept - share * (kept + rest))[flows].max(initial=0.0) > SAME * (kept + rest).max():
                raise ScenarioError(_("{measure}: another control of this scenario divides {sector} differently. Give "
                                      "all of them the same tiers and shares.", measure=self.label, sector=code))
        return world

    def _by_sector(self, world: "World") -> dict[str, FloatArray]:
        """Controlled part (exporter, importer) of every sector that has some, by the code of the whole sector."""
        divided = parts_of(world.sectors)
        places = {code: at for at, code in enumerate(world.sectors) if not code.endswith((CONTROLLED, ".other"))}
        places |= {code: at for code, (at, _rest) in divided.items()}
        countries = len(world.countries)
        if isinstance(self.share, dict):
            for code in self.share:
                if code not in places:
                    world.sector_index(code)
            return {code: np.full((countries, countries), part) for code, part in self.share.items() if part > 0}
        known = world.part(Controlled)
        shares = known.of_tiers(self.tiers)
        if self.share is not None:
            shares = np.where(shares > 0, self.share, 0.0)
        return {code: shares[:, at] for code, at in places.items() if shares[:, at].any()}

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """A ban, a bound, cheaper trade, or a ban with the ways round it."""
        divided = parts_of(world.sectors)
        goods = tuple(world.sectors[divided[code][0]] for code in self._by_sector(world) if code in divided)
        if not goods:
            raise ScenarioError(_("{measure}: no sector has controlled goods of these tiers.", measure=self.label))
        flows = select_flows(world, self.coalition, goods, self.targets, coarse=coarse)
        traded = world.tables.trade[flows.cells.exporter, flows.cells.sector, flows.cells.importer] > 0
        cells = Cells(*(getattr(flows.cells, axis)[traded] for axis in ("exporter", "sector", "importer")))
        if self.supply > 0:
            return self._supplied(world, cells, flows)
        hubs = self.hubs_in(world)
        if not hubs and self.enforcement == 1:
            return Lowered(self.label, closed=cells, dropped=flows.dropped, notes=flows.notes)
        return Lowered(self.label, ways=(self._ways(world, cells, hubs),), dropped=flows.dropped, notes=flows.notes)

    def _supplied(self, world: "World", cells: Cells, flows: Flows) -> Lowered:
        """A bound whose rent the sellers earn, or a cost cut that lets flows grow by the factor at given prices."""
        if self.supply >= 1:
            theta = world.parameters.trade_elasticity[cells.sector]
            layer = Layer("iceberg", "compound", cells, self.supply ** (-1 / theta) - 1)
            return Lowered(self.label, layers=(layer,), dropped=flows.dropped, notes=flows.notes)
        members = np.arange(len(cells))
        data = {"exporter": cells.exporter, "sector": cells.sector, "importer": cells.importer, "bound": members,
                "limit": np.full(len(cells), self.supply), "rent_share": np.ones(len(cells)), "rent_member": members,
                "rent_recipient": cells.exporter}
        return Lowered(self.label, specs=(Spec("quota", data),), dropped=flows.dropped, notes=flows.notes)

    def hubs_in(self, world: "World") -> dict[int, Hub]:
        """Hubs by their position in the world, with their settings.

        Raises:
            UnknownName, NotInWorld: the world does not have one.
            ScenarioError: a hub is a member of the coalition or a target, or is named twice.
        """
        hubs = {self.hubs: Hub()} if isinstance(self.hubs, str) else self.hubs
        found: dict[int, Hub] = {}
        for name, hub in hubs.items():
            if name == KNOWN:
                continue
            for at in select_members(world, name).indices.tolist():
                if at in found:
                    raise ScenarioError(_("{measure}: the hub {hub} is named twice.", measure=self.label,
                                          hub=world.countries[at]))
                found[at] = hub
        for selector, role in ((self.targets, _("a target")), (self.coalition, _("a member of the coalition"))):
            own = [at for at in select_members(world, selector).indices.tolist() if at in found]
            if own:
                raise ScenarioError(_("{measure}: the hub {hub} is {role} itself; goods go round through somebody "
                                      "else.", measure=self.label, hub=world.countries[own[0]], role=role))
        if KNOWN in hubs:
            ends = {*select_members(world, self.coalition).codes, *select_members(world, self.targets).codes}
            known = np.flatnonzero(world.part(Controlled).route_share > 0)
            found = {int(at): hubs[KNOWN] for at in known if world.countries[at] not in ends} | found
        return found

    def _ways(self, world: "World", cells: Cells, hubs: Mapping[int, Hub]) -> Ways:
        premium = behaviour("hub_premium").value
        given = list(hubs.values())
        share = np.array([self._route_share(world, at) if hub.share is None else hub.share
                          for at, hub in hubs.items()])
        if share.sum() >= 1:
            raise ScenarioError(_("{measure}: the hubs' shares add up to {total:g}; part of the flow goes directly in "
                                  "the base year, so that they stay below 1.", measure=self.label,
                                  total=float(share.sum())))
        chi = behaviour("route_substitution").value
        passed = np.array([1 - hub.detection * hub.enforcement for hub in given])
        willing = np.array([1 - self._compliance(world, at, hub) for at, hub in hubs.items()])
        with np.errstate(divide="ignore"):
            hurdle = willing ** (-1 / chi) / passed
            direct = np.full(len(cells), np.divide(1.0, 1 - self.enforcement))
        return Ways(cells, direct, np.array(list(hubs), dtype=np.int64), share, np.full(len(given), premium),
                    np.array([premium if hub.premium is None else hub.premium for hub in given]), hurdle, chi)

    def _route_share(self, world: "World", at: int) -> float:
        known = float(world.part(Controlled).route_share[at]) if world.has_part(Controlled) else 0.0
        return known or behaviour("latent_route_share").value

    def _compliance(self, world: "World", at: int, hub: Hub) -> float:
        """y of equation (13): the part of a hub's firms that refuses; margins are alike, so that trade weighs."""
        if hub.secondary == 0:
            return 0.0
        pairs = world.tables.trade_by_pair
        with_coalition, with_targets = (
            sum(float(pairs[at, other] + pairs[other, at]) for other in select_members(world, end).indices.tolist())
            for end in (self.coalition, self.targets))
        power = 1 / behaviour("compliance_dispersion").value
        lost, gained = (hub.secondary * with_coalition) ** power, with_targets**power
        return behaviour("exposed_share").value * lost / (lost + gained) if lost > 0 else 0.0
