"""A paper signed by hand comes back as a scan: recognised, matched to the approved version, sealed beside it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import av
import zxingcpp
from pyhanko.pdf_utils.reader import PdfFileReader

from minutes.export.slip import Slip, read_slip
from minutes.sealing import archive, tree
from minutes.sealing.keys import Keys
from minutes.sealing.package import Package, resealed

FILE_LIMIT = 40 * 1024 * 1024
FILES_LIMIT = 60
PAGES_LIMIT = 200
PIXELS_LIMIT = 80_000_000


class BadScan(Exception):
    """The scan cannot be taken: unreadable, of another version, pages missing. The message is for the log."""

    status = 422

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Scan:
    """The files of a scan in page order, each with its ending, how many pages they are, and the slips seen on them."""

    files: tuple[tuple[str, bytes], ...]
    pages: int
    slips: tuple[Slip, ...]


def read_scan(files: Sequence[bytes]) -> Scan:
    """Files (JPEG, PNG, PDF; told by content) as a scan. Raises BadScan."""
    if not 0 < len(files) <= FILES_LIMIT or any(len(data) > FILE_LIMIT for data in files):
        raise BadScan("size", "too many or too large files")
    endings, pages, slips, unread = [], 0, list[Slip](), 0
    for data in files:
        ending = ending_of(data)
        endings.append((ending, data))
        pages += page_count(data) if ending == "pdf" else 1
        for image in _pictures(data) if ending == "pdf" else [data]:
            unread += image is None
            slips += _slips(image) if image is not None else []
    if unread and not slips:
        raise BadScan("coding", f"{unread} pictures of the PDF are no JPEG")
    if pages > PAGES_LIMIT:
        raise BadScan("size", "too many pages")
    return Scan(tuple(endings), pages, tuple(slips))


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


def _pictures(pdf: bytes) -> Iterator[bytes | None]:
    """The JPEG pictures on a scanned PDF's pages (what scanners and phone apps write); None for one coded otherwise."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        for number in range(min(int(reader.root["/Pages"]["/Count"]), PAGES_LIMIT)):
            page = reader.find_page_for_modification(number)[0]  # type: ignore[no-untyped-call]  # pyHanko's own
            yield from _on_page(page.get_object())
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


def _slips(image: bytes) -> list[Slip]:
    """Slips whose QR code a picture shows. Raises BadScan for a picture that cannot be read."""
    try:
        with av.open(io.BytesIO(image), "r") as file:
            stream = file.streams.video[0]
            if stream.width * stream.height > PIXELS_LIMIT:
                raise BadScan("size", "too many pixels")
            pixels = next(file.decode(stream)).to_ndarray(format="gray")
    except (av.FFmpegError, StopIteration, IndexError, ValueError) as error:
        raise BadScan("kind", f"unreadable picture: {type(error).__name__}") from error
    found = [read_slip(code.text) for code in zxingcpp.read_barcodes(pixels)]
    return [slip for slip in found if slip is not None]


def matched(scan: Scan, slip: Slip, record_pages: int) -> None:
    """Raises BadScan unless the scan carries this version's slip, no other's, and at least all its pages.

    The slip may be a page of its own or stand on the pages.
    """
    if any(seen != slip for seen in scan.slips):
        raise BadScan("version", "a slip on the scan is of another record or version")
    if not scan.slips:
        raise BadScan("slip", "no slip was seen on the scan")
    if scan.pages < record_pages:
        raise BadScan("pages", f"{scan.pages} pages scanned, the record has {record_pages}")


def seal_scan(
    data: bytes, scan: Scan, keys: Keys, *, at: int, by: str = "", leaves: Sequence[tree.Leaf] | None = None
) -> Package:
    """A sealed package with the scan of its hand-signed paper beside it; ``by``: who brought it (an id). Raises
    BadScan, NotSealable."""
    parts = archive.unpack(data)
    facts: dict[str, Any] = json.loads(parts["manifest.json"])
    matched(scan, Slip(facts["meeting"], facts["version"], facts["root"]), page_count(parts["record.pdf"]))
    more = {f"scan-{number:03}.{ending}": page for number, (ending, page) in enumerate(scan.files, 1)}
    told = {"scan": {"pages": scan.pages, "by": by}}
    return resealed(data, keys, at=at, state="hand_signed", more=more, leaves=leaves, further=told)


def scan_of(data: bytes) -> tuple[int, str] | None:
    """(pages, who brought it) of the scan that a sealed package carries; None where it carries none."""
    parts = archive.unpack(data)
    told = json.loads(parts["manifest.json"]).get("scan")
    return (told["pages"], told["by"]) if told is not None else None
