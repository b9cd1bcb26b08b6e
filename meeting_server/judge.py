"""What this installation judges records by: its own authority, those it trusts, its log of sealed versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from minutes.sealing.command import BadOption, certificates
from minutes.sealing.findings import Against
from minutes.sealing.heads import Series
from minutes.sealing.keys import Keys
from minutes.sealing.tree import BadReceipt, signed_head
from minutes.sealing.treefile import TreeFile


@dataclass(slots=True)
class Judge:
    """``against`` reads the disk: call it on a thread."""

    keys: Keys
    tree: TreeFile
    trusted: Sequence[x509.Certificate] = ()
    _series: Series | None = None

    def against(self) -> Against:
        return Against(trust=[self.keys.authority, *self.trusted], series=self._newest())

    def _newest(self) -> Series | None:
        """Our own log as the level above would have it; worked out anew only when it has grown."""
        try:
            leaves = self.tree.leaves()
        except (BadReceipt, OSError):
            return None
        if not leaves:
            return None
        if self._series is None or len(self._series.leaves) != len(leaves):
            self._series = Series(leaves, (signed_head(leaves, self.keys.manifest_key, 1 << 52),))
        return self._series


def trusted_in(path: Path | None, setting: str = "HOPCHIBO_TRUST") -> list[x509.Certificate]:
    """Certificates (PEM) in a file or directory, none for None. Raises ValueError with a sentence."""
    if path is None:
        return []
    try:
        return certificates([path])
    except BadOption as error:
        raise ValueError(f"{setting}: {error}") from error
