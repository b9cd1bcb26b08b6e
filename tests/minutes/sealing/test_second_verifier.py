"""The verifier in docs/, written from the description of the formats, agrees with ours."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks import forgeries, insider_forgeries, signed_forgeries
from minutes.record import retention
from minutes.sealing import package, sign
from minutes.sealing.keys import Keys
from minutes.sealing.tree import Leaf
from tests.minutes.export import papers
from tests.minutes.sealing.authority import authority

FILE = Path(__file__).parents[3] / "docs" / "verify_record.py"
NEEDS_PADES = {
    f"{name}, manifest signed anew" for name in ("a byte in the signature's padding", "signed by another authority")
}  # fmt: skip
NEEDS_TRUST_OR_HEADS = {
    "sealed by another authority", "history rewritten and sealed anew with the true keys",
    "head replaced in the bulletins",
}  # fmt: skip
NEEDS_THE_FOLD = {"attendance rewritten, manifest signed anew"}


@pytest.fixture(scope="module")
def second() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_record", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def base(keys: Keys, other_keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> forgeries.Ground:
    return forgeries.ground(papers.whole(), keys, other_keys, tmp_path_factory.mktemp("heads"), papers.START)


def says_whole(second: ModuleType, data: bytes) -> bool:
    try:
        second.check(data)
    except Exception:
        return False
    return True


def test_it_finds_true_records_whole(second: ModuleType, keys: Keys) -> None:
    for size in (0, 1, 2, 6, 9):
        leaves = [Leaf(f"m{n}", 1, f"{n:064x}") for n in range(size)]
        assert second.check(package.seal(papers.whole(), keys, at=papers.START, leaves=leaves).data)["entries"] == 25
    assert second.check(package.seal(papers.whole(), keys, at=papers.START).data)


def test_the_day_of_a_meeting_that_was_typed_in_is_that_of_the_paper(second: ModuleType, keys: Keys) -> None:
    assert second.check(package.seal(papers.typed_in(), keys, at=papers.START).data)["day"] == "2026-11-02"


def test_it_finds_what_persons_signed_whole(second: ModuleType, base: forgeries.Ground, tmp_path: Path) -> None:
    people = authority("CA thử của các đồng chí")
    signed, _ = signed_forgeries.signed_ground(base, people, tmp_path / "signed", papers.START)
    scanned = signed_forgeries.scanned_ground(base, tmp_path / "scanned", papers.START)
    stamped = sign.restamped(base.parts["record.pdf"], people.stamping())
    again = package.resealed(base.record.data, base.keys, at=papers.START, pdf=stamped)
    assert [second.check(one.data)["state"] for one in (signed.record, scanned.record, again)] == [
        "signed", "hand_signed", "sealed",
    ]  # fmt: skip


def test_it_knows_the_table_of_retention(second: ModuleType) -> None:
    (table,) = retention.tables()
    assert table.since.isoformat() == second.RETENTION
    told = dict.fromkeys(second.PERMANENT, "permanent") | dict.fromkeys(second.SHORT, "short")
    assert told == table.kinds


def test_it_sees_any_flipped_byte(second: ModuleType, base: forgeries.Ground) -> None:
    flips = forgeries.flips(base, 300, random.Random(7).randrange)
    assert [offset for offset, _, forgery in flips if says_whole(second, forgery.data)] == []


def test_it_agrees_on_all_forgeries_that_need_no_pades(second: ModuleType, base: forgeries.Ground) -> None:
    """Those of the log under a manifest signed anew are seen without it."""
    passed = {forgery.name for forgery in forgeries.forgeries(base) if says_whole(second, forgery.data)}
    assert passed == NEEDS_PADES | NEEDS_TRUST_OR_HEADS | NEEDS_THE_FOLD


def test_it_sees_every_forgery_by_who_holds_the_manifest_key(second: ModuleType, base: forgeries.Ground) -> None:
    made = list(insider_forgeries.insiders(base))
    assert says_whole(second, forgeries.signed_anew(base, base.parts))
    assert len(made) >= 45
    assert [one.name for one in made if says_whole(second, one.data)] == []
