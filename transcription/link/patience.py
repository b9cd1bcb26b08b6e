"""The waits between attempts to reach the other end of a link, and what is logged of them: an end that was lost, and
one that cannot be reached for long. Processes that start together wait for each other in silence."""

from __future__ import annotations

import asyncio

import structlog

LONG_S = 15.0
_log = structlog.get_logger(__name__)


class Patience:
    """``met()`` when the other end answered; ``await wait(why)`` when it did not, or is gone."""

    def __init__(self, first: float = 0.1, longest: float = 2.0, long: float = LONG_S, **named: str) -> None:
        """``named``: goes into what is logged."""
        self._first, self._longest, self._long, self._named = first, longest, long, named
        self._delay, self._waited, self._together, self._told = first, 0.0, False, False

    def met(self) -> None:
        self._delay, self._waited, self._together, self._told = self._first, 0.0, True, False

    async def wait(self, why: str) -> None:
        self.note(why)
        await asyncio.sleep(self._delay)
        self._waited += self._delay
        self._delay = min(self._longest, self._delay * 2)

    def note(self, why: str) -> None:
        """Logs at most one loss and one long absence of each meeting."""
        if self._together:
            self._together = False
            _log.info("link_lost", why=why, **self._named)
        elif self._waited >= self._long and not self._told:
            self._told = True
            _log.warning("link_not_reached", why=why, seconds=round(self._waited), **self._named)
