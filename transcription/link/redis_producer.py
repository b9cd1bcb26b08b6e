"""The listener's end of a link over Redis (transcription.link.redis)."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator

import structlog
from redis.exceptions import AuthenticationError, NoPermissionError

from transcription.link import Connected, LinkRefused, Order, Progress, Voiced
from transcription.link.frames import news_head, read_order
from transcription.link.patience import Patience
from transcription.link.streams import BLOCK_MS, FAULTS, Names, beat, client, end, stop_if_cancelled
from transcription.wire import VERSION, Job, WireError, job_frame, pack, unpack

MOST_WAITING = 500
_log = structlog.get_logger(__name__)


class RedisProducer:
    """transcription.link.Producer. Orders that came while Redis could not be reached are read afterwards."""

    def __init__(self, url: str, hub: str = "server", name: str = "listener") -> None:
        self._url, self._names, self._name = url, Names(hub), name
        self._id = f"{name}/{secrets.token_hex(4)}"
        self._redis = client(url)
        self._last = b""
        self._connected = self._closed = False
        self._beat: asyncio.Task[None] | None = None

    async def orders(self) -> AsyncIterator[Order]:
        """Raises LinkRefused."""
        patience = Patience(1.0, 1.0)
        while not self._closed:
            why = "closed"
            try:
                async for order in self._follow():
                    patience.met()
                    yield order
            except (AuthenticationError, NoPermissionError) as error:
                raise LinkRefused("Redis does not let us in: its password, or what this user may do") from error
            except FAULTS as error:
                why = type(error).__name__
            self._connected = False
            if not self._closed:
                await patience.wait(why)

    async def _follow(self) -> AsyncIterator[Order]:
        found = await self._redis.xrevrange(self._names.orders, count=1)
        newest = found[0][0] if found else b"0"
        if not self._last:
            self._last = newest
        elif _when(newest) < _when(self._last):  # Redis was emptied, and its clock put back
            self._last = b"0"
        await self._say(pack({"type": "hello", "v": VERSION, "role": "listener", "name": self._name, "id": self._id}))
        if self._beat is None:
            self._beat = asyncio.create_task(beat(self._redis, self._names.alive, self._id))
        while not self._closed:
            found = await self._redis.xread({self._names.orders: self._last}, count=50, block=BLOCK_MS)
            stop_if_cancelled()
            if self._closed:
                return
            for id, fields in found[0][1] if found else ():
                self._last = id
                if (order := self._order(fields.get(b"f", b""))) is not None:
                    yield order

    def _order(self, frame: bytes) -> Order | None:
        try:
            head, _ = unpack(frame)
            if head.get("type") == "hello" and head.get("to") == self._id:
                self._connected = True
                return Connected()
            return read_order(head)
        except WireError as error:
            _log.warning("link_bad_frame", error=type(error).__name__)
            return None

    async def offer(self, job: Job) -> None:
        if not self._connected:
            return
        with contextlib.suppress(*FAULTS):
            while await self._redis.xlen(self._names.inbox) >= MOST_WAITING:
                if not job.final:
                    return
                await asyncio.sleep(0.2)
            await self._say(job_frame(job))

    async def progress(self, room: str, owed_ms: int) -> None:
        await self._tell(Progress(room, owed_ms))

    async def voiced(self, voiced: Voiced) -> None:
        await self._tell(voiced)

    async def close(self) -> None:
        self._closed = True
        await end(self._beat)
        with contextlib.suppress(*FAULTS):
            await self._redis.zrem(self._names.alive, self._id)
            await self._say(pack({"type": "bye", "id": self._id}))
        await self._redis.aclose()

    async def _tell(self, news: Progress | Voiced) -> None:
        if self._connected:
            with contextlib.suppress(*FAULTS):
                await self._say(pack(news_head(news)))

    async def _say(self, frame: bytes) -> None:
        await self._redis.xadd(self._names.inbox, {"f": frame})


def _when(id: bytes) -> tuple[int, ...]:
    return tuple(int(part) for part in id.split(b"-"))
