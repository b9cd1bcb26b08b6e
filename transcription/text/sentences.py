"""Recognised speech as sentences: capitals where they belong and only the marks that speech makes certain.

Words are never added, dropped or changed; text that already has marks keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from transcription.text.fold import fold
from transcription.text.tones import normal

_MAX_TEXT = 100_000
PROPER = (
    "Đảng Cộng sản Việt Nam", "Ban Chấp hành Trung ương", "Ban Tổ chức Trung ương", "Ủy ban Kiểm tra Trung ương",
    "Bộ Chính trị", "Ban Bí thư", "Trung ương", "Tỉnh ủy", "Thành ủy", "Đảng ủy", "Ban Thường vụ", "Hồ Chí Minh",
    "Việt Nam", "Quốc hội", "Chính phủ", "Bác Hồ", "Đảng bộ", "Nhà nước", "Mặt trận Tổ quốc", "Hội Nông dân",
    "Hội Cựu chiến binh", "Hội Liên hiệp Phụ nữ", "Hội Người cao tuổi", "Đoàn Thanh niên", "Hội đồng nhân dân",
    "Ủy ban nhân dân", "Ban công tác Mặt trận", "Ban Công tác Mặt trận", "Điều lệ Đảng", "tuổi Đảng", "Zalo", "VNeID",
    "Sổ tay đảng viên điện tử", "Cổng Dịch vụ công", "Thanh Hóa", "Hà Nội", "Đại hội Đảng", "huy hiệu Đảng",
    "sinh hoạt Đảng", "kết nạp Đảng", "của Đảng", "vào Đảng", "theo Đảng", "với Đảng", "công tác Đảng", "Tết",
)  # fmt: skip
_NOT_PARTY = r"(?! (?:viên|phí|sâm|tịch))"

_QUESTION = re.compile(
    r"(?:\b(?:phải không|đúng không|được không|có không|có đúng không|thế nào|như thế nào|ra sao|bao nhiêu|bao giờ"
    r"|khi nào|ở đâu|là ai|làm gì|tại sao|vì sao|hay không|hay chưa|nhỉ|chứ nhỉ|không ạ|chưa ạ|gì không|nữa không"
    r"|khác không|rõ không|nghe rõ không|gì ạ|nào không))$",
    re.IGNORECASE,
)
_AFTER_COMMA = (
    "dạ", "vâng", "dạ vâng", "dạ thưa", "thứ nhất", "thứ hai", "thứ ba", "thứ tư", "một là", "hai là", "ba là",
    "bốn là", "năm là", "tuy nhiên", "ngoài ra", "trước hết", "trước tiên", "cuối cùng", "tóm lại", "nói tóm lại",
    "như vậy", "do đó", "vì vậy", "vì thế", "bên cạnh đó", "đồng thời",
)  # fmt: skip
_ADDRESS = (
    r"(?:dạ |vâng |xin )?(?:kính )?thưa (?:toàn thể |tất cả )?"
    r"(?:các đồng chí(?: đảng viên)?|đồng chí chủ trì|đồng chí bí thư|chi bộ"
    r"|toàn thể chi bộ|hội nghị|các bác|các cô các bác)"
)
_NEW_SENTENCE = (
    "tôi xin hết", "xin hết ý kiến", "tôi xin hết ý kiến", "xin mời đồng chí", "xin cảm ơn", "xin trân trọng cảm ơn",
    "xin chân thành cảm ơn", "tôi xin cảm ơn", "thứ nhất", "thứ hai là", "một là", "hai là", "ba là", "bốn là",
    "tuy nhiên", "ngoài ra",
)  # fmt: skip


def sentences(text: str, names: Iterable[str] = ()) -> str:
    """The text with sentence case, proper names' capitals and light marks. ``names``: roster names to capitalise.

    The result has the same words in the same order; a final mark is put if none is there.
    """
    said = " ".join(normal(text)[:_MAX_TEXT].split())
    if not said:
        return ""
    said = re.sub(r"\s+([,.;:!?…])", r"\1", said)
    said = _with_names(_with_proper(said), names)
    if not re.search(r"[.!?;,]", said):
        said = _with_commas(_split(said))
    return _capitals(_ended(said))


def _split(said: str) -> str:
    """Marks before phrases that always begin a sentence, unless the piece before would be a word or two."""
    for phrase in sorted(_NEW_SENTENCE, key=len, reverse=True):
        said = re.sub(rf"(?<=\w)(?<!\bvà)(?<!\btôi) (?={phrase}\b)", ". ", said, flags=re.IGNORECASE)
    pieces = said.split(". ")
    joined = pieces[0]
    for before, piece in pairwise(pieces):
        joined += ("" if len(before.split()) < 3 else ".") + " " + piece
    return joined


def _with_commas(said: str) -> str:
    openers = "|".join(sorted(map(re.escape, _AFTER_COMMA), key=len, reverse=True))
    said = re.sub(rf"(^|\. )({openers}) (?!là\b)", r"\1\2, ", said, flags=re.IGNORECASE)
    return re.sub(rf"(^|\. |, )({_ADDRESS}) (?=\w)", r"\1\2, ", said, flags=re.IGNORECASE)


def _ended(said: str) -> str:
    pieces = re.split(r"(?<=[.!?…])\s+", said)
    ended = [p if p[-1] in '.!?…:;"”)' else p.rstrip(",") + ("?" if _QUESTION.search(p) else ".") for p in pieces if p]
    return " ".join(ended)


def _capitals(said: str) -> str:
    return re.sub(r"(^|[.!?]\s+|…\s+(?=\w))([^\W\d_])", lambda m: m.group(1) + m.group(2).upper(), said)


def _with_proper(said: str) -> str:
    said = _proper().sub(lambda m: _proper_names()[m.group().lower()], said)
    return re.sub(rf"\b(thưa|do|nhờ|ơn) đảng\b{_NOT_PARTY}", lambda m: m.group(1) + " Đảng", said)


@lru_cache(maxsize=1)
def _proper() -> re.Pattern[str]:
    listed = "|".join(re.escape(n.lower()) for n in sorted(PROPER, key=len, reverse=True))
    return re.compile(rf"\b(?:{listed})\b{_NOT_PARTY}", re.IGNORECASE)


@lru_cache(maxsize=1)
def _proper_names() -> dict[str, str]:
    return {name.lower(): name for name in PROPER}


def _with_names(said: str, names: Iterable[str]) -> str:
    """Full roster names anywhere, given names after a title, letter for letter but for case."""
    full = {normal(n).lower(): normal(n) for n in names if n.strip()}
    if not full:
        return said
    given = {n.split()[-1]: name.split()[-1] for n, name in full.items()}
    listed = "|".join(re.escape(n) for n in sorted(full, key=len, reverse=True))
    said = re.sub(rf"\b(?:{listed})\b", lambda m: full[m.group().lower()], said, flags=re.IGNORECASE)
    short = "|".join(re.escape(n) for n in sorted(given, key=len, reverse=True))
    titled = rf"\b(đồng chí|bác|ông|bà|anh|chị|cô|chú|cụ|thầy) ({short})\b"
    return re.sub(titled, lambda m: f"{m.group(1)} {given[m.group(2).lower()]}", said, flags=re.IGNORECASE)


def same_words(one: str, other: str) -> bool:
    """Whether two texts have the same words but for case and marks."""
    return re.findall(r"\w+", fold(one)) == re.findall(r"\w+", fold(other))
