"""What a ban on Russian enriched uranium costs, in the words of every form of the brief."""

from multipolar.catalogue import _
from multipolar.errors import InputError
from multipolar.report.brief import Brief
from multipolar.report.channels import country_name
from multipolar.report.nuclear import ELASTICITIES, Dependence, dependences


def nuclear_answer(brief: Brief) -> tuple[Dependence, ...]:
    """Every buyer of whom the figures were read; empty where the brief does not ask or the world has no electricity."""
    question = brief.definition.energy
    if question is None or not question.nuclear:
        return ()
    try:
        return dependences(brief.world)
    except InputError:
        return ()


def nuclear_title() -> str:
    """The heading of the answer."""
    return _("Russian enriched uranium banned")


def nuclear_lines(brief: Brief, found: tuple[Dependence, ...]) -> list[str]:
    """One sentence for each buyer."""
    return [_line(brief, one) for one in found]


def _line(brief: Brief, one: Dependence) -> str:
    name = country_name(brief.world, one.code) if one.code in brief.world.countries else one.code
    low, high = one.loss_at_most
    text = _("{name} buys {dependence:g} % of its enrichment from Russia ({year}), and {power:g} % of its electricity "
             "is nuclear. A sudden ban costs at most {low:.2f} to {high:.2f} % of GDP", name=name,
             dependence=one.dependence, year=one.dependence_year, power=one.electricity, low=low, high=high)
    if one.loss_at_least is not None:
        text += _(", at least {least:.4f} %", least=one.loss_at_least)
    return text + _(".")


def nuclear_note() -> str:
    """How the bounds are made, and what is not counted."""
    return _("At most: no stocks, no other supplier, no other plant that runs longer; electricity falls by the "
             "dependence times nuclear power's share, and output by the closed form of Bachmann et al. (2022) at "
             "elasticities of substitution of {high:g} and {low:g}. At least: the value of the fuel over GDP. This is "
             "no equilibrium of the model: enriched uranium is a small part of one of its sectors.",
             high=ELASTICITIES[1], low=ELASTICITIES[0])


def nuclear_sources(found: tuple[Dependence, ...]) -> list[str]:
    """Every source once."""
    return list(dict.fromkeys(source for one in found for source in one.sources))
