"""The meeting as the rules see it: who leads, who writes, who visits, and every speech with the people it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from minutes.drafting.phrasing import reported, spare
from minutes.drafting.roster import Mention, People, Person
from minutes.drafting.speech import Speech, is_garbled, is_unstopped, speeches
from minutes.drafting.turns import RosterLine, Turn
from minutes.drafting.words import Span

UPPER_ROLES = frozenset({"cấp trên dự", "cấp trên", "đại biểu", "đại biểu cấp trên"})
GUEST_ROLES = UPPER_ROLES | {"khách mời", "khách"}
_TO_CHAIR = re.compile(r"(?<=\w )tôi\b|(?<=\bbáo )em\b|(?<=\bgửi )em\b|(?<=\bđưa )em\b|(?<=\bnộp )em\b")
_LEADING = ("invite", "next_item", "vote_call", "conclude_strong", "assign", "close_strong", "agenda", "thank")


@lru_cache(maxsize=16)
def people_of(roster: tuple[RosterLine, ...], others: tuple[str, ...]) -> People:
    """The people of a meeting; kept, so that a second draft of one meeting finds their names already known."""
    return People(roster, others)


@dataclass(frozen=True)
class Scene:
    """Everything the drafting rules look at. ``today`` is the day of the meeting when it is known."""

    people: People
    speeches: tuple[Speech, ...]
    chair: str
    secretary: str
    rough: bool
    today: date | None = None

    def mentions(self, speech: Speech, span: Span | None = None) -> tuple[Mention, ...]:
        found = self.people.mentions_in(speech.text, speech.words, speech.rough)
        return found if span is None else tuple(m for m in found if span.holds(m.start))

    def text(self, speech: Speech, span: Span) -> str:
        """The words of a span as minutes print them, with full names."""
        how = f"text {speech.garbled}"
        return self.people.printed(how, speech.text, span, lambda: spare(speech, span, self.mentions(speech, span)))

    def ruling(self, speech: Speech, span: Span) -> str:
        """The chair's own words as minutes print them: "báo cáo tôi" is to the chair."""
        return _TO_CHAIR.sub("chủ trì", self.text(speech, span))

    def told(self, speech: Speech, span: Span) -> str:
        """The same in the third person."""
        how = f"told {speech.garbled}"
        return self.people.printed(how, speech.text, span, lambda: reported(speech, span, self.mentions(speech, span)))

    def by_chair(self) -> tuple[Speech, ...]:
        return tuple(s for s in self.speeches if self.leads(s))

    def leads(self, speech: Speech) -> bool:
        return bool(self.chair) and speech.speaker == self.chair

    def writes(self, speech: Speech) -> bool:
        return bool(self.secretary) and speech.speaker == self.secretary

    def is_guest(self, speech: Speech) -> bool:
        return speech.role in GUEST_ROLES

    def is_upper(self, speech: Speech) -> bool:
        return speech.role in UPPER_ROLES

    def next_by(self, at: int, reach: int) -> tuple[Speech, ...]:
        """Up to ``reach`` speeches after number ``at``."""
        return self.speeches[at + 1 : at + 1 + reach]

    def person(self, name: str) -> Person | None:
        return self.people.named(name)


def set_scene(turns: tuple[Turn, ...], roster: tuple[RosterLine, ...], chair: str = "", secretary: str = "") -> Scene:
    """The scene of a meeting; ``chair`` and ``secretary`` as recorded, else worked out from how people speak."""
    garbled = is_garbled(turns)
    rough = garbled or is_unstopped(turns)
    parts = speeches(turns, rough, garbled)
    people = people_of(roster, tuple(dict.fromkeys(t.speaker for t in turns)))
    leader = chair or _chair(parts)
    writer = secretary or _secretary(parts, people, leader)
    return Scene(people, parts, leader, writer, rough)


def _chair(parts: tuple[Speech, ...]) -> str:
    """Who opens, closes, gives the floor and sums up most."""
    marks: dict[str, float] = {}
    for part in parts:
        if part.speaker and part.role not in GUEST_ROLES and part.role != "thư ký":
            marks[part.speaker] = marks.get(part.speaker, 0.0) + min(4, len(part.cues.of(*_LEADING)))
    for part in parts:
        if part.speaker in marks and part.role in ("chủ trì", "bí thư"):
            marks[part.speaker] += 0.5
    return max(marks, key=lambda name: marks[name], default="")


def _secretary(parts: tuple[Speech, ...], people: People, chair: str) -> str:
    """Who speaks in that role, else the last one asked by the chair to write."""
    speaking = next((p.speaker for p in parts if p.role == "thư ký" and p.speaker), "")
    if speaking:
        return speaking
    appointed = ""
    for part in parts[: max(12, len(parts) // 4)]:
        if part.speaker != chair:
            continue
        for hit in part.cues.of("appoint_secretary"):
            near = [m for m in people.mentions_in(part.text, part.words, part.rough) if abs(m.start - hit.start) < 12]
            if near and (person := min(near, key=lambda m: abs(m.start - hit.start)).person):
                appointed = person.name
    return appointed
