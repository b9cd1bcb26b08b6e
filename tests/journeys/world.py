"""The whole system as people start it: ``hopchibo serve`` in a process of its own, and participants as its clients."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import httpx
import pytest

from meeting_server.rehearsal.participant import Participant
from transcription import models

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "models"
AGENDA = ("Đánh giá kết quả tháng trước", "Nhiệm vụ tháng này")
CHAIR, SECRETARY, REMOTE = "Vi Văn Thuận", "Lương Văn Chiến", "Lang Văn Hợp"


def need_the_model() -> None:
    try:
        models.find(MODELS)
        models.voice_samples(MODELS, say=lambda _: None)
    except (models.ModelError, OSError) as error:
        pytest.skip(f"no speech model or voices here: {error}")


@dataclass
class World:
    """A running server. ``pids()``: the newest process of each part, from the supervisor's log."""

    base: str
    data: Path
    log: Path
    supervisor: subprocess.Popen[str]
    cell: str
    accounts: dict[str, dict[str, str]]
    people: list[Participant] = field(default_factory=list)
    jars: list[CookieJar] = field(default_factory=list)

    def events(self) -> list[dict[str, Any]]:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def pids(self) -> dict[str, int]:
        return {event["part"]: event["pid"] for event in self.events() if event.get("event") == "part_started"}

    def kill(self, part: str) -> None:
        """kill -9, and nothing else."""
        os.kill(self.pids()[part], signal.SIGKILL)

    async def healthy(self, seconds: float = 40) -> None:
        """Every part is there (again)."""
        async with httpx.AsyncClient(base_url=self.base, timeout=5) as client:
            await until(lambda: _ok(client), seconds, "the parts come back")

    def participant(self, name: str) -> Participant:
        person = Participant(name, self.base, httpx.AsyncClient(base_url=self.base, timeout=30))
        self.people.append(person)
        self.jars.append(person.http.cookies.jar)
        return person

    async def signed_in(self, role: str, name: str = "") -> Participant:
        person = self.participant(name or role)
        account = self.accounts[role]
        await person.post("/api/login", {"name": account["name"], "password": account["password"]})
        return person

    async def schedule(self, chair: Participant, title: str = "Sinh hoạt chi bộ thường kỳ") -> str:
        plan = {
            "kind": "regular", "title": title, "mode": "hybrid", "place": "Nhà văn hóa thôn",
            "starts_at": int(time.time() * 1000), "agenda": [{"title": title} for title in AGENDA],
        }  # fmt: skip
        return str((await chair.post(f"/api/cells/{self.cell}/meetings", plan))["id"])

    async def by_link(self, chair: Participant, meeting: str, name: str) -> Participant:
        links = (await chair.post(f"/api/meetings/{meeting}/links", {}))["links"]
        token = next(link["url"] for link in links if link["name"] == name).rsplit("/", 1)[-1]
        person = self.participant(name)
        await person.post("/api/join", {"token": token})
        return person

    async def leave(self) -> None:
        await asyncio.gather(*(person.leave() for person in self.people), return_exceptions=True)
        self.people.clear()

    def files(self) -> Iterator[Path]:
        """Every file that the system wrote, its log too."""
        yield self.log
        for path in self.data.rglob("*"):
            if path.is_file():
                yield path


async def _ok(client: httpx.AsyncClient) -> bool:
    try:
        return bool((await client.get("/healthz")).json()["ok"])
    except (httpx.HTTPError, ValueError):
        return False


async def until(true: Callable[[], Any], seconds: float, what: str) -> None:
    """Wait for a condition of another process; there is nothing to be woken by."""
    end = time.monotonic() + seconds
    while True:
        seen = true()
        if await seen if asyncio.iscoroutine(seen) else seen:
            return
        assert time.monotonic() < end, f"after {seconds:.0f} s still not: {what}"
        await asyncio.sleep(0.1)


@contextmanager
def serving(folder: Path, *, speech: bool = True, **env: str) -> Iterator[World]:
    """``hopchibo serve --demo`` until it says READY; SIGTERM at the end, which it must obey."""
    data, log = folder / "data", folder / "server.log"
    data.mkdir(parents=True)
    command = [sys.executable, "-m", "meeting_server", "serve", "--demo", "--data", str(data), "--port", "0"]
    settings = {**os.environ, "HOPCHIBO_SPEECH": str(speech).lower(), "HOPCHIBO_MODELS": str(MODELS), **env}
    with log.open("w") as errors:
        supervisor = subprocess.Popen(
            command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, stderr=errors, text=True
        )  # fmt: skip
        assert supervisor.stdout is not None
        ready = next((line for line in supervisor.stdout if line.startswith("READY ")), "")
        assert ready, log.read_text()[-3000:]
        demo = json.loads((data / "demo.json").read_text(encoding="utf-8"))
        world = World(ready.split()[1], data, log, supervisor, demo["cell"], demo["accounts"])
        try:
            yield world
        finally:
            supervisor.terminate()
            supervisor.wait(40)
            supervisor.stdout.close()
