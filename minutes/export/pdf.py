"""A Paper as PDF/A-3b by typst: embedded Times-metric fonts, tagged, Vietnamese; the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import typst

from minutes.export.layouts import layout_named
from minutes.export.paper import Paper
from minutes.export.slip import PageCode, Slip, qr_svg


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried inside the PDF, as text (UTF-8)."""

    name: str
    text: str
    mime: str = "application/json"
    about: str = ""


class PrintFailed(Exception):
    """The typesetter refused a paper; ours, never the secretary's fault."""

    status = 500


_kept = ExitStack()


@cache
def _template() -> tuple[Path, Path]:
    """The template and the directory of the fonts (package data, as real files for the typesetter)."""
    template = _kept.enter_context(as_file(files("minutes.export") / "paper.typ"))
    fonts = _kept.enter_context(as_file(files("minutes.export") / "fonts"))
    return template, fonts


def pdf_bytes(paper: Paper, attachments: Iterable[Attachment] = (), draft: bool | None = None) -> bytes:
    """The paper as PDF/A-3b. ``draft`` overrules the paper's own mark. Raises PrintFailed."""
    form = layout_named(paper.layout)
    data = asdict(paper) | {"title": paper.title, "form": _plain(asdict(form)), "attachments": [
        asdict(file) for file in attachments], "codes": []}  # fmt: skip
    if draft is not None:
        data["draft"] = draft
    template, fonts = _template()
    set_in: dict[str, Any] = {"font_paths": [fonts], "ignore_system_fonts": True}
    try:
        if paper.code:  # their room is kept whether they are there or not: the same pages
            data["codes"] = _codes(paper.code, int(typst.query(
                template, "<pages>", field="value", one=True, sys_inputs=_inputs(data), **set_in)))  # fmt: skip
        pdf: bytes = typst.compile(
            template, format="pdf", pdf_standards="a-3b", sys_inputs=_inputs(data), timestamp=0, **set_in
        )
        return pdf
    except RuntimeError as error:
        raise PrintFailed(str(error)) from error


def _inputs(data: dict[str, object]) -> dict[str, str]:
    return {"paper": json.dumps(data, ensure_ascii=False, sort_keys=True)}


def _codes(code: str, pages: int) -> list[str]:
    """The QR code of each page as SVG."""
    meeting, version, root = code.split(" ")
    named = Slip(meeting, int(version), root)
    return [qr_svg(PageCode(named, page, pages).text, border=1) for page in range(1, pages + 1)]


def _plain(form: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in form.items() if key != "since"}
