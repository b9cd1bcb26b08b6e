"""How Vietnamese syllables sound alike: the keys by which cues and names match recognised speech.

A recogniser of Vietnamese mostly errs in tones and vowel marks, then in initials and finals that dialects do
not keep apart (tr/ch, s/x, d/gi/r/v, l/n; c/t, n/ng/nh). ``likeness`` is graded by these steps.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from transcription.text.tokens import word_set

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_INITIALS = (
    ("ngh", "ng"), ("nh", "nh"), ("ng", "ng"), ("gh", "g"), ("gi", "d"), ("kh", "h"), ("ph", "b"), ("th", "th"),
    ("tr", "ch"), ("ch", "ch"), ("qu", "qu"), ("đ", "d"), ("r", "d"), ("v", "d"), ("s", "x"), ("l", "n"),
    ("k", "c"), ("q", "c"),
)  # fmt: skip
_FINALS = (("nh", "n"), ("ng", "n"), ("ch", "t"), ("m", "n"), ("c", "t"), ("p", "t"))
_NUCLEI = [
    "a",
    "ă",
    "â",
    "e",
    "ê",
    "i",
    "o",
    "ô",
    "ơ",
    "u",
    "ư",
    "y",
    "ai",
    "ao",
    "au",
    "ay",
    "âu",
    "ây",
    "eo",
    "êu",
    "ia",
    "iê",
    "iu",
    "oa",
    "oă",
    "oe",
    "oi",
    "ôi",
    "ơi",
    "oo",
    "ua",
    "uâ",
    "uê",
    "ui",
    "uô",
    "uơ",
    "uy",
    "ưa",
    "ươ",
    "ưu",
    "ưi",
    "yê",
    "iêu",
    "yêu",
    "oai",
    "oay",
    "oao",
    "oeo",
    "uôi",
    "uây",
    "uya",
    "uyê",
    "uyu",
    "ươi",
    "ươu",
    "ue",
    "uă",
    "oă",
    "ya",
]
_LEGAL = re.compile(
    r"(?:ngh|nh|ng|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvxg])?(?:"
    + "|".join(sorted(_NUCLEI, key=len, reverse=True))
    + r")(?:ng|nh|ch|[cmnptk])?"
)
_STOP_END = re.compile(r"(?:ch|[cpt])$")


# Everyday words that sound like a word of number or time and are not to be taken for one in rough speech.
COMMON = word_set(
    "bây bà bá từ tự tâm kẽm gió giỏ giỗ ngay thư thu thủ tuân tôi tới mãi mài chiếu sang hại hải hài lễ lê lề lĩnh "
    "lính trạm nắm nằm nam bón làm lắm lam lâm mới mời muôn mươn hàng hãng xông không tú tù hay hai hội"
)


@dataclass(frozen=True, slots=True)
class Sound:
    """The spellings of one syllable, from exact to vague: lower case, without tone, without marks, by ear."""

    low: str
    toneless: str
    bare: str
    key: str


@lru_cache(maxsize=65536)
def sound(syllable: str) -> Sound:
    """Forms of one syllable (any case); foreign words and digits are their own key."""
    low = unicodedata.normalize("NFC", syllable).lower()
    parts = unicodedata.normalize("NFD", low)
    toneless = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
    bare = "".join(c for c in parts if not unicodedata.combining(c)).replace("đ", "d")
    return Sound(low, toneless, bare, _key(toneless))


def _key(toneless: str) -> str:
    initial = next(((a, b) for a, b in _INITIALS if toneless.startswith(a) and len(toneless) > len(a)), None)
    head, rest = (initial[1], toneless[len(initial[0]) :]) if initial else ("", toneless)
    if initial and initial[0] == "gi" and rest[0] not in "aăâeêoôơuưy":
        rest = "i" + rest
    parts = unicodedata.normalize("NFD", rest).replace("đ", "d")
    rest = "".join(c for c in parts if not unicodedata.combining(c)).replace("y", "i")
    final = next(((a, b) for a, b in _FINALS if rest.endswith(a) and len(rest) > len(a)), None)
    return head + (rest[: -len(final[0])] + final[1] if final else rest)


def likeness(a: Sound, b: Sound) -> float:
    """1 the same, 0.9 but for the tone, 0.8 but for marks, 0.6 alike by ear, else 0."""
    if a.low == b.low:
        return 1.0
    if a.toneless == b.toneless:
        return 0.9
    if a.bare == b.bare:
        return 0.8
    return 0.6 if a.key == b.key else 0.0


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Whether ``word`` can be a Vietnamese syllable: known parts, and only two tones before a stop."""
    low = unicodedata.normalize("NFC", word).lower()
    parts = unicodedata.normalize("NFD", low)
    tones = [c for c in parts if c in _TONES]
    toneless = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
    if len(tones) > 1 or not _LEGAL.fullmatch(toneless):
        return False
    return not _STOP_END.search(toneless) or (bool(tones) and tones[0] in "\u0301\u0323")


@lru_cache(maxsize=65536)
def parted(word: str) -> tuple[str, ...]:
    """Two syllables written as one ("báocáo") parted again; anything else as it is, foreign "video" too."""
    if len(word) < 4 or is_syllable(word) or not is_marked(word):
        return (word,)
    cuts = [(word[:i], word[i:]) for i in range(2, len(word) - 1)]
    good = [cut for cut in cuts if is_syllable(cut[0]) and is_syllable(cut[1])]
    return min(good, key=lambda cut: abs(len(cut[0]) - len(cut[1]))) if good else (word,)


def is_marked(word: str) -> bool:
    """Whether ``word`` carries any Vietnamese mark or tone."""
    return any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", word)) or "đ" in word.lower()
