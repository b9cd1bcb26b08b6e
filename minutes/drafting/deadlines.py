"""The deadline of a piece of work: the last one said when the speaker corrected himself, else the one marked as such."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from minutes.drafting.moments import Day, dated, days
from minutes.drafting.phrasing import in_figures
from minutes.drafting.speech import Speech
from minutes.drafting.words import Span

MARKS = frozenset("trước nhất hạn xong đến là vào lấy từ trong muộn chót".split())


@dataclass(frozen=True, slots=True)
class Deadline:
    """``value``: ISO date or words; ``span``: where it was said; ``before``: "trước ngày" belongs to its print."""

    value: str
    span: Span
    before: bool = False


def deadline_in(speech: Speech, span: Span, today: date | None) -> Deadline | None:
    """The deadline said in ``span``, or None."""
    keys = tuple(w.low for w in speech.words[span.start : span.end])
    found = [d for d in days(keys) if _is_deadline(keys, d)]
    if found:
        return _of_days(speech, span, keys, found, today)
    return _in_words(speech, span, keys)


def _is_deadline(keys: tuple[str, ...], day: Day) -> bool:
    """A weekday alone is a rhythm, not a deadline, unless a date or a mark stands by it."""
    if day.is_exact or day.ahead is not None or day.week is not None or day.every_week:
        return True
    return False


def _of_days(
    speech: Speech, span: Span, keys: tuple[str, ...], found: list[Day], today: date | None
) -> Deadline | None:
    corrected = [h.start - span.start for h in speech.cues.of("correction", within=span)]
    corrected += [i for i, w in enumerate(keys) if w == "không" and speech.words[span.start + i].stop == ","]
    marked = [d for d in found if _mark(keys, d)]
    after = [d for d in marked if any(found[0].start < c <= d.start for c in corrected)]
    if corrected and not after:
        after = [d for d in found if any(found[0].start < c <= d.start for c in corrected)]
    exact = [d for d in marked if "tức" in keys[max(0, d.start - 4) : d.start]]
    chosen = (after or exact or marked or found)[-1]
    place = Span(span.start + chosen.start, span.start + chosen.end)
    if chosen.every_week:
        return Deadline(_words(speech, place), place)
    day = dated(chosen, today) if today else None
    value = day.isoformat() if day else _words(speech, place)
    before = "trước" in keys[max(0, chosen.start - 3) : chosen.start]
    return Deadline(value, place, before)


def _mark(keys: tuple[str, ...], day: Day) -> bool:
    return (
        any(w in MARKS for w in keys[max(0, day.start - 3) : day.start])
        or day.week is not None
        or day.ahead is not None
    )


_UNTIL = (
    ("trước", "kỳ"), ("trước", "buổi"), ("trước", "tết"), ("trước", "khi"), ("trước", "mùa"), ("trước", "rằm"),
    ("trong", "tháng"), ("trong", "tuần"), ("trong", "quý"), ("hết", "tháng"), ("cuối", "tháng"), ("đầu", "tháng"),
    ("hết", "quý"), ("cuối", "năm"), ("hết", "năm"), ("trong", "năm"), ("giữa", "tháng"), ("tuần", "sau"),
    ("tháng", "sau"), ("hằng", "tuần"), ("hàng", "tuần"), ("hằng", "tháng"), ("hàng", "tháng"), ("tại", "kỳ"), ("ở", "kỳ"),
)  # fmt: skip


def _in_words(speech: Speech, span: Span, keys: tuple[str, ...]) -> Deadline | None:
    """ "trước kỳ sinh hoạt tháng mười hai", "trong tháng này": kept as said."""
    for i, pair in enumerate(zip(keys, keys[1:], strict=False)):
        if pair in _UNTIL:
            end = i + 2
            while end < len(keys) and not speech.words[span.start + end - 1].stop and end - i < 9:
                end += 1
            place = Span(span.start + i, span.start + end)
            return Deadline(_words(speech, place), place, pair[0] == "trước")
    return None


def _words(speech: Speech, span: Span) -> str:
    return in_figures(speech.plain(span))
