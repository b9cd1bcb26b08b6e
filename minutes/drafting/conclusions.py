"""What the chair concludes: the points after the words of concluding, before work is given out or votes are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from minutes.drafting.phrasing import sentence
from minutes.drafting.scene import Scene
from minutes.drafting.speech import Speech
from minutes.drafting.value import LIKELY, SURE, Conclusion
from minutes.drafting.words import Span, clause_before
from transcription.text.tokens import word_set

ORDINALS = {
    "một": 1, "nhất": 1, "hai": 2, "nhì": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8,
}  # fmt: skip
_COUNTED = word_set("thứ điều điểm phần mục nội chuyện")
_UNITS = word_set("thứ điều điểm phần mục việc ý là nội dung chuyện vấn đề")


@dataclass(frozen=True, slots=True)
class Region:
    """Sentences of one conclusion; ``strong`` when the chair says that it is one."""

    speech: Speech
    spans: tuple[Span, ...]
    strong: bool


def conclusions_of(scene: Scene, work: dict[int, tuple[Span, ...]]) -> tuple[Conclusion, ...]:
    """Conclusions in order. ``work``: for each speech, the spans that give out work and are no conclusion."""
    found: list[Conclusion] = []
    for region in regions(scene, work):
        for span in points(region):
            text = sentence(scene.ruling(region.speech, span))
            if len(text.split()) >= 4 and not any(_same(text, c.text) for c in found):
                confidence = SURE if region.strong and not scene.rough else LIKELY
                found.append(Conclusion(text, region.speech.orders_of(span), confidence=confidence))
    return tuple(found)


def regions(scene: Scene, work: dict[int, tuple[Span, ...]]) -> Iterator[Region]:
    for speech in scene.by_chair():
        spans = speech.sentences(_breaks(scene, speech, work))
        at = 0
        while at < len(spans):
            if not _opens(speech, spans[at]) or _is_work(speech, spans[at], work):
                at += 1
                continue
            end = at + 1
            while end < len(spans) and (_is_bare(speech, spans[at:end]) or not _ends(speech, spans[end], work)):
                end += 1
            strong = speech.cues.has("conclude_strong", within=spans[at])
            yield Region(speech, spans[at:end], strong)
            at = end


def _breaks(scene: Scene, speech: Speech, work: dict[int, tuple[Span, ...]]) -> tuple[int, ...]:
    """Where sentences must begin: at work given out, and in speech without stops at the cues of the chair."""
    starts = [s.start for s in work.get(speech.index, ())] + [s.end for s in work.get(speech.index, ())]
    if speech.rough:
        families = (
            "conclude_strong",
            "conclude",
            "vote_call",
            "next_item",
            "invite",
            "thank",
            "assign_head",
            "close_strong",
        )
        starts += [h.start for h in speech.cues.of(*families)]
    return tuple(s for s in starts if 0 < s < len(speech.words))


def _opens(speech: Speech, span: Span) -> bool:
    hits = [h for h in speech.cues.of("conclude", "conclude_strong", within=span) if not _is_past(speech, h.start)]
    if not (hits or _is_result(speech, span)) or is_score(speech, span) or speech.cues.has("agenda", within=span):
        return False
    if speech.cues.has("vote_call", within=span) and not speech.cues.has("conclude_strong", within=span):
        return False
    return speech.words[span.end - 1].stop != "?" or _agreed(speech, span) < span.end


def _is_result(speech: Speech, span: Span) -> bool:
    """ "Kết quả: một đồng chí xuất sắc, …": what came out, unless it counts hands."""
    words = speech.words[span.start : span.end]
    head = [w.low for w in words[:2]] == ["kết", "quả"] and any(w.stop == ":" for w in words[1:6])
    return head and not speech.cues.has("vote_for", "vote_against", "vote_abstain", within=span)


def _is_work(speech: Speech, span: Span, work: dict[int, tuple[Span, ...]]) -> bool:
    return any(s.start <= span.start < s.end for s in work.get(speech.index, ()))


def _ends(speech: Speech, span: Span, work: dict[int, tuple[Span, ...]]) -> bool:
    stops = ("vote_call", "next_item", "invite", "thank", "assign_head", "conclude_strong", "close_strong")
    asks = speech.words[span.end - 1].stop == "?" and _agreed(speech, span) == span.end
    if _is_next_part(speech, span):
        return True
    return _is_work(speech, span, work) or asks or speech.cues.has(*stops, within=span) or is_score(speech, span)


def _is_next_part(speech: Speech, span: Span) -> bool:
    """ "Phần bốn, nhiệm vụ quý một.": a short sentence that only names the next content."""
    low = [w.low for w in speech.words[span.start : min(span.start + 4, span.end)]]
    unit = low[0] in ("phần", "mục") or low[:2] in (["nội", "dung"], ["vấn", "đề"])
    return unit and len(span) <= 9 and any(w in ORDINALS for w in low[1:4])


_AGREEING = word_set(
    "mọi người các đồng chí bà con ta thống nhất đồng ý nhất trí chứ không nhé nhá chưa được rồi vâng thế vậy ạ có ai "
    "gì nữa hết là ưng"
)


def _agreed(speech: Speech, span: Span) -> int:
    """Where a last clause that only asks for assent begins ("…, mọi người thống nhất chứ?"), else the end."""
    start = span.end - 1
    while start > span.start and not speech.words[start - 1].stop:
        start -= 1
    asks = all(w.low in _AGREEING for w in speech.words[start : span.end])
    return start if asks and start > span.start else span.end


def _is_bare(speech: Speech, spans: tuple[Span, ...]) -> bool:
    """ "Tôi xin kết luận phần này." announces a conclusion and says nothing yet."""
    if len(spans) != 1 or len(spans[0]) > 9 or speech.words[spans[0].end - 1].stop == ":":
        return False
    hits = speech.cues.of("conclude_strong", within=spans[0])
    return bool(hits) and spans[0].end - hits[-1].end <= 4 and hits[-1].end - hits[-1].start >= 2


def _is_past(speech: Speech, at: int) -> bool:
    """ "bốn điều vừa chốt", "kỳ trước đã kết luận": told, not done now."""
    if speech.words[at].low == "tôi":
        return False  # "đã rõ, tôi chốt lại": the chair's own act begins here
    return bool({"vừa", "đã", "mới", "phần"} & set(clause_before(speech.words, at, 2)))


def is_score(speech: Speech, span: Span) -> bool:
    """Whether a sentence scores the meeting: "tám mươi tám điểm", "xếp loại khá"."""
    if speech.cues.has("score_word", within=span):
        return True
    if not speech.says("điểm"):
        return False
    ends = {n.end for n in speech.numbers_within(span) if 10 <= n.value <= 100}
    return any(end < span.end and speech.words[end].low == "điểm" for end in ends)


def points(region: Region) -> Iterator[Span]:
    """The points of a conclusion: as counted ("một là …", "thứ hai, …", "điều ba, …"), else all of it as one."""
    speech = region.speech
    whole = Span(region.spans[0].start, region.spans[-1].end)
    marks = enumerated(speech, whole)
    if marks:
        ends = [m[0] for m in marks[1:]] + [whole.end]
        for (_, start), end in zip(marks, ends, strict=True):
            yield Span(start, end)
        return
    start = whole.start
    for hit in speech.cues.of("conclude_strong", "conclude", within=region.spans[0]):
        start = hit.end
        break
    colon = next(
        (i + 1 for i in range(whole.start, min(region.spans[0].end, whole.end)) if speech.words[i].stop == ":"), None
    )
    if colon is not None and colon < whole.end:
        start = colon
    elif region.spans[0].end - start <= 4 and len(region.spans) > 1:
        start = region.spans[1].start
    for part in _matters(speech, Span(start, whole.end)):
        end = part.end
        for last in reversed([s for s in speech.sentences() if part.holds(s.start)]):
            if not _is_assent(speech, last):
                break
            end = last.start
        if end > part.start:
            yield Span(part.start, max(part.start + 1, _agreed(speech, Span(part.start, end))))


def _is_assent(speech: Speech, span: Span) -> bool:
    """ "Rồi, thống nhất.": assent and nothing else."""
    return all(w.low in _AGREEING for w in speech.words[span.start : span.end])


_TURNS_TO = word_set("về còn riêng")


def _matters(speech: Speech, span: Span) -> Iterator[Span]:
    """A conclusion without counted points, parted where a sentence turns to something else ("Về kết nạp, …")."""
    if speech.rough:
        yield span
        return
    inner = [Span(max(s.start, span.start), min(s.end, span.end)) for s in speech.sentences()]
    inner = [s for s in inner if s.start < s.end]
    begin = span.start
    for before, part in pairwise(inner):
        turns = speech.words[part.start].low in _TURNS_TO and len(part) >= 6
        if turns or _is_assent(speech, before):
            yield Span(begin, part.start)
            begin = part.start
    if begin < span.end:
        yield Span(begin, span.end)


def enumerated(speech: Speech, span: Span) -> list[tuple[int, int]]:
    """(where the mark begins, where the point begins) of a counted list that starts at one and goes up by one."""
    marks: list[tuple[int, int]] = []
    at = span.start
    while at < span.end:
        found = _mark(speech, at, span)
        if found is not None and found[1] == len(marks) + 1:
            marks.append((at, found[0]))
            at = found[0]
        else:
            at += 1
    return marks if len(marks) >= 2 else []


def _mark(speech: Speech, at: int, span: Span) -> tuple[int, int] | None:
    """(end, ordinal) of "một là", "thứ nhất,", "điều hai,", "hai," at the head of a clause."""
    words = speech.words
    if at > span.start and not words[at - 1].stop and not speech.rough:
        return None
    i = at
    while i < span.end and words[i].low in _UNITS and i - at < 3 and not words[i].stop:
        i += 1
    led = i > at
    if i >= span.end or words[i].low not in ORDINALS:
        return None
    ordinal = ORDINALS[words[i].low]
    is_is = i + 1 < span.end and words[i + 1].low == "là" and not words[i].stop
    if is_is:
        return i + 2, ordinal
    if words[i].stop in (",", ":", ".") and (led or words[i].stop in (",", ":")):
        return i + 1, ordinal
    if led and words[at].low in _COUNTED and (speech.rough or words[at].low not in ("thứ", "điều", "điểm")):
        return i + 1, ordinal
    return None


def _same(one: str, other: str) -> bool:
    a, b = set(one.lower().split()), set(other.lower().split())
    return len(a & b) >= 0.8 * min(len(a), len(b)) and abs(len(a) - len(b)) < 6
