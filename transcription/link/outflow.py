"""What a hub hands to its one consumer: streams that never block the producer of the news."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Outflow(Generic[T]):
    """A bounded stream; when nobody reads, the oldest goes."""

    def __init__(self, size: int) -> None:
        self._items: deque[T] = deque(maxlen=size)
        self._fresh = asyncio.Event()
        self._closed = False

    def put(self, item: T) -> None:
        self._items.append(item)
        self._fresh.set()

    def close(self) -> None:
        self._closed = True
        self._fresh.set()

    async def __aiter__(self) -> AsyncIterator[T]:
        while True:
            while self._items:
                yield self._items.popleft()
            if self._closed:
                return
            self._fresh.clear()
            await self._fresh.wait()
