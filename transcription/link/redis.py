"""The link for many machines: Redis Streams between one or more servers, listeners and any number of workers.

Redis is only a cache: what it forgets, listeners offer again or the recording is surveyed. Streams, under a prefix:

* ``<hub>:in``      to one server: jobs and news of its listeners, results of workers; read by that server alone
* ``<hub>:orders``  from one server to its listeners; capped
* ``jobs``          what servers hand out; one consumer group of all workers. A job that was taken and not answered
  within the lease goes to another worker (XAUTOCLAIM); after ``ATTEMPTS`` it is answered as inaudible.

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
from collections.abc import AsyncIterator, Mapping
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from transcription.link import Arrived, Connected, Departed, LinkClosed, Order, Progress, Role, Voiced, Workforce
from transcription.link.desk import Desk
from transcription.link.frames import hello, news_head, order_head, read_news, read_order
from transcription.link.patience import Patience
from transcription.scheduler import ATTEMPTS, LEASE, patience, unheard
from transcription.wire import (
    Job,
    Result,
    WireError,
    job_frame,
    pack,
    read_message,
    result_frame,
    unpack,
)

PREFIX = "hopchibo:"
MOST_WAITING = 500
_ORDERS_KEPT = 2000
_GROUP = "workers"
_BLOCK_MS = 500
_ALIVE = 5.0
_log = structlog.get_logger(__name__)


class _Names:
    """Keys of one server's link."""

    jobs = f"{PREFIX}jobs"

    def __init__(self, hub: str) -> None:
        self.hub = hub
        self.inbox = f"{PREFIX}{hub}:in"
        self.orders = f"{PREFIX}{hub}:orders"
        self.alive = f"{PREFIX}{hub}:alive"
        self.workers = f"{PREFIX}workers"


def _client(url: str) -> Any:
    """Any: redis-py's answers are typed for every protocol at once; what is read is checked by transcription.wire."""
    return Redis.from_url(url, protocol=2, socket_timeout=10, socket_connect_timeout=5, health_check_interval=15)


def _stop_if_cancelled() -> None:
    """redis-py now and then swallows a cancellation (seen with 8.1 on Python 3.11), so every loop looks itself."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


class RedisHub(Desk):
    """The server's end (transcription.link.Hub); ``name`` tells servers apart that share a Redis."""

    def __init__(self, url: str, name: str = "server", *, lease: float = LEASE) -> None:
        super().__init__()
        self._url, self._names, self._lease = url, _Names(name), lease
        self._redis = _client(url)
        self._tasks: list[asyncio.Task[None]] = []
        self._out: dict[str, float] = {}  # jobs handed out: until when an answer may come
        self._present: dict[str, Role] = {}
        self._workers = 0
        self._dispatching = asyncio.Lock()

    @property
    def url(self) -> str:
        return self._url

    async def start(self) -> None:
        """Raises LinkClosed when Redis cannot be reached."""
        try:
            with contextlib.suppress(ResponseError):  # the group is there already
                await self._redis.xgroup_create(self._names.jobs, _GROUP, id="0", mkstream=True)
            await self._put_order({"type": "hello", "to": ""})
        except (RedisError, OSError) as error:
            raise LinkClosed("Redis cannot be reached") from error
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._watch())]

    async def stop(self) -> None:
        self._stopped = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._end()
        await self._redis.aclose()

    async def tell_listener(self, head: Mapping[str, Any]) -> None:
        await self._send_order(head)

    def workforce(self) -> Workforce:
        return Workforce(list(self._present.values()).count("listener"), self._workers, self._schedule.waiting)

    async def _order(self, order: Order) -> None:
        await self._send_order(order_head(order))

    async def _send_order(self, head: Mapping[str, Any]) -> None:
        """An order that Redis did not take is not repeated: listeners offer again after an interruption."""
        try:
            await self._put_order(head)
        except (RedisError, OSError) as error:
            _log.warning("link_redis_lost", error=type(error).__name__)

    async def _put_order(self, head: Mapping[str, Any]) -> None:
        await self._redis.xadd(self._names.orders, {"f": pack(dict(head))}, maxlen=_ORDERS_KEPT, approximate=True)

    async def _read(self) -> None:
        """Take in what listeners and workers say; each entry is deleted once it is taken in."""
        while not self._stopped:
            _stop_if_cancelled()
            try:
                found = await self._redis.xread({self._names.inbox: "0"}, count=50, block=_BLOCK_MS)
                for id, fields in found[0][1] if found else ():
                    await self._hear(fields)
                    await self._redis.xdel(self._names.inbox, id)
            except (RedisError, OSError) as error:
                _log.warning("link_redis_lost", error=type(error).__name__)
                await asyncio.sleep(1)

    async def _hear(self, fields: dict[bytes, bytes]) -> None:
        try:
            frame = fields[b"f"]
            head, _ = unpack(frame)
            match head.get("type"):
                case "job" | "result":
                    await self._message(read_message(frame), fields.get(b"worker", b"").decode())
                case "hello":
                    await self._greet(str(head["role"]), str(head["name"]))
                case "bye":
                    self._part(str(head["name"]))
                case "progress" | "voiced":
                    if (news := read_news(head)) is not None:
                        self._news.put(news)
        except (WireError, KeyError) as error:
            _log.warning("link_bad_frame", error=type(error).__name__)

    async def _message(self, message: Job | Result, worker: str) -> None:
        if isinstance(message, Job):
            await self._offered(message, wait=False)  # results come the same way: waiting here would wait for itself
        else:
            self._out.pop(_key(message), None)
            await self._given(worker, message)

    async def _greet(self, role: str, name: str) -> None:
        if role not in ("listener", "worker"):
            return
        kind: Role = "listener" if role == "listener" else "worker"
        self._present[name] = kind
        self._news.put(Arrived(kind, name))
        await self._send_order({"type": "hello", "to": name})

    def _part(self, name: str) -> None:
        if (role := self._present.pop(name, None)) is not None:
            self._news.put(Departed(role, name))

    async def _dispatch(self) -> None:
        """No more jobs out than workers (at least one, so that a first worker finds work at once)."""
        async with self._dispatching:
            while len(self._out) < max(1, self._workers):
                spare = self._workers - len(self._out) > 1 or self._workers <= 1
                job = self._schedule.take("", time.monotonic(), interims=spare and self._workers > 0)
                if job is None:
                    return
                self._out[_key(job)] = time.monotonic() + patience(job, self._lease) * (ATTEMPTS + 2)
                try:
                    await self._redis.xadd(self._names.jobs, {"f": job_frame(job), "reply": self._names.inbox})
                except (RedisError, OSError):
                    self._out.clear()
                    self._schedule.lost("")  # what is done twice is answered once
                    return

    async def _watch(self) -> None:
        """Who is there, and jobs that Redis lost."""
        while not self._stopped:
            _stop_if_cancelled()
            with contextlib.suppress(RedisError, OSError):
                await self._look()
            await asyncio.sleep(min(0.5, self._lease / 4))

    async def _look(self) -> None:
        now = time.time()
        self._workers = await self._redis.zcount(self._names.workers, now - max(_ALIVE, self._lease), "+inf")
        there = {n.decode() for n in await self._redis.zrangebyscore(self._names.alive, now - _ALIVE, "+inf")}
        for name in [n for n, role in self._present.items() if role == "listener" and n not in there]:
            self._part(name)
        if any(until < time.monotonic() for until in self._out.values()):
            self._out.clear()
            self._schedule.lost("")
        await self._stir()


class RedisProducer:
    """The listener's end (transcription.link.Producer)."""

    def __init__(self, url: str, hub: str = "server", name: str = "listener") -> None:
        self._url, self._names, self._name = url, _Names(hub), name
        self._redis = _client(url)
        self._connected = self._closed = False

    async def orders(self) -> AsyncIterator[Order]:
        patience = Patience(1.0, 1.0)
        while not self._closed:
            why = "closed"
            try:
                async for order in self._follow():
                    patience.met()
                    yield order
            except (RedisError, OSError) as error:
                why = type(error).__name__
            self._connected = False
            if not self._closed:
                await patience.wait(why)

    async def _follow(self) -> AsyncIterator[Order]:
        newest = await self._redis.xrevrange(self._names.orders, count=1)
        last = newest[0][0] if newest else b"0"
        await self._beat()
        await self._say(hello("listener", self._name))
        while not self._closed:
            found = await self._redis.xread({self._names.orders: last}, count=50, block=_BLOCK_MS)
            _stop_if_cancelled()
            if self._closed:
                return
            await self._beat()
            for id, fields in found[0][1] if found else ():
                last = id
                if (order := self._order(fields.get(b"f", b""))) is not None:
                    yield order

    def _order(self, frame: bytes) -> Order | None:
        try:
            head, _ = unpack(frame)
            if head.get("type") == "hello" and head.get("to") in ("", self._name):
                self._connected = True
                return Connected()
            return read_order(head)
        except WireError as error:
            _log.warning("link_bad_frame", error=type(error).__name__)
            return None

    async def _beat(self) -> None:
        await self._redis.zadd(self._names.alive, {self._name: time.time()})

    async def offer(self, job: Job) -> None:
        if not self._connected:
            return
        with contextlib.suppress(RedisError, OSError):
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
        with contextlib.suppress(RedisError, OSError):
            await self._redis.zrem(self._names.alive, self._name)
            await self._say(pack({"type": "bye", "name": self._name}))
        await self._redis.aclose()

    async def _tell(self, news: Progress | Voiced) -> None:
        if self._connected:
            with contextlib.suppress(RedisError, OSError):
                await self._say(pack(news_head(news)))

    async def _say(self, frame: bytes) -> None:
        await self._redis.xadd(self._names.inbox, {"f": frame})


class RedisTaker:
    """A worker's end (transcription.link.Taker); make it by ``await RedisTaker.connect(...)``."""

    def __init__(self, redis: Any, name: str, lease: float) -> None:
        self._redis, self._lease = redis, lease
        self._name = f"{name}-{secrets.token_hex(4)}"
        self._taken: tuple[bytes, str, Job] | None = None

    @classmethod
    async def connect(cls, url: str, name: str, *, lease: float = LEASE) -> RedisTaker:
        """Raises LinkClosed."""
        taker = cls(_client(url), name, lease)
        try:
            with contextlib.suppress(ResponseError):
                await taker._redis.xgroup_create(_Names.jobs, _GROUP, id="0", mkstream=True)
            await taker._beat()
        except (RedisError, OSError) as error:
            await taker._redis.aclose()
            raise LinkClosed("Redis cannot be reached") from error
        return taker

    async def take(self) -> Job:
        try:
            while True:
                await self._beat()
                _stop_if_cancelled()
                entry = await self._abandoned() or await self._new()
                if entry is not None and (job := await self._read(*entry)) is not None:
                    return job
        except (RedisError, OSError) as error:
            raise LinkClosed("Redis is gone") from error

    async def give(self, result: Result) -> None:
        """A job that another worker took over meanwhile is answered by both; the server keeps one."""
        if self._taken is None or (result.id, result.final) != (self._taken[2].id, self._taken[2].final):
            raise AssertionError("a worker answers the job it took")
        entry, reply, _ = self._taken
        try:
            await self._answer(entry, reply, result)
        except (RedisError, OSError) as error:
            raise LinkClosed("Redis is gone") from error
        self._taken = None

    async def close(self) -> None:
        with contextlib.suppress(RedisError, OSError):
            await self._redis.zrem(f"{PREFIX}workers", self._name)
        await self._redis.aclose()

    async def _beat(self) -> None:
        await self._redis.zadd(f"{PREFIX}workers", {self._name: time.time()})

    async def _new(self) -> tuple[bytes, dict[bytes, bytes]] | None:
        block = max(1, min(_BLOCK_MS, round(self._lease * 250)))
        found = await self._redis.xreadgroup(_GROUP, self._name, {_Names.jobs: ">"}, count=1, block=block)
        return found[0][1][0] if found else None

    async def _abandoned(self) -> tuple[bytes, dict[bytes, bytes]] | None:
        """A job that another worker took and did not answer within the lease."""
        claimed = await self._overdue()
        if claimed is None:
            return None
        id, fields = claimed
        pending = await self._redis.xpending_range(_Names.jobs, _GROUP, min=id, max=id, count=1)
        if pending and pending[0]["times_delivered"] > ATTEMPTS:
            job = read_message(fields[b"f"])
            if isinstance(job, Job):
                _log.warning("utterance_given_up", id=job.id)
                await self._answer(id, fields[b"reply"].decode(), unheard(job))
            return None
        return id, fields

    async def _overdue(self) -> tuple[bytes, dict[bytes, bytes]] | None:
        """The first job that its worker has for longer than its length allows; now it is ours."""
        idle = round(self._lease * 1000)
        for held in await self._redis.xpending_range(_Names.jobs, _GROUP, min="-", max="+", count=10, idle=idle):
            id = held["message_id"]
            found = await self._redis.xrange(_Names.jobs, id, id)
            least = round(_patience(found[0][1], self._lease) * 1000) if found else idle
            if held["time_since_delivered"] < least:
                continue
            _, entries, *_ = await self._redis.xautoclaim(_Names.jobs, _GROUP, self._name, least, start_id=id, count=1)
            if entries:
                return entries[0][0], entries[0][1]
        return None

    async def _read(self, id: bytes, fields: dict[bytes, bytes]) -> Job | None:
        try:
            job = read_message(fields[b"f"])
            reply = fields[b"reply"].decode()
        except (WireError, KeyError, UnicodeDecodeError):
            job, reply = None, ""
        if not isinstance(job, Job) or not reply.startswith(PREFIX):
            await self._done(id)
            return None
        self._taken = (id, reply, job)
        return job

    async def _answer(self, entry: bytes, reply: str, result: Result) -> None:
        await self._redis.xadd(reply, {"f": result_frame(result), "worker": ""})
        await self._done(entry)

    async def _done(self, entry: bytes) -> None:
        await self._redis.xack(_Names.jobs, _GROUP, entry)
        await self._redis.xdel(_Names.jobs, entry)


def _patience(fields: dict[bytes, bytes], lease: float) -> float:
    """Seconds that a worker may have this entry."""
    try:
        job = read_message(fields[b"f"])
    except (WireError, KeyError):
        return lease
    return patience(job, lease) if isinstance(job, Job) else lease


def _key(item: Job | Result) -> str:
    return f"{item.id}/{item.end}/{item.final}"
