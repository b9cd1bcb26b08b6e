"""Times of day as they are said and written: "bảy rưỡi tối", "chín giờ kém mười", "19h30", "19 giờ 30 phút"."""

from __future__ import annotations

from dataclasses import dataclass

from transcription.text.fold import nfc
from transcription.text.kept import is_name_like
from transcription.text.numerals import HALVES, UNITS, at, read
from transcription.text.tokens import is_digits, keys, tokens, word_set

_MAX_TEXT = 100_000
_HOUR = frozenset({"giờ", "h", "g"})
_MINUTE = frozenset({"phút", "ph", "p"})
PARTS_OF_DAY = frozenset({"sáng", "trưa", "chiều", "tối", "đêm", "khuya"})


@dataclass(frozen=True, slots=True)
class TimeParts:
    """A time read from tokens; ``end`` is the index after it. ``minute`` None: only the hour was said."""

    end: int
    hour: int
    minute: int | None
    part: str = ""


@dataclass(frozen=True, slots=True)
class FoundTime:
    """A time of day in a text: characters [start, end) of the NFC text; hour 0–24, minute 0–59."""

    start: int
    end: int
    hour: int
    minute: int
    text: str


def _whole(k: tuple[str, ...], i: int, most: int) -> tuple[int, int] | None:
    found = read(k, i, exact=True)
    if found is None or found.form == "digits" or not isinstance(found.value, int) or not 0 <= found.value <= most:
        return None
    return found.end, found.value


def _minutes(k: tuple[str, ...], i: int) -> tuple[int, int] | None:
    """(end, minutes) after the hour; a bare single digit is no minute unless "phút" follows."""
    if at(k, i) in HALVES:
        return i + 1, 30
    if at(k, i) == "không" and at(k, i + 1) in UNITS:  # "không năm phút"
        i += 1
    found = _whole(k, i, 59)
    if found is None:
        return ((i + 2), 5) if at(k, i) == "năm" and at(k, i + 1) in _MINUTE else None
    if at(k, found[0]) in _MINUTE:
        return found[0] + 1, found[1]
    following = at(k, found[0])
    free = following == "" or not following[0].isalpha() or following in PARTS_OF_DAY
    return found if found[1] >= 10 and (free or following in _AFTER_TIME) else None


_AFTER_TIME = word_set(
    "ngày tôi chi buổi thưa hôm tại tuyên xin bắt kết đến tới thì là ta chúng cuộc đã có và mời các thứ"
)


def time_at(k: tuple[str, ...], i: int) -> TimeParts | None:
    """A time of day that begins at ``i``, or None."""
    hour = _whole(k, i, 24)
    if hour is None:
        return None
    j, value = hour
    minute: int | None = None
    if at(k, j) == ":" and is_digits(at(k, j + 1)) and len(k[j + 1]) == 2 and int(k[j + 1]) < 60:
        return _finished(k, j + 2, value, int(k[j + 1]))
    if at(k, j) in HALVES:  # "bảy rưỡi tối": without giờ only before a part of the day, "rồi" or at the end
        following = at(k, j + 1)
        if not 1 <= value <= 12 or (following[:1].isalpha() and following not in PARTS_OF_DAY | {"rồi"}):
            return None
        return _finished(k, j + 1, value, 30)
    if at(k, j) not in _HOUR:
        return None
    j += 1
    if at(k, j) == "kém":
        less = _whole(k, j + 1, 59)
        if less and value >= 1:
            end = less[0] + 1 if at(k, less[0]) in _MINUTE else less[0]
            return _finished(k, end, value - 1, 60 - less[1])
    elif (said := _minutes(k, j)) is not None:
        j, minute = said
    return _finished(k, j, value, minute)


def _finished(k: tuple[str, ...], end: int, hour: int, minute: int | None) -> TimeParts:
    part = at(k, end)
    if part not in PARTS_OF_DAY:
        return TimeParts(end, hour, minute)
    return TimeParts(end + 1, _on_the_day(hour, part), minute, part)


def _on_the_day(hour: int, part: str) -> int:
    """The hour of 24 for a spoken hour and part of the day."""
    if part in ("chiều", "tối") and 1 <= hour <= 11:
        return hour + 12
    if part == "trưa" and 1 <= hour <= 3:
        return hour + 12
    if part in ("đêm", "khuya"):
        return 0 if hour == 12 else hour + 12 if 8 <= hour <= 11 else hour
    return hour


def find_times(text: str) -> tuple[FoundTime, ...]:
    """All times of day in a text, in order; lengths of time said with giờ ("trong hai giờ") are left out."""
    source = nfc(text)[:_MAX_TEXT]
    items = tokens(source)
    k = keys(items)
    found: list[FoundTime] = []
    i = 0
    while i < len(k):
        parts = time_at(k, i)
        if parts is None or at(k, i - 1) in _LENGTH_CUES or is_name_like(items, i, parts.end):
            i += 1
            continue
        start, end = items[i].start, items[parts.end - 1].end
        found.append(FoundTime(start, end, parts.hour, parts.minute or 0, source[start:end]))
        i = parts.end
    return tuple(found)


_LENGTH_CUES = frozenset({"trong", "suốt", "dài", "mất", "hơn", "gần"})
