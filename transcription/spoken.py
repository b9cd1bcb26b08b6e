"""Recognised text as it was said: figures that the recogniser wrote itself go back into words. Pure.

Whisper writes "7 phòng" for "bảy phòng"; minutes decide themselves where figures stand (``to_figures``), and error
rates are counted in words.
"""

from __future__ import annotations

import re

from transcription.text import normal, words

_MONEY = re.compile(r"(?<=\d)\s?(?:đ|vnđ|vnd)(?!\w)", re.IGNORECASE)
_THOUSAND = re.compile(r"(?<![\w.,])(\d{1,3})k(?!\w)")
_THOUSANDS = re.compile(r"\b\d{1,3}(?:[.,]\d{3})+\b(?![.,]\d)")
_DECIMAL = re.compile(r"\b(\d{1,9})[.,](\d{1,4})\b(?![.,]?\d)")
_OF = re.compile(r"\b(\d{1,2})/(\d{1,3})(?=\s+(?:đồng chí|đảng viên|đại biểu|phiếu|hộ|người)\b)")
_DATE = re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/(\d{4}))?\b")
_CLOCK = re.compile(r"\b([01]?\d|2[0-4])(?:(?:\s?h|g)(?:\s?([0-5]\d))?|:([0-5]\d))(?![\w:])")
_RANGE = re.compile(r"(?<![\w.,/:–-])([1-9]\d{0,3})\s?[-–]\s?([1-9]\d{0,3})(?![\w/:–-]|[.,]\d)")
_PERCENT = re.compile(r"(?<=\d)\s?%")
_NUMBER = re.compile(r"(?<![\w.,])(?<!\d-)\d{1,9}(?!\w|-\d)")
_UNITS = {"km": "ki lô mét", "kg": "ki lô gam", "m2": "mét vuông", "m²": "mét vuông", "ha": "héc ta",
          "cm": "xen ti mét"}  # fmt: skip
_UNIT = re.compile(r"(?<=\d)\s?(" + "|".join(_UNITS) + r")(?!\w)")


def in_words(text: str) -> str:
    """The text with its numbers, dates, clock times and percentages in words; what is unclear stays.

    NFC, tone marks in one place: what interims show and finals keep beside the figures.
    """
    said = normal(text)
    said = _THOUSAND.sub(r"\1.000", said)
    said = _MONEY.sub(" đồng", said)
    said = _RANGE.sub(_range, said)
    said = _PERCENT.sub(" phần trăm", said)
    said = _UNIT.sub(lambda m: " " + _UNITS[m.group(1)], said)
    said = _THOUSANDS.sub(lambda m: re.sub(r"[.,]", "", m.group()), said)
    said = _OF.sub(lambda m: f"{_word(m.group(1))} trên {_word(m.group(2))}", said)
    said = _DATE.sub(_date, said)
    said = _CLOCK.sub(_clock, said)
    said = _DECIMAL.sub(lambda m: f"{_word(m.group(1))} phẩy {_word(m.group(2))}", said)
    said = _NUMBER.sub(lambda m: _word(m.group()), said)
    return " ".join(said.split())


def _word(digits: str) -> str:
    if len(digits) > 1 and digits[0] == "0":
        return " ".join(words(int(d)) for d in digits)
    return words(int(digits))


def _date(found: re.Match[str]) -> str:
    day, month, year = found.groups()
    if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
        return f"{words(int(day))} trên {words(int(month))}" + (f" trên {words(int(year))}" if year else "")
    said = f"{words(int(day))} tháng {words(int(month))}"
    return said + (f" năm {words(int(year))}" if year else "")


def _clock(found: re.Match[str]) -> str:
    hour, minute = found.group(1), found.group(2) or found.group(3)
    return f"{words(int(hour))} giờ" + (f" {words(int(minute))}" if minute and int(minute) else "")


def _range(found: re.Match[str]) -> str:
    """ "10-15 hộ" is said with "đến"; what does not grow is a number of another kind ("18-3")."""
    low, high = found.groups()
    return f"{low} đến {high}" if int(low) < int(high) else found.group()
