"""Who is meant: short names ("đồng chí Tám", "bác Kha", "hai đồng chí Quảng và My") resolved through the roster."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from minutes.drafting.sound import Sound, likeness, sound
from minutes.drafting.turns import RosterLine
from minutes.drafting.words import Span, Word
from transcription.text.tokens import word_set

HONORIFICS = word_set("bác cụ ông bà anh chị cô chú em cháu thầy thằng dì cậu mợ o mệ")
MALE, FEMALE = word_set("ông anh chú thầy thằng cậu"), word_set("bà chị cô dì mợ o")
_AND = frozenset(["và", "với", "cùng"])
_NOT_NAMES = word_set(
    "nào ấy đó này kia ở khác bí phó thư chủ là đã có vắng ta mình trên trong dự chưa không được đều cũng tôi"
)
_SURE, _ROUGH = 1.0, 0.8
MAX_KEPT = 20_000  # texts whose mentions are kept


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the cell, a guest, or somebody who only spoke."""

    name: str
    line: RosterLine | None
    sounds: tuple[Sound, ...]

    @property
    def given(self) -> Sound:
        return self.sounds[-1]

    @property
    def is_member(self) -> bool:
        return self.line is not None

    @property
    def has_vote(self) -> bool:
        line = self.line
        return line is not None and line.status == "official" and not line.suspended and not line.away


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody named in words [start, end). ``persons`` has one name, several when it could be any of them.

    ``titled``: after "đồng chí" or a word of respect. ``named`` is where the name itself begins.
    """

    start: int
    end: int
    persons: tuple[Person, ...]
    titled: bool
    score: float
    named: int

    @property
    def person(self) -> Person | None:
        return self.persons[0] if len(self.persons) == 1 else None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


class People:
    """Everybody who can be meant in one meeting."""

    def __init__(self, roster: Iterable[RosterLine], others: Iterable[str] = ()) -> None:
        lines = tuple(roster)
        known = {line.name for line in lines}
        self.roster = lines
        self.members = tuple(_person(line.name, line) for line in lines)
        self.others = tuple(_person(name, None) for name in dict.fromkeys(others) if name and name not in known)
        self.everybody = self.members + self.others
        self._by_name = {person.name.lower(): person for person in self.everybody}
        self._by_key: dict[str, list[Person]] = {}
        self._found: dict[tuple[str, bool], tuple[Mention, ...]] = {}
        self._printed: dict[tuple[str, str, int, int], str] = {}
        for person in self.everybody:
            self._by_key.setdefault(person.given.key, []).append(person)

    def mentions_in(self, text: str, words: tuple[Word, ...], rough: bool = False) -> tuple[Mention, ...]:
        """As ``mentions`` of the words of ``text``, found once for each text."""
        key = (text, rough)
        if key not in self._found:
            if len(self._found) > MAX_KEPT:
                self._found.clear()
            self._found[key] = self.mentions(words, rough)
        return self._found[key]

    def printed(self, how: str, text: str, span: Span, make: Callable[[], str]) -> str:
        """What ``make`` prints of a span of ``text``, made once: a redraft asks again for nearly all of it."""
        key = (how, text, span.start, span.end)
        if key not in self._printed:
            if len(self._printed) > MAX_KEPT:
                self._printed.clear()
            self._printed[key] = make()
        return self._printed[key]

    def named(self, name: str) -> Person | None:
        """The person of that full name."""
        return self._by_name.get(name.lower())

    def mentions(self, words: tuple[Word, ...], rough: bool = False) -> tuple[Mention, ...]:
        """Everybody named, in order; names in a row after one title ("đồng chí Kha, Vịnh, Đoàn") each count."""
        found: list[Mention] = []
        at = 0
        while at < len(words):
            mention = self._titled(words, at, rough) or self._bare(words, at, rough, found)
            if mention is None:
                at += 1
            else:
                found.append(mention)
                at = mention.end
        return tuple(found)

    def _titled(self, words: tuple[Word, ...], at: int, rough: bool) -> Mention | None:
        """A name after "đồng chí", "đ/c" or a word of respect."""
        start = _after_title(words, at, rough)
        if start is None or start >= len(words):
            return None
        found = self._name_at(words, start, rough, words[at].low if start == at + 1 else "", titled=True)
        return Mention(at, found[0], found[1], True, found[2], start) if found else None

    def _bare(self, words: tuple[Word, ...], at: int, rough: bool, before: list[Mention]) -> Mention | None:
        """A name without a title: a full name, one that goes on a list, or a capital in clean text."""
        if at and not words[at - 1].stop and words[at - 1].low in ("tổ", "thôn", "bản", "phố", "xã", "phường", "họ"):
            return None
        if not rough and _is_inside_name(words, at):
            return None
        last = before[-1] if before else None
        goes_on = last is not None and last.titled and _is_list(words, last.end, at)
        if not goes_on and not words[at].is_name_like:
            return self._full_at(words, at) if rough else None
        found = self._name_at(words, at, rough, "", titled=False)
        if not found or (rough and found[0] - at < 2 and not (goes_on and found[2] == 1.0)):
            return None
        if _opens_sentence(words, at) and not goes_on and found[0] - at == 1 and not _calls(words, found[0]):
            return None
        return Mention(at, found[0], found[1], goes_on, found[2], at)

    def _full_at(self, words: tuple[Word, ...], at: int) -> Mention | None:
        for person in self.everybody:
            count = len(person.sounds)
            if at + count <= len(words) and count > 2:
                score = sum(likeness(s, words[at + i].sound) for i, s in enumerate(person.sounds)) / count
                if score >= 0.9:
                    return Mention(at, at + count, (person,), False, score, at)
        return None

    def _name_at(
        self, words: tuple[Word, ...], start: int, rough: bool, honorific: str, titled: bool
    ) -> tuple[int, tuple[Person, ...], float] | None:
        """(end, persons, score) of the longest name at ``start``; capitals bound it in clean text."""
        limit = _name_limit(words, start, rough)
        for end in range(limit, start, -1):
            persons, score = self._match(tuple(words[i].sound for i in range(start, end)), rough)
            if persons:
                if end < limit and not rough and end - start < limit - start and _is_outsider(words, start, limit):
                    return None
                persons = _narrowed(persons, honorific, words, end)
                return end, persons, score
            if not rough and end == limit and end - start > 1:
                return None  # a full name that is nobody's here: an outsider
        return None

    def _match(self, spoken: tuple[Sound, ...], rough: bool) -> tuple[tuple[Person, ...], float]:
        """Those whose name ends in the syllables spoken, the best alike ones only."""
        if spoken[-1].low in _NOT_NAMES:
            return (), 0.0
        scored: list[tuple[float, Person]] = []
        for person in self._by_key.get(spoken[-1].key, ()):
            if len(spoken) > len(person.sounds):
                continue
            tail = person.sounds[-len(spoken) :]
            scored.append((sum(likeness(a, b) for a, b in zip(tail, spoken, strict=True)) / len(spoken), person))
        best = max((score for score, _ in scored), default=0.0)
        if best < (_ROUGH if rough else _SURE):
            return (), 0.0
        return tuple(person for score, person in scored if score == best), best


def _person(name: str, line: RosterLine | None) -> Person:
    return Person(name, line, tuple(sound(part) for part in re.findall(r"\w+", name)) or (sound("?"),))


def _after_title(words: tuple[Word, ...], at: int, rough: bool) -> int | None:
    """Where the name begins after a title at ``at``, or None."""
    low = words[at].low
    nxt = words[at + 1] if at + 1 < len(words) else None
    if nxt is not None and not words[at].stop:
        if (low == "đồng" and nxt.low == "chí") or (low, nxt.low) == ("đ", "c"):
            return None if nxt.stop in (".", "?") else at + 2
        if rough and _near_comrade(words[at].sound, nxt.sound):
            return at + 2
        if low in HONORIFICS and (nxt.is_name_like or rough):
            return at + 1
    return None


@lru_cache(maxsize=4096)
def _near_comrade(one: Sound, two: Sound) -> bool:
    parts = (likeness(one, sound("đồng")), likeness(two, sound("chí")))
    return min(parts) >= 0.6 and sum(parts) >= 1.6 and max(parts) >= 0.9


def _name_limit(words: tuple[Word, ...], start: int, rough: bool) -> int:
    """The furthest a name at ``start`` can reach: four syllables, one clause, capitals in clean text."""
    end = start
    while end < len(words) and end - start < 5:
        if not rough and not words[end].is_name_like:
            break
        end += 1
        if words[end - 1].stop:
            break
    return end


def _is_list(words: tuple[Word, ...], end: int, at: int) -> bool:
    """Whether the word at ``at`` goes on a list of names that ended at ``end``: ", X", "và X", "với X"."""
    if at == end:
        return words[end - 1].stop == ","
    return at == end + 1 and words[end].low in _AND and not words[end].stop


def _opens_sentence(words: tuple[Word, ...], at: int) -> bool:
    return at == 0 or words[at - 1].stop in (".", "?")


def _is_inside_name(words: tuple[Word, ...], at: int) -> bool:
    """Inside a name that began before and is nobody's here ("quần chúng Lò Thị Mai")."""
    if at < 2 or words[at - 1].stop or not words[at - 1].is_name_like:
        return False
    return not _opens_sentence(words, at - 1) or words[at].low in ("thị", "văn")


def _calls(words: tuple[Word, ...], end: int) -> bool:
    """A short name at the head of a sentence is a call or a subject when a stop or a verb of the floor follows."""
    if words[end - 1].stop or end >= len(words):
        return True
    return words[end].low in _CALLED


_CALLED = word_set(
    "ơi ghi đọc đếm báo nói sửa xem cộng lấy là nghe đồng nhất không nhé à ạ đây làm lập tính cho vào đi lo"
)


def _is_outsider(words: tuple[Word, ...], start: int, limit: int) -> bool:
    return limit - start >= 3


def _narrowed(persons: tuple[Person, ...], honorific: str, words: tuple[Word, ...], end: int) -> tuple[Person, ...]:
    """Of namesakes the one whose office follows ("Hải phụ nữ") or whose middle name fits the word of respect."""
    if len(persons) < 2:
        return persons
    after = " ".join(w.low for w in words[end : end + 3])
    by_office = tuple(p for p in persons if p.line and p.line.position and _shares(p.line.position.lower(), after))
    if len(by_office) == 1:
        return by_office
    women = tuple(p for p in persons if any(s.low == "thị" for s in p.sounds))
    if honorific in FEMALE and women:
        return women
    if honorific in MALE and len(women) < len(persons):
        return tuple(p for p in persons if p not in women)
    return persons


def _shares(position: str, after: str) -> bool:
    parts = after.split()
    return any(f"{a} {b}" in position for a, b in pairwise(parts))
