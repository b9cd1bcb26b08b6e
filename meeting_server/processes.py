"""Child processes: started, restarted with back-off when they end, stopped in order.

The supervisor does nothing else, so that it outlives what it watches. Children get a session of their own (the
terminal's Ctrl+C reaches only the supervisor) and are ended by the kernel when the supervisor is killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)

FIRST_WAIT_S, LONGEST_WAIT_S, STEADY_S = 0.2, 10.0, 30.0
STOP_LIMIT_S = 12.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A child to keep alive. ``env`` is added to ours; ``fds`` are inherited."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    fds: tuple[int, ...] = ()


def back_off(wait: float, lived: float) -> float:
    """The next wait before a restart: doubled, unless the child had lived steadily."""
    return FIRST_WAIT_S if lived >= STEADY_S else min(LONGEST_WAIT_S, wait * 2)


class Supervisor:
    """``await run()`` until ``stop()``; parts are stopped in the order in which they are given."""

    def __init__(self, parts: Sequence[Part], told: Callable[[str, int], None] = lambda *_: None) -> None:
        """``told(name, pid)`` whenever a part was started."""
        self._parts = tuple(parts)
        self._told = told
        self._alive: dict[str, asyncio.subprocess.Process] = {}
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        keepers = [asyncio.create_task(self._keep(part), name=f"keeper of {part.name}") for part in self._parts]
        try:
            await self._stopping.wait()
        finally:
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)
            for part in self._parts:
                await self._end(part.name)

    async def _keep(self, part: Part) -> None:
        wait = FIRST_WAIT_S
        while True:
            began = time.monotonic()
            try:
                child = await self._start(part)
            except OSError as error:
                log.error("part_not_started", part=part.name, error=type(error).__name__)
            else:
                code = await child.wait()
                self._alive.pop(part.name, None)
                log.warning("part_ended", part=part.name, code=code, lived_s=round(time.monotonic() - began, 1))
            await asyncio.sleep(wait)
            wait = back_off(wait, time.monotonic() - began)

    async def _start(self, part: Part) -> asyncio.subprocess.Process:
        child = await asyncio.create_subprocess_exec(
            *part.command,
            env={**os.environ, **part.env},
            pass_fds=part.fds,
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        self._alive[part.name] = child
        log.info("part_started", part=part.name, pid=child.pid)
        self._told(part.name, child.pid)
        return child

    async def _end(self, name: str) -> None:
        child = self._alive.pop(name, None)
        if child is None or child.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        try:
            async with asyncio.timeout(STOP_LIMIT_S):
                await child.wait()
        except TimeoutError:
            log.warning("part_killed", part=name, why="did not stop in time")
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()


def _die_with_parent() -> None:
    """In the child before exec: SIGTERM when the supervisor goes (Linux; elsewhere nothing)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
