"""What else a server does while the room's sound runs: somebody searches its archive, somebody prints minutes, on and
on. ``python -m benchmarks.media_beside DATA`` does that to the server of a data directory until its standard input
ends, and prints one JSON object of how often it was answered.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
from sqlmodel import Session, select

from benchmarks import archive
from benchmarks.media_place import Place
from meeting_server.store import archive_tables  # noqa: F401 - fill() writes into them by name
from meeting_server.store.database import Store
from meeting_server.store.tables import Account, MeetingSummary

ROOT = Path(__file__).parent.parent
RECORDS, ITEMS = 500, 20
READY_S, ANSWER_S = 90, 30


@contextlib.contextmanager
def busy_server(where: Place) -> Iterator[dict[str, int]]:
    """A server with a small archive on the media node's core, at its work while the block runs; filled in at the end:
    searches and exports answered, and what was refused."""
    told: dict[str, int] = {}
    data = Path(tempfile.mkdtemp(dir=where.directory))
    command = [sys.executable, "-m", "meeting_server", "serve", "--demo", "--data", str(data), "--port", "0"]
    env = {**os.environ, "HOPCHIBO_SPEECH": "false"}
    server = subprocess.Popen(
        where.on_core(0, *command, first=False), cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip
    try:
        _await_ready(server)
        threading.Thread(target=server.communicate, daemon=True).start()  # what it says later is read away
        fill(data)
        asking = subprocess.Popen(
            where.on_core(1, sys.executable, "-m", "benchmarks.media_beside", str(data), first=False), cwd=ROOT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert asking.stdout is not None
            asking.stdout.readline()  # both have been answered once
            yield told
        finally:
            said, _ = asking.communicate(timeout=2 * ANSWER_S)
            told |= json.loads(said.strip().splitlines()[-1]) if said.strip() else {}
    finally:
        server.terminate()
        server.wait(30)


def _await_ready(server: subprocess.Popen[str]) -> None:
    assert server.stdout is not None
    late = threading.Timer(READY_S, server.kill)
    late.start()
    try:
        for line in server.stdout:
            if line.startswith("READY "):
                return
        raise TimeoutError("the server did not come up")
    finally:
        late.cancel()


def fill(data: Path) -> None:
    """A few hundred records, as if the demonstration's cell had met for decades."""
    cell = json.loads((data / "demo.json").read_text(encoding="utf-8"))["cell"]
    tables = archive.records(0, RECORDS, 1)
    for row in itertools.chain.from_iterable(tables.values()):
        row |= {"cell": cell} if "cell" in row else {}
    store = Store(f"sqlite:///{data / 'hopchibo.sqlite'}")
    store.write_now(lambda session: archive.load(session, tables))
    store.close()


def chaired(data: Path, meeting: str, login: str) -> None:
    """Only the desk may print a draft: the account's person chairs the meeting."""

    def write(session: Session) -> None:
        account = session.exec(select(Account).where(Account.name == login)).one()
        summary = session.get_one(MeetingSummary, meeting)
        summary.chair = account.person or ""
        session.add(summary)

    store = Store(f"sqlite:///{data / 'hopchibo.sqlite'}")
    store.write_now(write)
    store.close()


class Asking:
    """One who searches and one who prints, each as fast as the server answers."""

    def __init__(self, data: Path) -> None:
        self._data, demo = data, json.loads((data / "demo.json").read_text(encoding="utf-8"))
        self._url, self._cell = demo["url"], demo["cell"]
        self._leader = demo["accounts"]["leader"]
        self._over = threading.Event()
        self.counted: Counter[str] = Counter()

    def _client(self) -> httpx.Client:
        client = httpx.Client(
            base_url=self._url, headers={"Origin": self._url, "X-Hopchibo": "1"}, timeout=ANSWER_S, trust_env=False
        )
        client.post("/api/login", json=self._leader).raise_for_status()
        return client

    def search(self) -> None:
        client = self._client()
        for words in itertools.cycle(archive.QUERIES):
            if self._over.is_set():
                return
            self._count("searches", client.get("/api/archive", params={"q": words}))

    def export(self) -> None:
        client = self._client()
        plan = {
            "kind": "regular", "title": "Sinh hoạt chi bộ thường kỳ", "starts_at": time.time_ns() // 1_000_000,
            "agenda": [{"title": f"Nội dung {n}: {archive.MATTERS[n % 14].format(p='Chiềng')}"} for n in range(ITEMS)],
        }  # fmt: skip
        made = client.post(f"/api/cells/{self._cell}/meetings", json=plan)
        meeting = made.raise_for_status().json()["id"]
        chaired(self._data, meeting, self._leader["name"])
        path = f"/api/meetings/{meeting}/minutes.pdf"
        while not self._over.is_set():
            self._count("exports", client.get(path))

    def _count(self, what: str, answer: httpx.Response) -> None:
        self.counted[what if answer.is_success else f"{what}_refused"] += 1

    def until_told(self) -> None:
        threads = [threading.Thread(target=work) for work in (self.search, self.export)]
        for thread in threads:
            thread.start()
        end = time.monotonic() + READY_S
        while not (self.counted["searches"] and self.counted["exports"]) and time.monotonic() < end:
            time.sleep(0.1)
        self.counted.clear()
        print("begun", flush=True)
        sys.stdin.read()
        self._over.set()
        for thread in threads:
            thread.join(2 * ANSWER_S)


if __name__ == "__main__":
    asking = Asking(Path(sys.argv[1]))
    asking.until_told()
    print(json.dumps(asking.counted))
