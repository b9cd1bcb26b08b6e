"""Rosters from CSV or XLSX, one cell or many: the whole file is read or every fault is named by row and column.

Columns are found by their Vietnamese headings, in any order, with or without diacritics: họ và tên (required),
chi bộ, tình trạng (chính thức, dự bị, sinh hoạt tạm thời, tạm thời đi nơi khác, đình chỉ, chuyển đi, từ trần), từ ngày
(of the status), chức vụ, ngày chính thức, ngày kết nạp, miễn sinh hoạt, hình thức dự (hội trường, trực tuyến), tên gọi
khác, điện thoại. Other columns are left alone, and named.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import openpyxl

from transcription.text.fold import fold, nfc

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_UNPACKED = 60 * 1024 * 1024
MAX_FAULTS = 200
MAX_NAME = 200
MAX_TITLE = 60

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("ho va ten", "ho ten", "ho va ten dang vien", "dang vien", "ten dang vien"),
    "cell": ("chi bo", "ten chi bo"),
    "status": ("tinh trang", "loai dang vien", "dang vien chinh thuc/du bi", "trang thai"),
    "status_since": ("tu ngay", "tinh trang tu ngay", "ngay thay doi"),
    "position": ("chuc vu", "chuc vu dang", "chuc danh"),
    "official_since": ("ngay chinh thuc", "ngay cong nhan chinh thuc"),
    "joined": ("ngay ket nap", "ngay vao dang"),
    "exempt": ("mien sinh hoat", "mien cong tac va sinh hoat", "mien cong tac, sinh hoat", "mien sinh hoat tu"),
    "channel": ("hinh thuc du", "hinh thuc tham du", "du hop"),
    "aliases": ("ten goi khac", "ten thuong goi"),
    "phone": ("dien thoai", "so dien thoai", "sdt", "dt"),
}
TITLES: Mapping[str, str] = {
    "name": "Họ và tên", "cell": "Chi bộ", "status": "Tình trạng",
    "status_since": "Từ ngày", "position": "Chức vụ",
    "official_since": "Ngày chính thức", "joined": "Ngày kết nạp", "exempt": "Miễn sinh hoạt",
    "channel": "Hình thức dự", "aliases": "Tên gọi khác",
    "phone": "Điện thoại",
}  # fmt: skip
STATUSES: Mapping[str, str] = {
    "": "official", "chinh thuc": "official", "dang vien chinh thuc": "official", "ct": "official",
    "du bi": "probationary", "dang vien du bi": "probationary", "db": "probationary",
    "tam thoi": "temporary_in", "sinh hoat tam thoi": "temporary_in", "sinh hoat dang tam thoi": "temporary_in",
    "tam thoi di": "temporary_out", "tam thoi di noi khac": "temporary_out",
    "dinh chi": "suspended", "dinh chi sinh hoat": "suspended", "dinh chi sinh hoat dang": "suspended",
    "chuyen di": "transferred", "chuyen sinh hoat": "transferred", "da chuyen sinh hoat": "transferred",
    "tu tran": "died", "da tu tran": "died", "da mat": "died",
}  # fmt: skip
STATUS_WORDS = "“chính thức”, “dự bị”, “sinh hoạt tạm thời”, “tạm thời đi nơi khác”, “đình chỉ”, “chuyển đi”, “từ trần”"
NUMBERING = frozenset({"stt", "tt", "so tt", "so thu tu", "#"})
CHANNELS: Mapping[str, str] = {"": "hall", "hoi truong": "hall", "truc tiep": "hall", "truc tuyen": "remote"}
YES, NO = frozenset({"co", "x", "mien", "1", "true", "yes"}), frozenset({"", "khong", "0", "false", "no"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and where: ``row`` counts from 1 as in the file; ``column`` as its heading is written."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Line:
    """One member as the file says it. ``cell`` "" = the cell that the file was given for."""

    row: int
    name: str
    cell: str = ""
    status: str = "official"
    position: str = ""
    official_since: date | None = None
    joined: date | None = None
    exempt: bool = False
    exempt_since: date | None = None
    channel: str = "hall"
    aliases: tuple[str, ...] = ()
    status_since: date | None = None
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """``lines`` are to be stored only when there are no ``faults``."""

    lines: tuple[Line, ...] = ()
    faults: tuple[Fault, ...] = ()
    unused: tuple[str, ...] = ()  # headings of columns that nothing is read from


class _Wrong(Exception):
    """A cell that cannot be read; the sentence says why."""


@dataclass
class _Reading:
    heading: dict[str, int]
    titles: Sequence[str]
    faults: list[Fault] = field(default_factory=list)

    def column(self, key: str) -> str:
        place = self.heading.get(key)
        return self.titles[place] if place is not None else TITLES[key]


def read(data: bytes, filename: str, today: date) -> Roster:
    """The roster in a file, or its faults (at most 200 of them)."""
    if len(data) > MAX_BYTES:
        return _only(1, "", f"Tệp lớn hơn {MAX_BYTES // 1024 // 1024} MB.")
    try:
        rows = list(_xlsx(data) if data.startswith(b"PK") or filename.lower().endswith(".xlsx") else _csv(data))
    except _Wrong as wrong:
        return _only(1, "", str(wrong))
    if len(rows) > MAX_ROWS:
        return _only(MAX_ROWS, "", f"Tệp có hơn {MAX_ROWS} dòng.")
    start = next((n for n, row in enumerate(rows[:20]) if "name" in _heading(row)), None)
    if start is None:
        return _only(1, "Họ và tên", "Không thấy cột “Họ và tên” trong 20 dòng đầu của tệp.")
    reading = _Reading(_heading(rows[start]), rows[start])
    numbered = [(start + 2 + n, row) for n, row in enumerate(rows[start + 1 :]) if any(row)]
    lines = [line for line in (_line(reading, number, row, today) for number, row in numbered) if line]
    if not lines and not reading.faults:
        return _only(start + 2, reading.column("name"), "Tệp không có dòng đảng viên nào.")
    _twice(reading, lines)
    return Roster(tuple(lines), tuple(reading.faults[:MAX_FAULTS]), _unused(reading))


def _only(row: int, column: str, message: str) -> Roster:
    return Roster((), (Fault(row, column, message),))


def _csv(data: bytes) -> Iterator[list[str]]:
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [_clean(value) for value in row[:MAX_COLUMNS]]
    except csv.Error as error:
        raise _Wrong("Tệp CSV bị hỏng: không đọc được các dòng.") from error


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if data[:2] not in (b"\xff\xfe", b"\xfe\xff") else ("utf-16",):
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\x00" not in text:
            return text
    raise _Wrong("Tệp không phải UTF-8. Trong Excel, chọn Lưu thành “CSV UTF-8” hoặc “.xlsx”.")


def _xlsx(data: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise _Wrong("Tệp Excel quá lớn.")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True):
            yield [_clean(value) for value in row]
    except _Wrong:
        raise
    except Exception as error:  # openpyxl raises many kinds on broken files
        raise _Wrong("Tệp Excel bị hỏng hoặc không phải .xlsx.") from error


def _clean(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%d/%m/%Y")
    return re.sub(r"\s+", " ", nfc(str(value))).strip()[:1_000]


def _heading(row: Sequence[str]) -> dict[str, int]:
    """Which column holds what."""
    found: dict[str, int] = {}
    for place, title in enumerate(row):
        bare = fold(title).strip(" .:*")
        for key, names in HEADINGS.items():
            if bare in names and key not in found:
                found[key] = place
    return found


def _unused(reading: _Reading) -> tuple[str, ...]:
    """As they are written; that rows are numbered needs no word."""
    read = set(reading.heading.values())
    spare = [title[:MAX_TITLE] for place, title in enumerate(reading.titles) if title and place not in read]
    return tuple(title for title in spare if fold(title).strip(" .:*") not in NUMBERING)


def _line(reading: _Reading, number: int, row: Sequence[str], today: date) -> Line | None:
    """A member, or None with what is wrong noted."""
    before = len(reading.faults)

    def take(key: str, parse: Callable[[str], Any], default: Any) -> Any:
        place = reading.heading.get(key)
        if place is None:
            return default
        try:
            return parse(row[place] if place < len(row) else "")
        except _Wrong as wrong:
            reading.faults.append(Fault(number, reading.column(key), str(wrong)))
            return default

    exempt, exempt_since = take("exempt", lambda value: _exempt(value, today), (False, None))
    line = Line(
        number, take("name", _name, ""), take("cell", _short, ""), take("status", _status, "official"),
        take("position", _short, ""), take("official_since", lambda value: _day(value, today), None),
        take("joined", lambda value: _day(value, today), None), exempt, exempt_since,
        take("channel", _channel, "hall"), take("aliases", _aliases, ()),
        take("status_since", lambda value: _day(value, today), None), take("phone", _phone, ""),
    )  # fmt: skip
    if line.status == "probationary" and line.official_since is not None:
        fault = Fault(number, reading.column("official_since"), "Đảng viên dự bị thì chưa có ngày chính thức.")
        reading.faults.append(fault)
    if line.joined and line.official_since and line.official_since < line.joined:
        reading.faults.append(
            Fault(number, reading.column("official_since"), "Ngày chính thức đứng trước ngày kết nạp.")
        )
    return line if len(reading.faults) == before else None


def _name(value: str) -> str:
    if not value:
        raise _Wrong("Thiếu họ và tên.")
    if len(value) > MAX_NAME or any(letter.isdigit() for letter in value):
        raise _Wrong(f"“{value[:40]}” không phải họ và tên.")
    if len(value.split()) < 2:
        raise _Wrong(f"“{value[:40]}”: cần ghi đủ họ và tên.")
    return value


def _phone(value: str) -> str:
    """A spreadsheet takes the leading nought of a number away."""
    if not value:
        return ""
    digits = re.sub(r"[ .()-]", "", value)
    if not re.fullmatch(r"\+?[0-9]{6,15}", digits):
        raise _Wrong(f"“{value[:40]}” không phải số điện thoại.")
    return f"0{digits}" if len(digits) == 9 and digits[0] != "0" else digits


def _short(value: str) -> str:
    if len(value) > MAX_NAME:
        raise _Wrong("Nội dung quá dài.")
    return value


def _status(value: str) -> str:
    status = STATUSES.get(fold(value))
    if status is None:
        raise _Wrong(f"“{value[:40]}”: ghi {STATUS_WORDS}.")
    return status


def _channel(value: str) -> str:
    channel = CHANNELS.get(fold(value))
    if channel is None:
        raise _Wrong(f"“{value[:40]}”: ghi “hội trường” hoặc “trực tuyến”.")
    return channel


def _aliases(value: str) -> tuple[str, ...]:
    return tuple(part for part in (_short(part.strip()) for part in re.split(r"[,;/]", value)) if part)[:10]


_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")


def _day(value: str, today: date) -> date | None:
    if not value:
        return None
    match = _DATE.fullmatch(value)
    try:
        day = date(int(match[3]), int(match[2]), int(match[1])) if match else date.fromisoformat(value)
    except ValueError:
        raise _Wrong(f"“{value[:40]}” không phải ngày (ghi ngày/tháng/năm, ví dụ 03/02/2010).") from None
    if not date(1930, 1, 1) <= day <= today:
        raise _Wrong(f"“{value[:40]}”: ngày phải từ 1930 đến hôm nay.")
    return day


def _exempt(value: str, today: date) -> tuple[bool, date | None]:
    bare = fold(value)
    if bare in YES:
        return True, None
    return (False, None) if bare in NO else (True, _day(value, today))


def _twice(reading: _Reading, lines: Iterable[Line]) -> None:
    """The same name twice in one cell needs something that tells the two apart."""
    seen: dict[tuple[str, str], Line] = {}
    for line in lines:
        key = (fold(line.cell), nfc(line.name).lower())
        first = seen.setdefault(key, line)
        if first is not line and first.joined == line.joined:
            text = f"“{line.name}” đã có ở dòng {first.row}. Nếu là hai người, ghi ngày kết nạp của từng người."
            reading.faults.append(Fault(line.row, reading.column("name"), text))
