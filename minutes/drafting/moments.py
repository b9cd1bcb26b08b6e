"""Days and times of day as they are said; "mai" and "thứ bảy này" count from the day of the meeting.

Everything works on lower-case keys, so the same grammar reads words ("ngày mười lăm tháng tư") and figures
("15/4/2027"). Nothing is guessed: what gives no day stays words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from minutes.drafting.figures import may_begin
from minutes.drafting.sound import COMMON, likeness, sound
from minutes.drafting.words import Word
from transcription.text.dates import date_at
from transcription.text.numerals import read
from transcription.text.times import time_at
from transcription.text.tokens import word_set

Keys = tuple[str, ...]
_COMRADE = ("đồng", "chí")
_BEFORE_SLASH = word_set("ngày mùng mồng hạn trước đến từ hôm là nhất")
_WEEKDAYS = {
    "hai": 0, "ba": 1, "tư": 2, "bốn": 2, "năm": 3, "sáu": 4, "bảy": 5, "bẩy": 5,
    "2": 0, "3": 1, "4": 2, "5": 3, "6": 4, "7": 5,
}  # fmt: skip
_DAY_WORDS = word_set("ngày mùng mồng hôm rằm")
_PARTS = word_set("sáng trưa chiều tối đêm")
_NEAR = {
    ("hôm", "nay"): 0, ("bữa", "nay"): 0, ("ngày", "mai"): 1, ("tối", "nay"): 0, ("chiều", "nay"): 0,
    ("ngày", "kia"): 2, ("ngày", "mốt"): 2, ("hôm", "ni"): 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Day:
    """A day named at keys [start, end). ``month``/``year`` are None when not said. ``ahead``: days from today.

    ``weekday`` 0 is Monday; ``week`` is how many weeks ahead ("tuần sau" 1), None when not said.
    """

    start: int
    end: int
    day: int | None = None
    month: int | None = None
    year: int | None = None
    ahead: int | None = None
    weekday: int | None = None
    week: int | None = None
    every_week: bool = False

    @property
    def is_exact(self) -> bool:
        return self.day is not None


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day at keys [start, end); ``part`` is "sáng", "chiều" … when said."""

    start: int
    end: int
    hour: int
    minute: int
    part: str = ""


def _at(k: Keys, i: int) -> str:
    return k[i] if 0 <= i < len(k) else ""


def days(keys: Sequence[str]) -> tuple[Day, ...]:
    """Every day named, in order."""
    k, found, i = tuple(keys), [], 0
    while i < len(k):
        day = _calendar(k, i) or _near(k, i) or _weekday(k, i)
        if day is None:
            i += 1
        else:
            found.append(day)
            i = day.end
    return tuple(found)


def _calendar(k: Keys, i: int) -> Day | None:
    """ "ngày mùng ba tháng mười một năm …", "20/11", "ngày 5"; a month alone is no day."""
    if not may_begin(k[i]) and k[i] not in _DAY_WORDS:
        return None
    parts = date_at(k, i)
    if parts is not None and parts.month and parts.year is None and _at(k, parts.end) == "năm":
        parts = date_at(k[: parts.end + 5], i) or parts  # "năm hai không hai bảy bảy giờ": the year has four digits
    if parts is None or parts.day is None or parts.lunar or _at(k, parts.end) in ("công", "đêm"):
        return None
    following = tuple(_at(k, parts.end + step) for step in range(3))
    if parts.month == 10 and parts.year is None and following[0] in ("một", "hai") and following[1:] == _COMRADE:
        return Day(i, parts.end + 1, parts.day, 11 if following[0] == "một" else 12)  # "tháng mười hai đồng chí A"
    if (_at(k, parts.end), _at(k, parts.end + 1)) in (("sang", "năm"), ("năm", "sau"), ("năm", "tới")):
        return Day(i, parts.end + 2, parts.day, parts.month, -1)
    if parts.prefix == "" and parts.year is None and "/" in k[i : parts.end] and _at(k, i - 1) not in _BEFORE_SLASH:
        return None
    return Day(i, parts.end, parts.day, parts.month, parts.year)


def _near(k: Keys, i: int) -> Day | None:
    pair = (_at(k, i), _at(k, i + 1))
    if pair in _NEAR:
        return Day(i, i + 2, ahead=_NEAR[pair])
    if pair[0] in _PARTS and pair[1] in ("nay", "mai", "kia", "mốt"):
        return Day(i, i + 2, ahead={"nay": 0, "mai": 1}.get(pair[1], 2))
    if pair[0] == "mai" and _at(k, i - 1) in ("trong", "ngay", "trước", "hạn", "xong"):
        return Day(i, i + 1, ahead=1)
    return None


def _weekday(k: Keys, i: int) -> Day | None:
    """ "thứ bảy tuần này", "chủ nhật này", "thứ năm tuần sau", "thứ sáu hằng tuần"."""
    if (_at(k, i), _at(k, i + 1)) == ("chủ", "nhật"):
        weekday = 6
    elif _at(k, i) == "thứ" and _at(k, i + 1) in _WEEKDAYS:
        weekday = _WEEKDAYS[k[i + 1]]
    else:
        return None
    after = (_at(k, i + 2), _at(k, i + 3))
    if after[0] in ("hằng", "hàng", "mỗi") and after[1] == "tuần":
        return Day(i, i + 4, weekday=weekday, every_week=True)
    if after[0] == "tuần" and after[1] in ("này", "ni", "sau", "tới"):
        return Day(i, i + 4, weekday=weekday, week=0 if after[1] in ("này", "ni") else 1)
    if after[0] in ("này", "tới"):
        return Day(i, i + 3, weekday=weekday, week=0 if after[0] == "này" else 1)
    return Day(i, i + 2, weekday=weekday)


def dated(day: Day, today: date) -> date | None:
    """The calendar day meant, counted from the day of the meeting; None for no possible day."""
    if day.ahead is not None:
        return today + timedelta(days=day.ahead)
    if day.day is not None:
        return _exact(day, today)
    if day.weekday is None or day.every_week or day.week is None:
        return None
    monday = today - timedelta(days=today.weekday())
    found = monday + timedelta(days=day.weekday + 7 * day.week)
    return found if found >= today else found + timedelta(days=7)


def _exact(day: Day, today: date) -> date | None:
    assert day.day is not None, "only called for days with a number"
    month, year = day.month or today.month, day.year or today.year
    if day.year == -1:
        year = today.year + 1
    try:
        found = date(year, month, day.day)
    except ValueError:
        return None
    if day.month is None and found < today:
        month, year = (1, year + 1) if month == 12 else (month + 1, year)
        return _exact(Day(0, 0, day.day, month, year), today)
    if day.year is None and (today - found).days > 60:
        return _exact(Day(0, 0, day.day, month, year + 1), today)
    return found


def clocks(keys: Sequence[str]) -> tuple[Clock, ...]:
    """Every time of day said, in order; never a duration ("hai giờ đồng hồ")."""
    k, found, i = tuple(keys), [], 0
    while i < len(k):
        clock = _clock(k, i)
        if clock is None:
            i += 1
        else:
            found.append(clock)
            i = clock.end
    return tuple(found)


def _clock(k: Keys, i: int) -> Clock | None:
    if not may_begin(k[i]) or _at(k, i - 1) in ("thứ", "tháng", "mùng", "trong", "suốt", "hơn", "gần", "mất", "dài"):
        return None
    parts = time_at(k, i)
    if parts is None or (_at(k, parts.end), _at(k, parts.end + 1)) == ("đồng", "hồ"):
        return None
    if parts.minute is None and (found := read(k, parts.end, exact=True)) and 10 <= found.value < 60:
        return Clock(i, found.end, parts.hour % 24, int(found.value), parts.part)
    return Clock(i, parts.end, parts.hour % 24, parts.minute or 0, parts.part)


_VOCABULARY = tuple(
    sound(w)
    for w in (
        *[
            "không",
            "một",
            "hai",
            "ba",
            "bốn",
            "năm",
            "sáu",
            "bảy",
            "tám",
            "chín",
            "mười",
            "mươi",
            "mốt",
            "tư",
            "lăm",
            "trăm",
            "nghìn",
            "linh",
            "lẻ",
            "rưỡi",
            "ngày",
            "tháng",
        ],
        *[
            "mùng",
            "mồng",
            "giờ",
            "phút",
            "kém",
            "trước",
            "thứ",
            "chủ",
            "nhật",
            "tuần",
            "sau",
            "này",
            "tới",
            "mai",
            "kia",
            "nay",
            "tối",
            "sáng",
            "chiều",
            "trưa",
            "hằng",
            "hạn",
            "xong",
        ],
    )
)
_EXACT = frozenset(s.low for s in _VOCABULARY)


def days_in(words: Sequence[Word], rough: bool = False) -> tuple[Day, ...]:
    """The days named in words; no day reaches over a stop."""
    return tuple(
        replace(day, start=day.start + begin, end=day.end + begin)
        for begin, keys in _clauses(words, rough)
        for day in days(keys)
    )


def clocks_in(words: Sequence[Word], rough: bool = False) -> tuple[Clock, ...]:
    """The times of day said in words; no time reaches over a stop."""
    return tuple(
        replace(clock, start=clock.start + begin, end=clock.end + begin)
        for begin, keys in _clauses(words, rough)
        for clock in clocks(keys)
    )


def _clauses(words: Sequence[Word], rough: bool) -> Iterator[tuple[int, Keys]]:
    """Each run of words between stops, with the place where it begins."""
    keys, begin = keys_of(words, rough), 0
    for at, word in enumerate(words, 1):
        if word.stop or at == len(words):
            yield begin, keys[begin:at]
            begin = at


def keys_of(words: Sequence[Word], rough: bool = False) -> tuple[str, ...]:
    """The keys of words; in rough speech those that sound like a word of time are taken for it."""
    return tuple(_nearest(w.low) if rough else w.low for w in words)


@lru_cache(maxsize=8192)
def _nearest(low: str) -> str:
    if low in COMMON or low in _EXACT or low[0].isdigit():
        return low
    own = sound(low)
    best = max(_VOCABULARY, key=lambda s: likeness(s, own))
    return best.low if likeness(best, own) >= 0.8 else low
