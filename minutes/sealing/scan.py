"""A paper signed by hand comes back as a scan: recognised, matched to the approved version, sealed beside it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import av
import zxingcpp
from pyhanko.pdf_utils.reader import PdfFileReader

from minutes.export.slip import PageCode, Slip, read_page_code, read_slip
from minutes.sealing import archive, tree
from minutes.sealing.contents import SCAN, read_paper
from minutes.sealing.keys import Keys
from minutes.sealing.package import Package, resealed

FILE_LIMIT = 40 * 1024 * 1024
FILES_LIMIT = 60
PAGES_LIMIT = 200
PIXELS_LIMIT = 80_000_000
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


Wrong = Literal["foreign", "version", "unmarked", "order", "twice", "missing"]


@dataclass(frozen=True, slots=True)
class SheetFault:
    """What is wrong with a sheet of the scan (from 1; 0 where one is missing), or a page of the record (0: unknown)."""

    wrong: Wrong
    sheet: int
    page: int = 0


class BadScan(Exception):
    """The scan cannot be taken: unreadable, of another version, pages missing. The message is for the log; ``faults``:
    sheet by sheet, where the record's pages carry codes."""

    status = 422

    def __init__(self, code: str, message: str, faults: Sequence[SheetFault] = ()) -> None:
        super().__init__(message)
        self.code, self.faults = code, tuple(faults)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One scanned page: the slips and the codes of pages that are seen on it."""

    slips: tuple[Slip, ...] = ()
    codes: tuple[PageCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """The files of a scan in page order, each with its ending, and what is seen on each sheet."""

    files: tuple[tuple[str, bytes], ...]
    sheets: tuple[Sheet, ...]

    @property
    def pages(self) -> int:
        return len(self.sheets)

    @property
    def slips(self) -> tuple[Slip, ...]:
        return tuple(slip for sheet in self.sheets for slip in sheet.slips)


def read_scan(files: Sequence[bytes]) -> Scan:
    """Files (JPEG, PNG, PDF; told by content) as a scan. Raises BadScan."""
    if not 0 < len(files) <= FILES_LIMIT or any(len(data) > FILE_LIMIT for data in files):
        raise BadScan("size", "too many or too large files")
    endings, sheets, unread = [], list[Sheet](), 0
    for data in files:
        ending = ending_of(data)
        endings.append((ending, data))
        if len(sheets) + (page_count(data) if ending == "pdf" else 1) > PAGES_LIMIT:
            raise BadScan("size", "too many pages")
        for images in _pages(data) if ending == "pdf" else [[data]]:
            unread += sum(image is None for image in images)
            sheets.append(_sheet([image for image in images if image is not None]))
    if unread and not any(sheet.slips or sheet.codes for sheet in sheets):
        raise BadScan("coding", f"{unread} pictures of the PDF are no JPEG")
    return Scan(tuple(endings), tuple(sheets))


def ending_of(data: bytes) -> str:
    """ "jpg", "png" or "pdf" by the first bytes. Raises BadScan for anything else."""
    for start, ending in ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"%PDF-", "pdf")):
        if data.startswith(start):
            return ending
    raise BadScan("kind", "neither JPEG, PNG nor PDF")


def page_count(pdf: bytes) -> int:
    """Pages of a PDF. Raises BadScan when it cannot be read."""
    try:
        return int(PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Count"])
    except Exception as error:  # somebody's scanner wrote it; the parser raises anything
        raise BadScan("kind", f"unreadable PDF: {type(error).__name__}") from error


def _pages(pdf: bytes) -> Iterator[list[bytes | None]]:
    """The JPEG pictures on each page of a scanned PDF (what scanners and phone apps write); None for one coded
    otherwise."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        for number in range(int(reader.root["/Pages"]["/Count"])):
            page = reader.find_page_for_modification(number)[0]  # type: ignore[no-untyped-call]  # pyHanko's own
            yield list(_on_page(page.get_object()))
    except Exception as error:  # as above
        raise BadScan("kind", f"unreadable PDF: {type(error).__name__}") from error


def _on_page(page: Any) -> Iterator[bytes | None]:
    for item in page.get("/Resources", {}).get("/XObject", {}).values():
        picture = item.get_object()
        if picture.get("/Subtype") != "/Image":
            continue
        coded = _filters(picture.get("/Filter"))
        yield bytes(picture.encoded_data) if coded == ["/DCTDecode"] else None


def _filters(value: Any) -> list[str]:
    return [str(value)] if isinstance(value, str) else [str(item) for item in value or []]


def _sheet(images: Sequence[bytes]) -> Sheet:
    texts = [text for image in images for text in _texts(image)]
    slips, codes = [read_slip(text) for text in texts], [read_page_code(text) for text in texts]
    return Sheet(tuple(slip for slip in slips if slip), tuple(code for code in codes if code))


def _texts(image: bytes) -> list[str]:
    """What the QR codes say that a picture shows. Raises BadScan for a picture that cannot be read."""
    try:
        with av.open(io.BytesIO(image), "r") as file:
            stream = file.streams.video[0]
            if stream.width * stream.height > PIXELS_LIMIT:
                raise BadScan("size", "too many pixels")
            pixels = next(file.decode(stream)).to_ndarray(format="gray")
    except (av.FFmpegError, StopIteration, IndexError, ValueError) as error:
        raise BadScan("kind", f"unreadable picture: {type(error).__name__}") from error
    return [code.text for code in zxingcpp.read_barcodes(pixels, formats=QR)]


def matched(scan: Scan, slip: Slip, record_pages: int, *, coded: bool) -> None:
    """Raises BadScan unless the scan is of this version and of all its pages.

    ``coded``: each page of the record carries its code, and so must each sheet but a slip's, in order. Otherwise this
    version's slip, as a sheet of its own or on the pages, and no fewer sheets than pages.
    """
    if any(seen != slip for seen in scan.slips):
        raise BadScan("version", "a slip on the scan is of another record or version")
    faults = list(_sheet_faults(scan, slip, record_pages, coded=coded))
    if faults:
        raise BadScan("sheets", ", ".join(f"{one.wrong} {one.sheet}/{one.page}" for one in faults), faults)
    if coded:
        return
    if not scan.slips:
        raise BadScan("slip", "no slip was seen on the scan")
    if scan.pages < record_pages:
        raise BadScan("pages", f"{scan.pages} pages scanned, the record has {record_pages}")


def _sheet_faults(scan: Scan, slip: Slip, record_pages: int, *, coded: bool) -> Iterator[SheetFault]:
    seen: list[int] = []
    for number, sheet in enumerate(scan.sheets, 1):
        for code in sheet.codes:
            if not code.of(slip) or code.pages != record_pages or not 0 < code.page <= record_pages:
                same = code.slip.meeting == slip.meeting.lower()
                yield SheetFault("version" if same else "foreign", number, code.page)
            elif code.page in seen:
                yield SheetFault("twice", number, code.page)
            else:
                if seen and code.page < max(seen):
                    yield SheetFault("order", number, code.page)
                seen.append(code.page)
        if coded and not sheet.codes and not sheet.slips:
            yield SheetFault("unmarked", number)
    if coded:
        yield from (SheetFault("missing", 0, page) for page in range(1, record_pages + 1) if page not in seen)


def seal_scan(
    data: bytes, scan: Scan, keys: Keys, *, at: int, by: str = "", leaves: Sequence[tree.Leaf] = ()
) -> Package:
    """A sealed package with the scan of its hand-signed paper beside it; ``by``: who brought it (an id). Raises
    BadScan, NotSealable."""
    parts = archive.unpack(data)
    facts: dict[str, Any] = json.loads(parts["manifest.json"])
    named, coded = Slip(facts["meeting"], facts["version"], facts["root"]), bool(read_paper(parts["minutes.json"]).code)
    matched(scan, named, page_count(parts["record.pdf"]), coded=coded)
    more = {f"{SCAN}{number:03}.{ending}": page for number, (ending, page) in enumerate(scan.files, 1)}
    told = {"scan": {"pages": scan.pages, "by": by}}
    return resealed(data, keys, at=at, state="hand_signed", more=more, leaves=leaves, further=told)


def scan_of(data: bytes) -> tuple[int, str] | None:
    """(pages, who brought it) of the scan that a sealed package carries; None where it carries none."""
    parts = archive.unpack(data)
    told = json.loads(parts["manifest.json"]).get("scan")
    return (told["pages"], told["by"]) if told is not None else None
