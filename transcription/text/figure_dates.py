"""Rules that write times, lengths of time, dates, quarters, years and terms in figures."""

from __future__ import annotations

from transcription.text.counts import COUNT_NOUNS
from transcription.text.dates import LUNAR_MONTHS, DateParts, date_at, year_at
from transcription.text.kept import is_name_like
from transcription.text.numerals import HALVES, SCALES, UNITS, at, looks_like_year, read
from transcription.text.place import Found, Place, roman, small
from transcription.text.times import TimeParts, time_at
from transcription.text.tokens import is_digits, word_set

_NEAR_DAY = word_set("mai nay kia qua hôm")
_DAY_AFTER = word_set("mùng mồng ngày thứ chủ")
_SOUND_BEFORE = word_set("nói lên gọi kêu mang nghe")
_WEEKDAY = word_set("hai ba tư năm sáu bảy bẩy")
TERMS = ("nhiệm kỳ", "giai đoạn", "năm học", "niên khóa", "các năm")
_BEFORE_DAY = word_set("trước hạn vào giờ phút rưỡi sáng trưa chiều tối đêm")


def clock(place: Place) -> Found | None:
    """ "bảy rưỡi tối" → 19 giờ 30 phút; a part of the day stays only before the day it belongs to."""
    if place.key() == "kém":
        return _before_hour(place)
    if (half := _half_in_range(place)) is not None:
        return half
    parts = time_at(place.k, place.i)
    if parts is None or is_name_like(place.items, place.i, place.i + 1):
        return None
    if (
        place.items[place.i].is_figure
        and place.items[place.i + 1 : place.i + 2]
        and place.items[place.i + 1].text == "G"
    ):
        return None  # "mạng 4G"
    if place.key() == "năm" and place.key(1) in HALVES and not parts.part:
        return None  # a year and a half
    kept = f" {parts.part}" if parts.part and _says_day(place.k, parts) else ""
    return parts.end, _time(parts) + kept


def _half_in_range(place: Place) -> Found | None:
    """ "từ bảy rưỡi đến mười giờ", "từ bảy giờ đến chín rưỡi": the half hour without its "giờ" beside another time."""
    hour = small(place.k, place.i, 23)
    if hour is None or at(place.k, hour[0]) not in HALVES:
        return None
    until = small(place.k, hour[0] + 2, 24) if at(place.k, hour[0] + 1) in ("đến", "tới") else None
    after = place.key(-1) in ("đến", "tới") and place.key(-2) in ("giờ", "phút", *HALVES)
    if not after and (until is None or at(place.k, until[0]) != "giờ"):
        return None
    return hour[0] + 1, f"{hour[1]} giờ 30 phút"


def _before_hour(place: Place) -> Found | None:
    """ "kém mười lăm phút tám giờ" → 7 giờ 45 phút."""
    less = small(place.k, place.i + 1, 59)
    if less is None or at(place.k, less[0]) != "phút":
        return None
    hour = small(place.k, place.match("nữa là", "là", "nữa đến", "đến", start=less[0] + 1) or less[0] + 1, 24)
    if hour is None or at(place.k, hour[0]) != "giờ" or not hour[1]:
        return None
    return hour[0] + 1, f"{hour[1] - 1} giờ {60 - less[1]:02d} phút"


def _says_day(k: tuple[str, ...], parts: TimeParts) -> bool:
    following = at(k, parts.end)
    return following in _NEAR_DAY or (parts.part == "sáng" and following in _DAY_AFTER)


def _time(parts: TimeParts) -> str:
    return f"{parts.hour} giờ" + (f" {parts.minute:02d} phút" if parts.minute is not None else "")


def length(place: Place) -> Found | None:
    """ "một tiếng rưỡi" → 1 giờ 30 phút, "nửa tiếng" → 30 phút."""
    if end := place.match("nửa tiếng đồng hồ", "nửa tiếng", "nửa giờ đồng hồ", "nửa giờ"):
        return end, "30 phút"
    if place.key() == "tiếng" and place.key(1) in HALVES:
        return place.i + 2, "1 giờ 30 phút"
    hours = small(place.k, place.i, 99)
    if hours is None or at(place.k, hours[0]) != "tiếng" or place.key(-1) in _SOUND_BEFORE:
        return None
    end = place.match("đồng hồ", start=hours[0] + 1) or hours[0] + 1
    if at(place.k, end) in HALVES:
        return end + 1, f"{hours[1]} giờ 30 phút"
    minutes = small(place.k, end, 59)
    if minutes is not None and at(place.k, minutes[0]) == "phút":
        return minutes[0] + 1, f"{hours[1]} giờ {minutes[1]:02d} phút"
    return end, f"{hours[1]} giờ"


def calendar_day(place: Place) -> Found | None:
    """Dates: 03/11/2026, 02/9, tháng 01/2027, ngày 08; lunar months keep their names."""
    parts = date_at(place.k, place.i)
    if parts is None or is_digits(place.key()):
        return None
    if at(place.k, parts.end) == "tết" or _counts(place, parts):
        return None
    if "rằm" in parts.prefix or _is_lunar(place, parts):
        return parts.end, _lunar(place, parts)
    return parts.end, _after_weekday(place, parts) + _solar(parts)


def _counts(place: Place, parts: DateParts) -> bool:
    """ "hai ba tháng", "sáu tháng một lần" are lengths; so is a day without a month after "hôm"."""
    return parts.month is None and not parts.early and "ngày" not in parts.prefix


def _is_lunar(place: Place, parts: DateParts) -> bool:
    named = place.k[parts.end - 1] in LUNAR_MONTHS
    return parts.lunar or (named and parts.year is None) or place.key(parts.end - place.i) == "âm"


def _lunar(place: Place, parts: DateParts) -> str:
    names = {number: name.capitalize() for name, number in LUNAR_MONTHS.items()}
    said = "lịch" in place.k[place.i : parts.end] or "âm" in place.k[place.i : parts.end]
    if "rằm" in parts.prefix and parts.month is not None:
        month = names.get(parts.month) or _MONTH_NAMES[parts.month]
    else:
        month = names.get(parts.month or 0, str(parts.month))
    day = "" if parts.day is None else f"{parts.day} "
    if parts.month is None:
        return f"{parts.prefix} {day}".strip()
    prefix = "rằm " if "rằm" in parts.prefix else f"{parts.prefix} {day}" if parts.prefix else day
    tail = (f" năm {parts.year}" if parts.year else "") + (" âm lịch" if said else "")
    return f"{prefix.strip()} tháng {month}{tail}".strip()


_MONTH_NAMES = ("", "Giêng", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười một", "Chạp")


def _solar(parts: DateParts) -> str:
    prefix = "ngày " if "ngày" in parts.prefix or parts.month is None else ""
    if "hôm" in parts.prefix.split() and not parts.early:
        prefix = "hôm " + prefix
    if parts.day is None:
        month = f"{parts.month:02d}" if (parts.month or 0) <= 2 else str(parts.month)
        return f"tháng {month}" + (f"/{parts.year}" if parts.year else "")
    if parts.month is None:
        return f"{prefix}{parts.day:02d}"
    month = f"{parts.month:02d}" if parts.month <= 2 else str(parts.month)
    return f"{prefix}{parts.day:02d}/{month}" + (f"/{parts.year}" if parts.year else "")


def _after_weekday(place: Place, parts: DateParts) -> str:
    """The word "ngày" where a date without it would run into the words before: "trước ngày 10/11"."""
    before, named = (place.key(-2), place.key(-1)), "ngày" in parts.prefix
    weekday = before == ("chủ", "nhật") or (before[0] == "thứ" and before[1] in _WEEKDAY)
    needed = weekday or before[1] in _BEFORE_DAY
    return "ngày " if needed and parts.day is not None and parts.month is not None and not named else ""


def weekday(place: Place) -> Found | None:
    """ "thứ sáu mùng bốn" → thứ sáu, ngày 04. The name of the day stays in words."""
    end = place.match("chủ nhật")
    if end is None and place.key() == "thứ" and place.key(1) in _WEEKDAY:
        end = place.i + 2
    if end is None or at(place.k, end) not in ("ngày", "mùng", "mồng"):
        return None
    inner = calendar_day(Place(place.items, place.k, end))
    if inner is None:
        return None
    said = " ".join(t.text for t in place.items[place.i : end])
    day = inner[1] if inner[1].startswith("ngày") else f"ngày {inner[1]}"
    return inner[0], f"{said}, {day}"


def quarter(place: Place) -> Found | None:
    """ "quý bốn năm hai không hai sáu" → quý IV/2026."""
    if place.key() != "quý":
        return None
    word = place.key(1)
    number = {"tư": 4}.get(word, UNITS.get(word, int(word) if is_digits(word) else 0))
    if not 1 <= number <= 4:
        return None
    year = year_at(place.k, place.i + 2, short=True)
    said = f"{place.items[place.i].text} {roman(number)}"
    return (year[0], f"{said}/{year[1]}") if year else (place.i + 2, said)


def year(place: Place) -> Found | None:
    """ "năm hai không hai sáu" → năm 2026; two years in a row make a range."""
    i = place.i + 1 if place.key() == "năm" else place.i
    term = place.match(*TERMS)
    i = term if term is not None else i
    if (as_said := _short_year(place)) is not None:
        return as_said
    if (i == place.i and not place.key().startswith(("hai", "một"))) or not looks_like_year(place.k, i):
        return None
    first = year_at(place.k, i)
    if first is None or (i == place.i and _is_amount(place.k, i, first[0])):
        return None
    said = " ".join(t.text for t in place.items[place.i : i])
    said = f"{said} " if said else ""
    j = first[0] + 1 if at(place.k, first[0]) in ("đến", "-", "–", "tới") else first[0]
    second = year_at(place.k, j) if looks_like_year(place.k, j) else None
    if second is not None and (term is not None or j == first[0]):
        return second[0], f"{said}{first[1]}–{second[1]}"
    if term is not None and (short := small(place.k, j, 99)) is not None and short[1] > first[1] % 100:
        return short[0], f"{said}{first[1]}–{first[1] // 100 * 100 + short[1]}"
    return first[0], f"{said}{first[1]}"


def _short_year(place: Place) -> Found | None:
    """ "năm bảy lăm" → năm 75, as it was said; never 575."""
    pair = read(place.k, place.i + 1) if place.key() == "năm" and not place.after else None
    if pair is None or pair.form != "pair" or not 30 <= pair.value <= 99:
        return None
    following = at(place.k, pair.end)
    if following in COUNT_NOUNS or following in UNITS or following in SCALES or following in ("phần", "phẩy", "trên"):
        return None
    return pair.end, f"{place.items[place.i].text} {pair.value}"


def _is_amount(k: tuple[str, ...], i: int, end: int) -> bool:
    """A year without "năm" is one only when said digit by digit; "hai nghìn không trăm …" may count things."""
    found = read(k, i)
    return found is None or found.form != "digits" or len(found.digits) not in (4, 8)
