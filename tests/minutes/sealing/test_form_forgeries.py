"""Forgeries of form: our verifier, the one in docs/ and the one in the browser name each of them alike."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from benchmarks import forgeries, form_forgeries
from benchmarks.form_forgeries import Insider
from minutes.sealing import archive, tree
from minutes.sealing.keys import Keys
from minutes.sealing.verify import Against, verify_bytes
from tests.minutes.export import papers
from tests.minutes.sealing.test_browser_verifier import checked, compiled
from tests.minutes.sealing.test_browser_verifier import pytestmark as browser
from tests.minutes.sealing.test_second_verifier import says_whole, second

__all__ = ["compiled", "second"]


@pytest.fixture(scope="module")
def base(keys: Keys, other_keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> forgeries.Ground:
    return forgeries.ground(papers.whole(), keys, other_keys, tmp_path_factory.mktemp("heads"), papers.START)


@pytest.fixture(scope="module")
def made(base: forgeries.Ground) -> list[Insider]:
    return list(form_forgeries.forms(base))


def test_each_is_named_in_its_part(made: list[Insider], base: forgeries.Ground) -> None:
    assert len(made) >= 50
    alone = Against(trust=[base.keys.authority])
    assert [one.name for one in made if not one.named(alone)] == []


def test_the_verifier_in_the_docs_sees_each(made: list[Insider], second: ModuleType) -> None:
    assert [one.name for one in made if says_whole(second, one.data)] == []


@browser
def test_the_verifier_in_the_browser_names_each_in_its_part(made: list[Insider], compiled: Path) -> None:
    told = checked(compiled, {f"{n}": one.data for n, one in enumerate(made)})
    missed = [
        one.name for n, one in enumerate(made) if one.part not in {fault["part"] for fault in told[f"{n}"]["faults"]}
    ]
    assert missed == []


def test_a_sealing_dated_back_is_told_by_the_bulletins(base: forgeries.Ground, tmp_path: Path) -> None:
    """By who holds the manifest's key: the file fits, the level above knows better."""
    back = forgeries.signed_anew(base, base.parts, sealed_at=papers.START - 400 * 86_400_000)
    given = tree.read_receipt(archive.unpack(back)["receipt.json"])
    leaves = [base.record.leaf, given.leaf]
    head = tree.signed_head(leaves, base.keys.manifest_key, papers.START + 2)
    handed = tree.bulletin(leaves, 1, head, base.keys.chain_pem.decode())
    (tmp_path / handed.name).write_bytes(tree.bulletin_bytes(handed))
    for file in base.heads.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    verdict = verify_bytes(back, Against(heads=tmp_path))
    assert (verdict.whole, verdict.newest) == (True, "yes"), verdict.faults
    assert any("không khớp với các mốc" in note for note in verdict.notes)
    true = verify_bytes(base.record.data, Against(heads=tmp_path))
    assert (true.newest, true.notes) == ("no", ())


def test_only_the_seals_own_key_makes_a_seal(base: forgeries.Ground) -> None:
    """Also before a judge who trusts the forger's authority, and with no bulletin at hand."""
    forged = list(form_forgeries.seals(base))
    assert len(forged) == 3
    both = Against(trust=[base.keys.authority, base.other_keys.authority])
    assert [one.name for one in forged if not one.named(both)] == []
