"""When, where, what kind, led and written by whom: read from the opening and the closing only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from minutes.drafting.moments import Clock, clocks_in, dated, days_in, keys_of
from minutes.drafting.scene import Scene
from minutes.drafting.speech import Speech
from minutes.drafting.value import Header
from minutes.drafting.words import Span, Word
from transcription.text.tokens import word_set

KINDS = ("thường kỳ", "chuyên đề", "bất thường", "kết nạp")
OPENING, CLOSING = 6, 5  # speeches looked at
_PLACE_END = word_set("chi tôi chúng ta hôm buổi đảng tổ")


def header_of(scene: Scene) -> Header:
    """What the opening and the closing say; whatever they do not say stays None."""
    opening = [s for s in scene.speeches[:OPENING] if scene.leads(s)] or list(scene.speeches[:2])
    today = next((d for s in opening if (d := _date(s))), None)
    start = next((t for s in opening if (t := _first_clock(s))), None)
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


def _date(speech: Speech) -> date | None:
    """The fullest date said; the year may not be guessed."""
    for day in days_in(speech.words, speech.rough):
        if day.day and day.month and day.year and day.year > 0:
            return dated(day, date(day.year, 1, 1))
    return None


def _first_clock(speech: Speech) -> Clock | None:
    return next(iter(clocks_of(speech)), None)


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
    text = " ".join(keys(speech))
    at = {kind: text.find(kind) for kind in KINDS if kind in text}
    if at:
        return min(at, key=lambda kind: at[kind])
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
    """The end of up to four common words and then a proper name, or None."""
    common = at
    while common < len(words) and common - at < 4 and not words[common].is_name_like:
        if words[common].stop or (
            words[common].low in ("tổ", "sinh", "ta", "họp")
            and words[common + 1 : common + 2]
            and words[common + 1].low in ("chức", "hoạt")
        ):
            return None
        common += 1
    end = common
    while end < len(words) and words[end].is_name_like:
        end += 1
        if words[end - 1].stop:
            break
    return end if end - common >= 1 and common < len(words) and words[common].is_name_like else None


def _place(speech: Speech) -> str | None:
    """ "tại nhà văn hóa thôn …", up to the next stop."""
    words = speech.words
    for at, word in enumerate(words):
        if word.low not in ("tại", "ở") or word.stop:
            continue
        end = at + 1
        while end < len(words) and not words[end].stop and words[end].low not in _PLACE_END and end - at < 12:
            end += 1
        span = Span(at + 1, end + (end < len(words) and bool(words[end].stop)))
        text = speech.plain(span)
        if 2 <= len(span) <= 10 and span.end - at > 2 and any(p in text.lower() for p in _PLACES):
            return text[:1].upper() + text[1:]
    return None


_PLACES = ("nhà văn hóa", "hội trường", "phòng", "trụ sở", "trường", "nhà", "ủy ban", "trung tâm", "đình", "ban quản")
