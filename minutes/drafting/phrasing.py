"""Sober third person: what was said, as minutes print it.

Fillers and forms of address go, numbers become figures, short names full names, and the first person goes or
becomes "mình". Roughly recognised speech keeps its words: a misheard figure or name would look too sure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from minutes.drafting.roster import Mention
from minutes.drafting.speech import Speech
from minutes.drafting.words import Span
from transcription.text.figures import to_figures
from transcription.text.tokens import word_set

MAX_GIST = 110  # words
_FILLERS = word_set("ờ ừ ừm ơ ạ nhé nhỉ vâng dạ ơi nghe")
_SOFT = word_set("à thôi này nào")  # fillers only when a stop follows
_ADDRESS = (
    "kính thưa đồng chí chủ trì", "kính thưa chi bộ", "kính thưa các đồng chí", "thưa các đồng chí", "thưa chi bộ",
    "thưa đồng chí chủ trì", "báo cáo đồng chí chủ trì", "báo cáo chi bộ", "báo cáo bí thư", "tôi xin phát biểu",
    "em xin phát biểu", "tôi xin có ý kiến", "xin có ý kiến", "cho tôi xin hai phút", "tôi xin hết", "tôi ý kiến",
    "xin cảm ơn các đồng chí", "tôi xin hết ý kiến", "cho tôi nói một câu", "báo cáo các đồng chí", "các đồng chí ạ",
    "thưa đồng chí đại biểu", "thưa toàn thể chi bộ", "tôi xin phép phát biểu", "tôi xin góp một ý", "tôi xin hết ạ",
)  # fmt: skip
_ADDRESSES: dict[str, list[tuple[str, ...]]] = {}
for _phrase in sorted((tuple(a.split()) for a in _ADDRESS), key=len, reverse=True):
    _ADDRESSES.setdefault(_phrase[0], []).append(_phrase)
_SELF = word_set("tôi em cháu")
_ACTS = word_set(
    "xin đề kiến nhất đồng tán không cũng vẫn chỉ hoàn phê bảo hỏi thấy nghĩ chưa còn ủng phản nhận tự góp bổ"
)
_KEEP_XIN = word_set("phép lỗi chi đảng xã cấp cho được các ý")


_FIGURED = re.compile(r"(\d[\d.,]* (?:nghìn|ngàn|triệu|tỷ|tỉ)(?: rưỡi)?)(?!\w)")


@lru_cache(maxsize=16384)
def in_figures(text: str) -> str:
    """The words with numbers, dates and sums in figures; "10 triệu" is in figures already."""
    return "".join(part if i % 2 else to_figures(part) for i, part in enumerate(_FIGURED.split(text)))


def written(text: str, garbled: bool) -> str:
    """Figures for numbers, unless the speech was misheard."""
    return text if garbled else in_figures(text)


def sentence(text: str) -> str:
    """A capital at the head and a full stop at the end."""
    text = text.strip(" ,;:–-")
    if not text:
        return ""
    return text[:1].upper() + text[1:] + ("" if text[-1] in ".?!…" else ".")


def clipped(text: str, limit: int = MAX_GIST) -> str:
    parts = text.split()
    return text if len(parts) <= limit else " ".join(parts[:limit]) + " …"


def spare(speech: Speech, span: Span, named: tuple[Mention, ...] = ()) -> str:
    """The words of a span without fillers and forms of address, with full names and figures."""
    return _joined(_kept(speech, span, {} if speech.garbled else _full_names(speech, named)), speech.garbled)


def reported(speech: Speech, span: Span, named: tuple[Mention, ...] = ()) -> str:
    """As ``spare``, in the third person."""
    kept = _kept(speech, span, {} if speech.garbled else _full_names(speech, named))
    return _joined(kept if speech.garbled else _third_person(kept), speech.garbled)


_Kept = list[tuple[str, str]]  # (word or name, stop after it)


def _kept(speech: Speech, span: Span, names: Mapping[int, tuple[int, str]]) -> _Kept:
    words, kept, at = speech.words, list[tuple[str, str]](), span.start
    taken_back = _taken_back(speech, span)
    while at < span.end:
        word = words[at]
        if at in taken_back:
            at = taken_back[at]
        elif at in names and names[at][0] <= span.end:
            end, name = names[at]
            kept.append((name, words[end - 1].stop))
            at = end
        elif skip := _address(speech, at, span.end):
            at += skip
        elif _is_filler(speech, at):
            if kept and word.stop in (".", "?") and not kept[-1][1]:
                kept[-1] = (kept[-1][0], word.stop)
            at += 1
        else:
            kept.append(("tôi" if word.low == "tôi" else word.text, word.stop))
            at += 1
    return kept


def _taken_back(speech: Speech, span: Span) -> dict[int, int]:
    """ "bảy hộ, à không, tám hộ": from the number taken back to the one that stands, start by start."""
    found = {}
    for hit in speech.cues.of("take_back", within=span):
        before = [n for n in speech.numbers if hit.start - 4 <= n.end <= hit.start and n.start >= span.start]
        after = [n for n in speech.numbers if hit.end <= n.start <= hit.end + 1 and n.end <= span.end]
        if before and after:
            found[before[-1].start] = after[0].start
    return found


def _address(speech: Speech, at: int, end: int) -> int:
    """The length of a form of address that begins at ``at`` and fills its clause, 0 for none."""
    for phrase in _ADDRESSES.get(speech.words[at].low, ()):
        last = at + len(phrase)
        if last <= end and tuple(w.low for w in speech.words[at:last]) == phrase:
            return len(phrase) if speech.words[last - 1].stop or speech.rough else 0
    return 0


def _is_filler(speech: Speech, at: int) -> bool:
    word = speech.words[at]
    if word.low in _FILLERS:
        return (not (word.is_name_like and at > 0 and not speech.words[at - 1].stop) and word.low != "nghe") or (
            word.low == "nghe" and word.stop in (".", "?")
        )
    return word.low in _SOFT and word.stop == ","


def _full_names(speech: Speech, named: tuple[Mention, ...]) -> dict[int, tuple[int, str]]:
    """Where a member is named for certain: (end, text to print). A word of respect becomes "đồng chí"."""
    found = {}
    for mention in named:
        person = mention.person
        if person is None or mention.score < 1.0 or not person.is_member:
            continue
        titled = mention.named > mention.start
        capital = speech.words[mention.start].is_name_like
        title = ("Đồng chí " if capital else "đồng chí ") if titled else ""
        found[mention.start] = (mention.end, title + person.name)
    return found


def _third_person(kept: _Kept) -> _Kept:
    out: _Kept = []
    for at, (word, stop) in enumerate(kept):
        if word.lower() not in _SELF or (out and out[-1][0].lower() == "chúng" and not out[-1][1]):
            if not (word.lower() == "xin" and _after_self(kept, at) and _next(kept, at) not in _KEEP_XIN):
                out.append((word, stop))
            continue
        head = not out or bool(out[-1][1])
        if word.lower() != "tôi" and not (head and _next(kept, at) in _ACTS):
            out.append((word, stop))
            continue
        if head or _next(kept, at) in _ACTS:
            if stop and out:
                out[-1] = (out[-1][0], stop)
        else:
            out.append(("mình", stop))
    while out and out[0][0].lower() in ("thì", "mà"):
        out.pop(0)
    return out


def _after_self(kept: _Kept, at: int) -> bool:
    return at > 0 and kept[at - 1][0].lower() in _SELF and not kept[at - 1][1]


def _next(kept: _Kept, at: int) -> str:
    return kept[at + 1][0].lower() if at + 1 < len(kept) and not kept[at][1] else ""


def _joined(kept: _Kept, garbled: bool) -> str:
    """Words and their stops; a new sentence begins with a capital."""
    out: list[str] = []
    begins = False
    for at, (word, stop) in enumerate(kept):
        shown = word[:1].upper() + word[1:] if begins else word
        out.append(shown + (stop if at < len(kept) - 1 else ""))
        begins = stop in (".", "?")
    return written(" ".join(out), garbled)
