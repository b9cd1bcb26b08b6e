"""The ends of the link by its address: ws://… on one machine, redis://… between many; and its hub."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from transcription.link import Hub, LinkRefused, Producer, Taker
from transcription.link.redis import RedisHub
from transcription.link.redis_producer import RedisProducer
from transcription.link.redis_taker import RedisTaker
from transcription.link.websocket import WebSocketHub, WebSocketProducer, WebSocketTaker
from transcription.scheduler import LEASE

WEBSOCKET = "websocket"
_REDIS, _WEBSOCKET = ("redis://", "rediss://", "unix://"), ("ws://", "wss://")
ADDRESSES = (*_WEBSOCKET, *_REDIS)
"""What the address of a link may begin with."""


def _is_redis(url: str) -> bool:
    if url.startswith(_REDIS):
        return True
    if url.startswith(_WEBSOCKET):
        return False
    raise LinkRefused(f"the link's address begins with ws:// or redis://, not {url.partition(':')[0]!r}")


def hub(link: str, port: int, token: str, *, lease: float = LEASE) -> Hub:
    """The server's end; ``link``: "websocket" = on this machine's loopback at ``port``, else the address of a Redis.

    Raises LinkRefused on an unknown kind of address.
    """
    if link == WEBSOCKET:
        return WebSocketHub("127.0.0.1", port, token, lease=lease)
    if not _is_redis(link):
        raise LinkRefused("the server's own link is websocket or redis://…")
    return RedisHub(link, lease=lease)


def producer(url: str, token: str, name: str = "listener") -> Producer:
    """The listener's end. Raises LinkRefused on an unknown kind of address."""
    return RedisProducer(url, name=name) if _is_redis(url) else WebSocketProducer(url, token, name)


def taker(url: str, token: str, lease: float = LEASE) -> Callable[[str], Awaitable[Taker]]:
    """What makes a worker's end of a given name. Raises LinkRefused on an unknown kind of address."""
    redis = _is_redis(url)

    async def connect(name: str) -> Taker:
        return await (RedisTaker.connect(url, name, lease=lease) if redis else WebSocketTaker.connect(url, token, name))

    return connect
