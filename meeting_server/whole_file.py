"""A file that is there whole or not at all, also after a cut of the power."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, data: bytes, *, mode: int = 0o666, modified_ms: int = 0) -> None:
    """Put ``data`` in the place of ``path``; on disk with its name when this returns. ``mode`` as for a new file,
    before the umask; ``modified_ms`` since the epoch, 0 for now. The folder is made where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if modified_ms:
        os.utime(fresh, ns=(modified_ms * 1_000_000, modified_ms * 1_000_000))
    fresh.replace(path)
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """The names in a directory are on disk when this returns."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
