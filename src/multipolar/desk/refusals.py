"""Every refusal as the page gets it: a status, a kind, and the sentence that the command line would print."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from multipolar.catalogue import _
from multipolar.desk.answers import Fault, Problem, Refusal
from multipolar.desk.engine import Busy, Superseded, TooSlow
from multipolar.errors import InputError, MultipolarError, NoEquilibrium, NotConverged, UnknownName
from multipolar.measures.elsewhere import MalformedScenario
from multipolar.measures.messages import Location
from multipolar.measures.yaml_file import UnreadableText


class Warming(MultipolarError):
    """The desk has just begun and cannot solve yet."""


class SignInNeeded(MultipolarError):
    """Beyond this machine the desk answers only those who have its token."""


_KINDS: tuple[tuple[type[MultipolarError], int, str], ...] = (
    (Superseded, 409, "superseded"), (Busy, 503, "busy"), (Warming, 503, "warming"), (TooSlow, 504, "too_slow"),
    (SignInNeeded, 401, "forbidden"), (UnknownName, 404, "unknown_name"), (NoEquilibrium, 422, "no_equilibrium"),
    (NotConverged, 422, "not_converged"), (InputError, 422, "input"), (MultipolarError, 422, "input"))
_OF_STATUS: Mapping[int, str] = {401: "forbidden", 403: "forbidden", 404: "unknown_name", 405: "input",
                                 413: "too_large", 415: "input"}
RETRY_AFTER = {"Retry-After": "1"}

RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Refusal} for status in (400, 401, 403, 404, 405, 409, 413, 415, 422, 500, 503, 504)}
"""What every operation may answer instead, for OpenAPI."""


def install(app: FastAPI) -> None:
    """Answer every exception with a refusal."""
    app.add_exception_handler(MultipolarError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _not_served)
    app.add_exception_handler(Exception, _fault)


def refusal(status: int, kind: str, message: str, **more: Any) -> Response:
    """A refusal as a response."""
    headers = RETRY_AFTER if status == 503 else None
    return JSONResponse(Refusal(error=Fault(kind=kind, message=message, **more)).model_dump(), status, headers)


async def _refused(_request: Request, error: Exception) -> Response:
    status, kind = next((status, kind) for made, status, kind in _KINDS if isinstance(error, made))
    message = "\n".join([str(error), *getattr(error, "__notes__", [])])
    return refusal(status, kind, message, nearest=_nearest(error),
                   closures=list(getattr(error, "closures", ())), problems=_problems(error), measure=_measure(error))


def _nearest(error: Exception) -> list[str]:
    """Names that may have been meant, as they are written: without the words that a message puts behind a code."""
    return list(dict.fromkeys(name.partition(" (")[0] for name in getattr(error, "nearest", ())))


def _problems(error: Exception) -> list[Problem]:
    """Where in a text it is wrong, for files."""
    found = error.problems if isinstance(error, UnreadableText) else ()
    return [Problem(line=one.line, column=one.column, message=one.message) for one in found]


def _measure(error: Exception) -> int | None:
    """Which measure is to blame, from 1."""
    places: list[Location] = [place for place, _sentence in error.problems] if isinstance(
        error, MalformedScenario) else []
    named = next((place[1] for place in places if place[:1] == ("measures",) and len(place) > 1), None)
    return named + 1 if isinstance(named, int) else getattr(error, "measure", None)


async def _malformed(_request: Request, error: Exception) -> Response:
    """A request of the wrong form: which field, and what is wrong with it."""
    details = error.errors() if isinstance(error, RequestValidationError) else []
    lines = [_("{where}: {what}.", where=".".join(map(str, one["loc"])), what=one["msg"]) for one in details]
    return refusal(422, "input", "\n".join(lines))


async def _not_served(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: _("There is nothing at this address."), 405: _("This address does not take that method.")}
    detail = error.detail if isinstance(error, HTTPException) else ""
    return refusal(status, _OF_STATUS.get(status, "input"), words.get(status, detail))


async def _fault(_request: Request, error: Exception) -> Response:
    return refusal(500, "fault", _("Unexpected fault, an error in multipolar: {kind}. The terminal that runs the desk "
                                   "has more.", kind=type(error).__name__))
