"""A simulated participant: cookie, live socket, and a peer connection that can speak recorded sound."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import websockets
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from meeting_server.rehearsal.sound import Heard, Voice

CSRF = {"X-Hopchibo": "1"}


class RehearsalFault(Exception):
    """A stage did not come out as it must; the message says what was seen."""


@dataclass
class Participant:
    """One simulated person or place. ``views`` is what the server last sent; ``captions`` all lines seen."""

    name: str
    base: str
    http: httpx.AsyncClient
    views: dict[str, Any] = field(default_factory=dict)
    captions: dict[str, dict[str, Any]] = field(default_factory=dict)
    heard: Heard = field(default_factory=Heard)
    you: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._changed = asyncio.Condition()
        self._commands = 0
        self._socket: websockets.ClientConnection | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._peer: RTCPeerConnection | None = None
        self._voice = Voice()
        self._sdp: asyncio.Future[str] | None = None

    async def post(self, path: str, body: dict[str, Any] | None = None, **kind: Any) -> Any:
        reply = await self.http.post(path, json=body, headers={**CSRF, "Origin": self.base}, **kind)
        return _json(reply)

    async def get(self, path: str, **params: str) -> Any:
        return _json(await self.http.get(path, params=params))

    async def connect(self, meeting: str, device: str, *, private: bool = True) -> None:
        """Open the live socket and greet; returns when the first snapshot has come (or the lobby)."""
        split = urlsplit(self.base)
        url = f"{'wss' if split.scheme == 'https' else 'ws'}://{split.netloc}/live/{meeting}"
        cookie = "; ".join(f"{c.name}={c.value}" for c in self.http.cookies.jar)
        self._socket = await websockets.connect(
            url, origin=websockets.Origin(self.base), additional_headers={"Cookie": cookie}, max_size=4 * 1024 * 1024
        )
        hello = {"type": "hello", "v": 1, "versions": {}, "tab": self.name, "device": device}
        await self._send({**hello, "informed": True, "private": private})
        self._tasks.append(asyncio.create_task(self._listen(), name=f"{self.name} listens"))
        await self.until(lambda: bool(self.you) and "meeting" in self.views, 15, "được vào phòng")

    async def _send(self, message: dict[str, Any]) -> None:
        if self._socket is None:
            raise AssertionError("connect first")
        await self._socket.send(json.dumps(message, ensure_ascii=False))

    async def _listen(self) -> None:
        if self._socket is None:
            raise AssertionError("connect first")
        with contextlib.suppress(websockets.ConnectionClosed):
            async for raw in self._socket:
                self._take(json.loads(raw))
                async with self._changed:
                    self._changed.notify_all()

    def _take(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "welcome":
                self.you = message["you"]
            case "snapshot":
                self.views |= message["views"]
                self._keep(message["views"].get("captions", []))
            case "replace":
                self.views[message["view"]] = message["value"]
                if message["view"] == "captions":
                    self._keep(message["value"])
            case "append":
                self._keep([message["value"]])
            case "accepted" | "refused":
                answer = self._answers.pop(message["id"], None)
                if answer and not answer.done():
                    answer.set_result(message)
                elif message["type"] == "refused" and self._sdp and not self._sdp.done():
                    self._sdp.set_exception(RehearsalFault(message["message"]))
            case "answer":
                if self._sdp and not self._sdp.done():
                    self._sdp.set_result(message["sdp"])

    def _keep(self, lines: list[dict[str, Any]]) -> None:
        self.captions |= {line["id"]: line for line in lines}

    async def until(self, true: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait for something to be seen; RehearsalFault names it when it does not come in time."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(true)
        except TimeoutError as error:
            raise RehearsalFault(f"{self.name}: sau {seconds:.0f} giây vẫn chưa {what}") from error

    async def do(self, command: str, **args: Any) -> int:
        """A command; returns the entry's number. RehearsalFault with the server's words when refused."""
        self._commands += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[self._commands] = answer
        await self._send({"type": "command", "id": self._commands, "name": command, "args": args})
        async with asyncio.timeout(60):
            reply = await answer
        if reply["type"] == "refused":
            raise RehearsalFault(f"{command}: {reply['message']}")
        return int(reply.get("seq") or 0)

    async def call(self, *, speak: bool) -> None:
        """Join the room's sound over WebRTC: one slot both ways and two to listen."""
        self._peer = peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        peer.on("track", lambda track: self._tasks.append(asyncio.create_task(self.heard.listen(track))))
        peer.addTransceiver(self._voice if speak else "audio", "sendrecv" if speak else "recvonly")
        for _ in range(2):
            peer.addTransceiver("audio", "recvonly")
        await peer.setLocalDescription(await peer.createOffer())
        self._sdp = asyncio.get_running_loop().create_future()
        await self._send(
            {"type": "offer", "sdp": peer.localDescription.sdp, "speak": speak, "hear": True, "weak": False}
        )
        async with asyncio.timeout(15):
            answer = await self._sdp
        await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await self._send({"type": "mic", "on": speak})

    async def say(self, file: Path) -> float:
        """Speak a recording to its end; returns its seconds."""
        return await self._voice.say(file)

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._peer:
            await self._peer.close()
        if self._socket:
            await self._socket.close()
        await self.http.aclose()


def _json(reply: httpx.Response) -> Any:
    if reply.is_error:
        try:
            message = reply.json()["message"]
        except (ValueError, KeyError, TypeError):
            message = reply.text[:200]
        raise RehearsalFault(f"{reply.request.url.path}: {reply.status_code} {message}")
    return reply.json()
