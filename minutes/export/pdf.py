"""A Paper as PDF/A-3b by typst: embedded Times-metric fonts, tagged, Vietnamese; the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import typst

from minutes.export.layouts import layout_named
from minutes.export.paper import Paper


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
        asdict(file) for file in attachments]}  # fmt: skip
    if draft is not None:
        data["draft"] = draft
    template, fonts = _template()
    try:
        return typst.compile(
            template, format="pdf", pdf_standards="a-3b", font_paths=[fonts], ignore_system_fonts=True,
            sys_inputs={"paper": json.dumps(data, ensure_ascii=False, sort_keys=True)}, timestamp=0,
        )  # fmt: skip
    except RuntimeError as error:
        raise PrintFailed(str(error)) from error


def _plain(form: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in form.items() if key != "since"}
