"""Child processes: started, restarted with back-off when they end, stopped in order.

The supervisor does nothing else, so that it outlives what it watches. Children get a session of their own (the
terminal's Ctrl+C reaches only the supervisor) and are ended by the kernel when the supervisor is killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import functools
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)

FIRST_WAIT_S, LONGEST_WAIT_S, STEADY_S = 0.2, 10.0, 30.0
STOP_LIMIT_S = 12.0
SILENT_S = 20.0
WEIGH_TRIES, WEIGH_WAIT_S = 8, 0.06
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A child to keep alive. ``env`` is added to ours; ``fds`` are inherited. ``heartbeat`` names the variable that
    tells the child its end of a pipe: once it has written there, silence of SILENT_S means that it hangs. ``nice``
    (0 to 19): how far it stands back when cores are short."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    fds: tuple[int, ...] = ()
    heartbeat: str = ""
    nice: int = 0


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
                child, pulse = await self._start(part)
            except OSError as error:
                log.error("part_not_started", part=part.name, error=type(error).__name__)
            else:
                with contextlib.closing(_Pulse(part.name, child, pulse)):
                    code = await child.wait()
                self._alive.pop(part.name, None)
                log.warning("part_ended", part=part.name, code=code, lived_s=round(time.monotonic() - began, 1))
            await asyncio.sleep(wait)
            wait = back_off(wait, time.monotonic() - began)

    async def _start(self, part: Part) -> tuple[asyncio.subprocess.Process, int]:
        """The child and our end of its heartbeat (-1 = none)."""
        ours, theirs = os.pipe() if part.heartbeat else (-1, -1)
        told = {part.heartbeat: str(theirs)} if part.heartbeat else {}
        try:
            child = await asyncio.create_subprocess_exec(
                *part.command,
                env={**os.environ, **part.env, **told},
                pass_fds=(*part.fds, theirs) if part.heartbeat else part.fds,
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=functools.partial(_child_begins, part.nice),
            )
        except BaseException:
            if part.heartbeat:
                os.close(ours)
            raise
        finally:
            if part.heartbeat:
                os.close(theirs)
        self._alive[part.name] = child
        log.info("part_started", part=part.name, pid=child.pid)
        self._told(part.name, child.pid)
        return child, ours

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


class _Pulse:
    """Kills a child (SIGKILL: a stopped one hears nothing else) that beat once and then fell silent."""

    def __init__(self, name: str, child: asyncio.subprocess.Process, pipe: int) -> None:
        self._name, self._child, self._pipe = name, child, pipe
        self._due: asyncio.TimerHandle | None = None
        if pipe >= 0:
            asyncio.get_running_loop().add_reader(pipe, self._beat)

    def _beat(self) -> None:
        if not os.read(self._pipe, 4096):
            asyncio.get_running_loop().remove_reader(self._pipe)
        if self._due is not None:
            self._due.cancel()
        self._due = asyncio.get_running_loop().call_later(SILENT_S, self._silent)

    def _silent(self) -> None:
        log.warning("part_killed", part=self._name, why="no sign of life")
        with contextlib.suppress(ProcessLookupError):
            self._child.kill()

    def close(self) -> None:
        if self._due is not None:
            self._due.cancel()
        if self._pipe >= 0:
            asyncio.get_running_loop().remove_reader(self._pipe)
            os.close(self._pipe)


def _child_begins(nice: int) -> None:
    """In the child before exec: SIGTERM when the supervisor goes, and its place in the queue for a core (Linux;
    elsewhere as much of it as there is). Where the kernel weighs whole sessions (sched(7), autogroup), niceness counts
    only within one; the session's own is then set too."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if nice:
        with contextlib.suppress(OSError):
            os.nice(nice)
        with contextlib.suppress(OSError):
            _weigh_session(nice)


def _weigh_session(nice: int) -> None:
    """Whoever is not root may change one session a tenth of a second, all programs together."""
    for _ in range(WEIGH_TRIES):
        with open("/proc/self/autogroup", "wb", buffering=0) as session:
            if session.write(str(nice).encode("ascii")) is not None:  # None: not now
                return
        time.sleep(WEIGH_WAIT_S)
