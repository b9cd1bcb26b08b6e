"""Real WebRTC clients (aiortc) and what they hear, for the tests of the media node."""

from __future__ import annotations

import asyncio
import contextlib
import fractions
import itertools
import random
import socket
import time
from collections.abc import Callable

import numpy as np
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame
from numpy.typing import NDArray

from meeting_server.media.engine import MediaEngine, Seat

RATE, FRAME = 48_000, 960
MOST_BEHIND_S = 0.2
STEP_S = 0.01


def speech_like(seconds: float, seed: int = 1) -> NDArray[np.int16]:
    """Tones that swell and fade a few times a second, as syllables do."""
    random = np.random.default_rng(seed)
    count = int(seconds * RATE)
    knots = random.uniform(0.02, 1, int(seconds * 6) + 2)
    swell = np.interp(np.arange(count), np.linspace(0, count, len(knots)), knots)
    time_s = np.arange(count) / RATE
    tone = sum(np.sin(2 * np.pi * pitch * time_s) / number for number, pitch in enumerate((180, 370, 720, 1500), 1))
    return (swell * tone * 6000).astype(np.int16)


class Voice(MediaStreamTrack):
    """Plays samples at their pace, then silence; silence also until ``begins``, where several begin together."""

    kind = "audio"

    def __init__(self, samples: NDArray[np.int16] | None = None, begins: asyncio.Event | None = None) -> None:
        super().__init__()
        self.samples = samples if samples is not None else np.zeros(0, np.int16)
        self._begins = begins
        self._sent = self._played = 0
        self._begin = 0.0  # the first frame is asked for when the line is connected: no burst of what was before

    @property
    def sent(self) -> int:
        """Frames of 20 ms so far."""
        return self._sent // FRAME

    @property
    def over(self) -> bool:
        """All of it was said, and a second more."""
        return self._played > len(self.samples) + RATE

    async def recv(self) -> AudioFrame:
        self._begin = self._begin or time.monotonic()
        wait = self._begin + self._sent / RATE - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        elif wait < -MOST_BEHIND_S:
            self._begin -= wait  # the machine stood still: a microphone does not make up for it in a burst
        block = np.zeros(FRAME, np.int16)
        if self._begins is None or self._begins.is_set():
            part = self.samples[self._played : self._played + FRAME]
            block[: len(part)] = part
            self._played += FRAME
        frame = AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._sent, fractions.Fraction(1, RATE)
        self._sent += FRAME
        return frame


class Client:
    """A browser as far as sound goes: one line both ways, ``slots`` lines in all."""

    def __init__(
        self, session: str, voice: Voice | None = None, slots: int = 3, relay: RTCIceServer | None = None
    ) -> None:
        """With a ``relay`` the client is reached through it only."""
        self.session = session
        policy = RTCIceTransportPolicy.RELAY if relay else RTCIceTransportPolicy.ALL
        self.peer = RTCPeerConnection(RTCConfiguration([relay] if relay else [], iceTransportPolicy=policy))
        self.heard: list[tuple[int, NDArray[np.int16]]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.peer.on("track", self._listen)
        self.peer.addTransceiver(voice or "audio", "sendrecv" if voice else "recvonly")
        for _ in range(slots - 1):
            self.peer.addTransceiver("audio", "recvonly")

    def _listen(self, track: MediaStreamTrack) -> None:
        self._tasks.append(asyncio.create_task(self._hear(track)))

    async def _hear(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                assert isinstance(frame, AudioFrame)
                samples = frame.to_ndarray().reshape(-1, len(frame.layout.channels))[:, 0]
                self.heard.append((frame.pts or 0, samples.copy()))

    async def offer(self) -> str:
        await self.peer.setLocalDescription(await self.peer.createOffer())
        return self.peer.localDescription.sdp

    async def join(
        self, engine: MediaEngine, room: str, *, speak: bool = True, hear: bool = True, weak: bool = False,
        hall: bool = False, microphone: bool = False,
    ) -> float:  # fmt: skip
        """The seconds of ``Beats`` that connecting took."""
        seat: Seat = "hall" if hall else "microphone" if microphone else "remote"
        answer = await engine.join(room, self.session, seat, await self.offer(), speak=speak, hear=hear, weak=weak)
        await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        return await until(lambda: self.peer.connectionState == "connected", 10)

    def sound(self) -> NDArray[np.int16]:
        """What was heard, laid out by its RTP time."""
        if not self.heard:
            return np.zeros(0, np.int16)
        first = min(pts for pts, _ in self.heard)
        length = max(pts + len(samples) for pts, samples in self.heard) - first
        out = np.zeros(min(length, 120 * RATE), np.int16)
        for pts, samples in self.heard:
            out[pts - first : pts - first + len(samples)] = samples[: len(out) - (pts - first)]
        return out

    async def close(self) -> None:
        await self.peer.close()
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def free_ports(count: int = 1) -> range:
    """So many ports in a row, free for UDP and TCP, below those that systems give out by themselves (32768 on Linux):
    no other test is given one of them meanwhile."""
    for first in random.sample(range(20_000, 32_000), 100):
        with contextlib.suppress(OSError), contextlib.ExitStack() as held:
            for port, kind in itertools.product(range(first, first + count), (socket.SOCK_DGRAM, socket.SOCK_STREAM)):
                held.enter_context(socket.socket(type=kind)).bind(("127.0.0.1", port))
            return range(first, first + count)
    raise AssertionError("no free ports")


class Beats:
    """Time as this process had it: a turn of the loop that took longer than twice its time counts as that much, so that
    neither a slow machine nor one that stood still is taken for slowness of what is tested."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._last = time.monotonic()

    async def turn(self) -> None:
        await asyncio.sleep(STEP_S)
        now = time.monotonic()
        self.seconds += min(now - self._last, 2 * STEP_S)
        self._last = now


async def until(true: Callable[[], bool], seconds: float) -> float:
    """Wait for something to become true; TimeoutError when it does not in so many seconds of ``Beats``. How many it
    took."""
    beats = Beats()
    while not true():
        await beats.turn()
        if beats.seconds > seconds:
            raise TimeoutError(f"not within {seconds} s")
    return beats.seconds


def envelope(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    """Loudness in steps of 20 ms."""
    whole = samples[: len(samples) // FRAME * FRAME].astype(np.float64).reshape(-1, FRAME)
    return np.sqrt((whole**2).mean(axis=1))


def likeness(sent: NDArray[np.int16], heard: NDArray[np.int16]) -> float:
    """Best correlation of the two envelopes over shifts of up to 3 s, where at least half of the sent is covered."""
    a, b = envelope(sent), envelope(heard)
    best = 0.0
    for shift in range(-150, 151):
        x, y = (a[shift:], b) if shift >= 0 else (a, b[-shift:])
        size = min(len(x), len(y))
        if size >= len(a) // 2 and x[:size].std() > 0 and y[:size].std() > 0:
            best = max(best, float(np.corrcoef(x[:size], y[:size])[0, 1]))
    return best
