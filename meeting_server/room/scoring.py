"""The meeting's own assessment by a local scoring sheet (dated file); what the record can compute is filled in."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from meeting_server.room.kinds import kind_of
from meeting_server.room.state import Room
from minutes.record.attendance import sums

MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Criterion:
    """``most`` in tenths of a point; ``computed`` names what the record works out, "" = by hand."""

    key: str
    name: str
    most: int
    computed: str


@dataclass(frozen=True, slots=True)
class Sheet:
    id: str
    since: date
    name: str
    bands: tuple[tuple[str, int], ...]
    criteria: tuple[Criterion, ...]

    def band(self, tenths: int) -> str:
        return next((name for name, least in self.bands if tenths >= least), "")

    def criterion(self, key: str) -> Criterion | None:
        return next((criterion for criterion in self.criteria if criterion.key == key), None)


@cache
def _sheets() -> tuple[Sheet, ...]:
    data = tomllib.loads((files("meeting_server.room") / "scoring.toml").read_text("utf-8"))
    read = [
        Sheet(
            row["id"], row["since"], row["name"], tuple((name, least) for name, least in row["bands"]),
            tuple(Criterion(**criterion) for criterion in row["criteria"]),
        )
        for row in data["sheet"]
    ]  # fmt: skip
    return tuple(sorted(read, key=lambda sheet: sheet.since))


def sheet_on(day: date) -> Sheet:
    """The sheet in force on a day; the first one for days before all."""
    in_force = [sheet for sheet in _sheets() if sheet.since <= day]
    return in_force[-1] if in_force else _sheets()[0]


def computed(room: Room, sheet: Sheet, day: date, until: int) -> Mapping[str, tuple[int, str]]:
    """criterion → (tenths, why) for what the record knows. ``until``: the end, or now while it lasts (ms)."""
    found: dict[str, tuple[int, str]] = {}
    untold = room.meeting.opened_told > 0 and room.meeting.ended_at is None  # on paper: how long is not known yet
    for criterion in sheet.criteria:
        work = _COMPUTED.get(criterion.computed)
        if work is not None and not (untold and criterion.computed == "duration"):
            tenths, why = work(room, day, until)
            found[criterion.key] = (min(tenths, criterion.most), why)
    return found


def _duration(room: Room, day: date, until: int) -> tuple[int, str]:
    opened = room.meeting.began_at
    if opened is None or room.meeting.scheduled is None:
        return 0, "chưa khai mạc"
    lasted, wanted = (until - opened) // MINUTE, kind_of(room.meeting.scheduled.kind, day).minutes
    short = wanted - lasted
    tenths = 50 if short <= 0 else 40 if short <= 15 else 30 if short <= 30 else 20 if 2 * lasted >= wanted else 10
    return tenths, f"{lasted} phút" + (f" (yêu cầu {wanted})" if wanted else "")


def _attendance(room: Room, day: date, until: int) -> tuple[int, str]:
    counted = sums(room.ledger)
    if not counted.eligible:
        return 0, "chưa có danh sách"
    share = 100 * counted.present // counted.eligible
    unheard = counted.unknown if room.ledger.closed_at is not None else 0  # away, and nobody said why
    low = counted.absent + unheard > 0 or share < 65
    tenths = 10 if low else 40 if share >= 90 else 30 if share >= 75 else 20
    without = f", {counted.absent} vắng không lý do" if counted.absent else ""
    without += f", {unheard} chưa điểm danh" if unheard else ""
    return tenths, f"{counted.present}/{counted.eligible} ({share}%){without}"


def _speaking(room: Room, day: date, until: int) -> tuple[int, str]:
    here = {line.member.member for line in room.ledger.lines if line.state == "present"}
    spoke = {said.speaker for said in room.transcript.shown()} & here
    share = 100 * len(spoke) // len(here) if here else 0
    tenths = 50 if share > 50 else 40 if share >= 40 else 30 if share >= 30 else 20
    return tenths, f"{len(spoke)}/{len(here)} ({share}%)"


def _closing(room: Room, day: date, until: int) -> tuple[int, str]:
    concluded = room.document.version > 0 and any(item.state == "concluded" for item in room.agenda.items)
    tenths = 20 * bool(room.meeting.passed) + 20 * concluded + 10 * bool(room.tasks.tasks)
    return tenths, "biên bản thông qua, kết luận, phân công nhiệm vụ"


_COMPUTED: dict[str, Callable[[Room, date, int], tuple[int, str]]] = {
    "duration": _duration, "attendance": _attendance, "speaking": _speaking, "closing": _closing,
}  # fmt: skip
