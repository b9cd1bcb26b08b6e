"""The fixed parts of a meeting: dues, documents made known, last month's results, the cell's own score, read-back."""

from __future__ import annotations

import re

from minutes.drafting.conclusions import is_score
from minutes.drafting.items import Course
from minutes.drafting.moments import clocks_in
from minutes.drafting.phrasing import clipped, sentence
from minutes.drafting.scene import Scene
from minutes.drafting.speech import Speech
from minutes.drafting.value import Quality, Said, Vote
from minutes.drafting.words import Span

BANDS = ("tốt", "khá", "trung bình", "kém")
_DOCUMENTS = (
    "Chỉ thị", "Hướng dẫn", "Nghị quyết", "Kết luận", "Quy định", "Quyết định", "Kế hoạch", "Thông báo",
    "Chương trình hành động", "Công văn",
)  # fmt: skip
_DOCUMENT = re.compile(rf"(?:{'|'.join(_DOCUMENTS)})(?: số)? \d+[^.;,]*")


def dues_of(scene: Scene) -> Said | None:
    """What was said of the dues, in the sentence or speech where somebody reports them."""
    for speech in scene.speeches:
        for span in speech.sentences():
            if not speech.cues.has("dues", within=span) or not speech.numbers_within(span):
                continue
            if speech.words[span.end - 1].stop == "?" or speech.cues.has("criticise", "own_up"):
                continue
            alone = speech.cues.of("dues")[0].start < 8 and not speech.cues.has("inform", "review")
            whole = speech.whole() if alone and len(speech.words) < 80 else span
            return Said(sentence(scene.told(speech, whole)), speech.orders_of(whole))
    return None


def documents_of(scene: Scene) -> tuple[Said, ...]:
    """Documents named with their number by the chair or the secretary."""
    found: dict[str, Said] = {}
    for speech in scene.speeches:
        if scene.rough or not (scene.leads(speech) or scene.is_upper(speech)):
            continue
        for span in speech.sentences():
            low = " ".join(word.low for word in speech.words[span.start : span.end])
            if not speech.numbers_within(span) or not any(name.lower() in low for name in _DOCUMENTS):
                continue
            for name in _DOCUMENT.findall(scene.told(speech, span)):
                found.setdefault(name.strip(), Said(sentence(name.strip()), speech.orders_of(span)))
    return tuple(found.values())


def quality_of(scene: Scene) -> Quality | None:
    """The last score said; a correction of the first one rules, the band is the last one said with or after it."""
    score: tuple[int, tuple[int, ...]] | None = None
    band = ""
    orders: dict[int, None] = {}
    for speech in scene.speeches[len(scene.speeches) // 2 :]:
        if not (speech.says("điểm") or speech.cues.has("score_word")):
            continue
        for span in speech.sentences():
            if not is_score(speech, span) and not (score and _bare_score(speech, span)):
                continue
            values = [
                n
                for n in speech.numbers_within(span)
                if 10 <= n.value <= 100 and _is_points(speech, n.end, span, score)
            ]
            if values:
                score = (values[-1].value, speech.orders_of(span))
            if values or score:
                band = _band(speech, span) or band
                orders |= dict.fromkeys(speech.orders_of(span))
    return Quality(score[0], band, tuple(sorted(orders))) if score else None


def _is_points(speech: Speech, end: int, span: Span, known: object) -> bool:
    """Directly before "điểm", or a bare remainder after a score was named."""
    if end < len(speech.words) and speech.words[end].low == "điểm":
        return True
    return known is not None and (end >= span.end or bool(speech.words[end - 1].stop))


def _bare_score(speech: Speech, span: Span) -> bool:
    """ "trừ ba điểm, còn tám mươi tám" right after a score."""
    low = [w.low for w in speech.words[span.start : span.end]]
    return "điểm" in low and "còn" in low


def _band(speech: Speech, span: Span) -> str:
    low = [w.low for w in speech.words[span.start : span.end]]
    text = " ".join(low)
    return next((b for b in BANDS if f"loại {b}" in text), "")


def review_of(scene: Scene, course: Course) -> tuple[Said, ...]:
    """What the chair reports with figures of last month's work, up to the conclusion of that content."""
    about = {item.id for item in course.items if any(w in item.title.lower() for w in _REVIEWS)}
    found: list[Said] = []
    done: set[str] = set()
    for speech in scene.by_chair():
        for span in speech.sentences() if speech.index >= course.announced else ():
            place = course.at(speech.index, span.start)
            if speech.cues.has("conclude", "conclude_strong", "next_item", within=span) and place in about and found:
                done.add(place)
            if place in about - done and _is_result(speech, span) and not scene.mentions(speech, span):
                found.append(Said(sentence(clipped(scene.told(speech, span), 50)), speech.orders_of(span), place))
    return tuple(found[:8])


def _is_result(speech: Speech, span: Span) -> bool:
    """A sentence with a figure that is no title, no work given out, no roll and no call."""
    other = ("agenda", "vote_call", "conclude", "conclude_strong", "invite", "next_item", "assign", "late", "amend")
    if len(span) <= 4 or not speech.numbers_within(span) or speech.cues.has(*other, within=span):
        return False
    if clocks_in(speech.words[span.start : span.end]):
        return False
    return speech.words[span.start].low not in ("phần", "mục") and speech.words[span.end - 1].stop != "?"


_REVIEWS = ("đánh giá", "kiểm điểm", "kiểm lại", "điểm việc", "kết quả", "rà lại", "rà soát", "tình hình thực hiện")


def read_back_of(scene: Scene, votes: tuple[Vote, ...]) -> Said | None:
    """That the minutes were read and passed: by a vote on them, else as the chair or the secretary says it."""
    for vote in votes:
        if "biên bản" in vote.question.lower() and vote.passed and vote.in_favour is not None:
            return Said(f"Biên bản được thông qua tại cuộc họp ({vote.in_favour}/{vote.voters} nhất trí).", vote.orders)
    for speech in reversed(scene.speeches[len(scene.speeches) // 2 :]):
        for span in speech.sentences():
            own = scene.leads(speech) or scene.writes(speech)
            if own and speech.cues.has("read_back", within=span) and not speech.cues.has("invite", within=span):
                return Said(sentence(scene.told(speech, span)), speech.orders_of(span))
    return None
