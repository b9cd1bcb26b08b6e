"""Real WebRTC clients (aiortc) that show and look on, for the tests of pictures."""

from __future__ import annotations

import asyncio
import contextlib
import fractions
import time
from collections.abc import Callable

import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcrtpsender import RTCRtpSender
from av import VideoFrame

from meeting_server.media.engine import MediaEngine, Place
from tests.meeting_server.media.clients import until

WIDTH, HEIGHT, FPS = 320, 180, 15


class Scene(MediaStreamTrack):
    """A grey field of one brightness with a bar that moves, so that every frame differs."""

    kind = "video"

    def __init__(self, brightness: int) -> None:
        super().__init__()
        self.brightness, self.sent = brightness, 0
        self._begin = time.monotonic()

    async def recv(self) -> VideoFrame:
        wait = self._begin + self.sent / FPS - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        field = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        field[:HEIGHT] = self.brightness
        at = self.sent * 4 % (WIDTH - 16)
        field[:HEIGHT, at : at + 16] = 255 - self.brightness
        frame = VideoFrame.from_ndarray(field, format="yuv420p")
        frame.pts, frame.time_base = self.sent * 90_000 // FPS, fractions.Fraction(1, 90_000)
        self.sent += 1
        return frame


class Shower:
    """Shows a scene. ``codec`` "H264": offers nothing else."""

    def __init__(self, session: str, brightness: int = 60, codec: str = "") -> None:
        self.session, self.scene = session, Scene(brightness)
        self.peer = RTCPeerConnection(RTCConfiguration([]))
        line = self.peer.addTransceiver(self.scene, "sendonly")
        if codec:
            known = RTCRtpSender.getCapabilities("video").codecs
            line.setCodecPreferences([one for one in known if one.mimeType == f"video/{codec}"])

    async def show(self, engine: MediaEngine, room: str, place: Place) -> None:
        await self.peer.setLocalDescription(await self.peer.createOffer())
        answer = await engine.show(room, self.session, place, self.peer.localDescription.sdp)
        await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await until(lambda: self.peer.connectionState == "connected", 10)

    async def close(self) -> None:
        await self.peer.close()


class Looker:
    """What it saw, per line (0 = what is shared, 1 = the hall): brightness of each frame, roughly."""

    def __init__(self, session: str, lines: int = 2) -> None:
        self.session = session
        self.peer = RTCPeerConnection(RTCConfiguration([]))
        self.seen: list[list[int]] = [[] for _ in range(lines)]
        self._tasks: list[asyncio.Task[None]] = []
        self.peer.on("track", self._watch)
        for _ in range(lines):
            self.peer.addTransceiver("video", "recvonly")

    def _watch(self, track: MediaStreamTrack) -> None:
        place = next(n for n, line in enumerate(self.peer.getTransceivers()) if line.receiver.track is track)
        self._tasks.append(asyncio.create_task(self._see(track, self.seen[place])))

    async def _see(self, track: MediaStreamTrack, seen: list[int]) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                assert isinstance(frame, VideoFrame)
                seen.append(int(np.median(frame.to_ndarray(format="yuv420p")[: frame.height])))

    async def look(self, engine: MediaEngine, room: str) -> None:
        await self.peer.setLocalDescription(await self.peer.createOffer())
        answer = await engine.look(room, self.session, self.peer.localDescription.sdp)
        await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await until(lambda: self.peer.connectionState == "connected", 10)

    async def sees(self, line: int, brightness: int, frames: int = 5, within: float = 60) -> None:
        """So many more frames that look like this."""
        begun = len(self.seen[line])
        like: Callable[[], int] = lambda: sum(abs(b - brightness) < 12 for b in self.seen[line][begun:])  # noqa: E731
        await until(lambda: like() >= frames, within)

    async def close(self) -> None:
        await self.peer.close()
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
