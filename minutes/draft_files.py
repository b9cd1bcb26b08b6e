"""``python -m minutes draft``: turns and roster from files, structured minutes and papers to files."""

from __future__ import annotations

import argparse
import contextlib
import errno
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from minutes.drafting.draft import document, draft
from minutes.drafting.facts import NOTHING, read_meeting
from minutes.drafting.resolution import resolution
from minutes.drafting.turns import BadInput, RosterLine, read_roster, read_turns
from minutes.drafting.value import Minutes
from minutes.export.docx import docx_bytes
from minutes.export.layouts import Layout, layout_on
from minutes.export.moments import long_day
from minutes.export.paper import Line, Paper, Signature, printed, sectioned
from minutes.export.pdf import pdf_bytes
from minutes.export.resolution import plain_lines, signature, texts_of
from minutes.record.document import section_of
from minutes.record.events import Block
from minutes.terminal import Parser

Read = TypeVar("Read")
MAX_FILE = 64 * 1024 * 1024


def add_command(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add ``draft`` to the commands of ``python -m minutes``."""
    said = "Soạn dự thảo biên bản từ tệp lời ghi và danh sách."
    parser = commands.add_parser("draft", help=said, description=said)
    parser.add_argument(
        "--turns", type=Path, required=True, metavar="TỆP", help="dòng JSON: t_order, speaker, role, channel, text"
    )
    parser.add_argument(
        "--roster", type=Path, required=True, metavar="TỆP", help="danh sách JSON: name, status, exempt, channel, …"
    )
    parser.add_argument("--meeting", type=Path, metavar="TỆP", help="đối tượng JSON: những gì đã biết về cuộc họp")
    parser.add_argument("--out", type=Path, required=True, metavar="TỆP", help="biên bản có cấu trúc, dạng JSON")
    parser.add_argument("--docx", type=Path, metavar="TỆP", help="bản Word sẽ ghi")
    parser.add_argument("--pdf", type=Path, metavar="TỆP", help="bản PDF sẽ ghi")
    parser.add_argument(
        "--resolution", type=Path, metavar="TỆP", help="dự thảo nghị quyết của chi bộ, .docx hoặc .pdf theo đuôi tệp"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Draft and write the files; raises BadInput for what cannot be read."""
    turns = _read(options.turns, lambda text: read_turns(text.splitlines()))
    roster = _read(options.roster, read_roster)
    facts = _read(options.meeting, read_meeting) if options.meeting else NOTHING
    minutes = draft(turns, roster, facts)
    made = {options.out: (json.dumps(minutes.as_json(), ensure_ascii=False, indent=1) + "\n").encode()}
    if options.docx or options.pdf:
        paper = paper_of(minutes)
        if options.docx:
            made[options.docx] = docx_bytes(paper)
        if options.pdf:
            made[options.pdf] = pdf_bytes(paper)
    if options.resolution:
        made[options.resolution] = _by_ending(options.resolution, resolution_paper(minutes, roster))
    _write_all(made)
    return 0


def _write_all(made: Mapping[Path, bytes]) -> None:
    """All of the files or none: each is written whole beside its place before the first is put there."""
    beside = {path: path.with_name(f".{path.name}.part") for path in made}
    path = Path()
    try:
        for path, data in made.items():
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, "")
            beside[path].write_bytes(data)
        for path in made:
            beside[path].replace(path)
    except OSError as error:
        raise BadInput(f"{path}: không ghi được ({_why(error)})") from error
    finally:
        for part in beside.values():
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


_WHY = {
    errno.ENOENT: "không có tệp hoặc thư mục này",
    errno.EACCES: "không được phép",
    errno.EPERM: "không được phép",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.EISDIR: "đây là một thư mục",
    errno.ENOTDIR: "đường dẫn đi qua một tệp",
    errno.ENOSPC: "hết chỗ trên đĩa",
    errno.ENAMETOOLONG: "tên quá dài",
}


def _why(error: OSError) -> str:
    """The system's reason in Vietnamese; of one that is not foreseen the number."""
    return _WHY.get(error.errno or 0, f"lỗi hệ thống số {error.errno}")


def _by_ending(path: Path, paper: Paper) -> bytes:
    match path.suffix.lower():
        case ".docx":
            return docx_bytes(paper)
        case ".pdf":
            return pdf_bytes(paper)
    raise BadInput(f"{path}: tệp phải có đuôi .docx hoặc .pdf")


def _read(path: Path, reader: Callable[[str], Read]) -> Read:
    """What ``reader`` makes of a file; what it cannot read is named with the file."""
    text = _text(path)
    try:
        return reader(text)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE:
            raise BadInput(f"{path}: lớn hơn {MAX_FILE // 1024 // 1024} MB")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path}: không đọc được ({_why(error)})") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: không phải chữ UTF-8") from error


def paper_of(minutes: Minutes) -> Paper:
    """The draft as a paper in the layout in force on the day of the meeting."""
    head = minutes.header
    day = date.fromisoformat(head.date) if head.date else date.max
    form = layout_on("minutes", day)
    place = (head.parent or "").rsplit(" ", 2)
    return Paper(
        layout=form.id,
        superior=(head.parent or "").upper(),
        cell=(head.cell or "").upper(),
        number=form.head["no_number"],
        place_date=f"{' '.join(place[-2:]).strip() or '…'}, {long_day(day) if head.date else 'ngày … tháng … năm …'}",
        name=form.title["name"],
        subject=head.title or "",
        lines=tuple(_lines(document(minutes), form)),
        left=Signature(tuple(form.signatures["left"]), head.secretary or "", form.signatures["hint"]),
        right=Signature(tuple(form.signatures["right"]), head.chair or "", form.signatures["hint"]),
        day=head.date or "",
    )


def resolution_paper(minutes: Minutes, roster: Sequence[RosterLine]) -> Paper:
    """A draft of the cell's resolution, of the same facts; signed by who holds the office and is not absent."""
    head = minutes.header
    form = layout_on("resolution", date.fromisoformat(head.date) if head.date else date.max)
    sheet, blocks = paper_of(minutes), resolution(minutes)
    sections = ((title, plain_lines(texts_of(key, blocks, form))) for key, title in form.sections.items())
    away = {one.name for one in (*minutes.attendance.absent_excused, *minutes.attendance.absent_unexcused)}
    return replace(
        sheet, layout=form.id, number=form.head["no_number"], name=form.title["name"],
        subject=form.words["subject"].format(title=head.title or ""),
        lines=tuple(sectioned(sections)),
        left=Signature((), ""), right=signature([one for one in roster if one.name not in away], roster, form),
        recipients=tuple(line.format(parent=head.parent or "…") for line in form.signatures["recipients"]),
    )  # fmt: skip


def _lines(blocks: tuple[Block, ...], form: Layout) -> Iterator[Line]:
    under = {key: [block for block in blocks if section_of(block.kind) == key] for key in form.sections}
    return sectioned((title, printed(key, under[key], form, {})) for key, title in form.sections.items())
