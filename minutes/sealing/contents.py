"""What stands in a package's parts: minutes, attendance, votes and log as canonical JSON, made from the log alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from minutes.export.amended import amended
from minutes.export.folded import Folded
from minutes.export.paper import Line, Paper, Signature
from minutes.record import attendance, chain, document, votes
from minutes.record.codec import NewerThanThisSoftware, RecordError, canonical
from minutes.record.events import Entry

FORMAT = "hopchibo-record"
VERSION = 1
HASHED = ("record.pdf", "minutes.json", "attendance.json", "votes.json", "log.jsonl", "certificates.pem")
SCAN = "scan-"
SIGNED = ("manifest.json", "manifest.sig", "receipt.json")
NO_RECEIPT = canonical({"v": 1})


def minutes_json(parts: Folded, page: Paper) -> bytes:
    """The minutes as approved: heading facts, blocks, and the paper as printed. No draft, proposal or deleted word."""
    head, text = parts.meeting, parts.document
    plan, changed = head.scheduled, amended(parts)
    return canonical({
        "v": VERSION, "meeting": head.id, "paper": asdict(page), "document": text.version, "number": head.number,
        "cell": plan.cell if plan else "", "cell_name": plan.cell_name if plan else "",
        "parent_name": plan.parent_name if plan else "", "title": plan.title if plan else "",
        "kind": plan.kind if plan else "", "period": plan.period if plan else "", "place": plan.place if plan else "",
        "mode": plan.mode if plan else "", "opened_at": head.began_at, "closed_at": head.ended_at,
        "chair": head.name_of(head.chair), "secretary": head.name_of(head.secretary),
        "blocks": [
            {"id": block.id, "kind": block.kind, "section": document.section_of(block.kind), "item": block.item,
             "text": block.text, "speaker": head.name_of(block.speaker), "origin": block.origin,
             "sources": list(block.sources)}
            for block in text.blocks
        ],
        "items": [
            {"id": item.id, "title": item.title, "state": item.state, "conclusion": item.conclusion}
            for item in parts.agenda.items
        ],
        "tasks": [
            {"task": task.task, "item": task.item, "what": task.what, "who": [head.name_of(one) for one in task.who],
             "due": task.due, "before": task.before}
            for task in parts.tasks.tasks
        ],
        "ballots": [
            {"motion": one.motion, "issued": one.issued, "returned": one.returned, "valid": one.valid,
             "invalid": one.invalid, "board": list(one.board)}
            for one in parts.beside.ballots.values()
        ],
        "reserved": [
            {"motion": motion.put.motion, "name": head.name_of(one.member), "text": one.text}
            for motion in parts.votes.motions for one in parts.beside.reserved_on(motion.put.motion)
        ],
        "self_score": _self_score(parts),
        "amendments": [asdict(change) for change in changed.changes] if changed else [],
        "petitions": [asdict(petition) | {"sources": list(petition.sources)} for petition in parts.tasks.petitions],
    })  # fmt: skip


def _self_score(parts: Folded) -> dict[str, Any] | None:
    """The meeting's own score, in tenths of a point."""
    scored = parts.beside.scored
    return asdict(scored) | {"points": [asdict(point) for point in scored.points]} if scored else None


def read_paper(minutes: bytes) -> Paper:
    """The paper out of a package's minutes.json, to print it again when the log's short-lived bodies are gone.

    The package is verified before; KeyError, TypeError or ValueError for something else.
    """
    value = json.loads(minutes)["paper"]
    return Paper(
        **value | {
            "lines": tuple(Line(**line) for line in value["lines"]),
            "left": _signature(value["left"]), "right": _signature(value["right"]),
            "recipients": tuple(value["recipients"]),
        }
    )  # fmt: skip


def _signature(value: dict[str, Any]) -> Signature:
    return Signature(tuple(value["labels"]), value["name"], value["hint"])


def attendance_json(ledger: attendance.Ledger) -> bytes:
    """The ledger with its sums; can be worked out again from the log of the package."""
    return canonical({
        "v": VERSION, "sums": asdict(attendance.sums(ledger)),
        "lines": [
            {"member": line.member.member, "name": line.member.name, "status": line.member.status,
             "exempt": line.member.exempt, "state": line.state, "eligible": line.eligible, "channel": line.channel,
             "late": line.late, "arrived_at": line.arrived_at, "left_at": line.left_at, "reason": line.reason,
             "intervals": [list(interval) for interval in line.intervals],
             "contradictions": list(line.contradictions)}
            | ({"out": [list(span) for span in line.out]} if line.out else {})
            for line in ledger.lines
        ],
        "guests": [
            {"guest": guest.guest, "name": guest.name, "title": guest.title, "upper": guest.upper,
             "channel": guest.channel}
            for guest in ledger.guests
        ],
    })  # fmt: skip


def votes_json(motions: votes.Votes) -> bytes:
    """Each motion with base and result; can be worked out again from the log of the package."""
    return canonical({
        "v": VERSION,
        "motions": [
            {"motion": motion.put.motion, "item": motion.put.item, "text": motion.put.text,
             "method": motion.put.method, "threshold": motion.put.threshold, "put_at": motion.put_at,
             "base": motion.base, "hall_base": motion.base_of("hall"), "remote_base": motion.base_of("remote"),
             "in_favour": motion.counted.in_favour, "against": motion.counted.against, "other": motion.counted.other,
             "missing": motion.missing, "needed": motion.needed,
             "passed": motion.closed.passed if motion.closed else None,
             "wording": motion.closed.wording if motion.closed else ""}
            for motion in motions.motions
        ],
    })  # fmt: skip


def log_lines(entries: Iterable[Entry]) -> bytes:
    """One canonical line an entry: head, hashes, and body with salt where it is kept."""
    return b"".join(raw(_line(entry)) + b"\n" for entry in entries)


def raw(line: dict[str, object]) -> bytes:
    """Canonical but for NFC: a body is carried byte for byte as it was appended."""
    return json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _line(entry: Entry) -> dict[str, object]:
    line: dict[str, object] = {
        "v": entry.version, "meeting": entry.meeting, "seq": entry.seq, "at": entry.at, "actor": entry.actor,
        "authority": entry.authority, "kind": entry.kind, "body_hash": entry.body_hash.hex(),
        "leaf": entry.leaf.hex(), "digest": entry.digest.hex(),
    }  # fmt: skip
    if entry.body is not None and entry.salt is not None:
        line |= {"body": entry.body.decode(), "salt": entry.salt.hex()}
    return line


class UnreadableLog(RecordError):
    """A line of log.jsonl is not in its one form. ``line`` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line


def read_log(data: bytes) -> list[Entry]:
    """The entries of log.jsonl, bodies decoded where known. Raises UnreadableLog. Hashes are not checked here."""
    if not data.endswith(b"\n"):
        raise UnreadableLog(data.count(b"\n") + 1, "does not end")
    entries = []
    for number, found in enumerate(data[:-1].split(b"\n"), 1):
        try:
            line = json.loads(found)
            if raw(line) != found:
                raise ValueError("is not canonical")
            entries.append(_entry(line))
        except (ValueError, KeyError, TypeError, RecordError, RecursionError) as error:
            raise UnreadableLog(number, str(error)) from error
    return entries


KEYS = {"v", "meeting", "seq", "at", "actor", "authority", "kind", "body_hash", "leaf", "digest"}
NUMBERS = {"v", "seq", "at"}
HASHES = ("body_hash", "leaf", "digest")


def _entry(line: dict[str, Any]) -> Entry:
    if set(line) not in (KEYS, KEYS | {"body", "salt"}):
        raise ValueError("has other fields")
    if any(type(value) is not (int if name in NUMBERS else str) for name, value in line.items()):
        raise ValueError("has a field of another type")
    body = line["body"].encode() if "body" in line else None
    salt = bytes.fromhex(line["salt"]) if "salt" in line else None
    if salt is not None and len(salt) != 16:
        raise ValueError("a salt has 16 bytes")
    head = (line["meeting"], line["seq"], line["at"], line["actor"], line["authority"], line["kind"], line["v"])
    hashed, leaf, digest = (bytes.fromhex(line[name]) for name in HASHES)
    if any(bytes.fromhex(line[name]).hex() != line[name] for name in (*HASHES, "salt") if name in line):
        raise ValueError("a hash is not in lower-case hex")
    try:
        return chain.read_entry(*head, body, salt, hashed, leaf, digest)
    except NewerThanThisSoftware:
        return Entry(*head, body, salt, hashed, leaf, digest)
