"""Numbers in Vietnamese text: ``words(n)`` writes one, ``parse_number`` and ``find_numbers`` read them."""

from __future__ import annotations

from dataclasses import dataclass

from transcription.text.fold import nfc
from transcription.text.kept import ABOUT_BEFORE, is_no_number, kept_words
from transcription.text.numerals import Value, at, read
from transcription.text.tokens import keys, tokens

LIMIT = 10**12
_MAX_TEXT = 100_000
_NAMES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A number in a text: characters [start, end) of the NFC text. ``about``: "hai ba người", not exact."""

    start: int
    end: int
    value: Value
    text: str
    about: bool = False


def words(n: int) -> str:
    """The full reading of 0 ≤ n < 10^12. Raises ValueError outside."""
    if not 0 <= n < LIMIT:
        raise ValueError("words() reads whole numbers from 0 to 999 999 999 999")
    if n == 0:
        return "không"
    said: list[str] = []
    for scale, name in ((10**9, "tỷ"), (10**6, "triệu"), (1000, "nghìn"), (1, "")):
        group, n = divmod(n, scale)
        if group == 0 and (not said or n == 0 or scale == 1):
            continue
        said += [_group_words(group, whole=bool(said)) if group else "không", name]
    return " ".join(part for part in said if part)


def _group_words(n: int, whole: bool) -> str:
    """Three places; ``whole`` says the empty hundreds too ("không trăm linh năm")."""
    hundreds, rest = divmod(n, 100)
    said = [f"{_NAMES[hundreds]} trăm"] if hundreds or (whole and n) else []
    tens, unit = divmod(rest, 10)
    if tens == 0 and unit:
        said += ["linh", _NAMES[unit]] if said else [_NAMES[unit]]
    elif tens == 1:
        said += ["mười", *([] if unit == 0 else ["lăm" if unit == 5 else _NAMES[unit]])]
    elif tens:
        tail = {1: "mốt", 4: "tư", 5: "lăm"}.get(unit, _NAMES[unit])
        said += [f"{_NAMES[tens]} mươi", *([tail] if unit else [])]
    return " ".join(said)


def parse_number(text: str) -> Value | None:
    """The value of a text that is one number and nothing else, in words or figures; None otherwise."""
    items = tuple(t for t in tokens(nfc(text)[:1000]) if t.is_word or t.is_figure)
    found = read(keys(items), 0, exact=True)
    return found.value if found is not None and found.end == len(items) else None


def find_numbers(text: str, exact: bool = False) -> tuple[FoundNumber, ...]:
    """All numbers in a text, in words or figures, in order. Names ("đồng chí Tám") and idioms are left out.

    With ``exact`` neighbours count as numbers ("hai ba" = 23), as in a count of votes; else they are ``about``.
    """
    source = nfc(text)[:_MAX_TEXT]
    items = tokens(source)
    k = keys(items)
    found: list[FoundNumber] = []
    i, found_end = 0, -1
    while i < len(k):
        if (kept := kept_words(k, i)) > i:
            i = kept
            continue
        reading = None if at(k, i - 1) in ABOUT_BEFORE else read(k, i, exact)
        if reading is None or is_no_number(items, k, i, reading.end, found_end == i):
            i += 1
            continue
        start, end = items[i].start, items[reading.end - 1].end
        found.append(FoundNumber(start, end, reading.value, source[start:end], reading.form == "about"))
        i = found_end = reading.end
    return tuple(found)
