"""Making a backup of a running installation, reading it back, and clearing away old ones.

Inside the encrypted stream is a tar: the database's copy first, then records and the rest of the data directory,
recordings, keys (as asked), at last ``manifest.json`` with every file's SHA-256 and every log's head. The database is
copied before the files, so that whatever it names is there; a record is never changed once written, and a journal
only grows.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from meeting_server.backup import snapshot
from meeting_server.backup.sealed import BackupFault, CutShort, NotOurs, Reader, Secret, Writer
from meeting_server.backup.snapshot import Head, Heads
from meeting_server.whole_file import write_whole
from transcription.keyring import FOLDER

SUFFIX, MANIFEST, ERASED = ".hcbbak", "manifest.json", "erased.json"
NEVER = frozenset({"run"})
MAX_MANIFEST = 256 << 20
BLOCK = 1 << 20
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Place:
    """An installation: its data directory and the address of its database."""

    data: Path
    database: str


@dataclass(frozen=True, slots=True)
class Content:
    """What goes in besides database and records."""

    recordings: bool = True
    keys: bool = True


@dataclass(frozen=True, slots=True)
class Manifest:
    """``files``: name → (size, SHA-256). ``made_at`` in ms."""

    made_at: int
    database: str
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    heads: Heads = field(default_factory=dict)

    def to_json(self) -> bytes:
        body = {"v": 1, "made_at": self.made_at, "database": self.database, "files": self.files,
                "heads": {meeting: asdict(head) for meeting, head in self.heads.items()}}  # fmt: skip
        return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def from_json(cls, body: bytes) -> Manifest:
        try:
            read = json.loads(body)
            if read["v"] != 1:
                raise NotOurs("Bản sao lưu được làm bằng phần mềm mới hơn.")
            files = {str(name): (int(size), str(digest)) for name, (size, digest) in read["files"].items()}
            heads = {str(name): Head(**head) for name, head in read["heads"].items()}
            return cls(int(read["made_at"]), str(read["database"]), files, heads)
        except (ValueError, KeyError, TypeError) as error:
            raise NotOurs("Bảng kê của bản sao lưu không đọc được.") from error


def make(place: Place, target: Path, secret: Secret, content: Content | None = None, *, now: int = 0) -> Manifest:
    """Write a backup to ``target``, whole or not at all, and read it back. The installation may be running.

    Raises BackupFault, OSError.
    """
    now = now or time.time_ns() // 1_000_000
    fresh = target.with_name(target.name + ".new")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with snapshot.workplace(place.data / "run") as work:
            copy, heads = snapshot.take(place.database, work)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                manifest = _write(file, secret, place, content or Content(), copy, heads, target, now)
                file.flush()
                os.fsync(file.fileno())
            erased = snapshot.erased(copy, place.database)
        if read_back(fresh, secret) != manifest:
            raise BackupFault("Bản sao lưu vừa ghi đọc lại không khớp.")
        fresh.replace(target)
        _note_erased(target.parent / ERASED, erased)
    finally:
        fresh.unlink(missing_ok=True)
    return manifest


def _note_erased(note: Path, erased: dict[str, list[int]]) -> None:
    """Which entries are erased by now, beside the backups: an older one put back must forget them again. Only
    meetings and numbers of entries, so it is not encrypted."""
    write_whole(note, json.dumps(erased, sort_keys=True).encode())


def _write(
    file: BinaryIO, secret: Secret, place: Place, content: Content, copy: Path, heads: Heads, target: Path, now: int
) -> Manifest:  # fmt: skip
    manifest = Manifest(now, copy.name, {}, heads)
    with (
        Writer(file, secret, {"made_at": now}) as writer,
        tarfile.open(fileobj=cast(IO[bytes], writer), mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        _add(tar, copy, copy.name, manifest)
        for path in _files(place, content, target.parent):
            _add(tar, path, f"data/{path.relative_to(place.data).as_posix()}", manifest)
        body = manifest.to_json()
        tar.addfile(_member(MANIFEST, len(body)), io.BytesIO(body))
    return manifest


def _files(place: Place, content: Content, backups: Path) -> Iterator[Path]:
    """Regular files of the data directory without the database itself, sockets, half-written files and backups."""
    left_out = NEVER | ({"recordings"} if not content.recordings else set())
    for folder, names, files in os.walk(place.data):
        here = Path(folder)
        if here == place.data:
            names[:] = [name for name in names if name not in left_out]
        if here == place.data / "keys" and not content.keys:  # the meetings' own come along: logs are read by them
            names[:], files = [name for name in names if name == FOLDER], []
        names[:] = sorted(name for name in names if (here / name).resolve() != backups.resolve())
        for name in sorted(files):
            path = here / name
            if path.is_file() and not path.is_symlink() and _wanted(name):
                yield path


def _wanted(name: str) -> bool:
    return not name.endswith((".new", SUFFIX, ".lock", ".pid")) and ".sqlite" not in name


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


class _Counted(io.RawIOBase):
    """Exactly ``size`` bytes of a file, hashed on the way; what grew behind them stays out."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        super().__init__()
        self._source, self._left, self.digest = source, size, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(min(self._left, size if size >= 0 else self._left))
        self._left -= len(block)
        self.digest.update(block)
        return block


def _add(tar: tarfile.TarFile, path: Path, name: str, manifest: Manifest) -> None:
    """A file that is gone by now was erased meanwhile and stays out."""
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return
    with source:
        size = os.fstat(source.fileno()).st_size
        counted = _Counted(source, size)
        try:
            tar.addfile(_member(name, size), cast(IO[bytes], counted))
        except OSError as error:
            raise BackupFault(f"Không đọc được {name}.") from error
        manifest.files[name] = (size, counted.digest.hexdigest())


# -- reading -----------------------------------------------------------------------------------------------------------


def unpacked(file: Path, secret: Secret) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Name and blocks of each member, in order. Raises BackupFault; blocks must be taken before the next member."""
    with file.open("rb") as source, Reader(source, secret) as reader:
        try:
            with tarfile.open(fileobj=cast(IO[bytes], io.BufferedReader(reader, BLOCK)), mode="r|") as tar:
                for member in tar:
                    taken = tar.extractfile(member) if member.isreg() and _safe(member.name) else None
                    if taken is None:
                        raise NotOurs("Bản sao lưu chứa một tệp có tên không hợp lệ.")
                    yield member.name, iter(partial(taken.read, BLOCK), b"")
            while reader.read(BLOCK):  # the padding behind the tar must be whole too
                pass
        except tarfile.TarError as error:
            raise CutShort("Bản sao lưu bị hỏng hoặc bị cắt.") from error


def _safe(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and bool(path.parts)


def read_back(file: Path, secret: Secret) -> Manifest:
    """The manifest, after every byte was read and every file's hash found equal to it. Raises BackupFault."""
    found: dict[str, tuple[int, str]] = {}
    body = b""
    for name, blocks in unpacked(file, secret):
        if name == MANIFEST:
            body = bounded(blocks)
            continue
        digest, size = hashlib.sha256(), 0
        for block in blocks:
            digest.update(block)
            size += len(block)
        found[name] = (size, digest.hexdigest())
    return checked(body, found)


def bounded(blocks: Iterable[bytes]) -> bytes:
    body = bytearray()
    for block in blocks:
        body += block
        if len(body) > MAX_MANIFEST:
            raise NotOurs("Bảng kê của bản sao lưu quá lớn.")
    return bytes(body)


def checked(body: bytes, found: dict[str, tuple[int, str]]) -> Manifest:
    """Raises CutShort when the files are not those of the manifest."""
    if not body:
        raise CutShort("Bản sao lưu không có bảng kê.")
    manifest = Manifest.from_json(body)
    if manifest.files != found:
        wrong = sorted(name for name in {*manifest.files, *found} if manifest.files.get(name) != found.get(name))
        raise CutShort(f"Tệp trong bản sao lưu không khớp bảng kê: {', '.join(wrong[:5])}.")
    return manifest


def clear_away(folder: Path, keep_days: int, *, now: float | None = None, keep_least: int = 3) -> list[Path]:
    """Delete backups older than ``keep_days``, for they hold what was erased since; the newest few always stay."""
    now = time.time() if now is None else now
    files: list[tuple[float, Path]] = sorted((path.stat().st_mtime, path) for path in folder.glob(f"*{SUFFIX}"))
    gone = [path for made, path in files[: max(0, len(files) - keep_least)] if made < now - keep_days * DAY]
    for path in gone:
        path.unlink()
    return gone
