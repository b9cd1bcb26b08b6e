"""What tells the version of minutes that are signed by hand: a slip printed beside them, in words and as a QR code, or
a code on each page."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, replace
from importlib.resources import as_file, files

import segno
import typst

PREFIX, PAGE_PREFIX = "HCB1", "HCB2"


@dataclass(frozen=True, slots=True)
class Slip:
    """Names one version of one record; ``root`` is the hex root that also stands in the paper's footer."""

    meeting: str
    version: int
    root: str

    @property
    def text(self) -> str:
        """What the QR code holds."""
        return f"{PREFIX} {self.meeting} {self.version} {self.root}"


def read_slip(text: str) -> Slip | None:
    """A slip out of a QR code's text; None for any other code."""
    match text.split(" "):
        case [prefix, meeting, version, root] if prefix == PREFIX and version.isdecimal() and len(root) == 64:
            return Slip(meeting, int(version), root)
    return None


@dataclass(frozen=True, slots=True)
class PageCode:
    """Page ``page`` (from 1) of ``pages`` of what the slip names."""

    slip: Slip
    page: int
    pages: int

    @property
    def text(self) -> str:
        """What the QR code holds: in capitals, which take fewer and so larger modules (ISO/IEC 18004, alphanumeric)."""
        named = self.slip
        return f"{PAGE_PREFIX} {named.meeting} {named.version} {self.page}/{self.pages} {named.root}".upper()

    def of(self, slip: Slip) -> bool:
        """Whether this is a page of that version; capitals tell nothing."""
        return replace(self, slip=slip).text == self.text


def read_page_code(text: str) -> PageCode | None:
    """A page's code out of a QR code's text; None for any other code."""
    match text.split(" "):
        case [prefix, meeting, version, place, root] if prefix == PAGE_PREFIX and len(root) == 64:
            page, _, pages = place.partition("/")
            numbers = (version, page, pages)
            if all(number.isascii() and number.isdecimal() and len(number) < 6 for number in numbers):
                return PageCode(Slip(meeting.lower(), int(version), root.lower()), int(page), int(pages))
    return None


def qr_svg(text: str, border: int = 2) -> str:
    code = io.BytesIO()
    segno.make(text, error="m", boost_error=False).save(code, kind="svg", border=border, xmldecl=False)
    return code.getvalue().decode()


def slip_pdf(slip: Slip, *, number: str, subject: str, cell: str) -> bytes:
    """One A4 page."""
    grouped = " ".join(slip.root[start : start + 8] for start in range(0, len(slip.root), 8))
    data = {
        "number": number, "subject": subject, "cell": cell, "version": str(slip.version), "root": grouped,
        "code": qr_svg(slip.text),
    }  # fmt: skip
    home = files("minutes.export")
    with as_file(home / "slip.typ") as template, as_file(home / "fonts") as fonts:
        return typst.compile(
            template, format="pdf", pdf_standards="a-3b", font_paths=[fonts], ignore_system_fonts=True,
            sys_inputs={"slip": json.dumps(data, ensure_ascii=False)}, timestamp=0,
        )  # fmt: skip
