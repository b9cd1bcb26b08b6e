"""How numbers are said: reads a number at a place in a row of lower-case words.

Understands the school form and everyday speech: "hai mốt", "chín tám", "hai trăm tư" (240), "sáu triệu hai"
(6.200.000), "trăm rưởi", "một phẩy hai lăm", "hai không hai sáu" (2026).

Ambiguity is decided by custom, in one place each:
- after "mươi" and "mười" only lăm/nhăm is 5, so "năm mươi năm" is fifty *years*;
- neighbours ("hai ba", "năm bảy", "ba bốn") mean "about", not 23, unless the reader asks for ``exact``;
- after triệu and tỷ a shortened tail counts in the next place: "sáu triệu hai trăm" is 6.200.000.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from transcription.text.tokens import is_digits, word_set

Value = int | Decimal


UNITS = {
    "không": 0, "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
TAILS = {"mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}
_LONGEST = 24
SCALES = {"nghìn": 1000, "ngàn": 1000, "vạn": 10**4, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}
HALVES = frozenset({"rưỡi", "rưởi"})
_ODD = frozenset({"linh", "lẻ", "lẽ"})
APPROXIMATE = frozenset({(1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (5, 7), (5, 3), (6, 7), (7, 8), (8, 9)})
# "tư" begins many words that are no number: tư nhân, tư tưởng …
_NOT_FOUR = word_set("nhân duy tưởng cách liệu vấn lệnh pháp thế lợi chất gia sản thù trang thục bản hữu tình vị")
_YEAR_NEXT = word_set("nay ngoái trước sau tới qua kia học một mỗi đầu cuối")


# What a number in words can begin with: looked up first, for most words are no number.
_BEGINNINGS = frozenset({*UNITS, *SCALES, "mười", "chục", "trăm"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A number read from keys[start:end]. ``form``: plain, pair, digits, decimal, figures or about."""

    end: int
    value: Value
    form: str = "plain"
    digits: str = ""


def at(k: tuple[str, ...], i: int) -> str:
    return k[i] if 0 <= i < len(k) else ""


def is_tail(k: tuple[str, ...], i: int) -> bool:
    if at(k, i) != "tư" or at(k, i - 1) == "mươi" or at(k, i + 2) == "khẩu":
        return at(k, i) in TAILS
    return at(k, i + 1) not in _NOT_FOUR


def _unit(k: tuple[str, ...], i: int) -> int | None:
    """The unit after a ten: any digit but không and năm, or mốt, tư, lăm, nhăm."""
    if is_tail(k, i):
        return TAILS[k[i]]
    word = at(k, i)
    return UNITS[word] if word in UNITS and word not in ("không", "năm") else None


def read_digits(k: tuple[str, ...], i: int) -> Reading | None:
    """Digits said one by one, three or more: "hai không hai sáu", "một chín chín lăm", "không chín một hai …"."""
    j = i
    digits = ""
    while j < len(k) and len(digits) <= _LONGEST and at(k, j + 1) not in ("mươi", "trăm", "chục"):
        if k[j] not in UNITS and not (len(digits) >= 2 and is_tail(k, j)):
            break
        digits += str((UNITS | TAILS)[k[j]])
        j += 1
    if len(digits) >= 2 and at(k, j) in UNITS and at(k, j + 1) == "mươi" and len(digits) == 2:
        tens = _tens(k, j)  # "hai không ba mươi"
        if tens is not None:
            digits, j = digits + str(tens.value), tens.end
    if not 3 <= len(digits) <= _LONGEST or "123456789".startswith(digits):  # "một hai ba": counting aloud
        return None
    return Reading(j, int(digits), "digits", digits)


def _tens(k: tuple[str, ...], i: int) -> Reading | None:
    """10 to 99 in any form."""
    word = at(k, i)
    if word == "mười":
        unit = _unit(k, i + 1)
        return Reading(i + 1, 10) if unit is None else Reading(i + 2, 10 + unit)
    if word == "chục" and at(k, i - 1) not in UNITS:
        return Reading(i + 2, 15) if at(k, i + 1) in HALVES else Reading(i + 1, 10)
    if word not in UNITS or word == "không":
        return None
    digit, then = UNITS[word], at(k, i + 1)
    if then == "mươi":
        unit = _unit(k, i + 2)
        return Reading(i + 2, digit * 10) if unit is None else Reading(i + 3, digit * 10 + unit)
    if then == "chục":
        return Reading(i + 3, digit * 10 + 5) if at(k, i + 2) in HALVES else Reading(i + 2, digit * 10)
    if is_tail(k, i + 1):
        return Reading(i + 2, digit * 10 + TAILS[then], "pair")
    if then in UNITS and then not in ("không", "năm") and at(k, i + 2) not in ("mươi", "trăm", "chục"):
        second = UNITS[then]
        if (digit, second) in APPROXIMATE:
            return Reading(i + 2, digit * 10 + second, "about")
        if digit != 1:
            return Reading(i + 2, digit * 10 + second, "pair")
    return None


def _hundreds(k: tuple[str, ...], i: int) -> Reading | None:
    """A number below a thousand with its hundreds said; "trăm rưởi" and "trăm hai" have one hundred."""
    if at(k, i) in UNITS and at(k, i + 1) == "trăm":
        base, j = UNITS[k[i]] * 100, i + 2
    elif at(k, i) == "trăm" and (at(k, i + 1) in HALVES or is_tail(k, i + 1) or _short(k, i + 1)):
        base, j = 100, i + 1
    else:
        return None
    if at(k, j) in HALVES:
        return Reading(j + 1, base + 50)
    if at(k, j) in _ODD and (at(k, j + 1) in UNITS or is_tail(k, j + 1)):
        return Reading(j + 2, base + (UNITS | TAILS)[k[j + 1]])
    if (tens := _tens(k, j)) is not None and tens.form != "about":
        return Reading(tens.end, base + int(tens.value))
    if tens is not None and base == 0:
        return Reading(tens.end, int(tens.value))
    if tens is not None:
        return Reading(tens.end, base + int(tens.value))
    short = _short(k, j)
    return Reading(j, base) if short is None or base == 0 else Reading(j + 1, base + 10 * short)


def _short(k: tuple[str, ...], i: int) -> int | None:
    """A single digit standing for the next place: "hai trăm tư". Never một and năm, which begin other words."""
    if is_tail(k, i):
        return TAILS[k[i]]
    word, then = at(k, i), at(k, i + 1)
    if word not in UNITS or word in ("không", "một", "năm") or then in ("mươi", "trăm", "chục", "phẩy", "phần"):
        return None
    return UNITS[word]


def _group(k: tuple[str, ...], i: int) -> Reading | None:
    """Up to three places, or a run of figures."""
    if figures := read_figures(at(k, i)):
        return Reading(i + 1, figures, "figures")
    found = _hundreds(k, i) or _tens(k, i)
    if found is None and at(k, i) in UNITS:
        found = Reading(i + 1, UNITS[k[i]], "unit")
    return found


def read_figures(text: str) -> Value | None:
    """The value of "27", "1.140", "92,5"; None for anything else ("19.30.2" or words)."""
    if not text or not is_digits(text[0]) or len(text) > _LONGEST:
        return None
    whole, _, part = text.partition(",")
    groups = whole.split(".")
    if len(groups) > 1 and any(len(g) != 3 for g in groups[1:]):
        return Decimal(whole) if len(groups) == 2 and not part else None
    if part and not is_digits(part):
        return None
    joined = "".join(groups)
    return Decimal(f"{joined}.{part}") if part else int(joined)


def _decimals(k: tuple[str, ...], i: int) -> tuple[int, str] | None:
    """(end, digits) of what follows "phẩy"."""
    if run := read_digits(k, i):
        return run.end, run.digits
    if (tens := _tens(k, i)) is not None:
        return tens.end, str(tens.value)
    digits, j = "", i
    while at(k, j) in UNITS and len(digits) < 2 and not (digits and k[j] == "năm" and digits != "0"):
        digits += str(UNITS[k[j]])
        j += 1
    return (j, digits) if digits else None


def _tail_value(group: Reading, scale: int) -> int:
    """What a last group without a scale adds after ``scale``: "sáu triệu hai", "ba nghìn tư", "hai nghìn hai lăm"."""
    value = int(group.value)
    if group.form == "unit" or (group.form == "figures" and value < 10):
        return value * scale // 10
    if scale == 1000:
        return value
    if group.form in ("pair", "about"):
        return value * scale // 100
    return value * scale // 1000 if value >= 100 and value % 10 == 0 else value


def _after_scale(k: tuple[str, ...], i: int, scale: int) -> Reading | None:
    """The amount said after ``scale`` (nghìn, triệu, tỷ), if any."""
    if at(k, i) in HALVES:
        return Reading(i + 1, scale // 2)
    odd = at(k, i) in _ODD
    j = i + 1 if odd else i
    short = is_tail(k, j)
    group = Reading(j + 1, TAILS[k[j]], "unit") if short else _group(k, j)
    if group is None or isinstance(group.value, Decimal):
        return None
    if group.form == "pair" and k[group.end - 1] == "một" and group.end == j + 2:
        group = Reading(j + 1, UNITS[k[j]], "unit")  # "một triệu hai một tấn": for each ton; 21 is "hai mốt"
    lower = _scale(k, group.end)
    if 0 < lower < scale and not short:
        value = group.value * lower
        rest = _after_scale(k, group.end + 1, lower)
        return Reading(group.end + 1, value) if rest is None else Reading(rest.end, value + rest.value)
    if odd:
        return Reading(group.end, group.value)
    if at(k, j) == "một" and group.form == "unit":
        return None  # "ba trăm nghìn một hộ": for each household
    if at(k, j) == "năm" and group.form == "unit" and (scale == 1000 or at(k, j + 1) in _YEAR_NEXT):
        return None
    if at(k, j) == "năm" and looks_like_year(k, j + 1):
        return None
    if at(k, group.end) in ("phần", "phẩy") or lower:
        return None
    return Reading(group.end, _tail_value(group, scale))


def looks_like_year(k: tuple[str, ...], i: int) -> bool:
    """Whether a year from 1900 to 2099 begins at ``i``."""
    if (run := read_digits(k, i)) is not None:
        return run.digits[:2] in ("19", "20") and len(run.digits) in (4, 6, 8)
    if at(k, i) in ("hai", "một") and at(k, i + 1) in ("nghìn", "ngàn"):
        found = read(k, i)
        return found is not None and 1900 <= found.value <= 2099
    return is_digits(at(k, i)) and len(k[i]) == 4


def read(k: tuple[str, ...], i: int, exact: bool = False) -> Reading | None:
    """The longest number at ``i`` in lower-case keys, or None. With ``exact``, neighbours are a number too.

    "năm" before a year, a year word or after another number is the noun and gives None.
    """
    word = at(k, i)
    if not word or (word not in _BEGINNINGS and not is_digits(word[0])):
        return None
    if at(k, i) == "năm" and (at(k, i + 1) in _YEAR_NEXT or looks_like_year(k, i + 1)):
        return None
    group = _bare_scale(k, i) or _group(k, i)
    if group is None:
        return None
    run = read_digits(k, i)
    if run is not None and run.end > group.end and not _years_follow(k, i, run):
        return run
    if at(k, group.end) == "phẩy" and (part := _decimals(k, group.end + 1)):
        group = Reading(part[0], Decimal(f"{group.value}.{part[1]}"), "decimal")
    found = _scaled(k, group)
    if found.form == "about" and exact:
        return Reading(found.end, found.value, "pair")
    return found


def _years_follow(k: tuple[str, ...], i: int, run: Reading) -> bool:
    """ "ba bốn năm nay", "hai hai năm": the last năm of three words is the noun."""
    return len(run.digits) == 3 and k[run.end - 1] == "năm"


def _bare_scale(k: tuple[str, ...], i: int) -> Reading | None:
    """ "nghìn rưởi", "triệu hai", "tỷ tư": one of the scale. Reported as the group 1 before it."""
    if at(k, i) not in SCALES or at(k, i - 1) in UNITS or at(k, i - 1) in SCALES:
        return None
    if at(k, i + 1) in HALVES or is_tail(k, i + 1) or _short(k, i + 1) is not None:
        return Reading(i, 1, "unit")
    return None


def _scale(k: tuple[str, ...], i: int) -> int:
    """The scale said at ``i``, 0 for none: "đến hết năm tỷ lệ …" holds no milliard."""
    if at(k, i) in ("tỷ", "tỉ") and at(k, i + 1) in ("lệ", "trọng", "suất", "mỉ", "giá"):
        return 0
    return SCALES.get(at(k, i), 0)


def _scaled(k: tuple[str, ...], group: Reading) -> Reading:
    """A group with the scales and tails that follow it."""
    scale = _scale(k, group.end)
    if not scale:
        return group
    end, value = group.end + 1, _times(group.value, scale)
    rest = _after_scale(k, end, scale)
    if rest is not None:
        end, value = rest.end, value + rest.value
    if scale == 1000 and at(k, end) in ("tỷ", "tỉ"):
        end, value = end + 1, value * 10**9
    about = group.form == "about" and rest is None  # a tail ("hai ba triệu rưỡi") makes neighbours exact
    return Reading(end, value, "about" if about else "plain")


def _times(value: Value, scale: int) -> Value:
    product = value * scale
    return int(product) if product == int(product) else product
