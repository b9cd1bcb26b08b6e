from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from minutes.sealing.keys import load_or_create

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def test_keys_are_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    first = load_or_create(tmp_path / "seal", "Xã", NOW)
    again = load_or_create(tmp_path / "seal", "Tên khác", NOW)
    assert (first.key_id, first.name) == (again.key_id, again.name)
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "seal").glob("*.key")} == {"0o600"}
    assert (tmp_path / "seal").stat().st_mode & 0o777 == 0o700


def test_half_a_set_of_keys_is_never_completed_silently(tmp_path: Path) -> None:
    load_or_create(tmp_path / "seal", "Xã", NOW)
    (tmp_path / "seal" / "manifest.key").unlink()
    with pytest.raises(FileNotFoundError):
        load_or_create(tmp_path / "seal", "Xã", NOW)


def test_the_certificates_lead_to_the_installations_own_authority(tmp_path: Path) -> None:
    keys = load_or_create(tmp_path / "seal", "Xã", NOW)
    keys.manifest.verify_directly_issued_by(keys.authority)
    keys.seal.verify_directly_issued_by(keys.authority)
