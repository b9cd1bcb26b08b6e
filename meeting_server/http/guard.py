"""What stands before every request: headers, size of bodies, Origin and the header against forged changes.

Plain ASGI, so that sockets and streams pass untouched. The limits are a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from meeting_server.http.faults import answer

log = structlog.get_logger(__name__)

KIB, MIB = 1024, 1024 * 1024
BODY_LIMITS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"^/api/cells/[^/]+/roster$"), 5 * MIB + 16 * KIB),
    (re.compile(r"^/api/meetings/[^/]+/scan$"), 30 * MIB + 64 * KIB),
    (re.compile(r"^/api/meetings/[^/]+/sign$"), 64 * KIB + 4 * KIB),
    (re.compile(r"^/api/meetings/[^/]+/signed$"), 20 * MIB + 16 * KIB),
    (re.compile(r"^/api/meetings/[^/]+/papers$"), 25 * MIB + 16 * KIB),
    (re.compile(r"^/api/cells/[^/]+/sent/[^/]+/files$"), 20 * MIB + 64 * KIB),
    (re.compile(r"^/api/cells/[^/]+/old$"), 40 * MIB + 128 * KIB),
    (re.compile(r"^/api/meetings/[^/]+/safety$"), MIB),
    (re.compile(r"^/api/verify$"), 100 * MIB + 16 * KIB),
    (re.compile(r"^/api/heads$"), MIB),
)
PLAIN_LIMIT = 64 * KIB
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Origins:
    """``public``: the one origin when the address is known; else any of ``hosts`` at the port that was called."""

    hosts: frozenset[str]
    public: str = ""

    def ours(self, origin: str, host: str) -> bool:
        """Whether a page of ours sent this. A missing Origin is not ours."""
        if not origin:
            return False
        if self.public and origin == self.public:
            return True
        page = urlsplit(origin)
        return page.scheme in ("http", "https") and page.netloc == host and self._named(host)

    def known(self, host: str) -> bool:
        """Whether the Host header is a name of this server (against DNS rebinding)."""
        return self._named(host) or (bool(self.public) and host == urlsplit(self.public).netloc)

    def _named(self, host: str) -> bool:
        try:
            return (urlsplit(f"//{host}").hostname or "").lower() in self.hosts
        except ValueError:
            return False


def content_policy(host: str, secure: bool) -> str:
    """No inline script anywhere. Inline style stays: Safari 15.4 has no constructable style sheets."""
    socket = f"{'wss' if secure else 'ws'}://{host}" if re.fullmatch(r"[\w.:\[\]-]+", host) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "frame-src 'self'; "
        f"font-src 'self'; connect-src 'self' {socket}; media-src 'self' blob:; worker-src 'self'; "
        "manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    )


FRAMED = re.compile(r"^/api/meetings/[^/]+/papers/[^/]+$")
"""Documents that our own pages show in a frame: nothing in them runs, and no other page frames them."""
FRAMED_POLICY = (
    "default-src 'none'; img-src 'self' data: blob:; style-src 'unsafe-inline'; object-src 'self'; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self), camera=(self), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class _TooLarge(HTTPException):
    """Raised where the body is read; FastAPI lets its own kind of exception through."""

    def __init__(self) -> None:
        super().__init__(413)


class Guard:
    """The middleware. ``strict_transport``: promise HTTPS for a year (only with a real certificate). ``served``: told
    the address of everybody who was answered well."""

    def __init__(
        self, app: ASGIApp, origins: Origins, *, strict_transport: bool, served: Callable[[str], None] = lambda _: None
    ) -> None:
        self._app, self._origins, self._strict, self._served = app, origins, strict_transport, served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        telling = self._telling(scope, headers, send)
        refused = self._refuse(scope, headers)
        if refused is not None:
            await refused(scope, receive, telling.send)
            return
        await self._app(scope, _counted(receive, limit_of(scope["path"])), telling.send)

    def _refuse(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        if not self._origins.known(headers.get("host", "")):
            log.info("request_refused", code="unknown_host")
            return answer(400, "unknown_host", "Địa chỉ này không phải của máy chủ.")
        if _length(headers) > limit_of(scope["path"]):
            log.info("request_refused", code="too_large")
            return answer(413)
        if scope["method"] in SAFE:
            return None
        ours = self._origins.ours(headers.get("origin", ""), headers.get("host", ""))
        if not ours or headers.get("x-hopchibo") != "1":
            log.info("request_refused", code="foreign_page")
            return answer(403, "foreign_page", "Yêu cầu không đến từ trang của Họp Chi Bộ.")
        return None

    def _telling(self, scope: Scope, headers: Headers, send: Send) -> _Telling:
        secure = scope["scheme"] == "https"
        framed = FRAMED.match(scope["path"]) is not None
        policy = FRAMED_POLICY if framed else content_policy(headers.get("host", ""), secure)
        client = scope.get("client") or ("", 0)
        private = scope["path"].startswith("/api")
        return _Telling(
            send, policy, private=private, strict=self._strict and secure, served=lambda: self._served(client[0])
        )


class _Telling:
    """Adds the headers to whatever is answered."""

    def __init__(
        self, send: Send, policy: str, *, private: bool, strict: bool, served: Callable[[], None]
    ) -> None:  # fmt: skip
        self._send, self._policy, self._private, self._strict, self._served = send, policy, private, strict, served

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if message["status"] < 400:
                self._served()
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers["Content-Security-Policy"] = self._policy
            if self._policy == FRAMED_POLICY:
                headers["X-Frame-Options"] = "SAMEORIGIN"
            if self._private:
                headers.setdefault("Cache-Control", "no-store")
            if self._strict:
                headers["Strict-Transport-Security"] = "max-age=31536000"
        await self._send(message)


def limit_of(path: str) -> int:
    """Most bytes of a body sent to this path."""
    return next((limit for pattern, limit in BODY_LIMITS if pattern.match(path)), PLAIN_LIMIT)


def _length(headers: Headers) -> int:
    given = headers.get("content-length", "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 1 << 62


def _counted(receive: Receive, limit: int) -> Receive:
    """Counts what arrives: Content-Length may be absent or a lie."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > limit:
                log.info("request_refused", code="too_large")
                raise _TooLarge
        return message

    return counted
