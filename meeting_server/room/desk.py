"""The secretary's desk: blocks are saved, inserted, deleted, moved; stale edits come back with the current text.

Once the minutes were read back to the meeting, a change of a figure, a name, a vote, a conclusion or a task needs
a reason: the meeting heard it otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from meeting_server.room import commands as c
from meeting_server.room.context import Context, Decisions
from meeting_server.room.refusal import Stale
from meeting_server.room.state import Room
from minutes.record.document import KINDS, SECTIONS, STILL_TO_COME, Paragraph, section_of
from minutes.record.events import (
    Block,
    BlockDeleted,
    BlockInserted,
    BlockMoved,
    BlockSaved,
    Change,
    Event,
    SpeakerAssigned,
)
from transcription.text.figures import to_figures

MAX_BLOCKS = 2_000
WEIGHTY = frozenset({"vote", "conclusion", "task", "attendance", "present", "absent", "chair", "secretary"})
_FIGURES = re.compile(r"\d+(?:[.,/]\d+)*")
_CALLED = re.compile(r"(?i:đồng chí|đ/c|ông|bà) ([^.,;:()–]+)")


def draft(at: Context, command: c.Draft) -> tuple[Event, ...]:
    """Drafting is done by the caller (it takes a thread); here only whether it may be done."""
    if at.room.meeting.reopened is not None:
        raise at.conflict("reopened", "Hồ sơ đã niêm phong, đang mở lại để sửa: chỉ sửa bằng tay, máy không soạn lại.")
    return ()


def save_block(at: Context, command: c.SaveBlock) -> tuple[Event, ...]:
    paragraph = _current(at, command.block, command.base_version)
    block, kind = paragraph.block, _kind(at, command.kind)
    speaker = at.person(command.speaker) if command.speaker else ""
    same = command.text == block.text and speaker in ("", block.speaker) and kind in ("", block.kind)
    if same and paragraph.proposal is None:
        return ()  # with a redraft beside it, saving the same words keeps them and puts the redraft away
    if paragraph.offered and not command.text.strip():  # keeping nothing of what a redraft offers puts it away
        return (BlockDeleted(block.id, command.base_version, command.reason),)
    renamed = speaker not in ("", block.speaker)
    said = _said_by(at, block, speaker) if renamed else ()
    if said and command.text == block.text and kind in ("", block.kind) and not paragraph.touched:
        return said  # the machine's own words: the redraft says whose they are
    recast = kind not in ("", block.kind) and bool({kind, block.kind} & WEIGHTY)
    _reason(at, block.kind, block.text, command.text, command.reason, renamed=renamed or recast)
    saved = BlockSaved(block.id, command.base_version, command.text, command.reason, speaker, kind)
    return (*said, saved, *_moved_to_its_section(at, block, kind))


def _kind(at: Context, kind: str) -> str:
    if kind and kind not in KINDS:
        raise at.unknown("unknown_kind", "Biên bản không có loại đoạn này.")
    return kind


def _said_by(at: Context, block: Block, speaker: str) -> tuple[Event, ...]:
    """The utterances under a block that were thought to be the former speaker's are the new one's."""
    said = [at.room.transcript.by_id.get(source) for source in block.sources]
    return tuple(SpeakerAssigned(one.id, speaker) for one in said if one is not None and one.speaker == block.speaker)


def _moved_to_its_section(at: Context, block: Block, kind: str) -> tuple[Event, ...]:
    if not kind or section_of(kind) == section_of(block.kind):
        return ()
    others = [one.block for one in at.room.document.paragraphs if one.id != block.id]
    return (BlockMoved(block.id, _last_before(others, kind), at.room.document.version + 1),)


def _last_before(blocks: Sequence[Block], kind: str) -> str:
    """The block behind which a new one of this kind stands in its own section; "" = first."""
    order = list(SECTIONS)
    place = order.index(section_of(kind))
    return next((one.id for one in reversed(blocks) if order.index(section_of(one.kind)) <= place), "")


def insert_block(at: Context, command: c.InsertBlock) -> tuple[Event, ...]:
    _kind(at, command.kind)
    if command.speaker:
        at.person(command.speaker)
    if command.after and at.room.document.paragraph(command.after) is None:
        raise _stale(at, None)
    if len(at.room.document.paragraphs) >= MAX_BLOCKS:
        raise at.conflict("too_many_blocks", f"Biên bản đã có {MAX_BLOCKS} đoạn.")
    empty = not command.text.strip(" .…")  # an empty line of any kind may be put in; filling it needs a reason
    _reason(at, "" if empty else command.kind, "", command.text, command.reason)
    item = at.item(command.item).id if command.item else ""
    block = Block(at.new_id("b"), command.kind, command.text, item, speaker=command.speaker, origin="hand")
    above = at.room.document.paragraph(command.after)
    after = command.after
    if above is not None and section_of(above.block.kind) != section_of(command.kind):
        after = _last_before([one.block for one in at.room.document.paragraphs], command.kind)
    return (BlockInserted(after, block, command.base_version, command.reason),)


def delete_block(at: Context, command: c.DeleteBlock) -> tuple[Event, ...]:
    paragraph = _current(at, command.block, command.base_version)
    _reason(at, paragraph.block.kind, paragraph.block.text, "", command.reason)
    return (BlockDeleted(paragraph.id, command.base_version, command.reason),)


def move_block(at: Context, command: c.MoveBlock) -> tuple[Event, ...]:
    paragraph = _current(at, command.block, command.base_version)
    if command.after == paragraph.id:
        return ()
    if command.after and at.room.document.paragraph(command.after) is None:
        raise _stale(at, paragraph)
    return (BlockMoved(paragraph.id, command.after, command.base_version),)


def accept_redraft(at: Context, command: c.AcceptRedraft) -> tuple[Event, ...]:
    paragraph = _current(at, command.block, command.base_version)
    if paragraph.proposal is None:
        raise at.conflict("no_redraft", "Đoạn này không có bản soạn lại.")
    block, redraft = paragraph.block, paragraph.proposal
    renamed = block.speaker != redraft.speaker
    _reason(at, block.kind, block.text, redraft.text, command.reason, renamed=renamed)
    return (BlockSaved(block.id, command.base_version, redraft.text, command.reason),)


def rephrase(at: Context, command: c.Rephrase) -> tuple[Event, ...]:
    """Asking is done by the caller; here only whether it may be done."""
    if not at.live.rephraser:
        raise at.conflict("no_rephraser", "Máy chủ chưa cài máy diễn đạt.", "quản trị viên")
    if at.room.document.paragraph(command.block) is None:
        raise _stale(at, None)
    return ()


def _current(at: Context, block: str, base_version: int) -> Paragraph:
    paragraph = at.room.document.paragraph(block)
    if paragraph is None or at.room.document.stale(block, base_version):
        raise _stale(at, paragraph)
    return paragraph


def _stale(at: Context, paragraph: Paragraph | None) -> Stale:
    if paragraph is None:
        return Stale("gone", "Đoạn này đã bị bỏ. Bản đang viết được giữ lại trên máy.", command=at.command)
    return Stale(
        "stale", "Đoạn này vừa được người khác sửa. Xem bản hiện tại rồi lưu lại.", current=paragraph.block.text,
        command=at.command, state=at.room.phase,
    )  # fmt: skip


def changes_since_reading(room: Room) -> tuple[Change, ...]:
    """Every block that differs from what was read back to the meeting, in the order of the document."""
    if room.meeting.read_back is None:
        return ()
    before = {block.id: block for block in room.read.blocks}
    now = {block.id: block for block in room.document.blocks}
    changes = []
    for key in [*now, *(key for key in before if key not in now)]:
        old, new = before.get(key), now.get(key)
        kind = new.kind if new else old.kind if old else ""
        was, text = old.text if old else "", new.text if new else ""
        if was != text and kind not in STILL_TO_COME:
            changes.append(Change(key, kind, was, text, _why(room, key, new)))
    return tuple(changes)


def _why(room: Room, key: str, block: Block | None) -> str:
    """The reason given for the block itself, else for what the room recorded anew."""
    names = (key, *reversed(block.sources if block else ()))
    return next((room.read.reasons[name] for name in names if name in room.read.reasons), "")


def _reason(at: Context, kind: str, old: str, new: str, reason: str, *, renamed: bool = False) -> None:
    """Refuses a weighty change without reason after read-back. ``renamed``: the words are another person's now."""
    if reason or at.room.meeting.read_back is None or (old == new and not renamed):
        return
    if renamed or kind in WEIGHTY or _weights(at, old) != _weights(at, new):
        raise at.conflict(
            "reason_needed", "Biên bản đã được đọc lại tại cuộc họp: sửa số liệu, tên, biểu quyết, kết luận hoặc nhiệm "
            "vụ phải ghi lý do.", "thư ký ghi lý do",
        )  # fmt: skip


def _weights(at: Context, text: str) -> tuple[list[str], list[str]]:
    """Its figures (in words too) and its names: the roster's, and whoever is called "đồng chí …", "ông …", "bà …"."""
    names = {line.name for line in at.room.meeting.roster if line.name in text} | set(_called(text))
    return sorted(_FIGURES.findall(to_figures(text))), sorted(names)


def _called(text: str) -> Iterator[str]:
    """ "Lê Đình Khang" of "đồng chí Lê Đình Khang góp …": the words with a capital after the address."""
    for after in _CALLED.findall(text):
        name = " ".join(takewhile(lambda word: word[:1].isupper(), after.split()))
        if name:
            yield name


DECISIONS: Decisions = {
    c.Draft: draft, c.SaveBlock: save_block, c.InsertBlock: insert_block, c.DeleteBlock: delete_block,
    c.MoveBlock: move_block, c.AcceptRedraft: accept_redraft, c.Rephrase: rephrase,
}  # fmt: skip
