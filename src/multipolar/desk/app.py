"""The desk's HTTP interface. Every path under /api is described in OpenAPI; the page itself is static."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from multipolar import __version__
from multipolar.desk import refusals, routes_catalogue, routes_runs, routes_solve
from multipolar.desk.guard import Access, Guard
from multipolar.desk.state import Desk

STATIC = files("multipolar.desk").joinpath("static")


def make_app(desk: Desk, access: Access | None = None) -> Any:
    """The application: the guard around FastAPI.

    Args:
        desk: worlds and threads; warmed up when the application starts.
        access: who may ask; this machine alone where it is left out.
    """
    access = access or Access()
    app = FastAPI(title="Multipolar desk", version=__version__, lifespan=_living(desk), docs_url=None, redoc_url=None,
                  responses=refusals.RESPONSES, openapi_url="/openapi.json",
                  description="The world economy solved again, for the desk's page and for programs.")
    app.state.desk, app.state.access = desk, access
    refusals.install(app)
    for routes in (routes_catalogue, routes_solve, routes_runs):
        app.include_router(routes.router)
    app.mount("/", GZipMiddleware(StaticFiles(directory=Path(str(STATIC)), html=True)))
    guarded: Any = Guard(app, access)
    guarded.openapi = app.openapi
    return guarded


def _living(desk: Desk) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def living(_app: FastAPI) -> AsyncIterator[None]:
        desk.start()
        try:
            yield
        finally:
            desk.close()

    return living
