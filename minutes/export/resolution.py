"""The cell's resolution, out of the same record as the minutes: results, directions, assignments, self-assessment.

A draft for the leader to work over: it takes over what the minutes say and invents nothing. Signed T/M CHI BỘ by the
leader, or by the deputy when the leader was not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from minutes.export import recorded
from minutes.export.folded import Folded, folded
from minutes.export.layouts import Layout, layout_named, layout_on
from minutes.export.moments import day_of
from minutes.export.paper import Leads, Line, Paper, Signature, number_line, place_date, sectioned
from minutes.record.events import Block, Entry


class Officer(Protocol):
    """Anybody with a name and a position: a line of the log's roster, or of a roster file."""

    @property
    def name(self) -> str: ...
    @property
    def position(self) -> str: ...


KINDS: Mapping[str, tuple[str, ...]] = {
    "I": ("review", "report"), "II": ("conclusion", "resolution", "summary", "vote"), "III": ("task",),
    "IV": ("quality",),
}  # fmt: skip


def resolution_of(entries: Iterable[Entry], *, number: str = "", layout: str = "", draft: bool = True) -> Paper:
    """The resolution of a log. ``number`` is of the cell's resolutions ("07-NQ/CB"). Raises KeyError (layout)."""
    return resolution(folded(entries), number=number, layout=layout, draft=draft)


def resolution(
    parts: Folded, blocks: Sequence[Block] = (), *, number: str = "", layout: str = "", draft: bool = True
) -> Paper:
    """The resolution as a paper, of its own ``blocks`` where it was drafted apart, else of the minutes' blocks."""
    head, plan = parts.meeting, parts.meeting.scheduled
    at = head.began_at or (plan.starts_at if plan else 0)
    form = layout_named(layout) if layout else layout_on("resolution", day_of(at))
    parent = plan.parent_name if plan else ""
    return Paper(
        layout=form.id,
        superior=parent.upper(),
        cell=plan.cell_name.upper() if plan else "",
        number=number_line(form, number),
        place_date=place_date(parent, at),
        name=form.title["name"],
        subject=form.words["subject"].format(title=plan.title if plan else ""),
        lines=tuple(_lines(parts, form, blocks)),
        left=Signature((), ""),
        right=_signature(parts, form),
        day=day_of(at).isoformat(),
        draft=draft,
        recipients=tuple(line.format(parent=parent) for line in form.signatures["recipients"]),
    )


def _lines(parts: Folded, form: Layout, own: Sequence[Block]) -> Iterator[Line]:
    blocks = own or [block for block in parts.document.blocks if block.kind != "vote"]
    return sectioned((title, plain_lines(_texts(key, parts, form, blocks))) for key, title in form.sections.items())


def _texts(section: str, parts: Folded, form: Layout, blocks: Sequence[Block]) -> list[str]:
    """What stands in one section: the blocks, else what the room recorded."""
    texts = texts_of(section, blocks, form)
    if not texts and section == "II":
        texts = [f"- {item.title}: {item.conclusion}" for item in parts.agenda.items if item.conclusion]
    if not texts and section == "III":
        texts = list(recorded.tasks_given(parts, form))
    if not texts and section == "IV":
        texts = list(recorded.self_scored(parts, form))
    return [*texts, *_voted(parts)] if section == "II" else texts


def texts_of(section: str, blocks: Sequence[Block], form: Layout) -> list[str]:
    """The blocks of one section, led in as the layout has it."""
    leads = Leads(form)
    return [
        leads.lead(block.kind, block.text) + block.text
        for block in blocks
        if block.kind in KINDS[section] and block.text.strip()
    ]


def plain_lines(texts: Sequence[str]) -> Iterator[Line]:
    return (Line("paragraph", " ".join(line.split())) for text in texts for line in text.splitlines() if line)


def _voted(parts: Folded) -> Iterator[str]:
    """How the resolution itself was voted, when it was."""
    for motion in parts.votes.motions:
        if motion.closed and motion.closed.passed and "nghị quyết" in motion.put.text.lower():
            yield f"- Nghị quyết được chi bộ thông qua ({motion.counted.in_favour}/{motion.base} tán thành)."


def _signature(parts: Folded, form: Layout) -> Signature:
    came = [line.member for line in parts.ledger.lines if line.state == "present"]
    return signature(came, [line.member for line in parts.ledger.lines], form)


def signature(came: Sequence[Officer], all_members: Sequence[Officer], form: Layout) -> Signature:
    """T/M CHI BỘ by the leader who came, else by the deputy who came; the leader's place is kept when neither did."""
    leader, deputy = _holding(came, "bí thư"), _holding(came, "phó bí thư")
    signer = leader or deputy or _holding(all_members, "bí thư")
    labels = form.signatures["deputy" if signer is not None and signer is deputy else "leader"]
    return Signature(tuple(labels), signer.name if signer else "", form.signatures["hint"])


def _holding(lines: Sequence[Officer], office: str) -> Officer | None:
    """Who holds an office; positions may name several ("bí thư, trưởng thôn")."""
    return next((one for one in lines if office in [part.strip().lower() for part in one.position.split(",")]), None)
