"""Approved minutes become a sealed file: made beside the loop, stored whole, then written into the log. What persons
sign later, by hand or by a key of their own, is sealed beside it.

The log is the truth: a meeting that is approved and not sealed is sealed, however often we were killed on the way.
The file is there before the entry that names it, and a half-written one never has its name.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import structlog
from cryptography import x509
from sqlmodel import Session, col, select

from meeting_server.clock import Clock
from meeting_server.meetings import Meetings
from meeting_server.room.refusal import Refused
from meeting_server.room.state import Room
from meeting_server.store.database import Store
from meeting_server.store.log import load
from meeting_server.store.tables import MeetingSummary, Sealing, StoredFile
from meeting_server.whole_file import write_whole
from minutes.export.layouts import Codes
from minutes.export.pdf import PrintFailed
from minutes.record.events import Approved, ScanAttached, Sealed
from minutes.sealing import archive
from minutes.sealing.keys import Keys
from minutes.sealing.package import NotSealable, Package, of_parts, resealed, seal
from minutes.sealing.personal import Role, seal_received, seal_signature, signed_so_far
from minutes.sealing.scan import Scan, scan_of, seal_scan
from minutes.sealing.sign import SigningFailed, Stamping, restamped
from minutes.sealing.tree import BadReceipt, Leaf
from minutes.sealing.treefile import TreeFile

log = structlog.get_logger(__name__)

FAULTS_VI = {
    "NotSealable": "sổ họp không khớp hoặc thiếu phần cần in",
    "SigningFailed": "không đóng được dấu niêm phong", "PrintFailed": "không in được PDF",
    "BadReceipt": "sổ các bản đã niêm phong bị hỏng", "OSError": "không ghi được tệp (đĩa đầy hoặc hỏng)",
    "PermissionError": "không có quyền ghi tệp",
}  # fmt: skip


def fault_vi(name: str) -> str:
    """A failed sealing, for the people who wait for it."""
    why = FAULTS_VI.get(name, "lỗi chưa rõ")
    safe = "Biên bản đã duyệt vẫn còn nguyên; máy chủ tự làm lại. Đề nghị báo quản trị."
    return f"Chưa niêm phong được hồ sơ: {why}. {safe}"


LOOK_S, AGAIN_S = 60.0, 15.0
HAND, DIGITAL, STAMP, RECEIPT = "ky-tay", "ky-so", "dau-moi", "xac-nhan"
BESIDE = (HAND, DIGITAL, STAMP, RECEIPT)  # what stands beside a record, in its file's name


class Sealer:
    """``await run()`` until cancelled; ``hint`` says that something may have been approved. ``handed()`` is called when
    there is a new head; ``codes`` overrules the layout's."""

    def __init__(
        self, store: Store, meetings: Meetings, keys: Keys, records: Path, clock: Clock,
        handed: Callable[[], None] = lambda: None, stamping: Stamping | None = None,
        trusted: Sequence[x509.Certificate] = (), codes: Codes | None = None,
    ) -> None:  # fmt: skip
        self._store, self._meetings, self._keys = store, meetings, keys
        self._stamping, self._trusted, self._codes = stamping, trusted, codes
        self._records, self._clock, self._handed = records, clock, handed
        self._tree = TreeFile(records / "tree")
        self._woken = asyncio.Event()
        self._one = asyncio.Lock()  # the log of sealed versions has one writer

    @property
    def tree(self) -> TreeFile:
        return self._tree

    @property
    def key_id(self) -> str:
        return self._keys.key_id

    @property
    def name(self) -> str:
        """How this installation calls itself in what it seals."""
        return self._keys.name

    def hint(self, meeting: str, command: str) -> None:
        if command == "approve":
            self._woken.set()

    async def run(self) -> None:
        await self.finish()
        while True:
            wait = LOOK_S if await self.seal_all() else AGAIN_S
            try:
                async with asyncio.timeout(wait):
                    await self._woken.wait()
            except TimeoutError:
                continue
            self._woken.clear()

    async def seal_all(self) -> bool:
        """Whether nothing that can be sealed is left."""
        clean = True
        await self._store.write(lambda session: _note_again(session, self._records, self._clock.now()))
        for meeting in await self._store.read(_approved):
            try:
                async with self._one:
                    await self._seal(meeting)
            except (NotSealable, SigningFailed, PrintFailed, BadReceipt, OSError, Refused) as error:
                clean = False
                log.error("sealing_failed", meeting=meeting, error=type(error).__name__)
                await self._note(meeting, "failed", type(error).__name__)
                self._meetings.notice(meeting, "error", fault_vi(type(error).__name__))
        return clean

    async def _seal(self, meeting: str) -> None:
        await self._note(meeting, "waiting")
        entries = await self._meetings.entries(meeting)
        now = self._clock.now()
        package = await asyncio.to_thread(
            lambda: seal(entries, self._keys, at=now, leaves=self._tree.leaves(), codes=self._codes)
        )
        file = Path(meeting) / package.name
        await asyncio.to_thread(write_whole, self._records / file, package.data)
        await asyncio.to_thread(self._tree.append, package.leaf, self._keys, now)
        self._handed()
        state: Sealed = Sealed(
            package.sha256, package.entries, package.root, package.key_id, package.state, package.version, str(file)
        )
        await self._meetings.append_system(meeting, [state])
        await self._store.write(lambda session: self._done(session, meeting, package, str(file)))
        log.info("sealed", meeting=meeting, version=package.version, bytes=len(package.data))

    async def attach(self, meeting: str, scan: Scan, actor: str) -> Sealed:
        """Seal a scan of the hand-signed paper beside the newest sealed record; the seal that now stands in the log.
        Raises BadScan, NotSealable, NotAPackage, OSError, Refused; then nothing has changed."""

        def make(old: bytes, now: int, leaves: Sequence[Leaf]) -> Package:
            return seal_scan(old, scan, self._keys, at=now, by=actor, leaves=leaves)

        return await self._beside(meeting, make, HAND, actor)

    async def sign(self, meeting: str, role: Role, pdf_of: Callable[[bytes], bytes], actor: str) -> Sealed:
        """Seal the newest record anew with this person's signature. ``pdf_of`` makes or brings the signed PDF of the
        record it is given, on a thread. Raises BadSignature, SigningFailed, NotSealable, NotAPackage, OSError,
        Refused; then nothing has changed."""

        def make(old: bytes, now: int, leaves: Sequence[Leaf]) -> Package:
            return seal_signature(
                old, pdf_of(old), role, self._keys, at=now, leaves=leaves, trusted=self._trusted,
                stamping=self._stamping,
            )  # fmt: skip

        return await self._beside(meeting, make, DIGITAL, actor)

    async def receive(self, meeting: str, pdf: bytes) -> Sealed:
        """The level above's word that it received the record, or that a copy is true: the record's PDF with its
        signature. Raises as ``sign`` does."""

        def make(old: bytes, now: int, leaves: Sequence[Leaf]) -> Package:
            return seal_received(
                old, pdf, self._keys, at=now, leaves=leaves, trusted=self._trusted, stamping=self._stamping
            )

        return await self._beside(meeting, make, RECEIPT, "")

    async def restamp(self, meeting: str) -> Sealed:
        """Put one more time-stamp on a signed record and seal it anew. Raises as ``sign`` does."""
        stamping = self._stamping
        if stamping is None:
            raise AssertionError("a record is stamped again only where there is a time-stamping service")

        def make(old: bytes, now: int, leaves: Sequence[Leaf]) -> Package:
            pdf = restamped(archive.unpack(old)["record.pdf"], stamping)
            return resealed(old, self._keys, at=now, pdf=pdf, leaves=leaves)

        return await self._beside(meeting, make, STAMP, "")

    async def newest(self, meeting: str) -> bytes:
        """The newest sealed record. Raises NotSealable, OSError."""
        path = self._records / (await self.newest_seal(meeting)).file
        return await asyncio.to_thread(path.read_bytes)

    async def newest_seal(self, meeting: str) -> Sealed:
        """Raises NotSealable while nothing is sealed, or a correction is open."""
        return _newest(await self._meetings.state(meeting))

    @property
    def stamping(self) -> Stamping | None:
        return self._stamping

    async def _beside(
        self, meeting: str, make: Callable[[bytes, int, Sequence[Leaf]], Package], what: str, actor: str
    ) -> Sealed:
        """The newest sealed record made anew with something beside it: file, leaf, then the entries, both or none."""
        async with self._one:
            old, now = await self.newest(meeting), self._clock.now()
            package = await asyncio.to_thread(lambda: make(old, now, self._tree.leaves()))
            file = str(Path(meeting) / f"{Path(package.name).name.removesuffix('.hcb.zip')}-{what}-{now}.hcb.zip")
            await asyncio.to_thread(write_whole, self._records / file, package.data)
            await asyncio.to_thread(self._tree.append, package.leaf, self._keys, now)
            self._handed()
            await self._meetings.append_system(meeting, _acts_of(package, file), actor)
            await self._store.write(lambda session: self._done(session, meeting, package, file))
            log.info("sealed_beside", meeting=meeting, version=package.version, what=what)
            return _seal_of(package, file)

    async def finish(self) -> None:
        """After a kill: what was sealed beside a record and stands in the log of sealed versions, but not in the
        meeting's, is written there; a file that did not come so far goes."""
        async with self._one:
            await asyncio.to_thread(_sweep_up, self._records)
            try:
                leaves = await asyncio.to_thread(self._tree.leaves)
                if await asyncio.to_thread(self._tree.catch_up, self._keys, self._clock.now()):
                    self._handed()
                newest = {leaf.meeting: leaf for leaf in leaves}
                await self._store.write(lambda session: _note_again(session, self._records, self._clock.now()))
                for meeting, paths in (await self._store.read(_noted)).items():
                    for package, file in await asyncio.to_thread(_unnoted, self._records, meeting, paths):
                        if package.leaf == newest.get(meeting):
                            actor = _actor(await self._meetings.state(meeting), package, file)
                            await self._meetings.append_system(meeting, _acts_of(package, file), actor)
                            await self._store.write(partial(self._done, meeting=meeting, package=package, file=file))
                            log.info("sealing_finished", meeting=meeting)
                        elif package.leaf not in leaves:
                            await asyncio.to_thread((self._records / file).unlink)
            except (BadReceipt, OSError, Refused) as error:
                log.error("sealing_not_finished", error=type(error).__name__)

    async def _note(self, meeting: str, state: str, fault: str = "") -> None:
        room = await self._meetings.state(meeting)
        version, now = _version(room), self._clock.now()

        def note(session: Session) -> None:
            row = session.get(Sealing, (meeting, version)) or Sealing(
                meeting=meeting, version=version, state=state, asked_at=now
            )
            row.state, row.fault = state, fault
            session.add(row)

        await self._store.write(note)

    def _done(self, session: Session, meeting: str, package: Package, file: str) -> None:
        now = self._clock.now()
        row = session.get(Sealing, (meeting, package.version))
        if row is not None:
            row.state, row.done_at, row.sha256, row.fault = "done", now, package.sha256, ""
            session.add(row)
        stored = StoredFile(
            id=f"f-{package.sha256[:32]}", meeting=meeting, kind="record", name=package.name, sha256=package.sha256,
            size=len(package.data), path=file, created_at=now,
        )  # fmt: skip
        session.merge(stored)


def _seal_of(package: Package, file: str) -> Sealed:
    return Sealed(
        package.sha256, package.entries, package.root, package.key_id, package.state, package.version, file,
        signed_so_far(package.data).roles,
    )  # fmt: skip


def _acts_of(package: Package, file: str) -> tuple[ScanAttached | Sealed, ...]:
    """What the log says of a package that was sealed beside a record: the seal, before it the scan if it has come."""
    seal, scan = _seal_of(package, file), scan_of(package.data) if f"-{HAND}-" in file else None
    return (ScanAttached(package.sha256, scan[0], package.version, file), seal) if scan else (seal,)


def _actor(room: Room, package: Package, file: str) -> str:
    """Whose act a package beside a record is: who brought the scan, who signed last; nobody's otherwise."""
    if f"-{HAND}-" in file:
        return (scan_of(package.data) or (0, ""))[1]
    roles = signed_so_far(package.data).roles if f"-{DIGITAL}-" in file else ()
    return {"secretary": room.meeting.secretary, "chair": room.meeting.chair}.get(roles[-1], "") if roles else ""


def _noted(session: Session) -> dict[str, set[str]]:
    """The record files that are known, by sealed meeting."""
    sealed = select(MeetingSummary.meeting).where(MeetingSummary.state == "sealed")
    found: dict[str, set[str]] = {meeting: set() for meeting in session.exec(sealed)}
    for row in session.exec(select(StoredFile).where(StoredFile.kind == "record")):
        found.get(row.meeting, set()).add(row.path)
    return found


def _sweep_up(records: Path) -> None:
    """What a kill left half-written never had its name, and never gets it."""
    with contextlib.suppress(OSError):
        for path in records.glob("*/*.hcb.zip.new"):
            path.unlink()


def _unnoted(records: Path, meeting: str, known: set[str]) -> list[tuple[Package, str]]:
    """Whole packages beside a record that nobody knows, oldest first; a damaged one is left to ``hopchibo check``."""
    found = []
    for path in sorted((records / meeting).glob("*.hcb.zip"), key=lambda path: path.stat().st_mtime_ns):
        file = str(Path(meeting) / path.name)
        if file in known or not any(f"-{what}-" in path.name for what in BESIDE):
            continue
        with contextlib.suppress(archive.NotAPackage):
            found.append((of_parts(archive.unpack(path.read_bytes())), file))
    return found


def _newest(room: Room) -> Sealed:
    act = room.meeting.sealed
    if room.meeting.state != "sealed" or act is None or not isinstance(act.event, Sealed):
        raise NotSealable("nothing is sealed beside which something could be put")
    return act.event


def _approved(session: Session) -> list[str]:
    """A practice is never sealed: it has no number, no archive, and is forgotten in a week."""
    approved = select(MeetingSummary.meeting).where(
        MeetingSummary.state == "approved", MeetingSummary.kind != "practice"
    )
    return list(session.exec(approved))


def _note_again(session: Session, records: Path, now: int) -> None:
    """A kill after the seal was appended: the rows that name the file are written now."""
    noted = select(StoredFile.sha256).where(StoredFile.kind == "record")
    missing = select(MeetingSummary.meeting, MeetingSummary.sha256).where(
        MeetingSummary.state == "sealed", col(MeetingSummary.sha256).not_in(noted)
    )
    for meeting, sha256 in session.exec(missing).all():
        seals = [entry.event for entry in load(session, meeting) if isinstance(entry.event, Sealed)]
        seal = next((one for one in reversed(seals) if one.sha256 == sha256 and one.file), None)
        path = records / seal.file if seal else None
        if seal is None or path is None or not path.is_file():
            continue
        row = session.get(Sealing, (meeting, seal.version))
        if row is not None:
            row.state, row.done_at, row.sha256, row.fault = "done", now, sha256, ""
            session.add(row)
        session.merge(StoredFile(
            id=f"f-{sha256[:32]}", meeting=meeting, kind="record", name=path.name, sha256=sha256,
            size=path.stat().st_size, path=seal.file, created_at=now,
        ))  # fmt: skip


def _version(room: Room) -> int:
    act = room.meeting.approved
    return act.event.version if act is not None and isinstance(act.event, Approved) else 1
