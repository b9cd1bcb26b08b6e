"""Recorded voices into a WebRTC track, and a listener that measures what arrives."""

from __future__ import annotations

import asyncio
import contextlib
import fractions
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from numpy.typing import NDArray

RATE, FRAME = 48_000, 960
PAUSE = RATE * 3 // 2  # silence after a recording, so that the utterance ends


def samples(file: Path) -> NDArray[np.int16]:
    """A sound file as 48 kHz mono."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(file)) as container:
        parts = [
            out.to_ndarray()[0]
            for frame in [*container.decode(audio=0), None]
            for out in resampler.resample(frame)
        ]  # fmt: skip
    return np.concatenate(parts).astype(np.int16)


class Voice(MediaStreamTrack):
    """Room noise until told to say something; 20 ms frames at the pace of the clock."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._frames: deque[NDArray[np.int16]] = deque()
        self._said = asyncio.Event()
        self._position = 0
        self._began: float | None = None
        self._noise = np.random.default_rng(1).normal(0, 6, RATE).astype(np.int16)

    async def say(self, file: Path) -> float:
        sound = samples(file)
        padded = np.concatenate([sound, np.zeros(PAUSE + -(len(sound) + PAUSE) % FRAME, np.int16)])
        self._said.clear()
        self._frames.extend(padded.reshape(-1, FRAME))
        await self._said.wait()
        return len(sound) / RATE

    async def recv(self) -> av.AudioFrame:
        if self._began is None:
            self._began = time.monotonic()
        await asyncio.sleep(max(0.0, self._began + self._position / RATE - time.monotonic()))
        offset = self._position % (RATE - FRAME)
        frame = self._noise[offset : offset + FRAME].copy()
        if self._frames:
            frame += self._frames.popleft()
        elif not self._said.is_set():
            self._said.set()
        out = av.AudioFrame.from_ndarray(frame[np.newaxis], format="s16", layout="mono")
        out.sample_rate, out.pts, out.time_base = RATE, self._position, fractions.Fraction(1, RATE)
        self._position += FRAME
        return out


@dataclass
class Heard:
    """What a listener's slots brought: seconds of frames louder than room noise."""

    loud_seconds: float = 0.0

    async def listen(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError, asyncio.CancelledError):
            while True:
                frame = await track.recv()
                if not isinstance(frame, av.AudioFrame):
                    continue
                level = float(np.sqrt(np.mean(frame.to_ndarray().astype(np.float64) ** 2)))
                if level > 150:
                    self.loud_seconds += frame.samples / frame.sample_rate
