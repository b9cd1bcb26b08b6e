"""Recognised speech as minutes write it: numbers, times, dates, money, documents in figures, the rest in words.

One walk from left to right: at each word the first rule that knows what stands there writes it. What must stay
in words (names, idioms, approximate numbers) is passed over before any rule is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from transcription.text import figure_counts as counts
from transcription.text import figure_dates as dates
from transcription.text import figure_documents as documents
from transcription.text.counts import UNITS_WRITTEN
from transcription.text.fold import nfc
from transcription.text.kept import ABOUT_BEFORE, kept_words
from transcription.text.numerals import APPROXIMATE, HALVES, SCALES, UNITS, Reading, at, read
from transcription.text.place import Place, Rule
from transcription.text.tokens import Token, is_digits, keys, tokens, word_set

_MAX_TEXT = 100_000

RULES: tuple[Rule, ...] = (
    counts.phone, documents.plenum, documents.congress, documents.charter, documents.document, documents.article,
    documents.road, documents.numbered, dates.length, dates.weekday, dates.quarter, dates.calendar_day, dates.year,
    dates.clock, counts.percent, counts.fraction, counts.sum_of, counts.span, counts.half_after, counts.money,
    counts.score, counts.measure, counts.tuoi_dang, counts.count,
)  # fmt: skip


# A rule can hold only where one of these words or a figure stands; all other words are passed over quickly.
_BEGINNINGS = frozenset(
    {
        *UNITS, *SCALES, *HALVES, "mười", "chục", "trăm", "ngày", "mùng", "mồng", "hôm", "rằm", "tháng", "quý", "thứ",
        "chủ", "từ", "kém", "lần", "nửa", "tiếng", "tuổi", "điều", "khoản", "khóa", "khoá", "đại", "hội",
        *(phrase.split()[0] for phrase in (*documents.BEGINNINGS, *dates.TERMS, *UNITS_WRITTEN)),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """Words [first, last) of the blank-separated source and the text that minutes write for them.

    ``start``/``end`` are the same as characters of the NFC source. ``changed`` False: they stand as they were.
    """

    first: int
    last: int
    start: int
    end: int
    spoken: str
    text: str
    changed: bool


def to_figures(text: str) -> str:
    """The text with what minutes write in figures in figures. White space and marks stay; longer input is cut."""
    source = nfc(text)[:_MAX_TEXT]
    parts: list[str] = []
    done = 0
    for start, end, said in _changes(source):
        parts += [source[done:start], said]
        done = end
    return "".join(parts) + source[done:]


def figure_spans(text: str) -> tuple[Written, ...]:
    """The words of a text and what is written for them, covering every blank-separated word exactly once.

    Words joined in one figure form one span, so a span's time runs from its first word's start to its last's end.
    """
    source = nfc(text)[:_MAX_TEXT]
    changes = _changes(source)
    words = _word_places(source)
    spans: list[Written] = []
    i = 0
    while i < len(words):
        last, written = _joined(source, words, i, changes)
        start, end = words[i][0], words[last - 1][1]
        spans.append(Written(i, last, start, end, source[start:end], written, written != source[start:end]))
        i = last
    return tuple(spans)


def _word_places(source: str) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    at_char = 0
    for word in source.split():
        start = source.index(word, at_char)
        at_char = start + len(word)
        places.append((start, at_char))
    return places


def _joined(
    source: str, words: list[tuple[int, int]], first: int, changes: list[tuple[int, int, str]]
) -> tuple[int, str]:
    """(word after the span, its written text): the span grows while a change reaches into the next word."""
    begin, (_, end), last = words[first][0], words[first], first + 1
    grown = True
    while grown:
        inside = [c for c in changes if c[0] < end and c[1] > begin]
        reach = max((c[1] for c in inside), default=end)
        grown = reach > end
        while last < len(words) and end < reach:
            end, last = words[last][1], last + 1
    text, done = "", begin
    for start, stop, said in inside:
        text, done = text + source[done:start] + said, stop
    return last, text + source[done:end]


def _changes(source: str) -> list[tuple[int, int, str]]:
    """(start, end, written) in characters, in order, never overlapping."""
    items = tokens(source)
    return [(items[a].start, items[b - 1].end, said) for a, b, said in _matches(items)]


def _matches(items: tuple[Token, ...]) -> Iterator[tuple[int, int, str]]:
    k = keys(items)
    i, number_end = 0, -1
    while i < len(k):
        if k[i] not in _BEGINNINGS and k[i] not in ABOUT_BEFORE and not items[i].is_figure:
            i += 1
            continue
        skip = max(kept_words(k, i), _about(items, k, i))
        if skip > i:
            i = skip
            continue
        place = Place(items, k, i, after=number_end == i)
        found = next((f for rule in RULES if (f := rule(place)) is not None), None)
        if found is None:
            i += 1
            continue
        end, said = found
        yield i, end, _first_capital(items[i], said)
        i = end
        number_end = end if is_digits(said[-1:]) else -1


def _first_capital(first: Token, said: str) -> str:
    """A sentence that began with a capital still does."""
    return said[:1].upper() + said[1:] if first.text[0].isupper() else said


def _about(items: tuple[Token, ...], k: tuple[str, ...], i: int) -> int:
    """The end of an approximate number at ``i`` that stays in words: "vài chục", "hai ba", "mấy trăm nghìn"."""
    j = i
    if at(k, i) in ABOUT_BEFORE:
        j = i + 1
        while at(k, j) in UNITS or at(k, j) in SCALES or at(k, j) in ("chục", "trăm", "vạn", "mươi"):
            j += 1
        return j if j > i + 1 else i
    if k[i] == "bốn" and at(k, i + 1) == "năm" and at(k, i + 2) in _FOUR_OR_FIVE and at(k, i - 1) not in _DURING:
        return i + 2
    found = read(k, i)
    if found is not None and _is_no_amount(k, i, found):
        return found.end
    if found is not None and (wide := _wide(k, i, found)) > i:
        return wide
    if found is not None and found.form == "about" and counts.reading_here(Place(items, k, i)) is None:
        joint = at(k, found.end)
        return i if joint in ("tháng", "trên", "phần", "giờ", "trừ", "cộng", "nhân", "chia") else found.end
    return i


_FOUR_OR_FIVE = word_set(
    "hộ khẩu người lần ngày tháng tuần hôm buổi cái con chiếc cây suất đợt lượt phiếu giờ phút tiếng em cháu"
)
_DURING = word_set("trong sau suốt qua hơn gần")


def _is_no_amount(k: tuple[str, ...], i: int, found: Reading) -> bool:
    """ "năm không ba sạch", "thắng ba không hai": digits with a "không" between are no number that is counted, and
    "tỷ lệ bảy ba" is seven to three."""
    pair, said = (at(k, i - 2), at(k, i - 1)), at(k, i - 1)
    if found.form == "pair" and pair in (("tỷ", "lệ"), ("tỉ", "lệ")):
        return at(k, found.end) not in ("phần", "phẩy", "trên", "%")
    no = found.form == "digits" and len(found.digits) <= 3 and "0" in found.digits[1:]
    return no and said not in ("số", "mã", "phòng", "là")


def _wide(k: tuple[str, ...], i: int, found: Reading) -> int:
    """The end of "mười mấy", "năm sáu chục", "mười lăm hai mươi" at ``i``, which give a range and no number."""
    if at(k, found.end) == "mấy":
        return found.end + 1
    if (UNITS.get(k[i], 0), UNITS.get(at(k, i + 1), 0)) in APPROXIMATE and at(k, i + 2) in ("chục", "trăm", "mươi"):
        return i + 3
    second = read(k, found.end) if found.form == "plain" or k[i] == "năm" else None
    if second is None or second.form != "plain" or not 10 <= second.value <= 100 or found.value % 5:
        return i
    return second.end if second.value - found.value in (5, 10) else i
