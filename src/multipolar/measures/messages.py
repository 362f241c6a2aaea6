"""What pydantic found wrong, said in sentences that name the field, what is wrong and the nearest valid name."""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from multipolar.catalogue import _
from multipolar.errors import nearest_names

Location = tuple[int | str, ...]
FieldsAt = Callable[[Location], Sequence[str]]


def path_text(location: Location) -> str:
    """``measures[2].rate`` from ("measures", 2, "rate")."""
    text = ""
    for part in location:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _choice(names: Sequence[str]) -> str:
    return ", ".join(names)


def _did_you_mean(name: str, known: Sequence[str]) -> str:
    nearest = nearest_names(name, known)
    return _("Did you mean {names}?", names=_(" or ").join(nearest)) if nearest else ""


def _sentence(detail: ErrorDetails, place: Location, fields_at: FieldsAt) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    name = str(place[-1]) if place else ""
    if kind == "extra_forbidden":
        known = fields_at(detail["loc"][:-1])
        hint = _did_you_mean(name, known) or _("Known are: {names}.", names=_choice(known))
        return _("there is no field {name!r} here. {hint}", name=name, hint=hint)
    if kind == "missing":
        return _("{name} is missing.", name=name)
    if kind == "union_tag_invalid":
        tags = [tag.strip(" '") for tag in str(context["expected_tags"]).split(",")]
        known = [tag for tag in tags if " " not in tag]     # a tag with blanks is no kind that a file can name
        given = str(context["tag"])
        hint = _did_you_mean(given, known) or _("Known are: {names}.", names=_choice(known))
        return _("there is no measure of kind {given!r}. {hint}", given=given, hint=hint)
    if kind == "union_tag_not_found":
        return _("a measure is a mapping with a field `kind`, for example `kind: tariff`.")
    if kind == "literal_error":
        return _("{name} is {given!r}; it must be one of {expected}.", name=name, given=detail["input"],
                 expected=context["expected"])
    if kind == "string_type":
        return _("{name} is {given!r}, which is not text; put quotes around it.", name=name, given=detail["input"])
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return _("{given!r} stands where a mapping of fields belongs.", given=detail["input"])
    if kind == "value_error":
        return str(context["error"])
    return f"{name}: {detail['msg']}" if name else detail["msg"]


def sentences(error: ValidationError, fields_at: FieldsAt, tags: Sequence[str] = ()) -> list[tuple[Location, str]]:
    """Every problem as (where in the data, sentence); `tags` are names of union members, which are no part of it."""
    problems: list[tuple[Location, str]] = []
    for detail in error.errors(include_url=False):
        location = detail["loc"]
        place = tuple(part for before, part in zip((None, *location), location, strict=False)
                      if not (part in tags and (isinstance(before, int) or before == "baseline")))
        problems.append((place, _sentence(detail, place, fields_at)))
    return problems


def joined(problems: Sequence[tuple[Location, str]], what: str) -> str:
    """All problems of one object in one message, one a line, each with its path."""
    lines: list[Any] = [f"{what}{'.' if place else ''}{path_text(place)}: {text}" for place, text in problems]
    return "\n".join(lines)
