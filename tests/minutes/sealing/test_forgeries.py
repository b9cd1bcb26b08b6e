from __future__ import annotations

import pytest

from benchmarks import forgeries
from minutes.record import chain
from minutes.sealing import heads
from minutes.sealing.keys import Keys
from minutes.sealing.verify import verify_bytes
from tests.minutes.export import papers

AT = papers.START + 150 * papers.MINUTE


@pytest.fixture(scope="module")
def base(keys: Keys, other_keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> forgeries.Ground:
    return forgeries.ground(papers.whole(), keys, other_keys, tmp_path_factory.mktemp("heads"), AT)


def test_the_true_record_passes_every_judge(base: forgeries.Ground) -> None:
    verdict = verify_bytes(base.record.data, base.against())
    assert verdict.whole, verdict.faults
    assert (verdict.trusted, verdict.newest) == (True, "yes")


def test_a_record_signed_anew_without_any_change_would_pass(base: forgeries.Ground) -> None:
    """The forgeries below fail because of what was forged, not because of how they are packed."""
    again = forgeries.signed_anew(base, base.parts)
    assert verify_bytes(again).whole


def test_every_known_forgery_is_seen(base: forgeries.Ground) -> None:
    made = list(forgeries.forgeries(base))
    assert len(made) >= 30
    assert [forgery.name for forgery in made if not forgery.seen] == []


def test_a_row_changed_by_sql_is_seen_in_the_log(base: forgeries.Ground) -> None:
    for name, log in forgeries._logs(base):
        honest = [entry.digest for entry in base.log]
        assert chain.faults(log) or [entry.digest for entry in log] != honest, name


def test_a_record_deleted_from_the_archive_is_missed(base: forgeries.Ground, keys: Keys) -> None:
    series = heads.read_series(base.heads, keys.manifest_key.public_key(), keys.key_id)
    assert series is not None
    assert heads.absent(series, [base.record.manifest]) == ()
    assert heads.absent(series, []) == (base.record.leaf,)
