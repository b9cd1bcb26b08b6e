from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks import archive_forgeries, forgeries, insider_forgeries, signed_forgeries
from minutes.record import chain
from minutes.sealing import heads
from minutes.sealing.keys import Keys
from minutes.sealing.verify import Against, verify_bytes
from tests.minutes.export import papers
from tests.minutes.sealing.authority import authority

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


def test_every_forgery_by_who_holds_the_manifest_key_is_named_in_its_part(base: forgeries.Ground) -> None:
    """Without any bulletin: the log, the PDF's seal and the other parts say otherwise."""
    made = list(insider_forgeries.insiders(base))
    assert len(made) >= 45
    alone = Against(trust=[base.keys.authority])
    assert [one.name for one in made if not one.named(alone)] == []


def test_every_forgery_of_what_persons_signed_is_seen(base: forgeries.Ground, tmp_path: Path) -> None:
    people = authority("CA thử của các đồng chí")
    signed, first = signed_forgeries.signed_ground(base, people, tmp_path / "signed", AT)
    scanned = signed_forgeries.scanned_ground(base, tmp_path / "scanned", AT)
    trust = [base.keys.authority, people.root]
    for true in (signed, scanned):
        verdict = verify_bytes(true.record.data, Against(trust=trust, heads=true.heads))
        assert (verdict.whole, verdict.trusted, verdict.newest) == (True, True, "yes"), verdict.faults
        flips = forgeries.flips(true, 15, random.Random(5).randrange)
        assert [place for place, _, forgery in flips if verify_bytes(forgery.data).whole] == []
    made = list(signed_forgeries.forgeries(signed, first, scanned, people))
    assert len(made) >= 20
    assert [forgery.name for forgery in made if not forgery.seen] == []
    assert not signed_forgeries.takes_a_scan_of_another_version(base)


def test_a_database_and_an_archive_changed_behind_the_servers_back_are_seen(
    base: forgeries.Ground, tmp_path: Path
) -> None:  # fmt: skip
    seen = dict(archive_forgeries.forgeries(base, tmp_path))
    assert len(seen) >= 22
    assert [name for name, was in seen.items() if not was] == []


def test_a_row_changed_by_sql_is_seen_in_the_log(base: forgeries.Ground) -> None:
    for name, log in forgeries._logs(base):
        honest = [entry.digest for entry in base.log]
        assert chain.faults(log) or [entry.digest for entry in log] != honest, name


def test_a_record_deleted_from_the_archive_is_missed(base: forgeries.Ground, keys: Keys) -> None:
    series = heads.read_series(base.heads, keys.manifest_key.public_key(), keys.key_id)
    assert series is not None
    assert heads.absent(series, [base.record.manifest]) == ()
    assert heads.absent(series, []) == (base.record.leaf,)
