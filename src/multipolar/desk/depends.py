"""What routes take from the application: the desk and who may ask."""

from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import BaseModel

from multipolar.desk.guard import Access
from multipolar.desk.state import Desk


def _desk(request: Request) -> Desk:
    found: Desk = request.app.state.desk
    return found


def _warm_desk(request: Request) -> Desk:
    found = _desk(request)
    found.require_warm()
    return found


def _access(request: Request) -> Access:
    found: Access = request.app.state.access
    return found


TheDesk = Annotated[Desk, Depends(_desk)]
WarmDesk = Annotated[Desk, Depends(_warm_desk)]
"""The desk once it can solve; until then the request is refused."""
TheAccess = Annotated[Access, Depends(_access)]


def reply(answer: BaseModel) -> Response:
    """An answer as JSON, in one pass; a number that is missing (NaN) is null."""
    return Response(answer.model_dump_json(), media_type="application/json")
