"""A real server in the test's own loop: uvicorn on a free port, SQLite in a directory, no media node, no speech."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import uvicorn
import websockets
from pwdlib import PasswordHash
from sqlmodel import Session, select

from meeting_server import addresses
from meeting_server.app import Adapters, Running, create_app
from meeting_server.http import access
from meeting_server.http.caller import COOKIE, LINK_COOKIE
from meeting_server.keeping import store_of
from meeting_server.media.engine import ControlLink
from meeting_server.serving import configuration
from meeting_server.settings import Settings
from meeting_server.store import people
from meeting_server.store.database import Store
from meeting_server.store.demo import seed
from meeting_server.store.tables import Account
from transcription.link import Hub

PASSWORD = "mot-mat-khau-dai"
PLAN = {
    "kind": "regular", "title": "Sinh hoạt thường kỳ", "mode": "hybrid", "place": "Nhà văn hóa",
    "starts_at": 1_795_000_000_000, "agenda": [{"title": "Việc thứ nhất"}, {"title": "Việc thứ hai"}],
}  # fmt: skip
LEADER, SECRETARY, MEMBER = "Vi Văn Thuận", "Lương Văn Chiến", "Lang Văn Hợp"


@cache
def password_hash() -> str:
    return str(PasswordHash.recommended().hash(PASSWORD))


@dataclass
class Place:
    """``ids``: member ids by name. ``cookie(name)`` signs an account in without hashing."""

    base: str
    running: Running
    cell: str
    ids: dict[str, str]
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.running.parts.store

    def client(self, cookies: dict[str, str] | None = None) -> httpx.AsyncClient:
        headers = {"Origin": self.base, "X-Hopchibo": "1"}
        made = httpx.AsyncClient(base_url=self.base, headers=headers, cookies=cookies, timeout=20)
        self.clients.append(made)
        return made

    def signed_in(self, account: str) -> httpx.AsyncClient:
        """A client with the session of an account by its name."""

        def work(session: Session) -> str:
            row = session.exec(select(Account).where(Account.name == account)).one()
            return access.sign_in(session, row.id, now(), access.HOUR)

        return self.client({COOKIE: self.store.write_now(work)})

    def account_for(self, name: str, **rights: Any) -> str:
        """An account of a member (or of nobody) with these rights; its name."""

        def work(session: Session) -> str:
            person = self.ids.get(name)
            session.add(Account(id=people.new_id("a"), name=name, person=person, created_at=now(), **rights))
            return name

        return self.store.write_now(work)

    async def meeting(self) -> str:
        reply = await self.signed_in("bithu").post(f"/api/cells/{self.cell}/meetings", json=PLAN)
        assert reply.status_code == 200, reply.text
        return str(reply.json()["id"])

    async def by_link(
        self, meeting: str, name: str, *, wall: bool = False, as_member: bool = False
    ) -> httpx.AsyncClient:
        """Somebody who came by a personal link, or by the wall's."""
        links = (await self.signed_in("bithu").post(f"/api/meetings/{meeting}/links", json={})).json()
        url = links["wall"]["url"] if wall else next(one["url"] for one in links["links"] if one["name"] == name)
        body = {"token": url.rsplit("/", 1)[-1]}
        body |= ({"member": self.ids[name]} if as_member else {"name": name}) if wall else {}
        client = self.client()
        reply = await client.post("/api/join", json=body)
        assert reply.status_code == 200, reply.text
        return client

    @contextlib.asynccontextmanager
    async def live(self, meeting: str, client: httpx.AsyncClient | None, **hello: Any) -> AsyncIterator[Live]:
        """A live socket; with ``hello`` it greets."""
        cookies = "; ".join(f"{c.name}={c.value}" for c in client.cookies.jar) if client else ""
        url = self.base.replace("http", "ws", 1) + f"/live/{meeting}"
        url += "?as=microphone" if hello.get("device") == "microphone" else ""
        async with websockets.connect(
            url, origin=websockets.Origin(self.base), additional_headers={"Cookie": cookies}, max_size=1 << 22
        ) as wire:
            live = Live(wire)
            if hello:
                with contextlib.suppress(websockets.ConnectionClosed):
                    await live.send({"type": "hello", "v": 1, "versions": {}, "tab": "t", "informed": True, **hello})
            try:
                yield live
            finally:
                live.listener.cancel()


@dataclass
class Live:
    """A live socket's other end: everything heard, in order."""

    wire: websockets.ClientConnection
    heard: list[dict[str, Any]] = field(default_factory=list)
    views: dict[str, Any] = field(default_factory=dict)
    commands: int = 0

    def __post_init__(self) -> None:
        self._news = asyncio.Condition()
        self.listener = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            async for raw in self.wire:
                self._take(json.loads(raw))
                async with self._news:
                    self._news.notify_all()
        async with self._news:
            self._news.notify_all()

    def _take(self, message: dict[str, Any]) -> None:
        self.heard.append(message)
        if message["type"] == "snapshot":
            self.views |= message["views"]
        elif message["type"] == "replace":
            self.views[message["view"]] = message["value"]
        elif message["type"] == "append":
            self.views.setdefault(message["view"], []).append(message["value"])

    async def send(self, message: dict[str, Any] | str) -> None:
        await self.wire.send(message if isinstance(message, str) else json.dumps(message, ensure_ascii=False))

    async def until(self, true: Callable[[], bool], seconds: float = 10) -> None:
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(true)

    async def told(self, kind: str, seconds: float = 10) -> dict[str, Any]:
        """The first message of this type, heard already or soon."""
        await self.until(lambda: any(message["type"] == kind for message in self.heard), seconds)
        return next(message for message in self.heard if message["type"] == kind)

    async def do(self, name: str, **args: Any) -> dict[str, Any]:
        """The answer to a command: accepted or refused."""
        self.commands += 1
        return await self.again(self.commands, name, **args)

    async def again(self, number: int, name: str, **args: Any) -> dict[str, Any]:
        seen = len(self.heard)
        await self.send({"type": "command", "id": number, "name": name, "args": args})
        await self.until(lambda: any(message.get("id") == number for message in self.heard[seen:]))
        return next(message for message in self.heard[seen:] if message.get("id") == number)

    async def closed(self, seconds: float = 10) -> int:
        """The close code."""
        async with asyncio.timeout(seconds):
            await self.wire.wait_closed()
        return self.wire.close_code or 0


def now() -> int:
    return time.time_ns() // 1_000_000


@contextlib.asynccontextmanager
async def serving(folder: Path, hub: Hub | None = None, **changes: Any) -> AsyncIterator[Place]:
    settings = Settings(data=folder, demo=True, speech=False, web=folder / "web", **changes)
    settings.folders()
    listener = socket.create_server(("127.0.0.1", 0))
    base = f"http://localhost:{listener.getsockname()[1]}"
    store = store_of(settings)
    hashes = dict.fromkeys(("leader", "secretary", "administrator"), password_hash())
    cell = store.write_now(lambda session: seed(session, now(), hashes)).cell
    parts = Adapters(settings, store, ControlLink(settings.run), hub, base, addresses.origins(settings))
    app, running = create_app(parts)
    today = running.house.today()
    ids = store.read_now(lambda session: {line.name: line.member for line in people.roster(session, cell, today)})
    server = uvicorn.Server(configuration(app, settings))
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]  # pytest's own
    task = asyncio.create_task(server.serve([listener]))
    place = Place(base, running, cell, ids)
    try:
        yield place
    finally:
        for client in place.clients:
            await client.aclose()
        server.should_exit = True
        await task
        listener.close()


__all__ = ["COOKIE", "LINK_COOKIE", "Live", "Place", "serving"]
