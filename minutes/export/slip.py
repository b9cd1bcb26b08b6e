"""The slip printed beside minutes that are signed by hand: which version it is, in words and as a QR code."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from importlib.resources import as_file, files

import segno
import typst

PREFIX = "HCB1"


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


def slip_pdf(slip: Slip, *, number: str, subject: str, cell: str) -> bytes:
    """One A4 page."""
    code = io.BytesIO()
    segno.make(slip.text, error="m", boost_error=False).save(code, kind="svg", border=2, xmldecl=False)
    grouped = " ".join(slip.root[start : start + 8] for start in range(0, len(slip.root), 8))
    data = {
        "number": number, "subject": subject, "cell": cell, "version": str(slip.version), "root": grouped,
        "code": code.getvalue().decode(),
    }  # fmt: skip
    home = files("minutes.export")
    with as_file(home / "slip.typ") as template, as_file(home / "fonts") as fonts:
        return typst.compile(
            template, format="pdf", pdf_standards="a-3b", font_paths=[fonts], ignore_system_fonts=True,
            sys_inputs={"slip": json.dumps(data, ensure_ascii=False)}, timestamp=0,
        )  # fmt: skip
