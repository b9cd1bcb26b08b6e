"""Janus by its WebSocket API, as the load drives it: AudioBridge (it mixes) and VideoRoom (it forwards)."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Coroutine
from typing import Any

import websockets

from benchmarks.media_peer import LightPeer

ANSWER_S, ALIVE_S = 20, 20
Line = Callable[[], LightPeer]


class Handle:
    """A session of Janus with one handle of a plugin."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self._socket, self._turn = socket, asyncio.Lock()
        self._whole: dict[str, Any] = {}
        self._keep: asyncio.Task[None] | None = None

    @classmethod
    async def of(cls, url: str, plugin: str) -> Handle:
        socket = await websockets.connect(url, subprotocols=[websockets.Subprotocol("janus-protocol")])
        made = cls(socket)
        session = (await made._ask(janus="create"))["data"]["id"]
        asked = {"plugin": f"janus.plugin.{plugin}", "session_id": session}
        handle = (await made._ask(janus="attach", **asked))["data"]["id"]
        made._whole = {"session_id": session, "handle_id": handle}
        made._keep = asyncio.create_task(made._keep_alive(session))
        return made

    async def message(self, body: dict[str, Any], jsep: dict[str, str] | None = None) -> dict[str, Any]:
        """What the plugin answers. Raises RuntimeError."""
        return await self._ask(janus="message", **self._whole, body=body, **({"jsep": jsep} if jsep else {}))

    async def _ask(self, **message: Any) -> dict[str, Any]:
        transaction = secrets.token_hex(8)
        async with self._turn, asyncio.timeout(ANSWER_S):
            await self._socket.send(json.dumps({**message, "transaction": transaction}))
            while True:
                reply: dict[str, Any] = json.loads(await self._socket.recv())
                acknowledged = reply["janus"] == "ack" and message["janus"] != "keepalive"
                if reply.get("transaction") == transaction and not acknowledged:
                    if reply["janus"] == "error" or "error" in reply.get("plugindata", {}).get("data", {}):
                        raise RuntimeError(reply)
                    return reply

    async def _keep_alive(self, session: int) -> None:
        """Ask Janus to keep the session, and read away its events."""
        while True:
            await asyncio.sleep(ALIVE_S)
            await self._ask(janus="keepalive", session_id=session)


class Rooms:
    """Rooms that are made once, by the first who comes."""

    def __init__(self, make: Callable[[int], Coroutine[Any, Any, None]]) -> None:
        self._make = make
        self._made: dict[int, asyncio.Task[None]] = {}

    async def open(self, room: int) -> None:
        if room not in self._made:
            self._made[room] = asyncio.create_task(self._make(room))
        await self._made[room]


class BridgeTarget:
    """AudioBridge: everybody gets one mix."""

    slots, stamps = 1, False

    def __init__(self, url: str, room: int) -> None:
        self._url, self._room = url, room
        self._rooms = Rooms(self._make)

    async def _make(self, room: int) -> None:
        body = {"request": "create", "room": room, "sampling_rate": 48_000, "audiolevel_ext": True}
        await (await Handle.of(self._url, "audiobridge")).message(body)

    async def join(self, number: int, offer: str) -> str:
        handle, room = await Handle.of(self._url, "audiobridge"), 5000 + number // self._room
        await self._rooms.open(room)
        await handle.message({"request": "join", "room": room, "display": str(number)})
        jsep = {"type": "offer", "sdp": offer}
        reply = await handle.message({"request": "configure", "muted": False}, jsep)
        return str(reply["jsep"]["sdp"])

    async def listen(self, number: int, line: Line) -> LightPeer | None:
        return None

    async def lag(self) -> dict[str, float]:
        return {}


class VideoTarget:
    """VideoRoom with sound alone: one line up for each, a second one down with everybody else's streams."""

    slots, stamps = 1, True

    def __init__(self, url: str, room: int) -> None:
        self._url, self._room = url, room
        self._rooms = Rooms(self._make)
        self._feeds: dict[int, dict[int, int]] = {}  # room → who → its number at Janus

    async def _make(self, room: int) -> None:
        body = {
            "request": "create", "room": room, "publishers": self._room, "audiocodec": "opus", "audiolevel_ext": True,
        }  # fmt: skip
        await (await Handle.of(self._url, "videoroom")).message(body)

    async def join(self, number: int, offer: str) -> str:
        handle, room = await Handle.of(self._url, "videoroom"), 5000 + number // self._room
        await self._rooms.open(room)
        joined = await handle.message({"request": "join", "ptype": "publisher", "room": room})
        self._feeds.setdefault(room, {})[number] = joined["plugindata"]["data"]["id"]
        reply = await handle.message({"request": "publish"}, {"type": "offer", "sdp": offer})
        return str(reply["jsep"]["sdp"])

    async def listen(self, number: int, line: Line) -> LightPeer | None:
        """Once all of the room are there."""
        room = 5000 + number // self._room
        others = [{"feed": feed} for who, feed in self._feeds[room].items() if who != number]
        if not others:
            return None
        handle = await Handle.of(self._url, "videoroom")
        asked = {"request": "join", "ptype": "subscriber", "room": room, "streams": others}
        offer = (await handle.message(asked))["jsep"]["sdp"]
        peer = line()
        await handle.message({"request": "start"}, {"type": "answer", "sdp": await peer.answer(offer)})
        await peer.accept(offer)
        return peer

    async def lag(self) -> dict[str, float]:
        return {}
