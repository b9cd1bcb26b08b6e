"""Keys and a sealed record for these tests; the meeting is that of the export tests."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from minutes.sealing.keys import Keys, load_or_create
from minutes.sealing.package import Package, seal
from tests.minutes.export import papers

NOW = datetime.now(UTC)  # certificates are judged by the clock of the machine


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return load_or_create(tmp_path_factory.mktemp("keys") / "seal", "Họp Chi Bộ xã Thanh Quân", NOW)


@pytest.fixture(scope="session")
def other_keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return load_or_create(tmp_path_factory.mktemp("other") / "seal", "Họp Chi Bộ xã Thanh Quân", NOW)


@pytest.fixture(scope="session")
def record(keys: Keys) -> Package:
    return seal(papers.whole(), keys, at=papers.START + 150 * papers.MINUTE)
