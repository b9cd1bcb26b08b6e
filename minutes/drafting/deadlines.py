"""The deadline of a piece of work: the last one said after a correction, else the one marked as such."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from minutes.drafting.figures import may_begin
from minutes.drafting.moments import Day, dated, days, days_in, keys_of
from minutes.drafting.phrasing import written
from minutes.drafting.speech import Speech
from minutes.drafting.words import Span
from transcription.text.numerals import read
from transcription.text.tokens import word_set

MARKS = word_set("trước nhất hạn xong đến là vào lấy từ trong muộn chót đúng")
_PHRASE = word_set("trước chậm muộn nhất hạn là xong vào trong từ bắt đầu đến tối sáng chiều chót thời hoàn thành")
_COUNTED = word_set("một hai ba bốn năm sáu bảy tám chín mười ngày tuần mai kia nay tháng")
_WEEKDAYS = ("hai", "ba", "tư", "năm", "sáu", "bảy", "chủ nhật")


@dataclass(frozen=True, slots=True)
class Deadline:
    """``value``: ISO date or words; ``span``: the day itself; ``phrase``: with all words that belong to it.

    ``before``: "trước ngày" belongs to its print. ``starts``: "bắt đầu từ". ``of_words``: no date could be made.
    """

    value: str
    span: Span
    phrase: Span
    before: bool = False
    starts: bool = False
    of_words: bool = False


def deadline_in(speech: Speech, span: Span, today: date | None) -> Deadline | None:
    """The deadline said in ``span``, or None."""
    words = speech.words[span.start : span.end]
    keys = keys_of(words, speech.rough)
    rhythm = _rhythm(speech, span, keys)
    if rhythm is not None:
        return rhythm
    within = _within(span, keys, today)
    if within is not None:
        return within
    named = days_in(words, speech.rough)
    found = [d for d in named if d.is_exact or d.ahead is not None or d.week is not None]
    if found := found or _coming(keys, named, today):
        return _of_days(speech, span, keys, found, today)
    return _in_words(speech, span, keys)


def _coming(keys: tuple[str, ...], named: tuple[Day, ...], today: date | None) -> list[Day]:
    """ "trước thứ sáu", "thứ năm gửi tôi": a weekday without a week is the next one, unless it comes again and again.

    Taken when a word of deadlines stands before it, or when no other day is named.
    """
    alone = len(named) == 1 or (len(named) == 2 and named[1].start - named[0].end <= 2)
    found = []
    for day in named:
        if day.weekday is None or day.week is not None or day.every_week:
            continue
        before = keys[max(0, day.start - 3) : day.start]
        joined = any(0 <= b.start - a.end <= 1 for a in named for b in named if day in (a, b) and a is not b)
        joined = joined and not any(w in ("à", "thôi", "không") for w in keys[day.start - 1 : day.end + 1])
        joined = joined or "các" in before or "mỗi" in before
        if today is not None and not joined and (alone or MARKS & set(before)):
            found.append(replace(day, ahead=(day.weekday - today.weekday()) % 7 or 7, weekday=None))
    return found


def _of_days(
    speech: Speech, span: Span, keys: tuple[str, ...], found: list[Day], today: date | None
) -> Deadline | None:
    found = [_whole_month(keys, d) for d in found]
    marked = [d for d in found if _mark(keys, d)]
    after = _after_correction(speech, span, keys, found, marked)
    exact = [d for d in marked if "tức" in keys[max(0, d.start - 4) : d.start]]
    chosen = (after or exact or marked or found)[-1]
    place = Span(span.start + chosen.start, span.start + chosen.end)
    begin = marked[0] if (after or exact) and marked else chosen
    if after and begin is chosen and chosen is not found[0]:
        begin = found[found.index(chosen) - 1]
    phrase = Span(span.start + _back(keys, begin.start), place.end)
    day = dated(chosen, today) if today else None
    if speech.rough and today is not None and day is not None and day < today:
        day = _of_december(chosen, today)
    ahead = keys[max(0, chosen.start - 6) : chosen.start]
    starts = "bắt" in ahead and "đầu" in ahead
    if day is None:
        return Deadline(written(speech.plain(phrase), speech.garbled), place, phrase, of_words=True)
    value = f"bắt đầu {day.isoformat()}" if starts else day.isoformat()
    return Deadline(value, place, phrase, "trước" in ahead[-4:], starts)


def _of_december(chosen: Day, today: date) -> date | None:
    """No work is due before it is given out: "tháng mười …" heard in December has lost its "hai"; any other day that
    is past was misheard and stays words."""
    if chosen.month != 10 or today.month != 12 or chosen.year is not None:
        return None
    day = dated(replace(chosen, month=12), today)
    return day if day is not None and day >= today else None


def _after_correction(
    speech: Speech, span: Span, keys: tuple[str, ...], found: list[Day], marked: list[Day]
) -> list[Day]:
    """Days said after the speaker took one back."""
    taken = [h.start - span.start for h in speech.cues.of("correction", within=span)]
    stops = [speech.words[span.start + i].stop for i in range(len(keys))]
    taken += [i for i, w in enumerate(keys) if w in ("không", "à") and i and stops[i] == ","]
    taken += [i for i, w in enumerate(keys) if w in ("thôi", "à") and i and stops[i - 1]]
    later = [d for d in found if any(found[0].end - 1 <= c <= d.start for c in taken)]
    return [d for d in later if d in marked] or later


def _whole_month(keys: tuple[str, ...], day: Day) -> Day:
    """ "ngày mười hai tháng này": the month goes with the day."""
    after = keys[day.end : day.end + 2]
    return replace(day, end=day.end + 2) if day.month is None and after in _THIS_MONTH else day


_THIS_MONTH = (("tháng", "này"), ("tháng", "nay"))


def _mark(keys: tuple[str, ...], day: Day) -> bool:
    return bool(MARKS & set(keys[max(0, day.start - 3) : day.start])) or day.week is not None or day.ahead is not None


def _back(keys: tuple[str, ...], start: int) -> int:
    """Back over the words of a deadline before its day ("hạn là", "xong trước", "vào tối")."""
    while start > 0 and keys[start - 1] in _PHRASE:
        start -= 1
    if start > 0 and keys[start - 1] == "tức":
        start -= 1
        while start > 0 and keys[start - 1] in _PHRASE | _COUNTED:
            start -= 1
    return start


def _rhythm(speech: Speech, span: Span, keys: tuple[str, ...]) -> Deadline | None:
    """Something done again and again: "hằng tuần … vào chiều thứ sáu"."""
    again = next(
        (i for i, w in enumerate(keys[:-1]) if w in ("hằng", "hàng", "mỗi") and keys[i + 1] in ("tuần", "tháng")), None
    )
    if again is None:
        return _each(span, keys)
    how = f"hằng {keys[again + 1]}"
    day = next((d for d in days(keys) if d.weekday is not None), None)
    place = Span(span.start + again, span.start + again + 2)
    if day is None or keys[again + 1] != "tuần":
        return Deadline(how, place, place, of_words=True)
    part = keys[day.start - 1] if day.start and keys[day.start - 1] in ("sáng", "chiều", "tối", "trưa") else ""
    weekday = "chủ nhật" if day.weekday == 6 else f"thứ {_WEEKDAYS[day.weekday or 0]}"
    return Deadline(f"{part} {weekday} {how}".strip(), place, place, of_words=True)


def _each(span: Span, keys: tuple[str, ...]) -> Deadline | None:
    """ "mỗi chiều thứ sáu": every week, unless an exact day is named besides."""
    named = days(keys)
    day = next((d for d in named if d.weekday is not None), None)
    if day is None or any(d.is_exact for d in named):
        return None
    part = keys[day.start - 1] if day.start and keys[day.start - 1] in ("sáng", "chiều", "tối", "trưa") else ""
    first = day.start - (1 if part else 0)
    if first == 0 or keys[first - 1] not in ("mỗi", "hằng", "hàng"):
        return None
    weekday = "chủ nhật" if day.weekday == 6 else f"thứ {_WEEKDAYS[day.weekday or 0]}"
    place = Span(span.start + first - 1, span.start + day.end)
    return Deadline(f"{part} {weekday} hằng tuần".strip(), place, place, of_words=True)


_LENGTHS = {"ngày": 1, "hôm": 1, "bữa": 1, "tuần": 7}


def _within(span: Span, keys: tuple[str, ...], today: date | None) -> Deadline | None:
    """ "trong vòng hai ngày", "ba hôm nữa", "sau một tuần": counted from the day of the meeting."""
    for i, word in enumerate(keys[:-2]):
        led = word in ("trong", "sau")
        at = i + led + (led and keys[i + 1] == "vòng")
        if today is None or not may_begin(keys[at]) or (reading := read(keys, at, exact=True)) is None:
            continue
        length = _LENGTHS.get(keys[reading.end]) if reading.end < len(keys) else None
        more = keys[reading.end + 1 : reading.end + 2] == ("nữa",)
        if length and reading.value < 100 and (at > i + 1 or more):
            place = Span(span.start + i, span.start + reading.end + 1 + more)
            return Deadline((today + timedelta(days=length * int(reading.value))).isoformat(), place, place)
    return None


_UNTIL = {
    "trước": "kỳ buổi tết khi mùa rằm đại hội cuối cuộc hội năm", "trong": "tháng tuần quý năm vòng",
    "đến": "kỳ hết cuối lúc khi", "hết": "tháng quý năm tuần", "cuối": "tháng năm tuần quý", "đầu": "tháng năm",
    "giữa": "tháng",
    "tuần": "sau tới này", "tháng": "sau tới", "tại": "kỳ", "ở": "kỳ", "vào": "kỳ cuối",
    "sau": "tết", "năm": "sau tới",
}  # fmt: skip


_TRAILING = word_set("phải xong là có nhé nhá thì ạ đấy được cho báo")


def _in_words(speech: Speech, span: Span, keys: tuple[str, ...]) -> Deadline | None:
    """ "trước kỳ sinh hoạt tháng mười hai", "trong tháng này": kept as said."""
    for i, (one, two) in enumerate(pairwise(keys)):
        if two in _UNTIL.get(one, "").split():
            end = i + 2
            while end < len(keys) and not speech.words[span.start + end - 1].stop and end - i < 9:
                end += 1
            while end - i > 2 and keys[end - 1] in _TRAILING:
                end -= 1
            place = Span(span.start + i, span.start + end)
            return Deadline(written(speech.plain(place), speech.garbled), place, place, one == "trước", of_words=True)
    return None
