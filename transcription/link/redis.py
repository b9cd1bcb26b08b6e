"""The link for many machines: Redis Streams between one or more servers, listeners and any number of workers.

Redis is only a cache: what it forgets, listeners offer again or the recording is surveyed; its keys are told in
transcription.link.streams. A job that was taken and not answered within the lease goes to another worker
(XAUTOCLAIM); after ``ATTEMPTS`` it is answered as inaudible.

A server hands out no more jobs than there are workers, so finals stay first and rooms stay fair, and memory stays
small: entries are deleted when done, ``in`` holds at most ``MOST_WAITING`` (then listeners wait), and a server at
most the outboxes of its listeners. The address is
redis://[:password@]host:port/db; protect it as the Redis handbook says (password or TLS, never a public port).
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from transcription.link import Arrived, Departed, Order, Span, Workforce
from transcription.link.desk import Desk
from transcription.link.frames import order_head, read_news
from transcription.link.streams import (
    ALIVE_S,
    BLOCK_MS,
    FAULTS,
    FORGOTTEN_S,
    GROUP,
    JOBS,
    WORKERS,
    Names,
    client,
    explained,
    make_group,
    redis_time,
    stop_if_cancelled,
)
from transcription.scheduler import ATTEMPTS, LEASE, patience, touches
from transcription.wire import VERSION, Job, Result, WireError, job_frame, pack, read_message, unpack

_ORDERS_KEPT = 2000
_LOOK_S = 0.5
_TIDY_S = 60.0
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Out:
    """A job that was handed out: its entry in the stream, and until when an answer may come."""

    job: Job
    token: str
    until: float
    entry: bytes = b""


class RedisHub(Desk):
    """The server's end (transcription.link.Hub); ``name`` tells servers apart that share a Redis."""

    def __init__(self, url: str, name: str = "server", *, lease: float = LEASE) -> None:
        super().__init__()
        self._url, self._names, self._lease = url, Names(name), lease
        self._redis = client(url)
        self._tasks: list[asyncio.Task[None]] = []
        self._out: dict[str, _Out] = {}
        self._present: dict[str, str] = {}  # listeners: own id → name
        self._left: deque[str] = deque(maxlen=100)
        self._workers = 0
        self._handed_out = 0
        self._dispatching = asyncio.Lock()

    @property
    def url(self) -> str:
        return self._url

    async def start(self) -> None:
        """Raises LinkClosed when Redis cannot be reached, LinkRefused when it does not let us in."""
        with explained():
            await make_group(self._redis)
            await self._redis.set(self._names.mark, secrets.token_hex(4))
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._watch())]

    async def stop(self) -> None:
        self._stopped = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._end()
        await self._redis.aclose()

    async def forget(self, room: str, spans: Sequence[Span]) -> None:
        """What waits in Redis goes too; a worker that has it already is not believed."""
        await super().forget(room, spans)
        async with self._dispatching:  # what is just being handed out is known by its entry then
            gone = [key for key, out in self._out.items() if any(touches(out.job, span) for span in spans)]
            entries = [out.entry for key in gone if (out := self._out.pop(key)).entry]
        if entries:
            with contextlib.suppress(*FAULTS):
                await self._redis.xack(JOBS, GROUP, *entries)
                await self._redis.xdel(JOBS, *entries)

    async def tell_listener(self, head: Mapping[str, Any]) -> None:
        await self._send_order(head)

    def workforce(self) -> Workforce:
        return Workforce(len(self._present), self._workers, self._schedule.waiting)

    async def _order(self, order: Order) -> None:
        await self._send_order(order_head(order))

    async def _send_order(self, head: Mapping[str, Any]) -> None:
        """An order that Redis did not take is not repeated: listeners offer again after an interruption."""
        try:
            await self._put_order(head)
        except FAULTS as error:
            _log.warning("link_redis_lost", error=type(error).__name__)

    async def _put_order(self, head: Mapping[str, Any]) -> None:
        await self._redis.xadd(self._names.orders, {"f": pack(dict(head))}, maxlen=_ORDERS_KEPT, approximate=True)

    # --- what listeners and workers say

    async def _read(self) -> None:
        """Each entry is deleted once it is taken in."""
        while not self._stopped:
            stop_if_cancelled()
            try:
                found = await self._redis.xread({self._names.inbox: "0"}, count=50, block=BLOCK_MS)
                for id, fields in found[0][1] if found else ():
                    await self._hear(fields)
                    await self._redis.xdel(self._names.inbox, id)
            except FAULTS as error:
                _log.warning("link_redis_lost", error=type(error).__name__)
                await asyncio.sleep(1)

    async def _hear(self, fields: dict[bytes, bytes]) -> None:
        try:
            frame = fields[b"f"]
            head, _ = unpack(frame)
            match head.get("type"):
                case "job" | "result":
                    await self._message(read_message(frame))
                case "hello" if head.get("v") != VERSION:
                    _log.warning("link_other_version", name=str(head.get("name", ""))[:80])
                case "hello":
                    await self._greet(str(head["id"])[:80], str(head["name"])[:80])
                case "bye":
                    self._left.append(str(head["id"])[:80])
                    self._part(self._left[-1])
                case "progress" | "voiced":
                    if (news := read_news(head)) is not None:
                        self._news.put(news)
        except (WireError, KeyError) as error:
            _log.warning("link_bad_frame", error=type(error).__name__)

    async def _message(self, message: Job | Result) -> None:
        if isinstance(message, Job):
            await self._offered(message, wait=False)  # results come the same way: waiting here would wait for itself
        else:
            out = self._out.pop(_key(message), None)
            await self._given(out.token if out else "", message)

    async def _greet(self, id: str, name: str) -> None:
        """A listener; what it has offered to another server's life it offers again."""
        self._present[id] = name
        with contextlib.suppress(*FAULTS):
            await self._redis.zadd(self._names.alive, {id: await redis_time(self._redis)})
        self._news.put(Arrived("listener", name))
        await self._send_order({"type": "hello", "v": VERSION, "to": id})

    def _part(self, id: str) -> None:
        if (name := self._present.pop(id, None)) is not None:
            self._news.put(Departed("listener", name))

    # --- what goes out

    async def _dispatch(self) -> None:
        """No more jobs out than workers (at least one, so that a first worker finds work at once)."""
        async with self._dispatching:
            while len(self._out) < max(1, self._workers):
                spare = self._workers - len(self._out) > 1 or self._workers <= 1
                token = str(self._handed_out)
                job = self._schedule.take(token, time.monotonic(), interims=spare and self._workers > 0)
                if job is None:
                    return
                self._handed_out += 1
                # Noted before it goes: a quick worker's answer may be here before Redis says that it has the job.
                until = time.monotonic() + patience(job, self._lease) * (ATTEMPTS + 2)
                out = self._out[_key(job)] = _Out(job, token, until)
                try:
                    fields = {"f": job_frame(job), "reply": self._names.inbox}
                    out.entry = await self._redis.xadd(JOBS, fields)
                except FAULTS:
                    self._back(_key(job), tried=False)
                    return

    def _back(self, key: str, *, tried: bool = True) -> None:
        """To be handed out again; what is done twice is answered once."""
        if (out := self._out.pop(key, None)) is not None:
            self._schedule.lost(out.token, tried=tried)

    async def _watch(self) -> None:
        """Who is there, and jobs that Redis lost."""
        tidied = 0.0
        while not self._stopped:
            stop_if_cancelled()
            with contextlib.suppress(*FAULTS):
                await self._look()
                if time.monotonic() - tidied > _TIDY_S:
                    tidied = time.monotonic()
                    await self._tidy()
            await asyncio.sleep(min(_LOOK_S, self._lease / 4))

    async def _look(self) -> None:
        if await self._redis.set(self._names.mark, secrets.token_hex(4), nx=True):
            await self._emptied()
        known, now = set(self._present), await redis_time(self._redis)
        self._workers = await self._redis.zcount(WORKERS, now - ALIVE_S, "+inf")
        there = {name.decode() for name in await self._redis.zrangebyscore(self._names.alive, now - ALIVE_S, "+inf")}
        for id in known - there:
            self._part(id)
        for id in there - self._present.keys() - set(self._left):  # here before this server, or held for gone
            await self._greet(id, id.rpartition("/")[0])
        for key in [key for key, out in self._out.items() if out.until < time.monotonic()]:
            self._back(key)
        await self._stir()

    async def _emptied(self) -> None:
        """Redis was started anew or wiped: nothing that was in it is anywhere else."""
        _log.warning("link_redis_emptied", jobs=len(self._out))
        await make_group(self._redis)
        for id in list(self._present):
            self._part(id)
        for key in list(self._out):
            self._back(key, tried=False)

    async def _tidy(self) -> None:
        """Names of ends that are long gone."""
        long_ago = await redis_time(self._redis) - FORGOTTEN_S
        for key in (WORKERS, self._names.alive):
            await self._redis.zremrangebyscore(key, "-inf", long_ago)
        for one in await self._redis.xinfo_consumers(JOBS, GROUP):
            if not one["pending"] and one["idle"] > FORGOTTEN_S * 1000:
                await self._redis.xgroup_delconsumer(JOBS, GROUP, one["name"])


def _key(item: Job | Result) -> str:
    return f"{item.id}/{item.end}/{item.final}"
