"""Recognition-like noise on spoken text, the same for the same seed.

Lower case, no punctuation, and about ``rate`` (0..1) of the syllables changed the way a small recogniser errs on
Vietnamese: tones and vowel marks (55 %), initials (15 %), finals (10 %), dropped (8 %), doubled (4 %), joined to the
one before (4 %), some other word (4 %). Names and cue words are not spared; who spoke is known from the floor.
"""

from __future__ import annotations

import random
import re
import unicodedata

TONES = "\u0300\u0301\u0303\u0309\u0323"
MARKS = {
    "a": "aăâ", "ă": "aâ", "â": "aă", "e": "eê", "ê": "e", "o": "oôơ", "ô": "oơ", "ơ": "oô", "u": "uư", "ư": "u",
}  # fmt: skip
INITIALS = [
    ("tr", "ch"), ("ch", "tr"), ("s", "x"), ("x", "s"), ("d", "gi"), ("gi", "d"), ("r", "d"), ("l", "n"), ("n", "l"),
    ("v", "d"), ("đ", "d"), ("kh", "h"), ("ph", "b"), ("ngh", "gh"),
]  # fmt: skip
FINALS = [("nh", "n"), ("ng", "n"), ("n", "ng"), ("ch", "t"), ("c", "t"), ("t", "c"), ("m", "n"), ("p", "t")]
COMMON = [
    "và", "là", "của", "có", "cho", "được", "một", "người", "này", "đó", "thì", "mà", "các", "những", "trong", "với",
    "không",
]  # fmt: skip


def noisy(text: str, rate: float, rng: random.Random) -> str:
    """The text as a recogniser might have heard it."""
    out: list[str] = []
    for word in re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()):
        if rng.random() < rate:
            _err(out, word, rng)
        else:
            out.append(word)
    return " ".join(out)


def _err(out: list[str], word: str, rng: random.Random) -> None:
    kind = rng.random()
    if kind < 0.80:
        out.append(_misheard(word, kind, rng))
    elif kind < 0.88:
        return
    elif kind < 0.92:
        out += [word, word]
    elif kind < 0.96:
        if out:
            out[-1] += word
    else:
        out.append(rng.choice(COMMON))


def _misheard(word: str, kind: float, rng: random.Random) -> str:
    if kind < 0.35:
        return _tone(word, rng)
    if kind < 0.55:
        return _mark(word, rng)
    return _swap(word, INITIALS, False, rng) if kind < 0.70 else _swap(word, FINALS, True, rng)


def _tone(syllable: str, rng: random.Random) -> str:
    parts = unicodedata.normalize("NFD", syllable)
    base = "".join(c for c in parts if c not in TONES)
    had = [c for c in parts if c in TONES]
    new = rng.choice([t for t in ["", *TONES] if [t] != had])
    for i in range(len(base) - 1, -1, -1):
        if base[i] in "aeiouy" and new:
            j = i + 1
            while j < len(base) and unicodedata.combining(base[j]):
                j += 1
            return unicodedata.normalize("NFC", base[:j] + new + base[j:])
    return unicodedata.normalize("NFC", base)


def _mark(syllable: str, rng: random.Random) -> str:
    at = [i for i, c in enumerate(syllable) if c in MARKS]
    if not at:
        return _tone(syllable, rng)
    i = rng.choice(at)
    return syllable[:i] + rng.choice(MARKS[syllable[i]]) + syllable[i + 1 :]


def _swap(syllable: str, pairs: list[tuple[str, str]], ends: bool, rng: random.Random) -> str:
    for a, b in rng.sample(pairs, len(pairs)):
        if ends and syllable.endswith(a):
            return syllable[: -len(a)] + b
        if not ends and syllable.startswith(a):
            return b + syllable[len(a) :]
    return _tone(syllable, rng)
