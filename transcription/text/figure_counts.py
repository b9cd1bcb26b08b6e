"""Rules that write money, percentages, fractions, measures, ranges and counts in figures."""

from __future__ import annotations

from decimal import Decimal

from transcription.text.counts import (
    EXACT_AFTER,
    EXACT_BEFORE,
    RATE_NOUNS,
    STRONG,
    TIME_UNITS,
    UNITS_WRITTEN,
)
from transcription.text.kept import is_name_like, is_no_number
from transcription.text.numerals import HALVES, SCALES, TAILS, UNITS, Reading, at, is_tail, read
from transcription.text.place import Found, Place, small, written, written_reading
from transcription.text.tokens import word_set

_FUNCTION = word_set(
    "cho để và thì là của từ đã trong vào nhé ạ với do mà còn nên được đến này ấy đó rồi nữa thôi nhưng hoặc tại ở về"
)
_PEOPLE_DONG = word_set("chí bào thuận tình ý lòng thời đều bộ loạt hành nghiệp ruộng lúa đội sức tâm quê bằng")
_SIGNS = {"trừ": "-", "cộng": "+", "nhân": "×", "chia": ":"}
_TWO_WORDS = ("ki lô mét vuông", "ki - lô - mét")


def reading_here(place: Place, exact: bool = False) -> Reading | None:
    """The number at a place unless its words are a name, "không" the denial or "năm" the noun.

    Nearly every rule asks it of a place: it is read once for all of them.
    """
    if exact not in place.known:
        place.known[exact] = _reading_here(place, exact)
    return place.known[exact]


def _reading_here(place: Place, exact: bool) -> Reading | None:
    if place.key(-1) in ("cả", "thứ") and at(place.k, place.i + 1) not in ("mươi", "trăm", "nghìn", "triệu", "chục"):
        single = place.key() in UNITS or place.key() in TAILS
        if single and not is_tail(place.k, place.i + 1) and place.key(1) not in UNITS:
            return None
    found = read(place.k, place.i, exact or _exact_before(place))
    if found is None or (found.form == "figures" and found.end == place.i + 1):
        return found
    if is_no_number(place.items, place.k, place.i, found.end, place.after):
        return None
    if found.form == "about" and place.match(*EXACT_AFTER, start=found.end):
        return read(place.k, place.i, exact=True)
    return None if found.form == "about" else found


def _exact_before(place: Place) -> bool:
    return place.key(-1) in EXACT_BEFORE and place.key(2) not in ("hôm", "lần", "lượt", "bữa")


def phone(place: Place) -> Found | None:
    """A telephone or identity number: its digits said one by one stay together."""
    found = read(place.k, place.i, exact=True)
    if found is None or found.form != "digits":
        return None
    service = found.digits.startswith(("1800", "1900")) and len(found.digits) == 8
    long = len(found.digits) >= (7 if found.digits[0] == "0" else 9)
    return (found.end, found.digits) if long or service else None


def percent(place: Place) -> Found | None:
    """ "chín hai phẩy năm phần trăm" → 92,5%; "trăm phần trăm" → 100%."""
    if end := place.match("trăm phần trăm"):
        return end, "100%"
    found = reading_here(place, exact=True)
    if found is None:
        return None
    half = found.end + 1 if at(place.k, found.end) in HALVES else found.end
    end = place.match("phần trăm", start=half)
    if end is None:
        thousandth = place.match("phần nghìn", start=found.end)
        return (thousandth, f"{written(found.value)}‰") if thousandth else None
    value = found.value + Decimal("0.5") if half > found.end else found.value
    if half == found.end and at(place.k, end) in HALVES:
        return end + 1, f"{written(found.value + Decimal('0.5'))}%"
    return end, f"{written(value)}%"


def fraction(place: Place) -> Found | None:
    """ "hai phần ba" → 2/3, "ba mốt trên chín tám" → 31/98."""
    top = reading_here(place, exact=True)
    if top is None or isinstance(top.value, Decimal):
        return None
    sign = at(place.k, top.end)
    if sign not in ("phần", "trên") or place.key(-1) in ("mục", "chương", "bài", "tiết"):
        return None
    below = _four(place.k, top.end + 1) if sign == "phần" else None
    below = below or read(place.k, top.end + 1, exact=True)
    if below is None or isinstance(below.value, Decimal) or (sign == "phần" and below.value < 2):
        return None
    if sign == "trên" and (below.value < top.value or below.value == 0):
        return None
    return below.end, f"{written(top.value)}/{written(below.value)}"


def _four(k: tuple[str, ...], i: int) -> Reading | None:
    return Reading(i + 1, 4) if at(k, i) == "tư" else None


def sum_of(place: Place) -> Found | None:
    """ "chín tám trừ ba mốt" → 98 - 31."""
    first = read(place.k, place.i, exact=True)
    if first is None or at(place.k, first.end) not in _SIGNS or (place.key() == "không" and first.end == place.i + 1):
        return None
    sign = _SIGNS[place.k[first.end]]
    second = read(place.k, first.end + 1, exact=True)
    if second is None or is_name_like(place.items, first.end + 1, second.end):
        return None
    return second.end, f"{written(first.value)} {sign} {written(second.value)}"


def span(place: Place) -> Found | None:
    """ "từ mười đến mười lăm" → từ 10 đến 15; both ends in figures, however small."""
    start = place.i + 1 if place.key() == "từ" else place.i
    low = read(place.k, start)
    if low is None or low.form == "about" or is_name_like(place.items, start, low.end):
        return None
    joint = at(place.k, low.end)
    if joint not in ("đến", "tới") or (place.key() == "không" and start == place.i):
        return None
    high = read(place.k, low.end + 1)
    if high is None or high.form == "about" or high.value <= _lowest(low, high):
        return None
    if at(place.k, high.end) in ("giờ", "tháng", "rưỡi", *SCALES, "phần") or low.form == "digits":
        return None
    head = f"{place.items[place.i].text} " if start > place.i else ""
    unit = _unit(place.k, high.end)
    tail = "" if unit is None else f" {unit[1]}"
    end = high.end if unit is None else unit[0]
    least = low.value * _shared_scale(place.k, start, low, high)
    if (rate := _rate(place, end)) is not None and at(place.k, end - 1) in SCALES:
        end, tail = rate[0], f" đồng/{rate[1]}"
    return end, f"{head}{written(least)} {joint} {written(high.value)}{tail}"


def _shared_scale(k: tuple[str, ...], start: int, low: Reading, high: Reading) -> int:
    """ "hai mươi đến ba mươi triệu" is from twenty millions on: the word stands once, for both."""
    scale = SCALES.get(k[high.end - 1], 1)
    if any(word in SCALES for word in k[start : low.end]):
        return 1
    hundreds = 100 if low.value < 10 and k[high.end - 2 : high.end - 1] == ("trăm",) else 1
    return next((by for by in (hundreds * scale, scale) if low.value * by < high.value), 1)


def _lowest(low: Reading, high: Reading) -> Decimal | int:
    return low.value if high.value >= 1000 or low.value < 1000 else 0


def money(place: Place) -> Found | None:
    """Amounts with "đồng", rates ("300.000 đồng/hộ"), and millions said in full, which can only be money."""
    found = reading_here(place)
    if found is None or found.form == "digits":
        return None
    end, named = found.end, False
    if at(place.k, end) == "đồng" and at(place.k, end + 1) not in _PEOPLE_DONG:
        end, named = end + 1, True
    rate = _rate(place, end) if named or _is_scaled(place, found) else None
    if rate is not None:
        return rate[0], f"{written(found.value)} đồng/{rate[1]}"
    if named:
        return end, f"{written(found.value)} đồng"
    if _is_scaled(place, found) and _is_full_million(place, found) and _is_free(place, end):
        return end, f"{written(found.value)} đồng"
    return None


def _is_scaled(place: Place, found: Reading) -> bool:
    return found.value >= 1000 and any(word in SCALES for word in place.k[place.i : found.end])


def _is_full_million(place: Place, found: Reading) -> bool:
    """Said out to the half or to the thousands; shortened ("sáu triệu hai") the amount is written as it stands."""
    said = place.k[place.i : found.end]
    if "triệu" not in said or {"lẻ", "linh", "tỷ", "tỉ"} & set(said):
        return False
    return said[-1] in HALVES or said[-1] in ("nghìn", "ngàn")


def _is_free(place: Place, end: int) -> bool:
    """No noun follows that would say what is counted."""
    if end >= len(place.k) or not place.items[end].is_word:
        return True
    return place.k[end] in _FUNCTION


def _rate(place: Place, end: int) -> tuple[int, str] | None:
    one = _one_rate(place, end)
    again = _one_rate(place, one[0]) if one is not None else None  # "một người một năm"
    return one if one is None or again is None else (again[0], f"{one[1]}/{again[1]}")


def _one_rate(place: Place, end: int) -> tuple[int, str] | None:
    if at(place.k, end) not in ("một", "mỗi", "trên", "/") or at(place.k, end + 1) not in RATE_NOUNS:
        return None
    noun = at(place.k, end + 1)
    if noun == "đồng":
        return (end + 3, "đồng chí") if at(place.k, end + 2) == "chí" else None
    if noun == "đảng":
        return (end + 3, "đảng viên") if at(place.k, end + 2) == "viên" else None
    if noun == "nhân":
        return (end + 3, "nhân khẩu") if at(place.k, end + 2) == "khẩu" else None
    unit = _unit(place.k, end + 1)
    return unit if unit is not None else (end + 2, noun)


def _unit(k: tuple[str, ...], i: int) -> tuple[int, str] | None:
    """(end, written) of the longest unit of measure at ``i``."""
    best: tuple[int, str] | None = None
    for size in (5, 4, 3, 2, 1):
        said = " ".join(k[i : i + size])
        if said in UNITS_WRITTEN and i + size <= len(k):
            best = i + size, UNITS_WRITTEN[said]
            break
    if best is None or at(k, best[0]) in ("mẫu",) or (k[i] in ("công", "thước") and at(k, i + 1) in _NOT_UNITS):
        return None
    if k[i] in ("cân", "ký", "kí", "độ", "mẫu", "khối", "công", "phân") and at(k, i + 1) in _NOT_UNITS:
        return None
    return best


_HALVED = word_set("héc hecta ha sào mẫu tấn tạ yến mét cân ki")
_NOT_UNITS = word_set(
    "bón chia tích loại xưởng hóa an dân tác trình ty "
    "nhận văn đối bằng kết kiến tên duyệt cam lớp trưởng mã số ngũ nghệ chức bố"
)


def measure(place: Place) -> Found | None:
    """ "ba mét rưỡi" → 3,5 m, "tạ rưỡi" → 1,5 tạ, "sáu sào tư" → 6,4 sào, "một phẩy hai héc ta" → 1,2 ha."""
    if (
        place.key() == "nửa"
        and (half := _unit(place.k, place.i + 1))
        and (place.key(1) in _HALVED or place.key(2) == "số")
    ):
        return half[0], f"0,5 {half[1]}"
    bare = _unit(place.k, place.i)
    if bare is not None and at(place.k, bare[0]) in HALVES and place.key() not in TIME_UNITS | {"công", "cây"}:
        return bare[0] + 1, f"1,5 {bare[1]}"
    if bare is not None and place.key() == "tháng" and at(place.k, bare[0]) in HALVES:
        return bare[0] + 1, "1,5 tháng"
    found = reading_here(place)
    unit = _unit(place.k, found.end) if found is not None else None
    if found is None or unit is None:
        return None
    tail = _decimal_tail(place.k, unit[0], place.k[found.end])
    is_tree = place.k[found.end] == "cây" and unit[1] == "km"
    if is_tree and at(place.k, found.end + 1) != "số" and not (tail or found.form == "decimal"):
        return None
    if tail is not None and found.form != "decimal":
        whole = written(found.value + Decimal(f"0.{tail[1]}"))
        return _each(place, tail[0], f"{whole} {unit[1]}")
    if place.k[found.end] in TIME_UNITS:
        # "một năm", "một ngày" are words
        return None if found.value == 1 else (unit[0], f"{written_reading(found)} {_kept_case(place, unit)}")
    return _each(place, unit[0], f"{written_reading(found)} {unit[1]}")


def _each(place: Place, end: int, amount: str) -> Found:
    """ "năm tạ một sào" → 5 tạ/sào."""
    rate = _rate(place, end) if at(place.k, end) in ("một", "mỗi") else None
    return (end, amount) if rate is None else (rate[0], f"{amount}/{rate[1]}")


def _kept_case(place: Place, unit: tuple[int, str]) -> str:
    if unit[1] == "năm" and at(place.k, unit[0]) == "tuổi" and at(place.k, unit[0] + 1) == "đảng":
        return "năm"
    return unit[1]


def _decimal_tail(k: tuple[str, ...], i: int, unit: str) -> tuple[int, str] | None:
    """(end, digits) of "rưỡi", "tư", "hai", "bảy lăm" right after a unit."""
    if at(k, i) in HALVES:
        return i + 1, "5"
    if unit in TIME_UNITS or unit in ("công", "độ"):
        return None
    pair = read(k, i, exact=True)
    if pair is not None and pair.form == "pair" and _ends(k, pair.end):
        return pair.end, str(pair.value)
    if is_tail(k, i) and _ends(k, i + 1):
        return i + 1, str(TAILS[k[i]])
    if at(k, i) in UNITS and k[i] not in ("không", "một", "năm") and _ends(k, i + 1):
        return i + 1, str(UNITS[k[i]])
    return None


def _ends(k: tuple[str, ...], i: int) -> bool:
    following = at(k, i)
    return not following or not following[0].isalpha() or following in _FUNCTION or following in ("một", "mỗi")


def tuoi_dang(place: Place) -> Found | None:
    """ "tuổi đảng" → tuổi Đảng."""
    if place.key() == "tuổi" and place.key(1) == "đảng" and place.key(2) != "viên":
        return place.i + 2, f"{place.items[place.i].text} Đảng"
    return None


def score(place: Place) -> Found | None:
    """ "tám mươi tám điểm loại khá" → 88 điểm, loại khá."""
    found = reading_here(place)
    if found is None or at(place.k, found.end) != "điểm":
        return None
    graded = at(place.k, found.end + 1) in ("loại", "xếp")
    if found.value < 10 and not graded and place.key(-1) not in ("chấm", "đạt", "được", "tổng", "trừ"):
        return None
    return found.end + 1, f"{written(found.value)} điểm{',' if graded else ''}"


def count(place: Place) -> Found | None:
    """Plain counts: from ten on in figures; single digits only before what minutes count, or after "số"."""
    if place.match("chục", "một chục") and place.key(-1) in ("cả", "hàng", "mấy"):
        return None
    if place.key() == "không" and place.key(1) in UNITS and place.key(-1) == "số" and place.key(-2) not in _SHARES:
        return place.i + 2, f"0{UNITS[place.key(1)]}"
    found = reading_here(place)
    if found is None or (place.items[place.i].is_figure and found.end == place.i + 1):
        return None
    if found.value >= 10 or isinstance(found.value, Decimal):
        return found.end, written_reading(found)
    if place.match("đồng hồ", start=found.end):
        return None
    number = written(found.value)
    if place.key(-1) == "số" and place.key(-2) != "một":
        return (found.end, number) if place.key() != "một" or place.key(-2) not in ("", "là", "con") else None
    if _is_tally(place, found.end):
        return found.end, number
    if place.match(*STRONG, start=found.end) is None or place.key(-1) in ("từng", "mỗi", "các", "những", "hay"):
        return None
    if found.value == 1 and place.key(-1) not in _ONE_BEFORE and not _is_ballot(place, found.end):
        return None
    return found.end, number


_SHARES = ("đa", "một", "thiểu", "tổng")


def _is_tally(place: Place, end: int) -> bool:
    """ "vắng bốn", "không đồng ý một": a digit that ends the phrase after what was counted."""
    if place.match(*_BALLOT[:7], start=end) and not place.after:
        return True
    if end < len(place.k) and place.items[end].is_word and place.k[end] not in ("có", "không", "trong", "đều", "gồm"):
        return False
    return place.match(*_TALLY, start=place.i - 2) == place.i or place.key(-1) in ("vắng", "thiếu")


_TALLY = (
    "có mặt", "chính thức", "dự bị", "đồng ý", "tán thành", "phản đối", "hội trường", "trực tuyến", "hợp lệ",
    "biểu quyết", "trên mạng", "ý kiến", "lý do",
)  # fmt: skip


def _is_ballot(place: Place, end: int) -> bool:
    """ "một đồng chí không tán thành": one is a count where votes and attendance are told."""
    noun = place.match("đồng chí", "đảng viên", "phiếu", start=end)
    return noun is not None and place.match(*_BALLOT, start=noun) is not None


_BALLOT = (
    "tán thành", "không tán thành", "đồng ý", "không đồng ý", "không biểu quyết", "phản đối", "bày tỏ", "không hợp lệ",
    "vắng", "dự bị", "có ý kiến khác", "bảo lưu", "ý kiến khác", "trắng", "được miễn", "miễn sinh hoạt",
)  # fmt: skip


_ONE_BEFORE = word_set("vắng mặt bị thức thêm thiếu chống trắng phép là sinh còn đó thành lý khác phiếu lệ")


def half_after(place: Place) -> Found | None:
    """ "ba năm rưỡi" and "một tháng rưỡi" → 3,5 năm, 1,5 tháng."""
    found = small(place.k, place.i, 99)
    if found is None or at(place.k, found[0]) not in TIME_UNITS or at(place.k, found[0] + 1) not in HALVES:
        return None
    return found[0] + 2, f"{found[1]},5 {place.k[found[0]]}"
