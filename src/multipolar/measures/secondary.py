"""Secondary sanctions: a third country's banks, or suppliers, lose the coalition's business if they serve the target.

Those with business in the coalition weigh what they would lose there against what they earn with the target, equation
(13) of the theory page; those that comply no longer serve the target, equation (14).
"""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.measure import Cells, Layer, Lowered, Measure, RailChange
from multipolar.measures.rails import named_rails
from multipolar.measures.selection import select_ends, select_goods, select_members
from multipolar.measures.values import (
    Countries,
    DispersionByCountry,
    Fraction,
    FractionByCountry,
    OptionalRate,
    Rails,
    Sectors,
    Unit,
)
from multipolar.world.behaviour import behaviour
from multipolar.world.names import CountrySelection
from multipolar.world.settlement import Settlement, abroad
from multipolar.world.tables import FloatArray, IntArray, quotient

if TYPE_CHECKING:
    from multipolar.world.world import World

Answer = Literal["choose", "comply", "defy"]


class SecondarySanctions(Measure):
    """A coalition threatens a third country's banks, or suppliers of named goods, that serve a target."""

    example: ClassVar[str] = ("kind: secondary_sanctions\ncoalition: COALITION\ncountry: CHN\ntarget: RUS\n"
                              "credibility: 60%\n")

    kind: Literal["secondary_sanctions"] = "secondary_sanctions"
    coalition: Annotated[Countries, Field(description="Who threatens.")]
    country: Annotated[Countries, Field(description="Whose banks or suppliers; the coalition and the target are not.")]
    target: Annotated[Countries, Field(description="Whom they are to stop serving.")]
    credibility: Annotated[Fraction, Field(description="How likely they hold it that the threat is carried out.")]
    exposed: Annotated[FractionByCountry, Field(
        description="The part of them with business in the coalition: one number, or one for each country.")] = Field(
        default_factory=lambda: behaviour("exposed_share").value)
    dispersion: Annotated[DispersionByCountry, Field(
        description="How differently they weigh the loss; near 0 all decide alike. Likewise.")] = Field(
        default_factory=lambda: behaviour("compliance_dispersion").value)
    on: Annotated[Literal["banks", "suppliers"], Unit("text", "banks or suppliers"), Field(
        description="Banks that carry payments both ways, or suppliers of the goods named.")] = "banks"
    sector: Annotated[Sectors, Field(description="The goods whose suppliers are meant; banks serve all.")] = "all"
    compliance_cost: Annotated[OptionalRate, Field(
        description="What serving the target costs those who comply; left out, they refuse.")] = None
    answer: Annotated[Answer, Unit("text", "choose, comply or defy"), Field(
        description="choose: each weighs its loss; comply: all exposed do; defy: none does.")] = "choose"
    carried_out: Annotated[bool, Unit("true or false", ""), Field(
        description="Whether those exposed who do not comply then lose the coalition's business.")] = False
    rail: Annotated[Rails, Field(description="The rails that banks which are cut off lose.")] = "all"

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """Rails of pairs weighed down by banks that refuse, or trade costs where suppliers do."""
        coalition, target = select_ends(world, self.coalition, self.target)
        third = self._third(world, coalition, target)
        dropped = tuple(dict.fromkeys(coalition.dropped + target.dropped + third.dropped))
        inside = np.setdiff1d(coalition.indices, target.indices)
        lowered = (self._banks(world, inside, target.indices, third.indices) if self.on == "banks" else
                   self._suppliers(world, inside, target.indices, third.indices, coarse))
        return Lowered(self.label, rails=lowered.rails, layers=lowered.layers, closed=lowered.closed, dropped=dropped,
                       notes=lowered.notes)

    def _third(self, world: "World", coalition: CountrySelection, target: CountrySelection) -> CountrySelection:
        """The countries between, without the coalition and the target."""
        chosen = select_members(world, self.country)
        apart = [at for at, code in enumerate(chosen.codes) if code not in (*coalition.codes, *target.codes)]
        if not apart:
            raise ScenarioError(_("{measure}: every country named is a member of the coalition or the target; name a "
                                  "third country.", measure=self.label))
        return CountrySelection(chosen.indices[apart], tuple(chosen.codes[at] for at in apart), chosen.dropped)

    def complying(self, with_coalition: FloatArray, with_target: FloatArray, exposed: FloatArray,
                  dispersion: FloatArray) -> FloatArray:
        """y of equation (13): the part of all banks or suppliers that complies, from trade with either, million USD.

        Arrays (third, ..., target); exposed and dispersion (third,).
        """
        each = len(exposed), *[1] * (with_target.ndim - 1)
        exposed, dispersion = exposed.reshape(each), dispersion.reshape(each)
        if self.answer != "choose":
            return np.broadcast_to(exposed if self.answer == "comply" else 0.0, with_target.shape)
        threat = self.credibility * with_coalition
        weigh = (threat > 0) | (with_target > 0)
        ratio = np.divide(with_target, threat, out=np.full(threat.shape, np.inf), where=threat > 0)
        return np.where(weigh, exposed / (1 + ratio ** (1 / dispersion)), 0.0)

    def _by_country(self, world: "World", third: IntArray) -> tuple[FloatArray, FloatArray]:
        """exposed and dispersion (third,).

        Raises:
            UnknownName: a number is given for what is no country of the world.
            ScenarioError: one of the third countries has no number.
        """
        return self._numbers(world, third, "exposed"), self._numbers(world, third, "dispersion")

    def _numbers(self, world: "World", third: IntArray, field: str) -> FloatArray:
        given: float | dict[str, float] = getattr(self, field)
        if not isinstance(given, dict):
            return np.full(len(third), given)
        by_place = {world.country_index(code): number for code, number in given.items()}
        missing = [world.countries[place] for place in third if place not in by_place]
        if missing:
            raise ScenarioError(_("{measure}: {field} has no number for {countries}; give one for each third country, "
                                  "or one number for all.", measure=self.label, field=field,
                                  countries=", ".join(missing)))
        return np.array([by_place[place] for place in third])

    def _log_weight(self, part: FloatArray, elasticity: FloatArray | float) -> FloatArray:
        """ln(1 - y + y exp(-eta delta)): what is left of what carries a flow when a part y complies."""
        left = 0.0 if self.compliance_cost is None else np.exp(-elasticity * np.log1p(self.compliance_cost))
        with np.errstate(divide="ignore"):
            return np.asarray(np.log1p(-part * (1 - left)), dtype=np.float64)

    def _banks(self, world: "World", coalition: IntArray, target: IntArray, third: IntArray) -> Lowered:
        """Compliers refuse payments of the pairs with the target, over every rail; defiers lose the coalition's."""
        trade = abroad(world.tables.trade_by_pair)
        both = trade + trade.T
        lost, earned = both[np.ix_(third, coalition)].sum(axis=1), both[np.ix_(third, target)]
        exposed, dispersion = self._by_country(world, third)
        part = self.complying(np.broadcast_to(lost[:, None], earned.shape), earned, exposed, dispersion)
        every, eta = named_rails(world, "all"), world.part(Settlement).eta
        changes = [_both_ways(third, target, self._log_weight(part, eta), every)]
        if self.carried_out:
            # A bank that serves several targets complies with the threat as a whole where it gives up the largest.
            defying = exposed - part.max(axis=1)
            with np.errstate(divide="ignore"):
                gone = np.broadcast_to(np.log1p(-defying)[:, None], (len(third), len(coalition)))
            changes.append(_both_ways(third, coalition, np.array(gone), named_rails(world, self.rail)))
        return Lowered(self.label, rails=tuple(change for pair in changes for change in pair),
                       notes=self._notes(world, third, target, part))

    def _suppliers(self, world: "World", coalition: IntArray, target: IntArray, third: IntArray,
                   coarse: bool) -> Lowered:
        """Compliers sell the goods no more to the target, which replaces them at the goods' trade elasticity."""
        goods = select_goods(world, self.sector, coarse=coarse)
        trade, theta = world.tables.trade, world.parameters.trade_elasticity
        lost = trade[np.ix_(third, goods.indices, coalition)].sum(axis=2)
        earned = trade[np.ix_(third, goods.indices, target)]
        exposed, dispersion = self._by_country(world, third)
        part = self.complying(np.broadcast_to(lost[..., None], earned.shape), earned, exposed, dispersion)
        log_left = self._log_weight(part, theta[goods.indices][None, :, None])
        flows = [(Cells.product(third, goods.indices, target), log_left.reshape(-1))]
        if self.carried_out:
            with np.errstate(divide="ignore"):
                gone = np.log1p(-(exposed[:, None] - part.max(axis=2)))
            flows.append((Cells.product(third, goods.indices, coalition),
                          np.repeat(gone.reshape(-1), len(coalition))))
        layers, closed = [], []
        for cells, logs in flows:
            open_still = np.isfinite(logs)
            left = _some(cells, open_still)
            layers.append(Layer("iceberg", "compound", left, np.expm1(-logs[open_still] / theta[left.sector])))
            closed.append(_some(cells, ~open_still))
        together = Cells(*(np.concatenate([getattr(one, axis) for one in closed])
                           for axis in ("exporter", "sector", "importer")))
        by_country = quotient((part * earned).sum(axis=1), earned.sum(axis=1))
        return Lowered(self.label, layers=tuple(layers), closed=together,
                       notes=(*goods.coarse, *self._notes(world, third, target, by_country)))

    def _notes(self, world: "World", third: IntArray, target: IntArray, part: FloatArray) -> tuple[str, ...]:
        """Who complies by how much, from parts (third, target)."""
        return tuple(_("{part:.1%} of the {who} of {country} stop serving {target}.", part=float(part[at, to]),
                       who=self.on, country=world.countries[one], target=world.countries[other])
                     for at, one in enumerate(third) for to, other in enumerate(target))


def _both_ways(third: IntArray, others: IntArray, log_weight: FloatArray, rail: IntArray) -> list[RailChange]:
    """The weights (third, other) on payments in both directions."""
    one, other = np.repeat(third, len(others)), np.tile(others, len(third))
    amount = log_weight.reshape(-1)
    return [RailChange("weigh", one, other, rail, amount), RailChange("weigh", other, one, rail, amount)]


def _some(cells: Cells, keep: FloatArray) -> Cells:
    return Cells(cells.exporter[keep], cells.sector[keep], cells.importer[keep])
