"""Critical minerals in a brief: who depends on China for what it may withhold, and what losing it costs at most."""

from multipolar.catalogue import _
from multipolar.report.brief import Brief
from multipolar.report.markup import EMPTY, Html, column_head, element, row_head, table
from multipolar.report.minerals import ELASTICITIES, WORLD_USER, MineralDependence, cost_shares, withheld_minerals


def minerals_title() -> str:
    """The heading of the answer."""
    return _("Minerals that China may withhold")


def minerals_note() -> str:
    """How the losses are made, and what is not counted."""
    low, high = cost_shares()
    return _("At most, within months: no stocks, no other supplier; the loss is of the output of an industry that "
             "cannot do without the mineral and spends {low:.1%} to {high:.1%} of its inputs on it (an assumption), by "
             "the closed form of Bachmann et al. (2022) at elasticities of substitution of {stiff:g} and {soft:g}. "
             "Where no buyer's dependence was read, it is China's part of the world's output. This is no equilibrium "
             "of the model: refined minerals are traces of its sectors.", low=low, high=high, stiff=ELASTICITIES[0],
             soft=ELASTICITIES[1])


def user_name(one: MineralDependence) -> str:
    """Whose figure it is."""
    return _("world output") if one.user == WORLD_USER else one.user


def loss(one: MineralDependence) -> str:
    """The loss of a using industry, low and high end, in percent."""
    return _("{low:.1f} to {high:.1f}", low=one.loss_at_most[0], high=one.loss_at_most[1])


def minerals_lines(brief: Brief) -> list[str]:
    """One sentence for each figure; nothing where the brief does not ask."""
    return [_("{mineral}, {user} ({year}): {dependence:g} % from China; losing it suddenly costs a using industry at "
              "most {loss} % of its output.", mineral=one.mineral.capitalize(), user=user_name(one), year=one.year,
              dependence=one.dependence, loss=loss(one)) for one in _found(brief)]


def _found(brief: Brief) -> tuple[MineralDependence, ...]:
    return withheld_minerals() if brief.definition.minerals else ()


def minerals_section(brief: Brief) -> Html:
    """The table of dependences and losses; nothing where the brief does not ask."""
    found = _found(brief)
    if not found:
        return EMPTY
    heads = [column_head(name) for name in (_("Mineral"), _("Of"), _("Year"), _("From China, %"),
                                            _("Loss of a using industry at most, %"))]
    body = [element("tr", row_head(one.mineral), *[element("td", text) for text in (
        user_name(one), one.year, f"{one.dependence:g}", loss(one))]) for one in found]
    sources = element("details", element("summary", _("Sources")), element("ul", *[
        element("li", source) for source in dict.fromkeys(one.source for one in found)]))
    return element("section", element("h2", minerals_title()),
                   table(_("Dependence on China for rare earths, gallium and germanium."), heads, body),
                   element("p", minerals_note(), class_="note"), sources, id="minerals")
