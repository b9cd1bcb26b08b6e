"""Folding of Vietnamese for search and matching: what is left when case, tones and diacritics are taken away.

``fold`` never changes the number of words; ``similarity`` is for words that a recogniser may have misheard.
"""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import fuzz

_D = str.maketrans({"đ": "d", "Đ": "d"})
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")


def nfc(text: str) -> str:
    """The text in Unicode NFC, the only form kept anywhere."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Lower case without any diacritic, đ as d, runs of white space as one blank; punctuation stays."""
    bare = (c for c in unicodedata.normalize("NFD", text.translate(_D)) if not unicodedata.combining(c))
    return _SPACES.sub(" ", unicodedata.normalize("NFC", "".join(bare)).lower()).strip()


def fold_words(text: str) -> tuple[str, ...]:
    """The folded words of a text, punctuation dropped."""
    return tuple(_WORD.findall(fold(text)))


def similarity(one: str, other: str) -> float:
    """0.0 to 1.0: how alike two texts sound on paper. Same letters with other tones lose a little, not all.

    The mean of the likeness with diacritics and without: recognition errs first in tones, so a wrong tone
    must cost less than a wrong letter, but not nothing.
    """
    a, b = _SPACES.sub(" ", nfc(one).lower()).strip(), _SPACES.sub(" ", nfc(other).lower()).strip()
    if not a or not b:
        return 1.0 if a == b else 0.0
    return float(fuzz.ratio(a, b) + fuzz.ratio(fold(a), fold(b))) / 200.0
