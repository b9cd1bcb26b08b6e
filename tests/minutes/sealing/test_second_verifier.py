"""The verifier in docs/, written from the description of the formats, agrees with ours."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks import forgeries
from minutes.sealing import package
from minutes.sealing.keys import Keys
from minutes.sealing.tree import Leaf
from tests.minutes.export import papers

FILE = Path(__file__).parents[3] / "docs" / "verify_record.py"
NEEDS_PADES_OR_MORE = ("manifest signed anew", "another authority", "true keys", "manifest says so", "in the bulletins")


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


def test_it_sees_any_flipped_byte(second: ModuleType, base: forgeries.Ground) -> None:
    flips = forgeries.flips(base, 300, random.Random(7).randrange)
    assert [offset for offset, _, forgery in flips if says_whole(second, forgery.data)] == []


def test_it_agrees_on_all_forgeries_that_need_no_pades(second: ModuleType, base: forgeries.Ground) -> None:
    for forgery in forgeries.forgeries(base):
        whole = says_whole(second, forgery.data)
        assert not whole or any(words in forgery.name for words in NEEDS_PADES_OR_MORE), forgery.name
