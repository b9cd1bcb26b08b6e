"""Children are started, restarted with back-off and stopped; nothing is left behind."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from meeting_server.processes import FIRST_WAIT_S, LONGEST_WAIT_S, STEADY_S, Part, Supervisor, back_off

pytestmark = pytest.mark.serial


class Told:
    """Who was started, and a way to wait for it."""

    def __init__(self) -> None:
        self.pids: list[int] = []
        self._fresh = asyncio.Event()

    def __call__(self, _: str, pid: int) -> None:
        self.pids.append(pid)
        self._fresh.set()

    async def times(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.pids) < count:
                self._fresh.clear()
                await self._fresh.wait()


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_back_off_doubles_to_a_limit_and_forgets_what_lived_steadily() -> None:
    waits = [FIRST_WAIT_S]
    for _ in range(10):
        waits.append(back_off(waits[-1], 1))
    assert waits[1] == 2 * FIRST_WAIT_S
    assert waits[-1] == LONGEST_WAIT_S
    assert back_off(LONGEST_WAIT_S, STEADY_S) == FIRST_WAIT_S


async def test_a_killed_child_is_started_again() -> None:
    told = Told()
    supervisor = Supervisor([Part("sleeper", ("sleep", "60"))], told)
    running = asyncio.create_task(supervisor.run())
    await told.times(1)
    os.kill(told.pids[0], signal.SIGKILL)
    await told.times(2)
    supervisor.stop()
    await running
    assert all(gone(pid) for pid in told.pids)


async def test_a_child_that_was_stopped_is_killed_and_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meeting_server.processes.SILENT_S", 0.5)
    beats = tmp_path / "beats"
    alive = (
        "import os, sys, time\n"
        "while True: os.write(int(os.environ['BEAT']), b'.'); open(sys.argv[1], 'a').write('.'); time.sleep(0.05)"
    )
    told = Told()
    supervisor = Supervisor([Part("beating", (sys.executable, "-c", alive, str(beats)), heartbeat="BEAT")], told)
    running = asyncio.create_task(supervisor.run())
    await told.times(1)
    async with asyncio.timeout(20):
        while not beats.exists() or beats.stat().st_size < 30:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.02)
    assert len(told.pids) == 1  # it lives as long as it beats
    os.kill(told.pids[0], signal.SIGSTOP)
    await told.times(2)
    assert gone(told.pids[0])
    supervisor.stop()
    await running


async def test_a_child_that_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meeting_server.processes.STOP_LIMIT_S", 0.3)
    ready = tmp_path / "ready"
    deaf = "import signal, sys, time; signal.signal(15, signal.SIG_IGN); open(sys.argv[1], 'w').close(); time.sleep(60)"
    told = Told()
    supervisor = Supervisor([Part("deaf", (sys.executable, "-c", deaf, str(ready)))], told)
    running = asyncio.create_task(supervisor.run())
    await told.times(1)
    async with asyncio.timeout(10):
        while not ready.exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.02)
    supervisor.stop()
    await running
    assert gone(told.pids[0])


async def test_a_program_that_is_not_there_does_not_end_the_others() -> None:
    told = Told()
    supervisor = Supervisor([Part("none", ("/does/not/exist",)), Part("sleeper", ("sleep", "60"))], told)
    running = asyncio.create_task(supervisor.run())
    await told.times(1)
    assert not running.done()
    supervisor.stop()
    await running


async def test_a_part_that_stands_back_gives_way_to_the_others() -> None:
    told = Told()
    supervisor = Supervisor([Part("first", ("sleep", "60")), Part("later", ("sleep", "60"), nice=7)], told)
    running = asyncio.create_task(supervisor.run())
    await told.times(2)
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert sorted(os.getpriority(os.PRIO_PROCESS, pid) - ours for pid in told.pids) == [0, min(7, 19 - ours)]
    groups = [Path(f"/proc/{pid}/autogroup") for pid in told.pids]
    if all(group.exists() for group in groups):  # sessions are weighed there, and niceness only within one
        assert {group.read_text(encoding="ascii").split()[-1] for group in groups} == {"0", "7"}
    supervisor.stop()
    await running


STANDS_BACK = """
import subprocess, sys
from functools import partial
from meeting_server.processes import _child_begins
sleep = lambda nice: subprocess.Popen(["sleep", "60"], start_new_session=True, preexec_fn=partial(_child_begins, nice))
for child in [sleep(5), sleep(10)]:
    print(open(f"/proc/{child.pid}/autogroup").read().split()[-1])
    child.kill()
"""


def not_root() -> None:
    """No CAP_SYS_ADMIN after the next exec."""
    ctypes.CDLL(None).prctl(24, 21, 0, 0, 0)


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="sessions are not weighed here")
def test_parts_that_begin_at_the_same_moment_all_stand_back_without_root() -> None:
    told = subprocess.run([sys.executable, "-c", STANDS_BACK], preexec_fn=not_root, capture_output=True, timeout=60)
    assert told.stdout.split() == [b"5", b"10"], told.stderr
