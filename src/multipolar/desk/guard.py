"""Who may ask, how much, and what a browser may do with the answer: one layer around the whole application.

On this machine alone, requests must name it by a loopback name (a page elsewhere could otherwise have its own name
resolve to it). Beyond it, they need the token, which only ever travels in the body of one request and then in a cookie
that no script can read. What changes something must come from the desk's own page.
"""

import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from multipolar.catalogue import _
from multipolar.desk.refusals import refusal

COOKIE = "multipolar-desk"
LARGEST_BODY = 1_000_000
OPEN_TO_ALL = ("/api/status", "/api/session")
"""What is answered without having signed in; beside these the page itself, which holds no number."""

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"),
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()", "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"}


@dataclass(frozen=True)
class Access:
    """Who may ask. Without a token the desk is for this machine alone."""

    token: str | None = None
    _session: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    def opens(self, token: str) -> bool:
        """Whether this is the token."""
        return self.token is not None and hmac.compare_digest(token.encode(), self.token.encode())

    @property
    def session(self) -> str:
        """What the cookie of those who signed in holds."""
        return self._session

    def signed_in(self, headers: Headers) -> bool:
        """Whether a request may be answered."""
        if self.token is None:
            return True
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and hmac.compare_digest(cookie.value.encode(), self._session.encode())


class Guard:
    """Refuses what must not be answered before the application sees it, and adds headers to what is."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app, self.access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sending = _with_headers(send)
        problem = self._problem(scope)
        if problem is not None:
            status, kind, message = problem
            await refusal(status, kind, message)(scope, receive, sending)
            return
        await self.app(scope, _bounded(receive), sending)

    def _problem(self, scope: Scope) -> tuple[int, str, str] | None:
        """Status, kind and sentence, where a request is refused."""
        headers, path = Headers(scope=scope), scope["path"]
        if self.access.token is None and not is_loopback(_host(headers)):
            return 403, "forbidden", _("This desk answers on this machine alone, by the name localhost. To serve "
                                       "others, start it with --host.")
        if scope["method"] not in ("GET", "HEAD", "OPTIONS") and not _own_page(headers):
            return 403, "forbidden", _("This request comes from another site's page.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            return 413, "too_large", _("A request may have {most:,} bytes at most.", most=LARGEST_BODY)
        guarded = path.startswith(("/api/", "/r/", "/openapi", "/docs")) and path not in OPEN_TO_ALL
        if guarded and not self.access.signed_in(headers):
            return 401, "forbidden", _("Please sign in with the token that the desk's terminal shows.")
        return None


def is_loopback(host: str) -> bool:
    """Whether a name or address means this machine alone."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _host(headers: Headers) -> str:
    """The name by which the desk was asked, without the port."""
    host = headers.get("host", "")
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() and not host.endswith("]") else host


def _own_page(headers: Headers) -> bool:
    """Whether a request comes from the desk's own page, or from a program, which sends no origin."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") in ("same-origin", "none")
    return urlsplit(origin).netloc == headers.get("host", "")


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending


def _bounded(receive: Receive) -> Receive:
    """Bodies that do not say how long they are end where they get too long."""
    got = 0

    async def receiving() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        return message if got <= LARGEST_BODY else {"type": "http.disconnect"}

    return receiving
