"""Sends pictures in slices of a fraction of a millisecond, so that sound comes between; gives up first. One a node.

A key frame for forty viewers is thousands of datagrams at once: sent in one go they would hold up every room's sound
for tens of milliseconds. What waits too long, or is more than MOST, is left out, and those viewers wait for the next
key frame; while the node's clock runs late, nothing of pictures is sent at all.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Protocol

import structlog

from meeting_server.media.picture.writer import Shown

log = structlog.get_logger(__name__)

SLICE = 24  # datagrams; about 0.2 ms
MOST = 4096  # datagrams that may wait: some 30 ms of work
OLD_MS = 150
LATE_MS, LATE_BEATS, HOLD_MS = 40, 3, 3000  # so late, so many of ten beats: nothing for so long


class Takes(Protocol):
    """A stream of one viewer."""

    def send(self, shown: Shown, now: int) -> None: ...

    def skip(self) -> None:
        """Something was left out."""


class Pacer:
    def __init__(self) -> None:
        self._jobs: deque[tuple[Shown, Sequence[Takes], int]] = deque()
        self._place = self._waiting = 0
        self._running = False
        self._held_until = 0
        self._beats: deque[bool] = deque(maxlen=10)
        self.left_out = self._failed = 0

    @property
    def waiting(self) -> int:
        return self._waiting

    def put(self, shown: Shown, streams: Sequence[Takes], now: int) -> None:
        """``streams`` must not change afterwards."""
        if now < self._held_until or self._waiting + len(streams) > MOST:
            self._leave_out(streams)
            return
        self._jobs.append((shown, streams, now))
        self._waiting += len(streams)
        if not self._running:
            self._run(now)

    def beat(self, late_ms: float, now: int) -> None:
        """Ten times a second: how late the node's own clock was."""
        self._beats.append(late_ms >= LATE_MS)
        if sum(self._beats) < LATE_BEATS:
            return
        if now >= self._held_until:
            log.warning("pictures_held", why="the node is late")
        self._beats.clear()
        self._held_until = now + HOLD_MS
        while self._jobs:
            self._give_up()

    def _leave_out(self, streams: Sequence[Takes]) -> None:
        self.left_out += len(streams)
        for stream in streams:
            stream.skip()

    def _give_up(self) -> None:
        _, streams, _ = self._jobs.popleft()
        rest, self._place = streams[self._place :], 0
        self._waiting -= len(rest)
        self._leave_out(rest)

    def _send(self, stream: Takes, shown: Shown, now: int) -> None:
        """One stream's fault is not the others'."""
        try:
            stream.send(shown, now)
        except Exception:
            self._failed += 1
            if self._failed == 1:
                log.exception("picture_not_sent")

    def _run(self, now: int) -> None:
        """One slice; the rest when the loop has looked at its sockets."""
        left = SLICE
        while self._jobs and left > 0:
            shown, streams, since = self._jobs[0]
            if now - since > OLD_MS:
                self._give_up()
                continue
            part = streams[self._place : self._place + left]
            self._place += len(part)
            self._waiting -= len(part)
            left -= len(part)
            for stream in part:
                self._send(stream, shown, now)
            if self._place >= len(streams):
                self._jobs.popleft()
                self._place = 0
        self._running = bool(self._jobs)
        if self._running:
            loop = asyncio.get_running_loop()
            loop.call_soon(lambda: self._run(_steady(loop)))


def _steady(loop: asyncio.AbstractEventLoop) -> int:
    return int(loop.time() * 1000)
