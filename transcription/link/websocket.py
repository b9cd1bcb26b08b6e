"""The link on one machine: a WebSocket on the loopback between server, listener and workers.

Authorised by a token made at start (``Authorization: Bearer``); the first frame is a versioned hello. Bounds: frames
of 2 MiB, ``desk.MOST_JOBS`` jobs (then listeners wait), 256 frames to one peer (then it is cut off and comes back).
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.http11 import Request, Response

from transcription.link import (
    Arrived,
    Connected,
    Departed,
    Forget,
    LinkClosed,
    LinkRefused,
    Order,
    Progress,
    Role,
    Span,
    Voiced,
    Workforce,
)
from transcription.link.desk import Desk
from transcription.link.frames import hello, news_head, order_head, read_news, read_order
from transcription.link.patience import Patience
from transcription.scheduler import LEASE, patience
from transcription.wire import (
    MAX_FRAME,
    VERSION,
    Job,
    Result,
    WireError,
    job_frame,
    pack,
    read_message,
    result_frame,
    unpack,
)

_BACKLOG = 256
_REFUSED = 4400
_log = structlog.get_logger(__name__)


class Peer:
    """A connected listener or worker, with its own bounded outgoing queue."""

    def __init__(self, socket: ServerConnection, role: Role, name: str) -> None:
        self.socket, self.role, self.name = socket, role, name
        self.key = f"{name}/{socket.id}"
        self.idle = False
        self.busy_until: float | None = None
        self._frames: asyncio.Queue[bytes] = asyncio.Queue(_BACKLOG)

    def send(self, frame: bytes) -> None:
        try:
            self._frames.put_nowait(frame)
        except asyncio.QueueFull:
            _log.warning("link_peer_too_slow", role=self.role, name=self.name)
            self.socket.transport.abort()

    async def write(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self.socket.send(await self._frames.get())


class WebSocketHub(Desk):
    """The server's end (transcription.link.Hub). ``port`` 0 = chosen by the system."""

    def __init__(self, host: str, port: int, token: str, *, lease: float = LEASE) -> None:
        if len(token) < 16:
            raise ValueError("the token has at least 16 characters")
        super().__init__()
        self._host, self._port, self._token, self._lease = host, port, token, lease
        self._peers: set[Peer] = set()
        self._server: Server | None = None
        self._url = ""
        self._watch: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        if not self._url:
            raise AssertionError("the hub has no address before start()")
        return self._url

    async def start(self) -> None:
        self._server = await serve(
            self._meet, self._host, self._port, process_request=self._check, max_size=MAX_FRAME, compression=None,
            ping_interval=10, ping_timeout=20,
        )  # fmt: skip
        host, port = next(iter(self._server.sockets)).getsockname()[:2]
        self._url = f"ws://[{host}]:{port}" if ":" in host else f"ws://{host}:{port}"
        self._watch = asyncio.create_task(self._fence())

    async def stop(self) -> None:
        if self._watch:
            self._watch.cancel()
        if self._server:
            self._server.close()
            await self._server.wait_closed()
        self._end()

    async def forget(self, room: str, spans: Sequence[Span]) -> None:
        await super().forget(room, spans)
        self._tell("worker", order_head(Forget(room, tuple(spans))))

    async def tell_listener(self, head: Mapping[str, Any]) -> None:
        self._tell("listener", head)

    def workforce(self) -> Workforce:
        roles = [peer.role for peer in self._peers]
        return Workforce(roles.count("listener"), roles.count("worker"), self._schedule.waiting)

    # --- connections

    async def _check(self, connection: ServerConnection, request: Request) -> Response | None:
        given = request.headers.get("Authorization", "")
        if hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
            return None
        return connection.respond(HTTPStatus.UNAUTHORIZED, "no")

    async def _meet(self, socket: ServerConnection) -> None:
        peer = await self._greet(socket)
        if peer is None:
            await socket.close(_REFUSED, "hello refused")
            return
        self._peers.add(peer)
        writer = asyncio.create_task(peer.write())
        self._news.put(Arrived(peer.role, peer.name))
        _log.info("link_peer_arrived", role=peer.role, name=peer.name)
        try:
            async for frame in socket:
                await self._hear(peer, frame)
        except (ConnectionClosed, WireError) as error:
            _log.info("link_peer_failed", role=peer.role, name=peer.name, error=type(error).__name__)
        finally:
            writer.cancel()
            await self._part(peer)

    async def _greet(self, socket: ServerConnection) -> Peer | None:
        try:
            head, _ = unpack(_bytes(await asyncio.wait_for(socket.recv(), 10)))
        except (WireError, TimeoutError, ConnectionClosed):
            return None
        role, name = head.get("role"), str(head.get("name", ""))[:80]
        if head.get("type") != "hello" or head.get("v") != VERSION or role not in ("listener", "worker"):
            return None
        peer = Peer(socket, role, name)
        peer.send(hello("hub", "hub"))
        return peer

    async def _part(self, peer: Peer) -> None:
        self._peers.discard(peer)
        self._schedule.lost(peer.key)
        self._news.put(Departed(peer.role, peer.name))
        await self._stir()

    async def _hear(self, peer: Peer, frame: str | bytes) -> None:
        data = _bytes(frame)
        head, _ = unpack(data)
        match peer.role, head.get("type"):
            case "listener", "job":
                job = read_message(data)
                assert isinstance(job, Job)
                await self._offered(job)
            case "listener", "progress" | "voiced":
                if (news := read_news(head)) is not None:
                    self._news.put(news)
            case "worker", "take":
                peer.idle, peer.busy_until = True, None
                await self._stir()
            case "worker", "result":
                result = read_message(data)
                assert isinstance(result, Result)
                await self._given(peer.key, result)
            case _, kind:
                raise WireError(f"a {peer.role} does not say {kind!r:.40}")

    async def _dispatch(self) -> None:
        workers = [peer for peer in self._peers if peer.role == "worker"]
        idle = [peer for peer in workers if peer.idle]
        while idle:
            # One worker stays free for the next final, where there is more than one.
            job = self._schedule.take(idle[-1].key, time.monotonic(), interims=len(idle) > 1 or len(workers) == 1)
            if job is None:
                break
            peer = idle.pop()
            peer.idle, peer.busy_until = False, time.monotonic() + patience(job, self._lease)
            peer.send(job_frame(job))

    async def _fence(self) -> None:
        """Cut off workers that hang; their job goes to another."""
        while True:
            await asyncio.sleep(min(1.0, self._lease / 4))
            now = time.monotonic()
            for peer in list(self._peers):
                if peer.busy_until is not None and now > peer.busy_until:
                    _log.warning("link_worker_hangs", name=peer.name)
                    peer.socket.transport.abort()

    async def _order(self, order: Order) -> None:
        self._tell("listener", order_head(order))

    def _tell(self, role: Role, head: Mapping[str, Any]) -> None:
        frame = pack(dict(head))
        for peer in list(self._peers):
            if peer.role == role:
                peer.send(frame)


class WebSocketProducer:
    """The listener's end (transcription.link.Producer)."""

    def __init__(self, url: str, token: str, name: str = "listener") -> None:
        self._url, self._token, self._name = url, token, name
        self._socket: ClientConnection | None = None
        self._closed = False

    async def orders(self) -> AsyncIterator[Order]:
        patience = Patience()
        while not self._closed:
            why = "closed"
            try:
                self._socket = await _connect(self._url, self._token, "listener", self._name)
                patience.met()
                yield Connected()
                async for frame in self._socket:
                    head, _ = unpack(_bytes(frame))
                    if (order := read_order(head)) is not None:
                        yield order
            except (LinkClosed, ConnectionClosed, WireError) as error:
                why = type(error).__name__
            self._socket = None
            await patience.wait(why)

    async def offer(self, job: Job) -> None:
        await self._send(job_frame(job))

    async def progress(self, room: str, owed_ms: int) -> None:
        await self._send(pack(news_head(Progress(room, owed_ms))))

    async def voiced(self, voiced: Voiced) -> None:
        await self._send(pack(news_head(voiced)))

    async def close(self) -> None:
        self._closed = True
        if self._socket:
            await self._socket.close()

    async def _send(self, frame: bytes) -> None:
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._socket.send(frame)


class WebSocketTaker:
    """A worker's end (transcription.link.Taker); make it by ``await WebSocketTaker.connect(...)``."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    @classmethod
    async def connect(cls, url: str, token: str, name: str) -> WebSocketTaker:
        """Raises LinkClosed, LinkRefused."""
        return cls(await _connect(url, token, "worker", name))

    async def take(self) -> Job:
        try:
            await self._socket.send(pack({"type": "take"}))
            while True:
                data = _bytes(await self._socket.recv())
                head, _ = unpack(data)
                if head.get("type") == "job" and isinstance(job := read_message(data), Job):
                    return job
        except ConnectionClosed as error:
            raise LinkClosed("the hub is gone") from error

    async def give(self, result: Result) -> None:
        try:
            await self._socket.send(result_frame(result))
        except ConnectionClosed as error:
            raise LinkClosed("the hub is gone") from error

    async def close(self) -> None:
        await self._socket.close()


async def _connect(url: str, token: str, role: Role, name: str) -> ClientConnection:
    headers = {"Authorization": f"Bearer {token}"}
    try:
        socket = await connect(
            url, additional_headers=headers, max_size=MAX_FRAME, compression=None, proxy=None, open_timeout=5,
            ping_interval=10, ping_timeout=20,
        )  # fmt: skip
        await socket.send(hello(role, name))
        head, _ = unpack(_bytes(await asyncio.wait_for(socket.recv(), 10)))
    except InvalidStatus as error:
        raise LinkRefused("the hub does not know this token") from error
    except ConnectionClosed as error:
        if error.rcvd is not None and error.rcvd.code == _REFUSED:
            raise LinkRefused("the hub does not speak this version") from error
        raise LinkClosed("the hub is gone") from error
    except (OSError, TimeoutError, InvalidHandshake) as error:
        raise LinkClosed("the hub cannot be reached") from error
    if head.get("type") != "hello":
        raise LinkRefused("no hub answers there")
    return socket


def _bytes(frame: str | bytes) -> bytes:
    if isinstance(frame, str):
        raise WireError("a text frame")
    return frame
