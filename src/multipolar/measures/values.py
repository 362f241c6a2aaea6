"""Numbers and names as people write them: rates, amounts and selectors, read strictly and refused with a sentence."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema

from multipolar.catalogue import _
from multipolar.errors import ScenarioError

LARGEST_RATE = 10.0
"""Beyond this a rate was almost surely written in percent: 40 for 40 %."""


@dataclass(frozen=True)
class Unit:
    """What a field holds, for the listing of measures: the `type` people write and the `unit` it is in."""

    type: str
    unit: str


def read_number(value: Any, field: str, example: str) -> float:
    """A finite number from a number or text; `example` is shown where it is none."""
    if isinstance(value, str):
        text = value.strip()
        scale = 100.0 if text.endswith("%") else 1.0
        try:
            number = float(text.removesuffix("%").strip()) / scale
        except ValueError:
            raise ScenarioError(_("{field} is {value!r}, which is not a number; write for example {example}.",
                                  field=field, value=value, example=example)) from None
    elif isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        number = float(value)
    else:
        raise ScenarioError(_("{field} is {value!r}, which is not a number; write for example {example}.",
                              field=field, value=value, example=example))
    if not math.isfinite(number):
        raise ScenarioError(_("{field} is {value!r}; it must be a finite number, for example {example}.",
                              field=field, value=value, example=example))
    return number


def read_rate(value: Any, field: str = "rate") -> float:
    """A fraction from a number (0.4) or text ("0.4", "40%"); beyond +-10 it is an error that asks which was meant."""
    number = read_number(value, field, _("0.4 or \"40%\""))
    if abs(number) > LARGEST_RATE:
        raise ScenarioError(_(
            "{field} is {value}, which is {percent:,.0f} %. Rates are fractions: did you mean {fraction:g} "
            "({number:g} %)? A rate beyond +-10 (1,000 %) is not taken; to stop a flow, use a ban.",
            field=field, value=value, percent=100 * number, fraction=number / 100, number=number))
    return number


def _above_minus_one(value: Any, field: str) -> float:
    number = read_rate(value, field)
    if number <= -1.0:
        raise ScenarioError(_("{field} is {value}; it must be above -1 (-100 %).", field=field, value=value))
    return number


def _cut(value: Any, field: str) -> float:
    number = read_rate(value, field)
    if not 0.0 <= number <= 1.0:
        raise ScenarioError(_("{field} is {value}; a proportional cut lies between 0 and 1 (100 %).",
                              field=field, value=value))
    return number


def _share(value: Any, field: str) -> float:
    number = read_rate(value, field)
    if not 0.0 < number < 1.0:
        raise ScenarioError(_("{field} is {value}; a share lies between 0 and 1, both excluded.",
                              field=field, value=value))
    return number


def _fraction(value: Any, field: str) -> float:
    number = read_rate(value, field)
    if not 0.0 <= number <= 1.0:
        raise ScenarioError(_("{field} is {value}; it must lie between 0 and 1 (100 %).", field=field, value=value))
    return number


def _dispersion(value: Any, field: str) -> float:
    number = read_number(value, field, "1")
    if number <= 0.0:
        raise ScenarioError(_("{field} is {value}; it must be above 0.", field=field, value=value))
    return number


def _by_country(read: Callable[[Any, str], float]) -> Callable[[Any, str], float | dict[str, float]]:
    """One number for every country, or {country: number}."""
    def number_or_numbers(value: Any, field: str) -> float | dict[str, float]:
        if not isinstance(value, Mapping):
            return read(value, field)
        if not value:
            raise ScenarioError(_("{field} is empty; write a number, or one for each country.", field=field))
        return {str(code): read(number, _("{field} of {country}", field=field, country=code))
                for code, number in value.items()}

    return number_or_numbers


def _coefficient(value: Any, field: str) -> float:
    number = read_number(value, field, "-0.35")
    if number == 0.0 or abs(number) > LARGEST_RATE:
        raise ScenarioError(_("{field} is {value}; it must be a gravity coefficient in log points, not zero and "
                              "within +-10.", field=field, value=value))
    return number


def _amount(value: Any, field: str) -> float:
    if isinstance(value, str) and value.strip().endswith("%"):
        raise ScenarioError(_("{field} is {value!r}; it must be million US dollars a year, for example 61000.",
                              field=field, value=value))
    number = read_number(value, field, "61000")
    if number <= 0.0:
        raise ScenarioError(_("{field} is {value}; it must be above zero. To reverse a payment, exchange payer and "
                              "receiver.", field=field, value=value))
    return number


def _selector(value: Any, field: str) -> str | tuple[str, ...]:
    parts = value if isinstance(value, list | tuple) else [value]
    for part in parts:
        if not isinstance(part, str):
            raise ScenarioError(_("{field} contains {value!r}, which is not text. Name a code or a group, or a list of "
                                  "them; in YAML put quotes around a code that looks like a number.",
                                  field=field, value=part))
        if not part.strip().removeprefix("-"):
            raise ScenarioError(_("{field} contains an empty name; name a code or a group.", field=field))
    if not parts:
        raise ScenarioError(_("{field} is an empty list; name a code or a group.", field=field))
    return tuple(part.strip() for part in parts) if isinstance(value, list | tuple) else value.strip()


def _validator(read: Callable[[Any, str], Any], *, optional: bool = False) -> BeforeValidator:
    def validate(value: Any, info: ValidationInfo) -> Any:
        if optional and value is None:
            return None
        return read(value, info.field_name or "value")

    return BeforeValidator(validate)


_NUMBER = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\s*%?\s*$"}]}
_OPTIONAL = {"anyOf": [*_NUMBER["anyOf"], {"type": "null"}]}
_FRACTION = Unit("rate", "fraction (0.4, or \"40%\")")

Countries = Annotated[str | tuple[str, ...], _validator(_selector), Unit("countries", "ISO 3166 alpha-3 codes, groups")]
Sectors = Annotated[str | tuple[str, ...], _validator(_selector), Unit("sectors", "codes of the world, groups")]
Rails = Annotated[str | tuple[str, ...], _validator(_selector), Unit("rails", "names of the world's rails, or all")]
Rate = Annotated[float, _validator(_above_minus_one), WithJsonSchema(_NUMBER), _FRACTION]
OptionalRate = Annotated[float | None, _validator(_above_minus_one, optional=True), WithJsonSchema(_OPTIONAL),
                         _FRACTION]
OptionalPoints = Annotated[float | None, _validator(read_rate, optional=True), WithJsonSchema(_OPTIONAL), _FRACTION]
OptionalCut = Annotated[float | None, _validator(_cut, optional=True), WithJsonSchema(_OPTIONAL), _FRACTION]
Fraction = Annotated[float, _validator(_fraction), WithJsonSchema(_NUMBER), _FRACTION]
FractionByCountry = Annotated[
    float | dict[str, float], _validator(_by_country(_fraction)),
    WithJsonSchema({"anyOf": [*_NUMBER["anyOf"], {"type": "object", "additionalProperties": _NUMBER}]}),
    Unit("rate", "fraction (0.4, or \"40%\"), or {country: fraction}")]
DispersionByCountry = Annotated[
    float | dict[str, float], _validator(_by_country(_dispersion)),
    WithJsonSchema({"anyOf": [{"type": "number", "exclusiveMinimum": 0},
                              {"type": "object", "additionalProperties": {"type": "number", "exclusiveMinimum": 0}}]}),
    Unit("number", "1, or {country: number}")]
Share = Annotated[float, _validator(_share), WithJsonSchema(_NUMBER), _FRACTION]
OptionalShare = Annotated[float | None, _validator(_share, optional=True), WithJsonSchema(_OPTIONAL), _FRACTION]
OptionalCoefficient = Annotated[float | None, _validator(_coefficient, optional=True), WithJsonSchema(_OPTIONAL),
                                Unit("number", "log points")]
Amount = Annotated[float, _validator(_amount), WithJsonSchema({"type": "number", "exclusiveMinimum": 0}),
                   Unit("number", "million US dollars a year")]


def selector_text(selector: str | tuple[str, ...]) -> str:
    """A selector as one word for messages: ``all``, ``G7+KOR-HUN``."""
    if isinstance(selector, str):
        return selector
    return "".join(part if part.startswith("-") or not place else f"+{part}" for place, part in enumerate(selector))
