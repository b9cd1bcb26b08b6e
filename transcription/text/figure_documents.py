"""Rules that write numbers of documents, articles, congresses and roads."""

from __future__ import annotations

from transcription.text.counts import COUNT_NOUNS
from transcription.text.letters import letters_at
from transcription.text.numerals import UNITS, at, read, read_digits
from transcription.text.place import Found, Place, capital, roman, small
from transcription.text.tokens import is_digits

# kind → the abbreviation in its number (Hướng dẫn 36-HD/VPTW and Nghị định 30/2020/NĐ-CP)
KINDS = {
    "chỉ thị": "CT", "nghị quyết": "NQ", "quyết định": "QĐ", "hướng dẫn": "HD", "kế hoạch": "KH", "công văn": "CV",
    "kết luận": "KL", "quy định": "QĐ", "thông báo": "TB", "báo cáo": "BC", "tờ trình": "TTr", "chương trình": "CTr",
    "nghị định": "NĐ", "thông tư": "TT", "thông tri": "TTr", "quy chế": "QC", "đề án": "ĐA", "công điện": "CĐ",
    "pháp lệnh": "PL", "giấy mời": "GM", "quy chế phối hợp": "QC",
}  # fmt: skip
# Also everyday words ("kết luận hai điểm"): a document only with "số", letters or an issuer.
_EVERYDAY = frozenset({"kết luận", "thông báo", "báo cáo", "chương trình", "đề án"})
_STATE = ("UBND", "HĐND", "CP", "TTG", "BNV", "BTC", "QH")
"""Organs of the State number their papers 45/QĐ-UBND; the Party's are 45-QĐ/ĐU."""
ISSUERS = (
    "Ban Chấp hành Trung ương", "Ban Tổ chức Trung ương", "Ban Tuyên giáo Trung ương", "Ủy ban Kiểm tra Trung ương",
    "Ban Dân vận Trung ương", "Văn phòng Trung ương Đảng", "Văn phòng Trung ương", "Ban Tuyên giáo và Dân vận",
    "Ban Thường vụ Tỉnh ủy", "Ban Thường vụ Đảng ủy", "Ban Tổ chức Tỉnh ủy", "Ban Xây dựng Đảng", "Ban Bí thư",
    "Bộ Chính trị", "Trung ương", "Tỉnh ủy", "Thành ủy", "Huyện ủy", "Đảng ủy", "Chính phủ", "Thủ tướng Chính phủ",
    "Thủ tướng", "Quốc hội", "Bộ Nội vụ", "Bộ Tài chính", "Ủy ban nhân dân", "Hội đồng nhân dân", "Bộ Công an",
    "Ban Chỉ đạo", "Ban Tổ chức", "Ủy ban Kiểm tra", "Bộ Quốc phòng", "Đảng bộ",
)  # fmt: skip
_ISSUER_KEYS = {tuple(name.lower().split()): name for name in ISSUERS}


def document(place: Place) -> Found | None:
    """ "chỉ thị năm mươi xê tê tê vê" → Chỉ thị 50-CT/TW, with its issuer's capitals."""
    end = place.match(*KINDS)
    if end is None:
        return None
    kind = " ".join(place.k[place.i : end])
    numbered = at(place.k, end) == "số"
    number = _number(place.k, end + 1 if numbered else end)
    if number is None:
        return None
    j, figures = number
    after, letters = _spoken_out(place, kind, j) or letters_at(place.k, j)
    issuer = _issuer(place.k, after)
    if not _is_document(place, kind, numbered, j, bool(letters), issuer is not None):
        return None
    text = f"{capital(kind)}{' số' if numbered else ''} {figures}{_suffix(KINDS[kind], letters)}"
    return (after, text) if issuer is None else (issuer[0], f"{text} của {issuer[1]}")


_ORGANS = {
    "trung ương": "TW", "tỉnh ủy": "TU", "thành ủy": "TU", "huyện ủy": "HU", "đảng ủy": "ĐU", "chi bộ": "CB",
    "ủy ban nhân dân": "UBND", "hội đồng nhân dân": "HĐND", "chính phủ": "CP",
}  # fmt: skip


def _spoken_out(place: Place, kind: str, i: int) -> tuple[int, str] | None:
    """ "nghị quyết số mười tám nghị quyết trung ương": the letters -NQ/TW said as what they stand for."""
    again = place.match(kind, start=i)
    end = place.match(*_ORGANS, start=again) if again is not None else None
    return (end, _ORGANS[" ".join(place.k[again:end])]) if again is not None and end is not None else None


def _number(k: tuple[str, ...], i: int) -> tuple[int, str] | None:
    run = read_digits(k, i)
    if run is not None:
        return run.end, run.digits
    if at(k, i) == "không" and at(k, i + 1) in UNITS:
        return i + 2, f"{UNITS[k[i + 1]]:02d}"
    found = small(k, i, 99_999)
    if found is not None:
        return found[0], f"{found[1]:02d}"
    if at(k, i) in UNITS:
        return i + 1, f"{UNITS[k[i]]:02d}"
    return None


def _is_document(place: Place, kind: str, numbered: bool, end: int, letters: bool, issued: bool) -> bool:
    if numbered or letters or issued:
        return True
    found = read(place.k, end - 1)
    single = found is not None and end - place.i - len(kind.split()) == 1 and not is_digits(place.k[end - 1])
    said = read(place.k, place.i + len(kind.split()))
    if said is not None and said.form in ("digits", "pair"):
        return at(place.k, end) not in COUNT_NOUNS
    return kind not in _EVERYDAY and at(place.k, end) not in COUNT_NOUNS and not single


def _suffix(kind: str, letters: str) -> str:
    """ "CTTV" of a directive → -CT/TW; "QĐUBND" → /QĐ-UBND, the State's order."""
    bare = letters.replace("-", "").replace("/", "")
    if not bare:
        return ""
    rest = bare[len(kind) :] if bare.startswith(kind.upper()) else bare
    rest = rest[:-2] + "TW" if rest.endswith("TV") else rest
    if rest.startswith(("UBND", "HĐND")) or rest.upper() in _STATE:
        return f"/{kind}-{rest}"
    return f"-{kind}/{rest}" if rest else f"-{kind}"


def _issuer(k: tuple[str, ...], i: int) -> tuple[int, str] | None:
    """(end, name with its capitals) after "của"."""
    if at(k, i) != "của":
        return None
    for words in sorted(_ISSUER_KEYS, key=len, reverse=True):
        if k[i + 1 : i + 1 + len(words)] == words:
            return i + 1 + len(words), _ISSUER_KEYS[words]
    return None


def plenum(place: Place) -> Found | None:
    """ "nghị quyết trung ương tám khóa mười hai" → Nghị quyết Trung ương 8 khóa XII."""
    end = place.match("nghị quyết trung ương", "hội nghị trung ương", "kết luận trung ương")
    number = small(place.k, end, 20) if end else None
    if end is None or number is None:
        return None
    name = " ".join(place.k[place.i : end - 2])
    text = f"{capital(name)} Trung ương {number[1]}"
    term = small(place.k, number[0] + 1, 39) if at(place.k, number[0]) in ("khóa", "khoá") else None
    return (number[0], text) if term is None else (term[0], f"{text} khóa {roman(term[1])}")


_CONGRESSES = (
    "khóa", "khoá", "đại hội", "đại hội đảng", "đại hội lần thứ", "đại hội đảng lần thứ",
    "đại hội đảng toàn quốc lần thứ", "đại hội đại biểu toàn quốc lần thứ",
    "đại hội đại biểu toàn quốc của đảng lần thứ", "đại hội toàn quốc lần thứ",
)  # fmt: skip


def congress(place: Place) -> Found | None:
    """ "khóa mười ba" → khóa XIII; "đại hội lần thứ mười bốn" → Đại hội lần thứ XIV."""
    end = place.match(*_CONGRESSES)
    if place.match("lần thứ") and "đại" in place.k[max(0, place.i - 9) : place.i]:
        number = small(place.k, place.i + 2, 39)
        return (number[0], f"lần thứ {roman(number[1])}") if number and "hội" in place.k[: place.i] else None
    number = small(place.k, end, 39) if end else None
    if end is None or number is None or number[1] < 6:
        return None
    if at(place.k, number[0]) in COUNT_NOUNS or at(place.k, number[0]) in ("giờ", "tháng", "ngày"):
        return None
    said = " ".join(t.text for t in place.items[place.i : end]).replace("đảng", "Đảng")
    said = capital(said) if said.startswith("đại") else said.replace("khoá", "khóa")
    party = place.match("của đảng", start=number[0])
    return (party or number[0]), f"{said} {roman(number[1])}{' của Đảng' if party else ''}"


def charter(place: Place) -> Found | None:
    """ "điều lệ đảng điều chín" → Điều lệ Đảng, Điều 9."""
    end = place.match("điều lệ đảng")
    if end is None:
        return None
    inner = article(Place(place.items, place.k, end)) if at(place.k, end) in ("điều", "khoản") else None
    return (inner[0], f"Điều lệ Đảng, {inner[1]}") if inner else (end, "Điều lệ Đảng")


def article(place: Place) -> Found | None:
    """ "khoản hai điều chín" → khoản 2 Điều 9. A lone "điều một" is a speaker's point and stays."""
    parts: list[str] = []
    i, highest = place.i, 0
    while (name := at(place.k, i)) in ("điều", "khoản"):
        number = small(place.k, i + 1, 999)
        if number is None or at(place.k, number[0]) in COUNT_NOUNS - {"điều", "khoản"}:
            break
        parts.append(f"{'Điều' if name == 'điều' else 'khoản'} {number[1]}")
        end, highest = number[0], max(highest, number[1])
        i = end + 1 if at(place.k, end) == "," and at(place.k, end + 1) in ("điều", "khoản") else end
    i = end if parts else i
    sure = len(parts) > 1 or place.k[place.i - 1 : place.i] == ("đảng",) or _of_law(place, i) or highest >= 10
    if not parts or not (sure or parts[0].startswith("khoản")):
        return None
    joined = ", ".join(parts) if parts[0].startswith("Điều") else " ".join(parts)
    return i, joined


def _of_law(place: Place, i: int) -> bool:
    return place.match("của", "điều lệ", "quy định", "luật", "hướng dẫn", "nghị định", start=i) is not None


_ROADS = {"quốc lộ": "Quốc lộ", "tỉnh lộ": "Tỉnh lộ", "đường tỉnh": "đường tỉnh", "hương lộ": "Hương lộ",
          "đường huyện": "đường huyện", "đường xã": "đường xã", "cao tốc": "cao tốc"}  # fmt: skip
_NUMBERED = (
    "tổ dân phố", "khu phố", "khu dân cư", "tổ", "cụm", "đội", "ngõ", "ngách", "lớp", "khối", "số nhà", "nhà số",
    "phòng", "mục", "trang", "nhóm", "điểm cầu", "bảng", "biểu", "phụ lục", "mẫu", "tiểu khu", "khóm", "ấp", "kiệt",
)  # fmt: skip


def road(place: Place) -> Found | None:
    """ "quốc lộ một a" → Quốc lộ 1A, "đường tỉnh năm một chín" → đường tỉnh 519."""
    end = place.match(*_ROADS)
    if end is None:
        return None
    start = end + 1 if at(place.k, end) == "số" else end
    run = read_digits(place.k, start)
    number = (run.end, run.digits) if run else _small_text(place.k, start)
    if number is None:
        return None
    j, text = number
    letter = at(place.k, j)
    if letter in ("a", "bê", "b", "xê", "c", "dê", "d") and not at(place.k, j + 1).startswith("phần"):
        j, text = j + 1, text + {"bê": "B", "xê": "C", "dê": "D"}.get(letter, letter.upper())
    return j, f"{_ROADS[' '.join(place.k[place.i : end])]} {text}"


def _small_text(k: tuple[str, ...], i: int) -> tuple[int, str] | None:
    found = small(k, i)
    return (found[0], str(found[1])) if found else None


def numbered(place: Place) -> Found | None:
    """Things told apart by a number: "tổ dân phố số bốn" → tổ dân phố số 4, "lớp chín a" → lớp 9A."""
    end = place.match(*_NUMBERED)
    if end is None:
        return None
    name = " ".join(place.k[place.i : end])
    has_word = at(place.k, end) == "số" and name != "nhà số"
    number = small(place.k, end + 1 if has_word else end)
    if number is None or not number[1]:
        return None
    counted = at(place.k, number[0]) in COUNT_NOUNS | {"phần", "phẩy", "trên"}
    if counted and place.match(name, start=number[0]) is None:  # but "tổ một, tổ hai"
        return None
    if not has_word and place.items[end].text[0].isupper():
        return None
    loose = name in ("tổ", "đội", "cụm", "nhóm", "phòng", "khối", "lớp", "mẫu", "bảng", "biểu", "mục", "trang")
    following = at(place.k, number[0])
    if loose and not has_word and name not in ("lớp", "trang", "khối", "tổ"):
        return None
    said = " ".join(t.text for t in place.items[place.i : end]) + (" số" if has_word else "")
    if name == "lớp" and following in ("a", "b", "bê", "c", "xê", "d", "dê", "e", "g"):
        letter = {"bê": "B", "xê": "C", "dê": "D"}.get(following, following.upper())
        return number[0] + 1, f"{said} {number[1]}{letter}"
    return number[0], f"{said} {number[1]}"


BEGINNINGS = (*KINDS, *_ROADS, *_NUMBERED, "nghị quyết trung ương", "hội nghị trung ương", "điều lệ đảng")
"""Phrases that a document, an article, a road or a numbered thing begins with."""
