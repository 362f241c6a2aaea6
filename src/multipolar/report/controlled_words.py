"""What is said of a control's goods and hubs, in every form of it."""

from collections.abc import Sequence

from multipolar.catalogue import _
from multipolar.report.controlled import ControlledGoods
from multipolar.report.hubs import HubGrowth, sold_before_the_controls
from multipolar.report.numbers import NOTHING, signed
from multipolar.world.names import country_names
from multipolar.world.reference.technology import TARGET


def account(made: ControlledGoods) -> str:
    """Gone, round, replaced, at what price, and what that does to the means of war."""
    text = _("Of {sold:,.0f} million USD that the coalition sold, {gone:.1f} % is gone and {round:.1f} % goes round; "
             "sales of own makers change by {own} million, of third countries by {others}, at the new prices. What the "
             "buyer pays for controlled goods changes by {price} %.", sold=made.sold, gone=made.gone, round=made.round,
             own=signed(made.own, 0), others=signed(made.others, 0), price=signed(made.price))
    if made.means:
        text += " " + _("Means of war: {changes}.", changes=", ".join(
            _("{code} {change} %", code=code, change=signed(change)) for code, change in made.means.items()))
    return text


def ends(found: Sequence[ControlledGoods]) -> str:
    """The same numbers with the stated shares of controlled goods at both ends of their ranges."""
    low, high = ([*(one.means.values()), one.price, one.gone] for one in found)
    text = _("With the stated shares of controlled goods at the low and the high end of their ranges: {low:.1f} and "
             "{high:.1f} % gone, prices {low_price} and {high_price} %", low=low[-1], high=high[-1],
             low_price=signed(low[-2]), high_price=signed(high[-2]))
    if len(low) > 2:
        text += _(", means of war {low} and {high} %", low=signed(low[0]), high=signed(high[0]))
    return text + "."


def ratio(value: float | None) -> str:
    """A growth as a ratio, or a dash."""
    return NOTHING if value is None else f"{value:.2f}"


def growth_note(made: ControlledGoods) -> str:
    """Why the model's growth of hubs and the published one differ; nothing where none was published."""
    if not any(one.bought_published or one.sold_published for one in made.hubs):
        return ""
    before, left = sold_before_the_controls()
    text = _("Published growth is of the years in which the controls began: what a hub bought of Europe in 2022 over "
             "2021 (Türkiye: of the G7, 2023 over the mean of 2015 to 2021, at least), and what Türkiye sold Russia "
             "and its neighbours. The model's begins in 2023, when most of it had happened and is in the base year: "
             "the EU alone sold {target} {before:.1f} billion euros of listed goods in 2021, {left:.0%} of that in "
             "2022; here those who ban still sell {sold:,.0f} million dollars, and no more can go round. "
             "The hubs' shares of routes are set from the published growth.", target=TARGET, before=before / 1000,
             left=left, sold=made.sold)
    absent = [country_names().get(one.code, one.code) for one in made.hubs if not one.in_world]
    if absent:
        text += " " + _("{names} are part of the rest of the world: no accounts of theirs were read, so that their "
                        "growth stands here without the model's.", names=", ".join(absent))
    return text


def hub_cells(one: HubGrowth) -> tuple[str, ...]:
    """In transit, and growth of purchases and sales, each the model's and the published."""
    return (f"{one.transit:,.0f}" if one.in_world else NOTHING, ratio(one.bought), ratio(one.bought_published),
            ratio(one.sold), ratio(one.sold_published))


def hub_heads() -> tuple[str, ...]:
    """Headings of `hub_cells`."""
    return _("In transit"), _("Bought"), _("Published"), _("Sold"), _("Published")


def hubs_caption() -> str:
    """What the columns of hubs are."""
    return _("What goes through each hub, million USD; and its trade in the denied goods after the measures over "
             "before, as ratios, beside the published growth: bought of those who ban, and sold to the target.")
