"""Numbers in Vietnamese text: ``words(n)`` writes one, ``parse_number`` and ``find_numbers`` read them."""

from __future__ import annotations

from dataclasses import dataclass

from transcription.text.fold import nfc
from transcription.text.numerals import SCALES, Value, at, read
from transcription.text.tokens import Token, keys, tokens, word_set

LIMIT = 10**12
_MAX_TEXT = 100_000
_NAMES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_YEAR_BEFORE = word_set("hàng mỗi cả cuối đầu giữa sang từng nhiều mấy vài lâu")


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


# Words after which a number word is a person or a place: đồng chí Tám, bác Ba, thôn Hai.
BEFORE_NAMES = word_set("chí bác anh chị ông bà cô chú cụ em dì mợ cậu thầy thôn bản làng xóm tên họ văn thị")
_ABOUT_BEFORE = word_set("vài mấy hàng dăm đôi")
_KEEP = (
    "một số", "một vài", "một chút", "một ít", "một lòng", "một dạ", "một mực", "một khi", "một cách", "một loạt",
    "một trong những", "một bên", "một mặt", "một phía", "một thể", "một lượt", "một mạch", "một mình", "một bề",
    "một tay", "một tiếng nói", "một nắng hai sương", "ba chân bốn cẳng", "năm lần bảy lượt", "trăm phương nghìn kế",
    "chín bỏ làm mười", "muôn người như một", "trăm người như một", "hai năm rõ mười", "ba hoa", "bảy nổi ba chìm",
    "ba chìm bảy nổi", "mười phân vẹn mười", "trăm sự", "một là", "hai là", "ba là", "bốn là", "năm là", "sáu là",
    "năm nay", "năm ngoái", "năm sau", "năm trước", "năm tới", "năm qua", "năm học", "năm mới", "không một ai",
)  # fmt: skip
_KEEP_KEYS = tuple(sorted((tuple(p.split()) for p in _KEEP), key=len, reverse=True))


def kept_words(k: tuple[str, ...], i: int) -> int:
    """The end of an idiom or fixed phrase at ``i`` that must stay in words; ``i`` when there is none."""
    for phrase in _KEEP_KEYS:
        if k[i : i + len(phrase)] == phrase:
            return i + len(phrase)
    return i


def is_name_like(items: tuple[Token, ...], i: int, end: int) -> bool:
    """Whether one number word stands as a name: after "đồng chí" or a title, or with a capital inside a sentence."""
    if end - i != 1 or not items[i].is_word:
        return False
    before = items[i - 1].key if i else ""
    if before in BEFORE_NAMES:
        return True
    return items[i].text[0].isupper() and i > 0 and items[i - 1].is_word


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
        reading = None if at(k, i - 1) in _ABOUT_BEFORE else read(k, i, exact)
        if reading is None or is_no_number(items, k, i, reading.end, found_end == i):
            i += 1
            continue
        start, end = items[i].start, items[reading.end - 1].end
        found.append(FoundNumber(start, end, reading.value, source[start:end], reading.form == "about"))
        i = found_end = reading.end
    return tuple(found)


def is_no_number(items: tuple[Token, ...], k: tuple[str, ...], i: int, end: int, after: bool) -> bool:
    """Whether number words are none here: a name, "không" as "not", or "năm" as "year".

    ``after``: a number stands directly before ("mười năm").
    """
    if is_name_like(items, i, end):
        return True
    if k[i] == "không" and end == i + 1:
        return at(k, i + 1) != "phiếu"
    if k[i] != "năm" or at(k, i + 1) in ("mươi", "trăm", "chục", *SCALES):
        return False
    return after or at(k, i - 1) in _YEAR_BEFORE
