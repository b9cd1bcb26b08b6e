"""The twelve months of a year with the rules in force in each, and what is due of them by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from meeting_server.store import supervision_rules
from meeting_server.store.supervision_rules import Rules

VIETNAM = timedelta(hours=7)


@dataclass(frozen=True, slots=True)
class Months:
    """``due``: a regular meeting was to be held by now; ``over``: of each quarter, whether it has ended."""

    year: int
    rules: tuple[Rules, ...]
    due: tuple[bool, ...]
    over: tuple[bool, ...]

    @classmethod
    def of(cls, year: int, now: int) -> Months:
        """``now`` in ms."""
        today = (datetime.fromtimestamp(now / 1000, UTC) + VIETNAM).date()
        rules = rules_of(year)
        due = tuple(_is_due((year, month), today, rule) for month, rule in enumerate(rules, 1))
        return cls(year, rules, due, tuple((today.year, today.month) > (year, 3 * n) for n in (1, 2, 3, 4)))

    def before(self, since: date | None) -> int:
        """How many of its months owe no meeting of a cell that is here since that day."""
        if since is None or since.year != self.year:
            return 12 if since is not None and since.year > self.year else 0
        return since.month - (since.day < self.rules[since.month - 1].due_day)

    def due_of(self, at: int, before: int, regular: bool) -> bool:
        """Whether one was to be held by now in month ``at`` (from 0): what was held before counts too."""
        return self.due[at] and (at >= before or regular)

    def lacks_thematic(self, quarter: int, held: int, before: int = 0) -> bool:
        """A quarter that the cell was not here for from its beginning owes none."""
        return self.over[quarter] and before <= 3 * quarter and held < self.rules[3 * quarter + 2].thematic_a_quarter

    def lacks_tasks(self, given: int, done: int) -> bool:
        return done * 1000 < given * self.rules[-1].tasks


def rules_of(year: int) -> tuple[Rules, ...]:
    """A month keeps the table of its last day."""
    return tuple(supervision_rules.on(_end_of(year, month)) for month in range(1, 13))


def _end_of(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _is_due(month: tuple[int, int], today: date, rules: Rules) -> bool:
    here = (today.year, today.month)
    return month < here or (month == here and today.day >= rules.due_day)
