"""Through which goods, partners and barriers a change reaches an economy, its own supply chains followed to the end.

`equilibrium.decompose` splits ln W_hat at the border of final demand: crude oil, which no household buys, then shows
only in the prices of a country's own goods. Here those prices are split in their turn, into labour, imported inputs and
what became of their suppliers, and so on through all inputs (a Leontief sum). Exact, for the same reason: with
constant cost shares ln c_hat = a ln w_hat + sum of b ln P_hat - ln A_hat, and ln P_hat is the Sato-Vartia mean of the
suppliers that stay, with Feenstra's (1994) terms for those lost and gained.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from multipolar.equilibrium.decompose import LOG_PERCENT, logarithmic_mean
from multipolar.equilibrium.outcome import Outcome
from multipolar.world.tables import FloatArray, IntArray

_NEGLIGIBLE = 1e-14
"""Exposure, as a part of the group's spending, below which another round of inputs is not followed."""
_MOST_ROUNDS = 100_000


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts of a group's change in percentage points; with the income parts they add up to the change.

    labour (country,) and productivity (country,) of members; imports and barriers (exporter, sector); lost and gained
    (sector,), suppliers that a measure closed or opened.
    """

    labour: float
    productivity: float
    imports: FloatArray
    barriers: FloatArray
    lost: FloatArray
    gained: FloatArray


@dataclass(frozen=True, eq=False)
class Chain:
    """The log changes of one outcome, relative to its baseline where it has one."""

    outcome: Outcome

    def _log(self, name: str) -> FloatArray:
        """ln of a percent change; zero where an industry or market shut, which nothing weighs."""
        logs: FloatArray = np.log1p(np.nan_to_num(self.outcome.values(name)) / 100)
        return logs

    @cached_property
    def cost(self) -> FloatArray:
        """ln c_hat (exporter, sector)."""
        return self._log("producer_price")

    @cached_property
    def price(self) -> FloatArray:
        """ln P_hat (sector, importer)."""
        return self._log("consumer_price").T

    @cached_property
    def wage(self) -> FloatArray:
        """ln w_hat (country,)."""
        return self._log("wage")

    @cached_property
    def _shares(self) -> tuple[FloatArray, FloatArray]:
        """Trade shares before and after (exporter, sector, importer)."""
        outcome, tables = self.outcome, self.outcome.world.tables
        before = (1 + tables.tariffs) * tables.trade if outcome.baseline is None else _delivered(outcome.baseline)
        after = _delivered(outcome)
        return _shares(before), _shares(after)

    @cached_property
    def _stayed(self) -> tuple[FloatArray, FloatArray]:
        """Share of the suppliers that stay, before and after (sector, importer)."""
        before, after = self._shares
        both = (before > 0) & (after > 0)
        return (before * both).sum(axis=0), (after * both).sum(axis=0)

    @cached_property
    def weights(self) -> FloatArray:
        """Sato-Vartia weights of the suppliers that stay (exporter, sector, importer); they sum to one or zero."""
        (before, after), (kept_before, kept_after) = self._shares, self._stayed
        return _shares(logarithmic_mean(_over(before, kept_before), _over(after, kept_after)))

    @cached_property
    def barriers(self) -> FloatArray:
        """What delivered prices changed beyond producers' (exporter, sector, importer), where suppliers stay."""
        before, after = self._shares
        stays = self.weights > 0
        theta = self.outcome.world.parameters.trade_elasticity[:, None]
        ratio = np.divide(after, before, out=np.ones_like(after), where=stays)
        steps: FloatArray = np.where(stays, self.price - np.log(ratio) / theta - self.cost[:, :, None], 0.0)
        return steps

    @cached_property
    def lost(self) -> FloatArray:
        """Price change through suppliers that closed (sector, importer); all of it where no supplier stays."""
        kept, theta = self._stayed[0], self.outcome.world.parameters.trade_elasticity[:, None]
        change: FloatArray = np.where(kept > 0, -np.log(np.where(kept > 0, kept, 1.0)) / theta, self.price)
        return change

    @cached_property
    def gained(self) -> FloatArray:
        """Price change through suppliers that opened (sector, importer)."""
        kept, theta = self._stayed[1], self.outcome.world.parameters.trade_elasticity[:, None]
        change: FloatArray = np.log(np.where(kept > 0, kept, 1.0)) / theta
        return change

    @cached_property
    def input_shares(self) -> FloatArray:
        """Inputs as shares of output (sector, country, user)."""
        tables = self.outcome.world.tables
        return tables.inputs / np.where(tables.output > 0, tables.output, 1.0)

    @cached_property
    def labour_shares(self) -> FloatArray:
        """Value added as a share of output (country, sector)."""
        tables = self.outcome.world.tables
        return tables.value_added / np.where(tables.output > 0, tables.output, 1.0)

    @cached_property
    def productivity(self) -> FloatArray:
        """ln A_hat (country, sector): what costs fell beyond labour and inputs; weighs nothing where one shut."""
        inputs = np.einsum("snk,sn->nk", self.input_shares, self.price)
        change: FloatArray = self.labour_shares * self.wage[:, None] + inputs - self.cost
        return change

    def exposure(self, members: IntArray, factor: FloatArray) -> tuple[FloatArray, FloatArray]:
        """How much of each good the members buy, in themselves and inside what they make.

        Args:
            members: positions of the group's countries.
            factor: percentage points of the group's change for each log percent of a member's (member,).

        Returns:
            (sector, member) purchases of a good, and (member, sector) the members' own output in them.
        """
        final = self.outcome.world.tables.final[:, members]
        direct = final / final.sum(axis=0) * factor
        inputs = self.input_shares[:, members]
        within = self.weights[np.ix_(members, np.arange(len(final)), members)]
        bought, made = direct, np.zeros_like(direct.T)
        for _round in range(_MOST_ROUNDS):
            made = np.einsum("isn,sn->is", within, bought)
            again = direct + np.einsum("snk,nk->sn", inputs, made)
            moved = float(np.abs(again - bought).max())
            bought = again
            if moved <= _NEGLIGIBLE:
                break
        return bought, made

    def parts(self, members: IntArray, factor: FloatArray) -> Parts:
        """The price side of a group's change; see `exposure` for the arguments."""
        bought, made = self.exposure(members, factor)
        weighed = -LOG_PERCENT * self.weights[:, :, members] * bought
        imports = weighed.sum(axis=2) * self.cost
        imports[members] = 0.0
        return Parts(
            labour=-LOG_PERCENT * float((made * self.labour_shares[members] * self.wage[members, None]).sum()),
            productivity=LOG_PERCENT * float((made * self.productivity[members]).sum()),
            imports=imports, barriers=(weighed * self.barriers[:, :, members]).sum(axis=2),
            lost=-LOG_PERCENT * (bought * self.lost[:, members]).sum(axis=1),
            gained=-LOG_PERCENT * (bought * self.gained[:, members]).sum(axis=1))


def _delivered(outcome: Outcome) -> FloatArray:
    """Spending by flow, duties included (exporter, sector, importer)."""
    spending: FloatArray = outcome.values("trade") + outcome.values("duties")
    return spending


def _shares(values: FloatArray) -> FloatArray:
    """Each exporter's part of what all sell of a good in a country."""
    return _over(values, values.sum(axis=0))


def _over(part: FloatArray, whole: FloatArray) -> FloatArray:
    """part / whole with the whole repeated over exporters; zero where the whole is zero."""
    return np.divide(part, whole, out=np.zeros_like(part), where=np.broadcast_to(whole > 0, part.shape))
