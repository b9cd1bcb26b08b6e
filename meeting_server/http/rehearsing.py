"""The demonstration's button: the rehearsal as a process of its own, its stages read from what it prints."""

from __future__ import annotations

import asyncio
import re
import sys
from dataclasses import dataclass, field
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Request

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.faults import Fault
from meeting_server.http.house import House, house

log = structlog.get_logger(__name__)
router = APIRouter()

_PLANNED = re.compile(r"^· (.+)$")
_NOW = re.compile(r"^… (.+)$")
_DONE = re.compile(r"^✓ (.+?)\s+([\d.]+) giây\s*(.*)$")
_FAILED = re.compile(r"^✗ (.*)$")
_RECORD = re.compile(r"^RECORD .*ho-so-(m-[0-9a-f]+)\.hcb\.zip$")
LIMIT_S = 900.0


@dataclass
class Rehearsing:
    """One at a time. ``state``: idle | running | done | failed; a stage's: waiting | now | done | failed."""

    state: str = "idle"
    stages: list[dict[str, Any]] = field(default_factory=list)
    meeting: str | None = None
    error: str = ""
    task: asyncio.Task[None] | None = None

    def told(self) -> dict[str, Any]:
        return {"state": self.state, "stages": self.stages, "meeting": self.meeting, "error": self.error}

    def begin(self, at: House) -> None:
        self.state, self.stages, self.meeting, self.error = "running", [], None, ""
        self.task = asyncio.create_task(self._run(at), name="rehearsal")

    async def end(self) -> None:
        """With the server."""
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

    async def _run(self, at: House) -> None:
        command = (sys.executable, "-m", "meeting_server", "rehearse", "--data", str(at.settings.data))
        child = await asyncio.create_subprocess_exec(
            *command, "--models", str(at.settings.models), stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert child.stdout is not None
        try:
            async with asyncio.timeout(LIMIT_S):
                async for line in child.stdout:
                    self._hear(line.decode("utf-8", "replace").rstrip())
                code = await child.wait()
        except TimeoutError:
            self.error = self.error or "Diễn tập quá lâu nên đã dừng."
            code = 1
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        self._mark("now", "failed")
        self.state = "failed" if code else "done"
        self.error = self.error or ("Diễn tập dừng giữa chừng, chưa rõ vì sao." if code else "")
        log.info("rehearsal_ended", code=code, stages=len(self.stages))

    def _mark(self, old: str, new: str) -> None:
        for stage in self.stages:
            if stage["state"] == old:
                stage["state"] = new

    def _stage(self, name: str) -> dict[str, Any]:
        found = next((stage for stage in self.stages if stage["name"] == name), None)
        if found is None:
            found = {"name": name, "seconds": 0.0, "seen": "", "state": "waiting"}
            self.stages.append(found)
        return found

    def _hear(self, line: str) -> None:
        if planned := _PLANNED.match(line):
            self._stage(planned.group(1))
        elif begun := _NOW.match(line):
            self._stage(begun.group(1))["state"] = "now"
        elif done := _DONE.match(line):
            name, seconds, seen = done.groups()
            self._stage(name).update(seconds=float(seconds), seen=seen, state="done")
        elif failed := _FAILED.match(line):
            self.error = failed.group(1)[:500]
        elif record := _RECORD.match(line):
            self.meeting = record.group(1)


def _rehearsing(request: Request) -> Rehearsing:
    if not house(request).settings.demo:
        raise Fault(404, "no_demonstration", "Diễn tập chỉ có ở máy chủ chạy chi bộ mẫu.")
    found: Rehearsing = request.app.state.rehearsing
    return found


@router.get("/api/rehearsal")
async def progress(request: Request, caller: Annotated[Caller, allowed("rehearsal")]) -> dict[str, Any]:
    return _rehearsing(request).told()


@router.post("/api/rehearsal")
async def begin(request: Request, caller: Annotated[Caller, allowed("rehearsal")]) -> dict[str, Any]:
    rehearsing = _rehearsing(request)
    if rehearsing.state == "running":
        raise Fault(409, "running", "Đang có một buổi diễn tập.")
    rehearsing.begin(house(request))
    return rehearsing.told()
