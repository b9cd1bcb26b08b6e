"""Whether another wording of a block says the same: the gate before whatever a language model wrote.

Fail-closed and simple: what cannot be shown to be the same is refused. Names, numbers with their units, words of
decision and of negation are read out of the block and of its sources. The wording must keep the block's own, all of
them and in their order, and may bring no other than those of the sources. Style is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from minutes.drafting.phrasing import in_figures

MOST_LONGER, SLACK = 1.6, 40  # a wording may be that much longer than block and sources together, and so many letters
NEGATIONS = ("không", "chưa", "chẳng", "đừng", "chớ", "thôi")
DECISIONS = (
    "tự phê bình", "phê bình", "không nhất trí", "nhất trí", "đồng ý", "tán thành", "phản đối", "thông qua", "đề nghị",
    "kiến nghị", "yêu cầu", "biểu dương", "nhắc nhở", "khen thưởng", "kỷ luật", "khiển trách", "cảnh cáo", "cách chức",
    "khai trừ", "kết nạp", "chuyển chính thức", "kết luận", "giao", "phân công", "bảo lưu", "chất vấn", "giải trình",
    "quyết định", "bầu", "miễn", "hoãn", "hủy", "dừng", "cấm", "cho phép", "cho", "xếp loại", "tốt", "khá",
    "trung bình", "kém", "hoàn thành", "xong", "trước", "sau", "chậm nhất", "muộn nhất", "ít nhất", "nhiều nhất",
    "tối thiểu", "tối đa", "hơn", "dưới", "trên", "phải", "nên", "cần", "bắt buộc", "có thể", "tất cả", "toàn bộ",
    "mọi", "một số", "đa số", "mỗi", "hằng", "tăng", "giảm", "thu", "chi", "hỗ trợ", "đóng góp", "vắng", "có mặt",
)  # fmt: skip
_NUMBER = re.compile(r"\d+(?:[.,/:]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|\d+(?:[.,/:]\d+)*%?|[.?!;:,]")
_MARKUP = re.compile(r"[\n\r\t*#_<>{}\[\]|`\\]|https?:|www\.")
_SELF = frozenset({"tôi", "em", "mình", "tao"})
_SORTED = sorted((tuple(phrase.split()) for phrase in DECISIONS), key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a wording is refused. ``what``: shape | length | name | number | decision | negation | person | order."""

    what: str
    word: str = ""


def faults(block: str, sources: Sequence[str], wording: str, names: Iterable[str]) -> tuple[Fault, ...]:
    """Everything wrong with another wording of a block; none: it may be shown as a proposal.

    ``sources``: the utterances the block rests on; ``names``: full names of everybody known in the meeting.
    """
    if not wording.strip() or _MARKUP.search(wording.strip()):
        return (Fault("shape"),)
    if len(wording) > MOST_LONGER * max(len(block), min(len(block) + sum(map(len, sources)), 2 * len(block))) + SLACK:
        return (Fault("length"),)
    known = sorted(set(names), key=len, reverse=True)
    old, new = _Facts.of(block, known), _Facts.of(wording, known)
    heard = [_Facts.of(source, known) for source in sources]
    found = [
        *_compared("name", old.names, new.names, {one for facts in heard for one in facts.names}),
        *_compared("number", old.numbers, new.numbers, {one for facts in heard for one in facts.numbers}),
        *_compared("decision", old.decisions, new.decisions, {one for facts in heard for one in facts.decisions}),
    ]
    if new.negations != old.negations:
        found.append(Fault("negation"))
    capitals = old.capitals.union(
        *(facts.capitals for facts in heard), *(name.split() for name in known if name in block)
    )
    found += [Fault("name", word) for word in sorted(new.capitals - capitals)]
    found += [Fault("person", word) for word in sorted((_SELF & new.words) - old.words)]
    return tuple(dict.fromkeys(found))


def _compared(what: str, old: Sequence[str], new: Sequence[str], heard: set[str]) -> Iterable[Fault]:
    """Dropped, added or in another order."""
    allowed = set(old) | heard
    yield from (Fault(what, one) for one in new if one not in allowed)
    rest = iter(new)
    missing = next((one for one in old if not any(one == other for other in rest)), None)
    if missing is not None:
        yield Fault(what if missing not in new else "order", missing)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a text says that must not change, each in the order said."""

    names: tuple[str, ...]
    numbers: tuple[str, ...]
    decisions: tuple[str, ...]
    negations: int
    capitals: frozenset[str]
    words: frozenset[str]

    @classmethod
    def of(cls, text: str, known: Sequence[str]) -> _Facts:
        names, rest = _named(text, known)
        parts = _WORD.findall(in_figures(rest))
        low = [part.lower() for part in parts]
        return cls(
            names, tuple(_numbers(low)), tuple(_decisions(low)), sum(word in NEGATIONS for word in low),
            frozenset(_capitals(parts)), frozenset(low),
        )  # fmt: skip


def _named(text: str, known: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Full names in their order, and the text with each taken out (so that "Hai" or "Năm" is no number)."""
    found: list[tuple[int, int, str]] = []
    for name in known:
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            if not any(start <= match.start() < end for start, end, _ in found):
                found.append((match.start(), match.end(), name))
    found.sort()
    rest: list[str] = []
    at = 0
    for start, end, _ in found:
        rest += [text[at:start], " , "]
        at = end
    return tuple(name for _, _, name in found), "".join([*rest, text[at:]])


def _numbers(words: Sequence[str]) -> Iterable[str]:
    """Each number with its unit, so that 3 households are not 3 millions."""
    for at, word in enumerate(words):
        if _NUMBER.match(word):
            after = words[at + 1] if at + 1 < len(words) else ""
            unit = after if after and after[0].isalpha() and after not in NEGATIONS else ""
            yield f"{word.strip('.,:')} {unit}".strip()


def _decisions(words: Sequence[str]) -> Iterable[str]:
    """Words of decision with their sense: "không thông qua" is another one than "thông qua"."""
    at = 0
    while at < len(words):
        phrase = next((one for one in _SORTED if tuple(words[at : at + len(one)]) == one), None)
        if phrase is None:
            at += 1
            continue
        before = list(words[max(0, at - 3) : at])
        for stop in (".", "?", "!", ";", ":", ","):
            before = before[len(before) - before[::-1].index(stop) :] if stop in before else before
        turned = "không " if any(word in NEGATIONS for word in before) else ""
        yield turned + " ".join(phrase)
        at += len(phrase)


def _capitals(parts: Sequence[str]) -> Iterable[str]:
    """Capitalised words that do not begin a sentence."""
    for before, part in zip([".", *parts], parts, strict=False):
        if part[:1].isupper() and before not in (".", "?", "!", ":"):
            yield part
