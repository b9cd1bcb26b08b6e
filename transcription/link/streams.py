"""What the three ends of a link over Redis share: names of keys, a client, who is there, what a fault means.

Streams and sets, under a prefix that names the protocol's version (ends of two versions never meet):

* ``<hub>:in``      to one server: jobs and news of its listeners, results of workers; read by that server alone
* ``<hub>:orders``  from one server to its listeners; capped
* ``<hub>:alive``   its listeners, by when they were last there
* ``<hub>:mark``    gone with everything else when Redis was emptied
* ``jobs``          what servers hand out; one consumer group of all workers
* ``workers``       all workers, by when they were last there
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError, ResponseError

from transcription.link import LinkClosed, LinkRefused
from transcription.wire import VERSION

PREFIX = f"hopchibo:{VERSION}:"
JOBS, WORKERS, GROUP = f"{PREFIX}jobs", f"{PREFIX}workers", "workers"
BLOCK_MS = 500
BEAT_S, ALIVE_S, FORGOTTEN_S = 1.0, 5.0, 600.0
"""Between two signs of life; without one so long somebody is gone; so long the name is remembered."""
FAULTS = (RedisError, OSError)
_log = structlog.get_logger(__name__)


class Names:
    """Keys of one server's link."""

    def __init__(self, hub: str) -> None:
        self.inbox = f"{PREFIX}{hub}:in"
        self.orders = f"{PREFIX}{hub}:orders"
        self.alive = f"{PREFIX}{hub}:alive"
        self.mark = f"{PREFIX}{hub}:mark"


def client(url: str) -> Any:
    """Any: redis-py's answers are typed for every protocol at once; what is read is checked by transcription.wire."""
    return Redis.from_url(url, protocol=2, socket_timeout=10, socket_connect_timeout=5, health_check_interval=15)


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Redis's faults as the link's own."""
    try:
        yield
    except (AuthenticationError, NoPermissionError) as error:
        raise LinkRefused("Redis does not let us in: its password, or what this user may do") from error
    except FAULTS as error:
        raise LinkClosed("Redis cannot be reached") from error


async def make_group(redis: Any) -> None:
    """The consumer group of all workers, unless it is there."""
    try:
        await redis.xgroup_create(JOBS, GROUP, id="0", mkstream=True)
    except ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise


async def redis_time(redis: Any) -> float:
    """Seconds by Redis's own clock: those of the machines need not agree."""
    seconds, micro = await redis.time()
    return float(seconds) + float(micro) / 1e6


async def beat(redis: Any, key: str, name: str) -> None:
    """Signs of life until cancelled, whatever else its owner does meanwhile."""
    while True:
        with contextlib.suppress(*FAULTS):
            await redis.zadd(key, {name: await redis_time(redis)})
        await asyncio.sleep(BEAT_S)


async def end(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def stop_if_cancelled() -> None:
    """redis-py now and then swallows a cancellation (seen with 8.1 on Python 3.11), so every loop looks itself."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
