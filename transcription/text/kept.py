"""Number words that are no numbers: names ("đồng chí Tám"), idioms ("một lòng một dạ"), "năm" the year."""

from __future__ import annotations

from transcription.text.numerals import SCALES, at
from transcription.text.tokens import Token, word_set

_YEAR_BEFORE = word_set("hàng hằng mỗi cả cuối đầu giữa sang từng nhiều mấy vài lâu")
# Words after which a number word is a person or a place: đồng chí Tám, bác Ba, thôn Hai.
BEFORE_NAMES = word_set(
    "chí bác anh chị ông bà cô chú cụ em dì mợ cậu thầy thôn bản làng xóm tên họ văn thị ngã cấp vòng"
)
ABOUT_BEFORE = word_set("vài mấy hàng dăm đôi")
_KEEP = (
    "một số", "một vài", "một chút", "một ít", "một lòng", "một dạ", "một mực", "một khi", "một cách", "một loạt",
    "một trong những", "một bên", "một mặt", "một phía", "một thể", "một lượt", "một mạch", "một mình", "một bề",
    "một tay", "một tiếng nói", "một nắng hai sương", "ba chân bốn cẳng", "năm lần bảy lượt", "trăm phương nghìn kế",
    "chín bỏ làm mười", "muôn người như một", "trăm người như một", "hai năm rõ mười", "ba hoa", "bảy nổi ba chìm",
    "ba chìm bảy nổi", "mười phân vẹn mười", "trăm sự", "ba bảy hai mốt",
    "chín người mười ý", "ba cùng bốn bám", "trăm nghe không bằng một thấy", "một mất một còn", "một vừa hai phải",
    "một là", "hai là", "ba là", "bốn là", "năm là", "sáu là",
    "năm nay", "năm ngoái", "năm sau", "năm trước", "năm tới", "năm qua", "năm học", "năm mới", "không một ai",
)  # fmt: skip
_KEEP_KEYS = sorted((tuple(p.split()) for p in _KEEP), key=len, reverse=True)
_KEPT = {p[0]: tuple(q for q in _KEEP_KEYS if q[0] == p[0]) for p in _KEEP_KEYS}


def kept_words(k: tuple[str, ...], i: int) -> int:
    """The end of an idiom or fixed phrase at ``i`` that must stay in words; ``i`` when there is none."""
    for phrase in _KEPT.get(k[i], ()):
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
    return items[i].text[0].isupper() and i > 0 and (items[i - 1].is_word or before in (",", ";", ":"))


def is_no_number(items: tuple[Token, ...], k: tuple[str, ...], i: int, end: int, after: bool) -> bool:
    """Whether number words are none here: a name, "không" as "not", or "năm" as "year".

    ``after``: a number stands directly before ("mười năm").
    """
    if is_name_like(items, i, end):
        return True
    if k[i] == "không" and end == i + 1:
        return at(k, i + 1) != "phiếu" or at(k, i + 2) == "nào"
    if k[i] != "năm" or at(k, i + 1) in ("mươi", "trăm", "chục", *SCALES):
        return False
    return after or at(k, i - 1) in _YEAR_BEFORE
