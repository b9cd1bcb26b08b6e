"""Numbers in a run of words, never across a stop; in rough speech also where a number word was misheard."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from minutes.drafting.sound import COMMON, likeness, sound
from minutes.drafting.words import Word, words_of
from transcription.text.kept import kept_words
from transcription.text.numerals import SCALES, TAILS, UNITS, read
from transcription.text.tokens import word_set

_NUMBER_WORDS = tuple(sound(w) for w in (*UNITS, *TAILS, *SCALES, "mười", "mươi", "trăm", "chục", "linh", "lẻ", "rưỡi"))
_LOW = frozenset(s.low for s in _NUMBER_WORDS)
_NAMED = word_set("chí bác anh chị ông bà cô chú cụ em dì mợ cậu thầy")


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number over words [start, end). ``sure`` is false where a syllable had to be guessed."""

    start: int
    end: int
    value: int
    sure: bool = True


@lru_cache(maxsize=8192)
def numbers_in(text: str, rough: bool = False) -> tuple[Number, ...]:
    """All whole numbers of ``text`` in order; "hai ba" counts as 23, ordinals and names stay out."""
    words = words_of(text)
    found = _numbers(words, tuple(w.low for w in words), True)
    if not rough:
        return found
    taken = {at for n in found for at in range(n.start, n.end)}
    guessed = _numbers(words, _guessed(words), False)
    extra = [n for n in guessed if not taken & set(range(n.start, n.end))]
    longer = [n for n in guessed if taken & set(range(n.start, n.end))]
    kept = [n for n in found if not any(g.start <= n.start and n.end <= g.end and len_(g) > len_(n) for g in longer)]
    grown = [g for g in longer if not any(g.start < k.end and k.start < g.end for k in kept)]
    return tuple(sorted((*kept, *extra, *grown), key=lambda n: n.start))


_FIRST = frozenset({*UNITS, *SCALES, "mười", "trăm", "chục"})


def may_begin(key: str) -> bool:
    """Whether a number can begin with this word: asked before the grammar is."""
    return key in _FIRST or key[0].isdigit()


def len_(number: Number) -> int:
    return number.end - number.start


def _numbers(words: tuple[Word, ...], keys: tuple[str, ...], sure: bool) -> tuple[Number, ...]:
    found: list[Number] = []
    begin = 0
    for at in range(len(words) + 1):
        if at == len(words) or words[at].stop:
            end = min(at + 1, len(words))
            found += _in_chunk(words, keys[begin:end], begin, sure)
            begin = end
    return tuple(found)


def _in_chunk(words: tuple[Word, ...], keys: tuple[str, ...], offset: int, sure: bool) -> list[Number]:
    found: list[Number] = []
    i = 0
    while i < len(keys):
        if not may_begin(keys[i]):
            i += 1
            continue
        if (kept := kept_words(keys, i)) > i and keys[i:kept][-1] != "là":
            i = kept
            continue
        reading = read(keys, i, exact=True)
        if reading is None or _is_name(words, keys, offset, i, reading.end):
            i += 1
            continue
        if reading.value == int(reading.value) and keys[i : reading.end] != ("không",):
            same = all(words[offset + j].low == keys[j] for j in range(i, reading.end))
            found.append(Number(offset + i, offset + reading.end, int(reading.value), sure or same))
        i = reading.end
    return found


def _is_name(words: tuple[Word, ...], keys: tuple[str, ...], offset: int, i: int, end: int) -> bool:
    """ "đồng chí Tám", "thứ ba" are no counts."""
    before = keys[i - 1] if i else ""
    if before in ("thứ", "mùng", "mồng") or (before in _NAMED and not keys[i].isdigit()):
        return end - i == 1
    return end - i == 1 and i > 0 and words[offset + i].is_name_like and not keys[i].isdigit()


def _guessed(words: tuple[Word, ...]) -> tuple[str, ...]:
    """Keys with every syllable that sounds like a number word, and is no number word, taken for the nearest."""
    return tuple(_nearest(w.low) for w in words)


@lru_cache(maxsize=8192)
def _nearest(low: str) -> str:
    if low in COMMON or low in _LOW or low[0].isdigit():
        return low
    own = sound(low)
    best = max(_NUMBER_WORDS, key=lambda s: likeness(s, own))
    return best.low if likeness(best, own) >= 0.8 else low
