"""When, where, what kind, led and written by whom: read from the opening and the closing only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

from minutes.drafting.moments import Clock, Day, clocks_in, dated, days_in, keys_of
from minutes.drafting.scene import Scene
from minutes.drafting.sound import likeness, sound
from minutes.drafting.speech import Speech
from minutes.drafting.value import Header
from minutes.drafting.words import Span, Word
from transcription.text.numerals import UNITS
from transcription.text.tokens import word_set

KINDS = ("thường kỳ", "chuyên đề", "bất thường", "kết nạp")
OPENING, CLOSING = 6, 5  # speeches looked at
_NOT_CELL = word_set("sinh tiến họp ta khai long là bước đang đã có tối hôm chúng mình")
_PLACE_END = word_set("tôi chúng ta hôm buổi")


def header_of(scene: Scene) -> Header:
    """What the opening and the closing say; whatever they do not say stays None."""
    opening = [s for s in scene.speeches[:OPENING] if scene.leads(s)] or list(scene.speeches[:2])
    today = next((d for s in opening if (d := _date(s))), None)
    start = next((t for s in opening if (t := _start(s))), None)
    head = Header(
        meeting_type=next((k for s in opening if (k := _kind(s))), None),
        cell=None if scene.rough else next((c for s in opening if (c := _cell(s))), None),
        place=None if scene.rough else next((p for s in opening if (p := _place(s))), None),
        date=today.isoformat() if today else None,
        start_time=_time(start),
        end_time=_time(_end(scene, start)),
        chair=scene.chair or None,
        secretary=scene.secretary or None,
    )
    return replace(head, title=_title(head), mode=_mode(scene))


def keys(speech: Speech) -> tuple[str, ...]:
    return keys_of(speech.words, speech.rough)


def clocks_of(speech: Speech) -> tuple[Clock, ...]:
    return clocks_in(speech.words, speech.rough)


def _full(speech: Speech) -> Day | None:
    """The first day said with month and year; the year may not be guessed."""
    return next((d for d in days_in(speech.words, speech.rough) if d.day and d.month and d.year and d.year > 0), None)


def _date(speech: Speech) -> date | None:
    day = _full(speech)
    if day is None or day.year is None:
        return None
    year = day.year
    if speech.rough and year % 10 == 0 and day.end < len(speech.words):
        year += _unit(speech.words[day.end])  # "hai mươi sau": a unit misheard
    return dated(replace(day, year=year), date(year, 1, 1))


def _unit(word: Word) -> int:
    found = [(likeness(sound(name), word.sound), value) for name, value in UNITS.items() if value]
    best = max(found)
    return best[1] if best[0] >= 0.8 else 0


def _start(speech: Speech) -> Clock | None:
    """The time said nearest to the date, else the first."""
    day, found = _full(speech), clocks_of(speech)
    if not found:
        return None
    clock = found[0] if day is None else min(found, key=lambda c: abs(c.start - day.start))
    return _of_the_evening(speech, clock, day)


def _of_the_evening(speech: Speech, clock: Clock, day: Day | None) -> Clock:
    """ "tối mồng bốn tháng ba, bảy giờ mười lăm": the part of the day stands with the date."""
    if clock.part or clock.hour >= 12 or day is None:
        return clock
    near = [w.low for w in speech.words[max(0, day.start - 3) : day.start]]
    late = ("tối" in near and clock.hour >= 5) or ("chiều" in near and clock.hour <= 7)
    return replace(clock, hour=clock.hour + 12) if late else clock


def _time(clock: Clock | None) -> str | None:
    return f"{clock.hour:02d}:{clock.minute:02d}" if clock else None


def _end(scene: Scene, start: Clock | None) -> Clock | None:
    """The last time said near the end; "tám giờ rưỡi" of an evening meeting is 20:30."""
    for speech in reversed(scene.speeches[-CLOSING:]):
        if not (scene.leads(speech) or scene.writes(speech)) or speech.index == 0:
            continue
        found = clocks_of(speech)
        if found and (scene.speeches[-1] is speech or speech.cues.has("close", "close_strong")):
            return _after(found[-1], start)
    return None


def _after(end: Clock, start: Clock | None) -> Clock:
    if start is None or end.part or end.hour >= 12:
        return end
    late = start.hour * 60 + start.minute > end.hour * 60 + end.minute
    return replace(end, hour=end.hour + 12) if late else end


def _kind(speech: Speech) -> str | None:
    """The kind named first; in rough speech also where one of its two syllables was misheard."""
    least = 1.6 if speech.rough else 2.0
    for one, two in pairwise(speech.words):
        for kind in KINDS:
            a, b = kind.split()
            parts = likeness(sound(a), one.sound), likeness(sound(b), two.sound)
            if sum(parts) >= least and max(parts) == 1.0 and not one.stop:
                return kind
    return None


def _mode(scene: Scene) -> str | None:
    """Hall, hybrid or online, by where people really spoke from or are known to be."""
    channels = {line.channel for line in scene.people.roster} | {s.channel for s in scene.speeches}
    if "remote" in channels:
        return "kết hợp" if "hall" in channels else "trực tuyến"
    return "trực tiếp" if "hall" in channels else None


def _title(head: Header) -> str | None:
    if head.meeting_type is None:
        return None
    if head.date is None:
        return f"Sinh hoạt chi bộ {head.meeting_type}"
    year, month, _ = head.date.split("-")
    return f"Sinh hoạt chi bộ {head.meeting_type} tháng {int(month)}/{year}"


def _cell(speech: Speech) -> str | None:
    """ "chi bộ thôn Chiềng Cà": from the words "chi bộ" to the end of its proper name."""
    words = speech.words
    for at in range(len(words) - 2):
        if words[at].low == "chi" and words[at + 1].low == "bộ" and not words[at + 1].stop:
            end = _proper_end(words, at + 2)
            if end:
                return "Chi bộ " + " ".join(w.text for w in words[at + 2 : end])
    return None


def _proper_end(words: tuple[Word, ...], at: int) -> int | None:
    """The end of up to four common words and a proper name, which may go on ("Trường Trung học cơ sở Tân Ninh")."""
    end, found = at, None
    while end < len(words) and end - at < 12:
        if not words[end].is_name_like and (words[end].low in _NOT_CELL or _commons(words, end) > 3):
            break
        end += 1
        if words[end - 1].is_name_like:
            found = end
        if words[end - 1].stop:
            break
    return found


def _commons(words: tuple[Word, ...], at: int) -> int:
    """How many words without a capital stand in a row at ``at``."""
    end = at
    while end < len(words) and not words[end].is_name_like:
        end += 1
    return end - at


def _ends_place(words: tuple[Word, ...], at: int) -> bool:
    pair = (words[at].low, words[at + 1].low if at + 1 < len(words) else "")
    return pair in (("chi", "bộ"), ("tổ", "chức"), ("đảng", "bộ")) or pair[0] in _PLACE_END


def _place(speech: Speech) -> str | None:
    """ "tại nhà văn hóa thôn …", up to the next stop."""
    words = speech.words
    for at, word in enumerate(words):
        if word.low not in ("tại", "ở") or word.stop:
            continue
        end = at + 1
        while end < len(words) and not words[end].stop and not _ends_place(words, end) and end - at < 12:
            end += 1
        span = Span(at + 1, end + (end < len(words) and bool(words[end].stop)))
        text = speech.plain(span)
        if 2 <= len(span) <= 10 and span.end - at > 2 and any(p in text.lower() for p in _PLACES):
            return text[:1].upper() + text[1:]
    return None


_PLACES = ("nhà văn hóa", "hội trường", "phòng", "trụ sở", "trường", "nhà", "ủy ban", "trung tâm", "đình", "ban quản")
