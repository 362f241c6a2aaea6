"""Sentences that every form of the brief says in the same words."""

from multipolar.catalogue import _
from multipolar.report.brief import Brief


def rule_name(rule: str) -> str:
    """A deficit rule in the reader's language."""
    return {"fixed": _("fixed"), "zero": _("zero"), "proportional": _("proportional")}.get(rule, rule)


def rules_of(brief: Brief) -> str:
    """The deficit rules that scenarios of the brief are solved under."""
    rules = dict.fromkeys(column.main.deficits for column in brief.columns)
    return _(" or ").join(rule_name(rule) for rule in rules)


def headline_note(brief: Brief) -> str:
    """What the numbers of the table are."""
    text = _("In each cell: change of real income in percent; what it is worth in billion USD at prices of {year}, "
             "both with {rules} deficits", year=brief.world.year, rules=rules_of(brief))
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


def cut_off_note() -> str:
    """Why a country that is cut off has another headline."""
    return _("Real GDP, not real income: the country is cut off, and its real income contains the surplus that it no "
             "longer lends.")


def refusals(brief: Brief) -> list[tuple[int, str]]:
    """Column number and reason for every equilibrium that does not exist or was not found."""
    found = []
    for number, column in enumerate(brief.columns, start=1):
        for solution in (column.main, column.beside):
            if solution is not None and solution.outcome is None:
                found.append((number, _("no answer with {rule} deficits: {reason}", rule=rule_name(solution.deficits),
                                        reason=solution.reason)))
    return found
