"""A worker's end of a link over Redis (transcription.link.redis)."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import Any

import structlog

from transcription.link.streams import (
    BLOCK_MS,
    FAULTS,
    GROUP,
    JOBS,
    PREFIX,
    WORKERS,
    beat,
    client,
    end,
    explained,
    make_group,
    redis_time,
    stop_if_cancelled,
)
from transcription.scheduler import ATTEMPTS, LEASE, patience, unheard
from transcription.wire import Job, Result, WireError, read_message, result_frame

_Entry = tuple[bytes, dict[bytes, bytes]]
_LOOKED_AT = 100
"""Jobs of others that are looked at, whether their worker is gone."""
_log = structlog.get_logger(__name__)


class RedisTaker:
    """transcription.link.Taker; make it by ``await RedisTaker.connect(...)``."""

    def __init__(self, redis: Any, name: str, lease: float) -> None:
        self._redis, self._lease = redis, lease
        self._name = f"{name}-{secrets.token_hex(4)}"
        self._taken: tuple[bytes, str, Job] | None = None
        self._beat: asyncio.Task[None] | None = None

    @classmethod
    async def connect(cls, url: str, name: str, *, lease: float = LEASE) -> RedisTaker:
        """Raises LinkClosed, LinkRefused."""
        taker = cls(client(url), name, lease)
        try:
            with explained():
                await make_group(taker._redis)
                await taker._redis.zadd(WORKERS, {taker._name: await redis_time(taker._redis)})
        except BaseException:
            await taker._redis.aclose()
            raise
        taker._beat = asyncio.create_task(beat(taker._redis, WORKERS, taker._name))
        return taker

    async def take(self) -> Job:
        with explained():
            while True:
                stop_if_cancelled()
                entry = await self._abandoned() or await self._new()
                if entry is not None and (job := await self._hold(*entry)) is not None:
                    return job

    async def give(self, result: Result) -> None:
        """A job that another worker took over meanwhile is answered by both; the server keeps one."""
        if self._taken is None or (result.id, result.final) != (self._taken[2].id, self._taken[2].final):
            raise AssertionError("a worker answers the job it took")
        entry, reply, _ = self._taken
        with explained():
            await self._answer(entry, reply, result)
        self._taken = None

    async def close(self) -> None:
        """What was taken and not answered goes to another worker once its time is over."""
        await end(self._beat)
        with contextlib.suppress(*FAULTS):
            await self._redis.zrem(WORKERS, self._name)
            if self._taken is None:
                await self._redis.xgroup_delconsumer(JOBS, GROUP, self._name)
        await self._redis.aclose()

    async def _new(self) -> _Entry | None:
        block = max(1, min(BLOCK_MS, round(self._lease * 250)))
        found = await self._redis.xreadgroup(GROUP, self._name, {JOBS: ">"}, count=1, block=block)
        return found[0][1][0] if found else None

    async def _abandoned(self) -> _Entry | None:
        """A job that another worker took and did not answer within its time."""
        claimed = await self._overdue()
        if claimed is None:
            return None
        id, fields = claimed
        pending = await self._redis.xpending_range(JOBS, GROUP, min=id, max=id, count=1)
        if pending and pending[0]["times_delivered"] > ATTEMPTS:
            if (held := _read(fields)) is not None:
                _log.warning("utterance_given_up", id=held[0].id)
                await self._answer(id, held[1], unheard(held[0]))
            else:
                await self._done(id)
            return None
        return id, fields

    async def _overdue(self) -> _Entry | None:
        """The first job that its worker has for longer than its length allows; now it is ours."""
        idle = round(self._lease * 1000)
        for held in await self._redis.xpending_range(JOBS, GROUP, min="-", max="+", count=_LOOKED_AT, idle=idle):
            id = held["message_id"]
            found = await self._redis.xrange(JOBS, id, id)
            read = _read(found[0][1]) if found else None
            least = round(patience(read[0], self._lease) * 1000) if read is not None else idle
            if held["time_since_delivered"] < least:
                continue
            _, entries, *_ = await self._redis.xautoclaim(JOBS, GROUP, self._name, least, start_id=id, count=1)
            if entries:
                return entries[0][0], entries[0][1]
        return None

    async def _hold(self, id: bytes, fields: dict[bytes, bytes]) -> Job | None:
        read = _read(fields)
        if read is None:
            await self._done(id)
            return None
        self._taken = (id, read[1], read[0])
        return read[0]

    async def _answer(self, entry: bytes, reply: str, result: Result) -> None:
        await self._redis.xadd(reply, {"f": result_frame(result)})
        await self._done(entry)

    async def _done(self, entry: bytes) -> None:
        await self._redis.xack(JOBS, GROUP, entry)
        await self._redis.xdel(JOBS, entry)


def _read(fields: dict[bytes, bytes]) -> tuple[Job, str] | None:
    """The job and where its answer goes; None for what no server of ours wrote."""
    try:
        job, reply = read_message(fields[b"f"]), fields[b"reply"].decode()
    except (WireError, KeyError, UnicodeDecodeError):
        return None
    return (job, reply) if isinstance(job, Job) and reply.startswith(PREFIX) else None
