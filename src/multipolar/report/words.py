"""Sentences that every form of the brief says in the same words."""

from multipolar.catalogue import _
from multipolar.report.brief import Brief, Solution


def rule_name(rule: str) -> str:
    """A deficit rule in the reader's language."""
    return {"fixed": _("fixed"), "zero": _("zero"), "proportional": _("proportional")}.get(rule, rule)


def horizon_name(horizon: str) -> str:
    """A horizon in the reader's language."""
    return {"long": _("long run"), "short": _("short run")}.get(horizon, horizon)


def second_horizon(brief: Brief) -> str:
    """The horizon that stands beside the first; empty where the brief has one."""
    return brief.definition.horizons[1] if len(brief.definition.horizons) > 1 else ""


def rules_of(brief: Brief) -> str:
    """The deficit rules that scenarios of the brief are solved under."""
    rules = dict.fromkeys(column.main.deficits for column in brief.columns)
    return _(" or ").join(rule_name(rule) for rule in rules)


def headline_note(brief: Brief) -> str:
    """What the numbers of the table are."""
    text = _("In each cell: change of real income in percent; what it is worth in billion USD at prices of {year}, "
             "both in the {horizon} with {rules} deficits", year=brief.world.year, rules=rules_of(brief),
             horizon=horizon_name(brief.definition.horizons[0]))
    if second_horizon(brief):
        text += _("; percent in the {horizon}", horizon=horizon_name(second_horizon(brief)))
    if brief.definition.beside:
        text += _("; last, percent with {rule} deficits", rule=rule_name(brief.definition.beside))
    text += _(".")
    if brief.definition.extremes:
        text += " " + _("Winners and losers are countries without a row of their own.")
    return text


def deficit_note(brief: Brief) -> str:
    """What the deficit rules of the brief mean."""
    meaning = {
        "proportional": _("proportional: every country lends or borrows the same part of its income as before, as far "
                          "as it still trades"),
        "fixed": _("fixed: it lends or borrows the same amount as before"),
        "zero": _("zero: nobody lends or borrows, before or after")}
    rules = dict.fromkeys(one.deficits for one in brief.solutions)
    return _("Deficits: {rules}.", rules="; ".join(meaning[rule] for rule in rules))


def horizon_note(brief: Brief) -> str:
    """What the horizons of the brief mean."""
    meaning = {
        "long": _("long run: every price and flow adapts, capital moves to where it earns most"),
        "short": _("short run, about a year: goods, inputs and suppliers replace each other badly, mines and wells "
                   "hardly produce more, capital stays in its industry")}
    return _("Horizons: {meanings}.", meanings="; ".join(meaning[one] for one in brief.definition.horizons))


def cut_off_note() -> str:
    """Why a country that is cut off has another headline."""
    return _("Real GDP, not real income: the country is cut off, and its real income contains the surplus that it no "
             "longer lends.")


def refusals(brief: Brief) -> list[tuple[str, str]]:
    """Numbers of columns, as text, and the reason they share why an equilibrium does not exist or was not found."""
    found: dict[str, list[int]] = {}
    for number, column in enumerate(brief.columns, start=1):
        for solution in column.solutions:
            if solution.outcome is None:
                found.setdefault(refusal(brief, solution), []).append(number)
    return [(", ".join(map(str, numbers)), reason) for reason, numbers in found.items()]


def refusal(brief: Brief, solution: Solution) -> str:
    """Why a solution has no outcome; names its horizon where that is not the brief's first."""
    if solution.horizon == brief.definition.horizons[0]:
        return _("no answer with {rule} deficits: {reason}", rule=rule_name(solution.deficits), reason=solution.reason)
    return _("no answer in the {horizon}: {reason}", horizon=horizon_name(solution.horizon), reason=solution.reason)
