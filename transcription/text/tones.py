"""One spelling for one syllable: NFC and the tone mark where Vietnamese school books and the Party's papers put it.

The older placement is kept (hòa, khóa, thủy; hoàn, quý), as in "Thanh Hóa" and "văn hóa" on official papers.
"""

from __future__ import annotations

import re
import unicodedata

from transcription.text.fold import nfc

_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_VOWELS = "aăâeêioôơuưy"
_MARKED = "ăâêôơư"
_WORD = re.compile(r"[^\W\d_]+")
_SYLLABLE = re.compile(rf"^([bcdđghklmnpqrstvxf]*)([{_VOWELS}]+)([cghmnpt]*)$")


def normal(text: str) -> str:
    """NFC with uniform tone marks: "hoà", "khoẻ", "thuỷ" become "hòa", "khỏe", "thủy"; all else is unchanged."""
    return _WORD.sub(lambda m: _word(m.group()), nfc(text))


def split_tone(word: str) -> tuple[str, str]:
    """(the word without its tone mark, the combining mark or ""); other diacritics stay. Both NFC."""
    parts = unicodedata.normalize("NFD", word)
    tone = "".join(c for c in parts if c in _TONES)
    return nfc("".join(c for c in parts if c not in _TONES)), tone


def _word(word: str) -> str:
    bare, tone = split_tone(word)
    if len(tone) != 1:
        return word
    place = _tone_place(bare.lower())
    if place is None:
        return word
    return nfc(bare[: place + 1] + tone + bare[place + 1 :])


def _tone_place(bare: str) -> int | None:
    """Index of the letter that carries the tone, None when this is no Vietnamese syllable."""
    match = _SYLLABLE.match(bare)
    if match is None:
        return None
    onset, vowels, coda = match.groups()
    first = len(onset)
    if len(vowels) > 1 and ((onset == "q" and vowels[0] == "u") or (onset == "g" and vowels[0] == "i")):
        first, vowels = first + 1, vowels[1:]
    marked = [i for i, v in enumerate(vowels) if v in _MARKED]
    if marked:
        return first + marked[-1]
    if len(vowels) == 1:
        return first
    if len(vowels) == 3:
        return first + 1
    return first + (1 if coda else 0)
