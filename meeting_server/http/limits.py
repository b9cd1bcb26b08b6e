"""How often something may be tried: the ``limits`` library, in memory, by account and by address."""

from __future__ import annotations

import structlog
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from meeting_server.http.faults import Fault

log = structlog.get_logger(__name__)


class Limits:
    """``rules``: name → e.g. "8/minute;60/hour"."""

    def __init__(self, **rules: str) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._rules: dict[str, list[RateLimitItem]] = {name: parse_many(rule) for name, rule in rules.items()}

    def count(self, rule: str, who: str) -> None:
        """One more try. Raises Fault 429."""
        hits = [self._limiter.hit(item, rule, who) for item in self._rules[rule]]  # every rule counts every try
        if not all(hits):
            log.info("too_often", rule=rule)
            raise Fault(429)
