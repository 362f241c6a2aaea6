"""Several lowered measures made into one policy: the arrays the equilibrium needs, and every contradiction refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.logit import Settled, settled
from multipolar.measures.measure import Aid, Cells, Layer, Lowered, Payment, Reopening, Shape, Spec, flow_text, union
from multipolar.measures.routes import Routes, resolve
from multipolar.world.tables import FloatArray, IntArray

if TYPE_CHECKING:
    from multipolar.world.world import World


@dataclass(frozen=True, eq=False)
class Policy:
    """All measures of a scenario on one world; cells are in C order, each at most once, arrays read-only.

    tariff_rates      (K,): the new rate t' of every flow whose tariff changes
    iceberg_factors   (K,): the product of all iceberg factors d of a flow, never exactly 1
    closed            flows that stop
    latent_shares     (K,) of `lifted`: the share in the importer's spending each would have, were nothing else changed
    productivity      (exporter, sector): the factor A-hat
    transfers         (country,): net million USD received, summing to zero
    gifts             (sector, country): goods that governments buy at home to give away, million USD
    tax_rates         (layer,) of `tax_cells`: export taxes from the producer outwards, paid to `tax_recipients`; one
                      flow may have several
    payments, specs   in the order of the measures
    aid               what happens to gifts of arms of the base year, in the order of the measures
    routes            flows that go round through hubs; what that costs is in icebergs and taxes already
    settlement        what all measures on rails do together; None where there is none
    dropped           members of groups that the world lacks
    notes             remarks for the reader, such as a ban that closes nothing
    """

    tariff_cells: Cells
    tariff_rates: FloatArray
    iceberg_cells: Cells
    iceberg_factors: FloatArray
    closed: Cells
    lifted: Cells
    latent_shares: FloatArray
    productivity: FloatArray
    transfers: FloatArray
    gifts: FloatArray
    tax_cells: Cells
    tax_rates: FloatArray
    tax_recipients: IntArray
    payments: tuple[Payment, ...] = ()
    specs: tuple[Spec, ...] = ()
    routes: Routes = field(default_factory=Routes.none)
    aid: tuple[Aid, ...] = ()
    dropped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    settlement: Settled | None = None

    @cached_property
    def is_null(self) -> bool:
        """Whether nothing changes: no tariff, cost, ban, lift, payment, productivity or block."""
        return not (len(self.tariff_cells) or len(self.iceberg_cells) or len(self.closed) or len(self.lifted)
                    or len(self.tax_cells) or self.payments or self.specs or self.aid
                    or bool((self.productivity != 1.0).any()))

    def arrays(self) -> Iterator[tuple[str, NDArray[np.float64] | IntArray]]:
        """Name and array of everything that decides the answer, in a fixed order: what a hash is taken over."""
        shape: Shape = (self.productivity.shape[0], self.productivity.shape[1])
        yield "tariff_cells", self.tariff_cells.flat(shape)
        yield "tariff_rates", self.tariff_rates
        yield "iceberg_cells", self.iceberg_cells.flat(shape)
        yield "iceberg_factors", self.iceberg_factors
        yield "closed", self.closed.flat(shape)
        yield "lifted", self.lifted.flat(shape)
        yield "latent_shares", self.latent_shares
        yield "productivity", self.productivity
        yield "transfers", self.transfers
        yield "gifts", self.gifts
        yield "tax_cells", self.tax_cells.flat(shape)
        yield "tax_rates", self.tax_rates
        yield "tax_recipients", self.tax_recipients
        if len(self.routes):
            yield "routes", self.routes.cells.flat(shape)[self.routes.entry]
            yield "hubs", self.routes.hub
            yield "route shares", self.routes.share
        for aid in self.aid:
            yield "arms", np.concatenate([aid.giver, aid.receiver])
            yield "aid", np.array([aid.factor, aid.delay, aid.intelligence])
        for number, spec in enumerate(self.specs):
            for name in sorted(spec.data):
                yield f"{spec.kind} {number} {name}", np.asarray(spec.data[name])


def combine(world: "World", lowered: Sequence[Lowered]) -> Policy:
    """One policy from the measures of a scenario, in any order but for `payments` and `specs`.

    On a flow a `rate` replaces the base-year tariff, points are added to what results, then proportional cuts
    multiply it, and last the lowest ceiling bounds it. Iceberg factors and productivity factors multiply.

    Raises:
        ScenarioError: two rates or two latent shares on one flow, a lift of a flow that another measure bans, latent
            shares of one market that reach 1, or a tariff of -100 % or below; names the measures and the flow.
    """
    together = settled(world, lowered)
    lowered = lowered if together is None else [*lowered, together.lowered()]
    closed = _closed(world, lowered)
    lifted, latent = _lifted(world, lowered, closed)
    tariff_cells, tariff_rates = _tariffs(world, lowered)
    resolved = resolve(world, lowered, closed, *_icebergs(world, lowered))
    closed = resolved.closed
    payments = tuple(payment for one in lowered for payment in one.payments)
    tax_cells, tax_rates, tax_recipients = _export_taxes(lowered, resolved.routes)
    return Policy(
        tariff_cells, tariff_rates, Cells.from_flat(resolved.iceberg, _shape(world)), _frozen(resolved.factors),
        Cells.from_flat(closed, _shape(world)),
        lifted, latent, _productivity(world, lowered), _transfers(world, payments), _gifts(world, payments),
        tax_cells, tax_rates, tax_recipients, payments,
        specs=tuple(spec for one in lowered for spec in one.specs), routes=resolved.routes,
        aid=tuple(one for each in lowered for one in each.aid),
        dropped=tuple(dict.fromkeys(name for one in lowered for name in one.dropped)),
        notes=tuple(_notes(world, lowered)), settlement=together)


def _shape(world: "World") -> Shape:
    return len(world.countries), len(world.sectors)


def _size(world: "World") -> int:
    return world.tables.trade.size


def _frozen(array: FloatArray) -> FloatArray:
    array.flags.writeable = False
    return array


def _named(lowered: Sequence[Lowered], at: int) -> str:
    return _("measure {number}, {label}", number=at + 1, label=lowered[at].label)


def _layers(lowered: Sequence[Lowered], kind: str) -> list[tuple[int, Layer]]:
    return [(at, layer) for at, one in enumerate(lowered) for layer in one.layers if layer.kind == kind]


def _by_content(layers: Sequence[Layer]) -> list[int]:
    """Places of the layers in an order that depends on what they hold alone, so that rounding does not see theirs."""
    if len(layers) < 2:
        return list(range(len(layers)))
    return sorted(range(len(layers)), key=lambda at: (layers[at].rate.tobytes(), layers[at].cells.exporter.tobytes(),
                                                      layers[at].cells.sector.tobytes(),
                                                      layers[at].cells.importer.tobytes()))


def _tariffs(world: "World", lowered: Sequence[Lowered]) -> tuple[Cells, FloatArray]:
    """Flows whose tariff changes, and their new rates (K,)."""
    numbered, shape = _layers(lowered, "tariff"), _shape(world)
    layers = [layer for _at, layer in numbered]
    flat, places = union([layer.cells.flat(shape) for layer in layers], _size(world))
    base = world.tables.tariffs.reshape(-1)[flat]
    rates = _set_rates(world, lowered, numbered, places, base, flat)
    order = _by_content(layers)
    for operation in ("add", "cut", "ceiling"):
        for at in order:
            layer, place = layers[at], places[at]
            if layer.operation != operation:
                continue
            if operation == "add":
                rates[place] += layer.rate
            elif operation == "cut":
                rates[place] *= 1.0 - layer.rate
            else:
                rates[place] = np.minimum(rates[place], layer.rate)
    _check_above_minus_one(world, lowered, numbered, places, rates, flat)
    changed = rates != base
    return Cells.from_flat(flat[changed], shape), _frozen(rates[changed])


def _set_rates(world: "World", lowered: Sequence[Lowered], numbered: Sequence[tuple[int, Layer]],
               places: Sequence[IntArray], base: FloatArray, flat: IntArray) -> FloatArray:
    """Base-year rates with every `set` layer put in their place; two on one flow are an error."""
    rates = base.copy()
    owner = np.full(len(flat), -1, dtype=np.int64)
    for (number, layer), place in zip(numbered, places, strict=True):
        if layer.operation != "set":
            continue
        taken = np.flatnonzero(owner[place] >= 0)
        if len(taken):
            flow = flow_text(world, layer.cells, int(taken[0]))
            raise ScenarioError(_("two rates on one flow, {flow}: {one}; and {other}. Leave one out, or use add.",
                                  flow=flow, one=_named(lowered, int(owner[place[taken[0]]])),
                                  other=_named(lowered, number)))
        owner[place] = number
        rates[place] = layer.rate
    return rates


def _check_above_minus_one(world: "World", lowered: Sequence[Lowered], numbered: Sequence[tuple[int, Layer]],
                           places: Sequence[IntArray], rates: FloatArray, flat: IntArray) -> None:
    below = np.flatnonzero(rates <= -1.0)
    if not len(below):
        return
    at = int(below[0])
    causes = [_named(lowered, number) for (number, _layer), place in zip(numbered, places, strict=True) if at in place]
    raise ScenarioError(_("the tariff on {flow} becomes {rate:.4%}, and it must stay above -100 %: {causes}.",
                          flow=flow_text(world, Cells.from_flat(flat, _shape(world)), at), rate=float(rates[at]),
                          causes="; ".join(causes)))


def _icebergs(world: "World", lowered: Sequence[Lowered]) -> tuple[IntArray, FloatArray]:
    """Flat positions of flows whose iceberg cost changes, and the product of the factors (K,)."""
    layers, shape = [layer for _at, layer in _layers(lowered, "iceberg")], _shape(world)
    flat, places = union([layer.cells.flat(shape) for layer in layers], _size(world))
    factors = np.ones(len(flat))
    for at in _by_content(layers):
        factors[places[at]] *= 1.0 + layers[at].rate
    changed = factors != 1.0
    return flat[changed], factors[changed]


def _closed(world: "World", lowered: Sequence[Lowered]) -> IntArray:
    """Flat positions of all closed flows."""
    flats = [one.closed.flat(_shape(world)) for one in lowered if len(one.closed)]
    return union(flats, _size(world))[0]


def _lifted(world: "World", lowered: Sequence[Lowered], closed: IntArray) -> tuple[Cells, FloatArray]:
    """Flows reopened to a latent share, and the shares (K,)."""
    shape = _shape(world)
    reopened: list[tuple[int, IntArray, FloatArray]] = []
    for at, one in enumerate(lowered):
        for lift in one.lifted:
            _check_not_banned(world, lowered, at, lift, closed)
            if lift.latent_share is not None:
                reopened.append((at, lift.cells.flat(shape), lift.latent_share))
    if not reopened:
        return Cells.empty(), _frozen(np.zeros(0))
    flat = np.concatenate([cells for _at, cells, _share in reopened])
    share = np.concatenate([shares for _at, _cells, shares in reopened])
    number = np.concatenate([np.full(len(cells), at) for at, cells, _share in reopened])
    order = np.argsort(flat, kind="stable")
    flat, share, number = flat[order], share[order], number[order]
    cells = Cells.from_flat(flat, shape)
    twice = np.flatnonzero(flat[1:] == flat[:-1])
    if len(twice):
        at = int(twice[0])
        raise ScenarioError(_("two latent shares on one flow, {flow}: {one}; and {other}. Leave one out.",
                              flow=flow_text(world, cells, at), one=_named(lowered, int(number[at])),
                              other=_named(lowered, int(number[at + 1]))))
    _check_markets(world, lowered, cells, share, number)
    return cells, _frozen(share)


def _check_not_banned(world: "World", lowered: Sequence[Lowered], at: int, lift: Reopening, closed: IntArray) -> None:
    flat = lift.cells.flat(_shape(world))
    banned = np.flatnonzero(np.isin(flat, closed))
    if not len(banned):
        return
    ban = next(number for number, one in enumerate(lowered)
               if len(one.closed) and flat[banned[0]] in one.closed.flat(_shape(world)))
    raise ScenarioError(_("a lift and a ban on one flow, {flow}: {one}; and {other}. Leave one out.",
                          flow=flow_text(world, lift.cells, int(banned[0])), one=_named(lowered, at),
                          other=_named(lowered, ban)))


def _check_markets(world: "World", lowered: Sequence[Lowered], cells: Cells, share: FloatArray,
                   number: IntArray) -> None:
    """In every market the latent shares together stay below 1: each exceeds its base share, so others keep a part."""
    markets, place = np.unique(cells.sector * len(world.countries) + cells.importer, return_inverse=True)
    latent = np.bincount(place, weights=share)
    full = np.flatnonzero(latent >= 1.0)
    if not len(full):
        return
    sector, importer = divmod(int(markets[full[0]]), len(world.countries))
    causes = "; ".join(_named(lowered, at) for at in sorted(set(number[place == full[0]].tolist())))
    raise ScenarioError(_("the lifted flows into {importer}, {sector}, have latent shares of {latent:.4%} together, "
                          "which leaves nothing to the others; they must stay below 100 %: {causes}.",
                          importer=world.countries[importer], sector=world.sectors[sector],
                          latent=float(latent[full[0]]), causes=causes))


def _productivity(world: "World", lowered: Sequence[Lowered]) -> FloatArray:
    factor = np.ones(_shape(world))
    shifts = [shift for one in lowered for shift in one.shifts]
    for shift in sorted(shifts, key=lambda shift: (shift.factor.tobytes(), shift.country.tobytes(),
                                                   shift.sector.tobytes())):
        factor[shift.country, shift.sector] *= shift.factor
    return _frozen(factor)


def _transfers(world: "World", payments: Sequence[Payment]) -> FloatArray:
    net = np.zeros(len(world.countries))
    in_money = [payment for payment in payments if not payment.goods]
    for payment in sorted(in_money, key=lambda one: (one.payer, one.receiver, one.amount)):
        net[payment.payer] -= payment.amount
        net[payment.receiver] += payment.amount
    return _frozen(net)


def _gifts(world: "World", payments: Sequence[Payment]) -> FloatArray:
    bought = np.zeros(_shape(world)[::-1])
    for payment in payments:
        for sector, share in payment.goods:
            bought[sector, payment.payer] += share * payment.amount
    return _frozen(bought)


def _export_taxes(lowered: Sequence[Lowered], routes: Routes) -> tuple[Cells, FloatArray, IntArray]:
    """Every export-tax layer in the order of the measures, then what hubs earn: cells, rates, recipients (layer,)."""
    layers = [layer for _at, layer in _layers(lowered, "export_tax")]
    if not layers and not len(routes):
        return Cells.empty(), _frozen(np.zeros(0)), np.zeros(0, dtype=np.int64)
    at_hubs, rates, hubs = routes.taxes()
    cells = Cells(*(np.concatenate([*(getattr(layer.cells, axis) for layer in layers), getattr(at_hubs, axis)])
                    for axis in ("exporter", "sector", "importer")))
    recipients = [layer.recipient for layer in layers if layer.recipient is not None]
    return (cells, _frozen(np.concatenate([*(layer.rate for layer in layers), rates])),
            np.concatenate([*recipients, hubs]))


def _notes(world: "World", lowered: Sequence[Lowered]) -> Iterator[str]:
    """Remarks of the measures, and which of them meet no base-year flow."""
    trade, shape = world.tables.trade.reshape(-1), _shape(world)
    for at, one in enumerate(lowered):
        yield from (_("{measure}: {note}", measure=_named(lowered, at), note=note) for note in one.notes)
        touched = [layer.cells for layer in one.layers]
        if touched and not any(trade[cells.flat(shape)].any() for cells in touched):
            yield _("{measure} changes nothing: no base-year flow.", measure=_named(lowered, at))
        if len(one.closed) and not trade[one.closed.flat(shape)].any():
            yield _("{measure} closes nothing: no base-year flow.", measure=_named(lowered, at))
