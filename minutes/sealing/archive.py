"""A zip with exactly one byte form: stored, not compressed; no dates, no extras, no comment; parts in a given order.

Whatever reads zips opens it. The strict reader accepts only what ``pack`` would write, so no byte of the file, not
of a header, the directory or padding, can differ unseen. Stored, because compressed bytes depend on the library.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

LOCAL = struct.Struct("<4sHHHHHIIIHH")
CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
END = struct.Struct("<4sHHHHIIH")
NEEDED, UTF8, STORED = 20, 0x0800, 0
TIME, DAY = 0, 0x0021  # 1980-01-01, the zero of zip
LIMIT = 200 * 1024 * 1024
NAME_LIMIT = 100
PARTS_LIMIT = 1000


class NotAPackage(Exception):
    """The bytes are no package. ``part`` and ``offset`` say where reading stopped."""

    status = 422

    def __init__(self, reason: str, part: str, offset: int) -> None:
        super().__init__(reason)
        self.part, self.offset = part, offset


@dataclass(frozen=True, slots=True)
class Span:
    """Where the bytes [start, end) of the file belong: to a part's contents or to its frame."""

    start: int
    end: int
    part: str
    frame: bool


def pack(parts: Mapping[str, bytes]) -> bytes:
    """The one byte form of these parts, in their order. Names are ASCII; all together at most LIMIT bytes."""
    if sum(map(len, parts.values())) > LIMIT:
        raise AssertionError("a package stays within its limit; larger files are refused before")
    body, directory = bytearray(), bytearray()
    for name, data in parts.items():
        raw, crc = name.encode("ascii"), zlib.crc32(data)
        if not 0 < len(raw) <= NAME_LIMIT:
            raise AssertionError("part names are short")
        common = (NEEDED, UTF8, STORED, TIME, DAY, crc, len(data), len(data), len(raw), 0)
        directory += CENTRAL.pack(b"PK\x01\x02", NEEDED, *common, 0, 0, 0, 0, len(body)) + raw
        body += LOCAL.pack(b"PK\x03\x04", *common) + raw + data
    end = END.pack(b"PK\x05\x06", 0, 0, len(parts), len(parts), len(directory), len(body), 0)
    return bytes(body + directory + end)


def unpack(data: bytes) -> dict[str, bytes]:
    """The parts of a package. Raises NotAPackage at the first byte that ``pack`` would not have written."""
    parts, fault = read(data)
    if fault is not None:
        raise fault
    return parts


def read(data: bytes) -> tuple[dict[str, bytes], NotAPackage | None]:
    """What can be read of a package, and what is wrong with its frame (None when it has its one byte form)."""
    if len(data) > LIMIT + 1024 * 1024:
        return {}, NotAPackage("the file is larger than a package may be", "", 0)
    try:
        found = spans(data)
    except NotAPackage as fault:
        return _by_directory(data), NotAPackage(str(fault), *_damage(data, fault.offset))
    parts = {span.part: data[span.start : span.end] for span in found if not span.frame}
    if sum(map(len, parts.values())) > LIMIT:
        return {}, NotAPackage("the file is larger than a package may be", "", 0)
    again = pack(parts)
    if again == data:
        return parts, None
    offset = first_difference(again, data)
    part = next((span.part for span in found if span.start <= offset < span.end), "")
    return parts, NotAPackage("the frame differs from its one byte form", part, offset)


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the directory: where the part's header begins, and the bytes that header should have."""

    name: str
    offset: int
    header: bytes
    size: int


def _directory(data: bytes) -> list[_Row]:
    """The directory's lines; empty when the directory itself is not in order."""
    rows: list[_Row] = []
    if len(data) < END.size or data[-END.size : -END.size + 4] != b"PK\x05\x06":
        return rows
    *_, count, _, at, _ = END.unpack(data[-END.size :])
    for _ in range(min(count, PARTS_LIMIT)):
        if data[at : at + 4] != b"PK\x01\x02" or at + CENTRAL.size > len(data):
            return []
        fields = CENTRAL.unpack_from(data, at)
        name = data[at + CENTRAL.size : at + CENTRAL.size + fields[10]]
        header = LOCAL.pack(b"PK\x03\x04", *fields[2:11], 0) + name
        rows.append(_Row(name.decode("ascii", "replace"), fields[16], header, fields[8]))
        at += CENTRAL.size + fields[10]
    return rows if at == len(data) - END.size else []


def _by_directory(data: bytes) -> dict[str, bytes]:
    """Contents found by the directory, for naming what is wrong; never trusted for anything else."""
    return {
        row.name: data[row.offset + len(row.header) : row.offset + len(row.header) + row.size]
        for row in _directory(data)
    }


def _damage(data: bytes, offset: int) -> tuple[str, int]:
    """The part whose header is not as the directory says, and where; else the part at ``offset``."""
    rows = _directory(data)
    for row in rows:
        found = data[row.offset : row.offset + len(row.header)]
        if found != row.header:
            return row.name, row.offset + first_difference(found, row.header)
    inside = [row.name for row in rows if row.offset <= offset < row.offset + len(row.header) + row.size]
    return (inside[0] if inside else ""), offset


OURS = tuple(name.encode() for name in ("record.pdf", "minutes.json", "log.jsonl", "manifest.sig", "receipt.json"))


def looks_like(data: bytes) -> bool:
    """Whether a file is or was a package, however much of it is damaged or cut off."""
    begins = data[LOCAL.size : LOCAL.size + len(OURS[0])] == OURS[0]
    return begins or sum(name in data for name in OURS) > 1


def where(data: bytes) -> dict[str, tuple[int, int]]:
    """The bytes [start, end) in which each part's contents stand, as far as headers or directory tell."""
    try:
        return {span.part: (span.start, span.end) for span in spans(data) if not span.frame}
    except NotAPackage:
        return {
            row.name: (row.offset + len(row.header), row.offset + len(row.header) + row.size)
            for row in _directory(data)
        }


def spans(data: bytes) -> list[Span]:
    """Frames and contents from the local headers, in order. Raises NotAPackage where they stop making sense."""
    found: list[Span] = []
    offset, names = 0, set[str]()
    while data[offset : offset + 4] == b"PK\x03\x04":
        name, start, end = _local(data, offset)
        if name in names:
            raise NotAPackage("a part stands twice", name, offset)
        names.add(name)
        if len(names) > PARTS_LIMIT:
            raise NotAPackage("more parts than a package may have", name, offset)
        found += [Span(offset, start, name, True), Span(start, end, name, False)]
        offset = end
    if data[offset : offset + 4] not in (b"PK\x01\x02", b"PK\x05\x06"):
        raise NotAPackage("neither a part nor the directory begins here", found[-1].part if found else "", offset)
    return [*found, Span(offset, len(data), "", True)]


def _local(data: bytes, offset: int) -> tuple[str, int, int]:
    if offset + LOCAL.size > len(data):
        raise NotAPackage("the file ends within a header", "", offset)
    size, length = struct.unpack_from("<I", data, offset + 22)[0], struct.unpack_from("<H", data, offset + 26)[0]
    start = offset + LOCAL.size + length
    if length > NAME_LIMIT or start + size > len(data):
        raise NotAPackage("a header gives a length that the file does not have", "", offset)
    try:
        name = data[offset + LOCAL.size : start].decode("ascii")
    except UnicodeDecodeError as error:
        raise NotAPackage("a part's name is not plain", "", offset) from error
    if not name:
        raise NotAPackage("a part has no name", "", offset)
    return name, start, start + size


def first_difference(one: bytes, other: bytes) -> int:
    """The first offset at which two byte strings differ (the shorter one's length when one begins the other)."""
    if one.startswith(other) or other.startswith(one):
        return min(len(one), len(other))
    low, high = 0, min(len(one), len(other))
    while high - low > 1:
        middle = (low + high) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle
    return low
