"""Heads handed to the level above: each new bulletin is dropped into a directory and pushed to the upper server.

What is still to be handed over is worked out from the bulletins on disk and a small file of what arrived, so that a
restart loses nothing. A way that fails is tried again, later and later; the other way does not wait for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx
import structlog

log = structlog.get_logger(__name__)

AT_ONCE = 500
AGAIN_S, MOST_S, LOOK_S = 5.0, 3_600.0, 3_600.0
ANSWER_S = 30.0
PLACE = "/api/heads"
HANDED = "handed.json"


class NotHanded(Exception):
    """A way did not take a bulletin; the message is one word. Tried again."""


class Refused(NotHanded):
    """The level above says that the bulletin contradicts what it holds. Tried again too, for people may settle it."""


class Behind(NotHanded):
    """The level above holds ``have`` leaves only: what comes after them is sent again."""

    def __init__(self, have: int) -> None:
        super().__init__("behind")
        self.have = have


class Way(Protocol):
    """Where bulletins go. ``hand`` raises NotHanded."""

    @property
    def name(self) -> str: ...

    async def hand(self, file: Path) -> None: ...


@dataclass(frozen=True, slots=True)
class Drop:
    """A directory (a share, a stick) with one folder a key; a file there is whole or absent."""

    directory: Path
    name: str = "drop"

    async def hand(self, file: Path) -> None:
        try:
            await asyncio.to_thread(self._put, file)
        except OSError as error:
            raise NotHanded("unwritable") from error

    def _put(self, file: Path) -> None:
        """The directory itself is not made: a share that is not mounted must not become a folder beneath it."""
        folder = self.directory / key_of(file)
        folder.mkdir(exist_ok=True)
        fresh = folder / f"{file.stem}.new"
        with fresh.open("wb") as out:
            out.write(file.read_bytes())
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(folder / file.name)


@dataclass(frozen=True, slots=True)
class Push:
    """``POST /api/heads`` of the upper server. ``authority``: its own certificate, where no public one vouches."""

    url: str
    token: str
    authority: Path | None = None
    name: str = "push"

    async def hand(self, file: Path) -> None:
        try:
            data = await asyncio.to_thread(file.read_bytes)
            reply = await self._post(data)
        except (httpx.HTTPError, OSError) as error:
            raise NotHanded("unreachable") from error
        if reply.status_code == 200:
            return
        said = _said(reply)
        if said.get("code") == "heads_missing" and isinstance(said.get("have"), int):
            raise Behind(int(said["have"]))  # type: ignore[call-overload]
        if said.get("code") == "heads_contradict":
            raise Refused("refused")
        raise NotHanded({401: "token", 403: "token"}.get(reply.status_code, "answer"))

    async def _post(self, data: bytes) -> httpx.Response:
        base = self.url.rstrip("/")
        headers = {"Authorization": f"Bearer {self.token}", "Origin": base, "X-Hopchibo": "1"}
        trusted = ssl.create_default_context(cafile=str(self.authority) if self.authority else None)
        async with httpx.AsyncClient(
            timeout=ANSWER_S, follow_redirects=False, trust_env=False, verify=trusted
        ) as client:  # fmt: skip
            return await client.post(f"{base}{PLACE}", content=data, headers=headers)


def _said(reply: httpx.Response) -> dict[str, object]:
    try:
        value = reply.json()
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def key_of(file: Path) -> str:
    return file.stem.split("-")[1]


def size_of(file: Path) -> int:
    return int(file.stem.split("-")[2])


@dataclass(slots=True)
class Standing:
    """How one way stands: for each key the size that arrived, and since when (ms) it fails, and why."""

    sizes: dict[str, int]
    fault: str = ""
    since: int = 0


def standings(heads: Path) -> dict[str, Standing]:
    """What arrived by each way as the file beside the bulletins tells; empty when it is not there or not readable."""
    try:
        told = json.loads((heads.parent / HANDED).read_bytes())
        return {
            str(name): Standing({str(k): int(v) for k, v in one["sizes"].items()}, str(one["fault"]), int(one["since"]))
            for name, one in told.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # everything is handed over once more: the level above knows what it has


def waiting(heads: Path, standing: Standing) -> list[Path]:
    """Bulletins that have not arrived, oldest first."""
    files = sorted(heads.glob("head-*-*.json"))
    return [file for file in files if size_of(file) > standing.sizes.get(key_of(file), 0)]


class Outbox:
    """``await run()`` until cancelled; ``hint()`` says that there may be a new bulletin in ``heads``."""

    def __init__(self, heads: Path, ways: Sequence[Way], now: Callable[[], int]) -> None:
        self._heads, self._ways, self._now = heads, ways, now
        self._standing = standings(heads)
        self._woken = asyncio.Event()

    def hint(self) -> None:
        self._woken.set()

    @property
    def state(self) -> str:
        """In one word: ok, late, refused; "" when nothing is handed over."""
        faults = {self._of(way).fault for way in self._ways}
        if not self._ways:
            return ""
        return "refused" if "refused" in faults else "late" if faults - {""} else "ok"

    @property
    def left(self) -> int:
        return max((len(waiting(self._heads, self._of(way))) for way in self._ways), default=0)

    async def run(self) -> None:
        failed = 0
        while self._ways:
            failed = 0 if await self.deliver() else failed + 1
            wait = min(AGAIN_S * 2 ** min(failed, 12), MOST_S) if failed else LOOK_S
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken.wait()
            self._woken.clear()

    async def deliver(self) -> bool:
        """One round of all ways; whether all has arrived."""
        return all([await self._by(way) for way in self._ways])

    async def _by(self, way: Way) -> bool:
        standing = self._of(way)
        try:
            await self._hand(way, standing)
        except NotHanded as error:
            if not standing.fault:
                standing.since = self._now()
            if standing.fault != str(error):
                log.warning("heads_not_handed", way=way.name, error=str(error))
            standing.fault = str(error)
        else:
            if standing.fault:
                log.info("heads_handed", way=way.name)
            standing.fault, standing.since = "", 0
        await asyncio.to_thread(self._keep)
        return not standing.fault

    async def _hand(self, way: Way, standing: Standing) -> None:
        behind = set[str]()
        while files := (await asyncio.to_thread(waiting, self._heads, standing))[:AT_ONCE]:
            for file in files:
                key = key_of(file)
                try:
                    await way.hand(file)
                    standing.sizes[key] = size_of(file)
                except Behind as error:
                    if key in behind or error.have >= standing.sizes.get(key, 0):
                        raise NotHanded("hole") from error  # it misses what we do not have
                    behind.add(key)
                    standing.sizes[key] = error.have
                    break
            await asyncio.to_thread(self._keep)

    def _of(self, way: Way) -> Standing:
        return self._standing.setdefault(way.name, Standing({}))

    def _keep(self) -> None:
        names = {way.name for way in self._ways}
        told = {
            name: {"sizes": one.sizes, "fault": one.fault, "since": one.since}
            for name, one in self._standing.items() if name in names
        }  # fmt: skip
        file = self._heads.parent / HANDED
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(told), encoding="ascii")
        fresh.replace(file)
