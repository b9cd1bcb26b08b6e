"""Recognised text as it was said: figures that the recogniser wrote itself go back into words. Pure.

Whisper writes "7 phòng" for "bảy phòng"; minutes decide themselves where figures stand (``to_figures``), and error
rates are counted in words.
"""

from __future__ import annotations

import re

from transcription.text import normal, words

_THOUSANDS = re.compile(r"\b\d{1,3}(?:[.,]\d{3})+\b(?![.,]\d)")
_DECIMAL = re.compile(r"\b(\d{1,9})[.,](\d{1,4})\b")
_DATE = re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/(\d{4}))?\b")
_CLOCK = re.compile(r"\b(\d{1,2})\s?(?:h|:|g)\s?(\d{2})?\b")
_PERCENT = re.compile(r"(?<=\d)\s?%")
_NUMBER = re.compile(r"(?<![\w.,])\d{1,9}(?!\w)")
_UNITS = {"km": "ki lô mét", "kg": "ki lô gam", "m2": "mét vuông", "ha": "héc ta", "cm": "xen ti mét"}
_UNIT = re.compile(r"(?<=\d)\s?(" + "|".join(_UNITS) + r")\b")


def in_words(text: str) -> str:
    """The text with its numbers, dates, clock times and percentages in words; what is unclear stays.

    NFC, tone marks in one place: what interims show and finals keep beside the figures.
    """
    said = normal(text)
    said = _PERCENT.sub(" phần trăm", said)
    said = _UNIT.sub(lambda m: " " + _UNITS[m.group(1)], said)
    said = _THOUSANDS.sub(lambda m: re.sub(r"[.,]", "", m.group()), said)
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
    hour, minute = found.groups()
    return f"{words(int(hour))} giờ" + (f" {words(int(minute))}" if minute and int(minute) else "")
