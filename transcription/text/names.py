"""Short and misheard names to names of a roster, always as suggestions with a confidence, never silently.

"đồng chí Tám" is Lê Văn Tám if only he is so called; a recogniser writes "đồng chí tam" or "tắm" and means him
still. Two members of one name share the confidence, so that nobody is chosen by chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from transcription.text.fold import fold, nfc
from transcription.text.tokens import Token, tokens, word_set
from transcription.text.tones import normal, split_tone

TITLES = ("đồng chí", "bác", "anh", "chị", "ông", "bà", "cô", "chú", "cụ", "thầy", "em", "cậu", "mợ", "dì", "cháu")
_NOT_ALONE = word_set(
    "nào có đã là được vắng và với bí chủ phó thư đảng chi này ấy kia đó đang sẽ cho thì ở tại nói xin mời phát báo "
    "cùng đều cũng còn vừa mới bị về đi trong ngoài thuộc trưởng khác cứ nhé ạ ơi thôn lên xuống ra vào không chưa "
    "em già trẻ ngồi nghe nêu gửi giúp phụ làm của rồi quá cả đến nghỉ ghi đọc tham thay tổ hội cán giáo đại thanh "
    "đề chính dự nhất lãnh"
)
"""Words that follow a title without being a name; as names they count only with a capital and letter for letter."""
_MANY_BEFORE = word_set("các những nhiều mấy toàn vài")
_INITIALS = (("tr", "ch"), ("s", "x"), ("gi", "d"), ("r", "d"), ("l", "n"), ("ngh", "ng"), ("gh", "g"), ("qu", "w"))
_FINALS = (("nh", "n"), ("ng", "n"), ("ch", "t"), ("c", "t"), ("m", "n"), ("p", "t"))
LOWEST = 0.3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A roster name and how sure it is that it was meant, 0.0 to 1.0."""

    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name said in characters [start, end) of the NFC text, title not included; best suggestion first."""

    start: int
    end: int
    text: str
    title: str
    suggestions: tuple[Suggestion, ...]


def suggest(spoken: str, roster: Iterable[str], limit: int = 3) -> tuple[Suggestion, ...]:
    """Whom of the roster a spoken name may mean, best first; empty when nobody comes near.

    ``spoken`` may carry a title and has at most six words. Equal names share the confidence.
    """
    words = _name_words(spoken)[:6]
    if not words:
        return ()
    likeness = [(name, _likeness(words, _name_words(name))) for name in dict.fromkeys(roster)]
    good = sorted(((n, x) for n, x in likeness if x >= LOWEST), key=lambda pair: -pair[1])
    return tuple(Suggestion(name, round(_shared(x, good, name), 3)) for name, x in good[:limit])


def _shared(own: float, all_good: list[tuple[str, float]], name: str) -> float:
    """Confidence after the rivals: an equal rival halves it, a clearly worse one costs nothing."""
    weights = sum(max(0.0, 1.0 - 5.0 * (own - x)) if x <= own else 1.0 for other, x in all_good if other != name)
    return own / (1.0 + weights)


@lru_cache(maxsize=8192)
def _name_words(text: str) -> tuple[str, ...]:
    words = [t.text for t in tokens(normal(text[:200])) if t.is_word]
    said = " ".join(words).lower()
    for title in TITLES:
        size = len(title.split())
        if said.startswith(title + " ") and len(words) > size:
            return tuple(words[size:])
    return tuple(words)


# Saying one syllable leaves more room for chance than saying the whole name.
_BY_LENGTH = {1: 0.9, 2: 0.95, 3: 1.0}


@lru_cache(maxsize=65536)
def _likeness(said: tuple[str, ...], name: tuple[str, ...]) -> float:
    """Best fit of the spoken syllables to the end of a name (given name, middle and given), or to all of it."""
    if not name or len(said) > len(name) + 1:
        return 0.0
    if len(said) > len(name):
        return 0.0
    tail = name[-len(said) :]
    fits = [_alike(a.lower(), b.lower()) for a, b in zip(said, tail, strict=True)]
    given = fits[-1]
    if given < 0.5:
        return 0.0
    best = (2 * given + sum(fits)) / (2 + len(fits)) * _BY_LENGTH.get(len(said), 1.0)
    if len(said) >= 2 and min(fits) < 0.3:
        best *= 0.6
    if len(said) == 2 < len(name):  # family and given name: "Lê Tám" for Lê Văn Tám
        ends = (_alike(said[0].lower(), name[0].lower()), given)
        best = max(best, (2 * ends[1] + sum(ends)) / 4 * (0.95 if min(ends) >= 0.5 else 0.5))
    return best


@lru_cache(maxsize=65536)
def _alike(one: str, other: str) -> float:
    """Likeness of two syllables as a recogniser confuses them: tones first, then vowels' marks, then letters."""
    if one == other:
        return 1.0
    bare_one, bare_other = split_tone(one)[0], split_tone(other)[0]
    if bare_one == bare_other:
        return 0.85
    if fold(one) == fold(other):
        return 0.72
    if _sounds(bare_one) == _sounds(bare_other):
        return 0.75 if split_tone(one)[1] == split_tone(other)[1] else 0.65
    if _sounds(fold(one)) == _sounds(fold(other)):
        return 0.55
    return 0.6 * fuzz.ratio(fold(one), fold(other)) / 100.0


def _sounds(syllable: str) -> str:
    """The syllable with initials and finals that dialects and recognisers confuse made one."""
    for letters, sound in _INITIALS:
        if syllable.startswith(letters):
            syllable = sound + syllable[len(letters) :]
            break
    for letters, sound in _FINALS:
        if syllable.endswith(letters):
            return syllable[: -len(letters)] + sound
    return syllable.replace("y", "i")


def find_names(text: str, roster: Sequence[str], limit: int = 3) -> tuple[FoundName, ...]:
    """Names said in a text: after a title ("đồng chí tám"), or a whole roster name standing alone.

    Nothing in the text is changed. Plain titles ("các đồng chí", "đồng chí bí thư") give nothing.
    """
    source = nfc(text)[:100_000]
    items = tokens(source)
    found: list[FoundName] = []
    i = 0
    while i < len(items):
        title = _title_at(items, i)
        start = i + len(title.split()) if title else i
        best = _best_at(items, start, roster, limit, titled=bool(title) and not _many(items, i))
        if best is None:
            i += 1
            continue
        end, suggestions = best
        a, b = items[start].start, items[end - 1].end
        found.append(FoundName(a, b, source[a:b], title, suggestions))
        i = end
    return tuple(found)


def _title_at(items: tuple[Token, ...], i: int) -> str:
    if _folded(items[i].text) == "dong" and i + 1 < len(items):  # as heard: "đông chí", "đồng trí"
        return "đồng chí" if _folded(items[i + 1].text) in ("chi", "tri") else ""
    return items[i].key if items[i].key in TITLES else ""


def _many(items: tuple[Token, ...], i: int) -> bool:
    return i > 0 and items[i - 1].key in _MANY_BEFORE


def _best_at(
    items: tuple[Token, ...], start: int, roster: Sequence[str], limit: int, titled: bool
) -> tuple[int, tuple[Suggestion, ...]] | None:
    """(end, suggestions) of the longest run of words that fits a name best."""
    run = 0
    while run < 5 and start + run < len(items) and items[start + run].is_word:
        run += 1
    best: tuple[int, tuple[Suggestion, ...]] | None = None
    top = 0.0
    if not titled and not _may_begin(items, start, tuple(roster)):
        return None
    for size in range(1 if titled else 2, run + 1):
        words = items[start : start + size]
        if not titled and not _is_whole(words, roster):
            continue
        if size == 1 and words[0].key in _NOT_ALONE and not _is_given(words[0], roster):
            continue
        said = suggest(" ".join(t.text for t in words), roster, limit)
        likeness = max((_likeness(tuple(t.text for t in words), _name_words(s.name)) for s in said), default=0.0)
        if said and likeness >= top - 0.02 and (size == 1 or likeness >= 0.7):
            best, top = (start + size, said), max(top, likeness)
    return best if top >= 0.5 else None


def _may_begin(items: tuple[Token, ...], start: int, roster: tuple[str, ...]) -> bool:
    return start < len(items) and _folded(items[start].text) in _first_words(roster)


@lru_cache(maxsize=64)
def _first_words(roster: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name[0] for name in _folded_names(roster) if name)


def _is_given(word: Token, roster: Sequence[str]) -> bool:
    return word.text[0].isupper() and any(_name_words(name)[-1:] == (word.text,) for name in roster)


def _is_whole(words: tuple[Token, ...], roster: Sequence[str]) -> bool:
    return tuple(_folded(t.text) for t in words) in _folded_names(tuple(roster))


_folded = lru_cache(maxsize=65536)(fold)


@lru_cache(maxsize=64)
def _folded_names(roster: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(fold(name).split()) for name in roster)
