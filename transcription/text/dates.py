"""Dates as they are said and written: "ngày mùng ba tháng mười một năm hai nghìn không trăm hai sáu", "03/11/2026".

A part that was not said stays None unless the caller gives the meeting's own year or month.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from transcription.text.fold import nfc
from transcription.text.numerals import UNITS, at, looks_like_year, read, read_digits
from transcription.text.tokens import Token, is_digits, keys, tokens, word_set

_MAX_TEXT = 100_000
_DAY_WORDS = frozenset({"ngày", "mùng", "mồng", "hôm"})
_EARLY = frozenset({"mùng", "mồng"})
LUNAR_MONTHS = {"giêng": 1, "chạp": 12}
_NOT_AFTER_MONTH = word_set("lần ngày kỳ buổi hộ đồng người tháng phần tuần lượt mươi trăm phẩy triệu nghìn")
_WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "bốn": 2, "năm": 3, "sáu": 4, "bảy": 5, "bẩy": 5}
_WEEK = {"này": 0, "nay": 0, "sau": 1, "tới": 1, "trước": -1, "qua": -1}
_MONTH_SHIFT = {"này": 0, "nay": 0, "sau": 1, "tới": 1, "trước": -1, "qua": -1}
_NEAR = {("hôm", "nay"): 0, ("ngày", "mai"): 1, ("ngày", "kia"): 2, ("hôm", "qua"): -1, ("hôm", "kia"): -2}


@dataclass(frozen=True, slots=True)
class DateParts:
    """A date read from tokens; ``end`` is the index after it. ``early``: said with mùng or mồng."""

    end: int
    day: int | None
    month: int | None
    year: int | None
    lunar: bool = False
    early: bool = False
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text: characters [start, end) of the NFC text; parts that are not known are None."""

    start: int
    end: int
    day: int | None
    month: int | None
    year: int | None
    text: str
    lunar: bool = False

    @property
    def iso(self) -> str | None:
        """YYYY-MM-DD when all is known, the day exists, and it is no lunar date."""
        if self.lunar or self.day is None or self.month is None or self.year is None:
            return None
        try:
            return date(self.year, self.month, self.day).isoformat()
        except ValueError:
            return None


def _day(k: tuple[str, ...], i: int) -> tuple[int, int] | None:
    """(end, day). "hai mươi năm tháng tư" is the 25th: recognisers write năm for lăm."""
    found = read(k, i, exact=True)
    if found is None and at(k, i) in UNITS and at(k, i + 1) == "tháng":
        return (i + 1, UNITS[k[i]]) if UNITS[k[i]] else None
    if found is None or found.form == "digits" or not isinstance(found.value, int):
        return None
    end, day = found.end, found.value
    if day in (10, 20) and at(k, end) == "năm" and at(k, end + 1) == "tháng":
        return end + 1, day + 5
    return (end, day) if 1 <= day <= 31 else None


def month_at(k: tuple[str, ...], i: int) -> tuple[int, int, bool] | None:
    """(end, month, lunar) of the name or number after "tháng"."""
    word, then = at(k, i), at(k, i + 1)
    if word in LUNAR_MONTHS:
        return i + 1, LUNAR_MONTHS[word], True
    if is_digits(word) and 1 <= int(word) <= 12:
        return i + 1, int(word), False
    if word == "mười":
        if then in ("một", "hai") and not looks_like_year(k, i + 1) and at(k, i + 2) not in _NOT_AFTER_MONTH:
            return i + 2, 10 + UNITS[then], False
        return i + 1, 10, False
    if word == "tư":
        return i + 1, 4, False
    if word in UNITS and UNITS[word] and then not in _NOT_AFTER_MONTH:
        return i + 1, UNITS[word], False
    return None


def year_at(k: tuple[str, ...], i: int, short: bool = False) -> tuple[int, int] | None:
    """(end, year) of "năm 2026", "năm hai không hai sáu", "hai nghìn không trăm hai sáu"; ``short``: "năm hai sáu"."""
    named = at(k, i) == "năm"
    j = i + 1 if named else i
    if looks_like_year(k, j):
        run = read_digits(k, j)
        if run is not None:
            end = run.end if len(run.digits) == 4 else j + 4
            return end, int(run.digits[:4])
        found = read(k, j)
        return (found.end, int(found.value)) if found else None
    found = read(k, j, exact=True) if named and short else None
    if found is None or not isinstance(found.value, int) or not 10 <= found.value <= 99:
        return None
    return found.end, found.value + (2000 if found.value < 50 else 1900)


def date_at(k: tuple[str, ...], i: int) -> DateParts | None:
    """A date that begins at ``i``: a day, a day and month, or a month, each with or without a year."""
    if is_digits(k[i][0]) and (numeric := _numeric(k, i)):
        return numeric
    j, prefix = i, []
    while at(k, j) in _DAY_WORDS or (at(k, j) == "rằm" and j == i):
        prefix.append(k[j])
        j += 1
    early = bool(_EARLY & set(prefix))
    if "rằm" in prefix:
        day: tuple[int, int] | None = (j, 15)
    else:
        if prefix and k[j : j + 1] and is_digits(k[j][0]) and (numeric := _numeric(k, j)):
            return DateParts(numeric.end, numeric.day, numeric.month, numeric.year, False, early, " ".join(prefix))
        day = _day(k, j) if at(k, j) != "tháng" else None
    if day is None and at(k, j) != "tháng":
        return None
    end = day[0] if day else j
    if at(k, end) == "tháng" and (month := month_at(k, end + 1)):
        return _with_year(k, month, day[1] if day else None, early or "rằm" in prefix, " ".join(prefix))
    if day is not None and (early or (prefix and prefix != ["hôm"] and "rằm" not in prefix)):
        return DateParts(end, day[1], None, None, False, early, " ".join(prefix))
    return None


def _with_year(
    k: tuple[str, ...], month: tuple[int, int, bool], day: int | None, early: bool, prefix: str
) -> DateParts:
    end, number, lunar = month
    year = year_at(k, end, short=True)
    if year is not None:
        return DateParts(year[0], day, number, year[1], lunar and number == 12, early, prefix)
    if at(k, end) == "âm":
        return DateParts(end + (2 if at(k, end + 1) == "lịch" else 1), day, number, None, True, early, prefix)
    return DateParts(end, day, number, None, lunar, early, prefix)


def _numeric(k: tuple[str, ...], i: int) -> DateParts | None:
    """3/11, 03/11/2026, 3-11-2026, 11/2026."""
    sign = at(k, i + 1)
    first, second = k[i], at(k, i + 2)
    if sign not in ("/", "-") or not (is_digits(first) and is_digits(second)) or len(first) > 2:
        return None
    if len(second) == 4:
        return DateParts(i + 3, None, int(first), int(second)) if sign == "/" and 1 <= int(first) <= 12 else None
    if not (1 <= int(first) <= 31 and 1 <= int(second) <= 12):
        return None
    third = at(k, i + 4)
    if at(k, i + 3) == sign and is_digits(third) and len(third) == 4:
        return DateParts(i + 5, int(first), int(second), int(third))
    return DateParts(i + 3, int(first), int(second), None) if sign == "/" else None


def find_dates(
    text: str, year: int | None = None, month: int | None = None, today: date | None = None
) -> tuple[FoundDate, ...]:
    """All dates in a text, in order.

    ``year`` and ``month`` (of the meeting) fill what was not said; a lone "tháng 12" keeps day None. With
    ``today``, "ngày mai", "thứ năm tuần sau" and "cuối tháng này" become dates too. A bare fraction such as
    "23/25" is no date; "3/4" is read as one only after ngày, mùng, hạn, trước, đến, từ or hôm.
    """
    source = nfc(text)[:_MAX_TEXT]
    items = tokens(source)
    k = keys(items)
    found: list[FoundDate] = []
    i = 0
    while i < len(k):
        near = _relative(k, i, today) if today else None
        parts = near or date_at(k, i)
        if parts is None or (near is None and not _is_date(k, i, parts)):
            i += 1
            continue
        found.append(_found(source, items, i, parts, year, month))
        i = parts.end
    return tuple(found)


_DATE_CUES = word_set("ngày mùng mồng hạn trước đến từ hôm sau tới")


def _is_date(k: tuple[str, ...], i: int, parts: DateParts) -> bool:
    """Keeps fractions ("3/4 số hộ") and lengths ("trong ba tháng") from being read as dates."""
    if parts.year is None and is_digits(k[i][0]) and at(k, i + 1) == "/":
        return at(k, i - 1) in _DATE_CUES
    return True


def _found(
    source: str, items: tuple[Token, ...], i: int, parts: DateParts, year: int | None, month: int | None
) -> FoundDate:
    start, end = items[i].start, items[parts.end - 1].end
    filled = parts.year if parts.year is not None else year
    in_month = parts.month if parts.month is not None else (month if parts.day is not None else None)
    return FoundDate(start, end, parts.day, in_month, filled, source[start:end], parts.lunar)


def _relative(k: tuple[str, ...], i: int, today: date) -> DateParts | None:
    two = (k[i], at(k, i + 1))
    if two in _NEAR:
        return _parts(i + 2, today + timedelta(days=_NEAR[two]))
    if two in (("cuối", "tháng"), ("hết", "tháng")) and at(k, i + 2) in _MONTH_SHIFT:
        first = _first_of(today, _MONTH_SHIFT[k[i + 2]])
        return _parts(i + 3, first.replace(day=calendar.monthrange(first.year, first.month)[1]))
    weekday, end = None, i + 2
    if two[0] == "thứ" and two[1] in _WEEKDAYS:
        weekday = _WEEKDAYS[two[1]]
    elif two == ("chủ", "nhật"):
        weekday = 6
    if weekday is None:
        return None
    if at(k, end) == "tuần" and at(k, end + 1) in _WEEK:
        shift = _WEEK[k[end + 1]]
        return _parts(end + 2, today + timedelta(days=weekday - today.weekday() + 7 * shift))
    if at(k, end) in ("này", "tới"):
        return _parts(end + 1, today + timedelta(days=(weekday - today.weekday()) % 7 or 7))
    return None


def _first_of(today: date, months: int) -> date:
    index = today.year * 12 + today.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _parts(end: int, day: date) -> DateParts:
    return DateParts(end, day.day, day.month, day.year)
