"""A document before it is printed: pure values, the same for DOCX and PDF.

``paper`` prints the blocks of the document under their sections. A section that must not be empty and has no block
(the secretary deleted it, or nothing was drafted) is filled from what the room recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from minutes.export import recorded
from minutes.export.amended import amended
from minutes.export.amended import lines as amended_lines
from minutes.export.folded import Folded, folded
from minutes.export.layouts import Codes, Layout, Original, layout_named, layout_on
from minutes.export.moments import day_of, long_day
from minutes.record import document
from minutes.record.events import Approved, Block, Entry

Style = Literal["section", "heading", "paragraph", "point", "conclusion"]


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of print: ``section`` I-, ``heading`` 1., ``point`` with a dash, ``conclusion`` in italics."""

    style: Style
    text: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Labels over a name; never parted from each other by a page."""

    labels: tuple[str, ...]
    name: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document ready to print. ``number`` is the whole line; ``first_page`` runs on in the minutes book. ``code``:
    meeting, version and root for the code on each page, "" for none. ``original``: which copy counts, as the layout
    said when it was printed ("" on other papers)."""

    layout: str
    superior: str
    cell: str
    number: str
    place_date: str
    name: str
    subject: str
    lines: tuple[Line, ...]
    left: Signature
    right: Signature
    day: str  # ISO date of the meeting, "" when not known
    draft: bool = True
    footer: str = ""
    recipients: tuple[str, ...] = ()
    first_page: int = 1
    initials: bool = False
    code: str = ""
    original: Original | Literal[""] = ""

    @property
    def title(self) -> str:
        return f"{self.name.capitalize()} – {self.subject}"


def paper_of(
    entries: Iterable[Entry], *, layout: str = "", root: str = "", draft: bool | None = None,
    codes: Codes | None = None,
) -> Paper:  # fmt: skip
    """The minutes of a log. ``layout`` "" = the one in force on the day; ``root`` (hex) stands in the footer;
    ``codes`` overrules the layout's.

    A draft until approved unless ``draft`` says otherwise.
    """
    return paper(folded(entries), layout=layout, root=root, draft=draft, codes=codes)


def paper(
    parts: Folded, *, layout: str = "", root: str = "", draft: bool | None = None, codes: Codes | None = None
) -> Paper:  # fmt: skip
    """The minutes as a paper. Raises KeyError for an unknown layout."""
    head = parts.meeting
    plan = head.scheduled
    at = head.began_at or (plan.starts_at if plan else 0)
    form = layout_named(layout) if layout else layout_on("minutes", day_of(at))
    approved = head.state in ("approved", "sealed")
    footer = form.footer["sealed"].format(version=_version(parts), root=root) if root else ""
    return Paper(
        layout=form.id,
        superior=plan.parent_name.upper() if plan else "",
        cell=plan.cell_name.upper() if plan else "",
        number=number_line(form, head.number),
        place_date=place_date(plan.parent_name if plan else "", at),
        name=form.title["name"],
        subject=(f"{PRACTICE}: {plan.title}" if plan.kind == "practice" else plan.title) if plan else "",
        lines=tuple(_lines(parts, form)),
        left=_signature(form, "left", head.name_of(head.secretary)),
        right=_signature(form, "right", head.name_of(head.chair)),
        day=day_of(at).isoformat(),
        draft=not approved if draft is None else draft,
        footer=footer,
        code=_code(parts, root) if (codes or form.codes) == "pages" else "",
        original=form.original,
    )


def _code(parts: Folded, root: str) -> str:
    act = parts.meeting.approved
    version = act.event.version if act is not None and isinstance(act.event, Approved) else 0
    return f"{parts.meeting.id} {version} {root}" if root and version else ""


def number_line(form: Layout, number: str) -> str:
    """The line under the cell's name: a bare serial number gets the series of the layout, "" is left to be filled."""
    if not number:
        return str(form.head["no_number"])
    series = form.head.get("series", "")
    whole = f"{number}-{series}" if series and number.isdigit() else number
    return str(form.head["number"]).format(number=whole)


def _signature(form: Layout, side: Literal["left", "right"], name: str) -> Signature:
    return Signature(tuple(form.signatures[side]), name, form.signatures["hint"])


PRACTICE = "HỌP THỬ"
PARENT_WORDS = ("đảng bộ", "đảng ủy", "xã", "phường", "thị trấn", "đặc khu")


def place_date(parent: str, at: int) -> str:
    """ "Thanh Quân, ngày 03 tháng 11 năm 2026": the place is the commune's own name, out of "Đảng bộ xã Thanh Quân"."""
    return place_date_on(parent, day_of(at))


def place_date_on(parent: str, day: date) -> str:
    place = parent.strip()
    for word in PARENT_WORDS:
        if place.lower().startswith(word + " "):
            place = place[len(word) :].strip()
    return f"{place or '…'}, {long_day(day)}"


def _lines(parts: Folded, form: Layout) -> Iterable[Line]:
    blocks: dict[str, list[Block]] = {section: [] for section in form.sections}
    for block in parts.document.blocks:
        if block.text.strip():
            blocks[document.section_of(block.kind)].append(block)
    yield from sectioned((title, _section(key, blocks[key], parts, form)) for key, title in form.sections.items())
    found, correction = amended(parts), _correction(parts, form)
    if correction:
        yield Line("section", correction)
        yield from (_dashed(text) for text in (amended_lines(found) if found else ()))
    elif found is not None and "amended" in form.words:
        yield Line("section", form.words["amended"])
        yield from (_dashed(text) for text in amended_lines(found))


ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_NUMBERED = re.compile(r"^[IVX]+(?=- )")


def sectioned(sections: Iterable[tuple[str, Iterable[Line]]]) -> Iterator[Line]:
    """Sections that have lines, each under its heading, numbered by their place among those printed."""
    filled = ((heading, lines) for heading, texts in sections if (lines := list(texts)))
    for numeral, (heading, lines) in zip(ROMAN, filled, strict=False):
        yield Line("section", _NUMBERED.sub(numeral, heading))
        yield from lines


def _version(parts: Folded) -> int:
    """The version of the record, as the seal and the verifier count it: 1, then one more for each correction."""
    act = parts.meeting.approved
    return act.event.version if act is not None and isinstance(act.event, Approved) else 1


def _correction(parts: Folded, form: Layout) -> str:
    """What a later version says of itself; "" for the first."""
    act, version = parts.meeting.approved, _version(parts)
    if act is None or not isinstance(act.event, Approved) or version < 2:
        return ""
    words = str(form.words.get("corrected", "PHIÊN BẢN {version}, SỬA BIÊN BẢN ĐÃ DUYỆT. LÝ DO: {reason}"))
    return words.format(version=version, reason=act.event.reason)


def _section(section: str, blocks: list[Block], parts: Folded, form: Layout) -> Iterable[Line]:
    if blocks:
        yield from printed(section, blocks, form, {item.id: item.title for item in parts.agenda.items})
    else:
        for text in recorded.FILLS[section](parts, form):
            yield _dashed(text)


def printed(section: str, blocks: Iterable[Block], form: Layout, titles: Mapping[str, str]) -> Iterable[Line]:
    """The blocks of one section as lines. ``titles``: of items that have no heading block of their own."""
    leads = Leads(form)
    yield from _proceedings(blocks, titles, leads) if section == "III" else _plain(blocks, leads)


class Leads:
    """Numbers and dashes before the paragraphs of one section, as the layout has them."""

    def __init__(self, form: Layout) -> None:
        self._form, self._count, self._seen = form, 0, set[str]()

    def lead(self, kind: str, text: str) -> str:
        """What comes before a block's first line."""
        points = self._form.points
        if OWN_LEAD.match(text):
            return ""
        first = kind not in self._seen
        self._seen.add(kind)
        if kind in points["numbered_each"] or (kind in points["numbered_once"] and first):
            self._count += 1
            return f"{self._count}. "
        return "- " if kind in points["dashed"] or kind in points["numbered_once"] else ""


OWN_LEAD = re.compile(r"[-+–•]\s|\d+[.)]\s|[a-zđ]\)\s")


def _plain(blocks: Iterable[Block], leads: Leads) -> Iterable[Line]:
    for block in blocks:
        yield from _printed(block, leads)


def _proceedings(blocks: Iterable[Block], titles: Mapping[str, str], leads: Leads) -> Iterable[Line]:
    """Blocks with numbered headings: one for each item, wherever a run of its blocks begins."""
    number, current = 0, ""
    for block in blocks:
        if block.kind == "item" or (block.item and block.item != current):
            number, current = number + 1, block.item
            heading = block.text if block.kind == "item" else titles.get(block.item, "")
            if heading:
                yield Line("heading", f"{number}. {heading.strip()}")
            else:
                number -= 1
        if block.kind != "item":
            yield from _printed(block, leads)


def _printed(block: Block, leads: Leads) -> Iterable[Line]:
    lead = leads.lead(block.kind, block.text.lstrip())
    for text in block.text.splitlines():
        if text.strip():
            line = _dashed(lead + text)
            lead = ""
            yield replace(line, style="conclusion") if block.kind == "conclusion" else line


def _dashed(text: str) -> Line:
    """Points carry their dash in the text, so that both prints say the same."""
    clean = " ".join(text.split())
    return Line("point" if clean.startswith(("- ", "+ ")) else "paragraph", clean)
