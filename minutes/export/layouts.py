"""Dated layouts: margins, sizes, labels and headings of a document kind, as data beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

DocumentKind = Literal["minutes", "resolution"]
Original = Literal["paper", "file"]
Codes = Literal["slip", "pages"]


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout file. ``id`` is its file name without the ending; lengths in mm, sizes in pt.

    ``original``: which copy counts when paper and file both carry signatures. ``codes``: what tells a scan's version, a
    slip beside the minutes or a code on each page.
    """

    id: str
    kind: str
    since: date
    page: Mapping[str, int]
    text: Mapping[str, Any]
    head: Mapping[str, Any]
    title: Mapping[str, Any]
    draft: Mapping[str, str]
    sections: Mapping[str, str]
    points: Mapping[str, list[str]]
    signatures: Mapping[str, Any]
    footer: Mapping[str, str]
    words: Mapping[str, str]
    original: Original = "paper"
    codes: Codes = "slip"


@cache
def layouts() -> tuple[Layout, ...]:
    """All layouts, oldest first."""
    found = [path for path in (files("minutes.export") / "layouts").iterdir() if path.name.endswith(".toml")]
    read = [Layout(id=path.name.removesuffix(".toml"), **tomllib.loads(path.read_text("utf-8"))) for path in found]
    return tuple(sorted(read, key=lambda layout: (layout.since, layout.id)))


def layout_on(kind: DocumentKind, day: date) -> Layout:
    """The layout in force for a kind on a day; the first of its kind for days before all."""
    ours = [layout for layout in layouts() if layout.kind == kind]
    in_force = [layout for layout in ours if layout.since <= day]
    return in_force[-1] if in_force else ours[0]


def layout_named(name: str) -> Layout:
    """A layout by id. Raises KeyError for one this software does not have."""
    for layout in layouts():
        if layout.id == name:
            return layout
    raise KeyError(name)
