from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minutes.record import chain
from minutes.sealing import archive, command, heads, package, tree
from minutes.sealing.keys import Keys
from minutes.sealing.tree import Leaf
from minutes.sealing.verify import Against, verify_bytes
from tests.minutes.export import papers

AT = papers.START + 150 * papers.MINUTE
leaves = st.lists(st.integers(0, 99), min_size=1, max_size=40, unique=True).map(
    lambda numbers: [Leaf(f"m{number}", 1, f"{number:064x}") for number in numbers]
)


@settings(max_examples=60, deadline=None)
@given(leaves, st.data())
def test_a_receipt_holds_for_its_leaf_only(keys: Keys, log: list[Leaf], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(log) - 1))
    head = tree.signed_head(log, keys.manifest_key, AT)
    given_ = tree.receipt(log, index, head)
    tree.check_receipt(given_, keys.manifest_key.public_key())
    assert tree.read_receipt(tree.receipt_bytes(given_)) == given_
    forged = dataclasses.replace(given_, leaf=dataclasses.replace(given_.leaf, manifest="0" * 64 + "1"))
    with pytest.raises(tree.BadReceipt):
        tree.check_receipt(forged, keys.manifest_key.public_key())


def kept(log: list[Leaf], keys: Keys, directory: Path, *sizes: int) -> Path:
    """Bulletins handed up when the log had these sizes."""
    directory.mkdir(exist_ok=True)
    since = 0
    for size in sizes:
        head = tree.signed_head(log[:size], keys.manifest_key, AT + size)
        handed = tree.bulletin(log[:size], since, head, keys.chain_pem.decode())
        (directory / handed.name).write_bytes(tree.bulletin_bytes(handed))
        since = size
    return directory


LOG = [Leaf(f"m{number}", 1, f"{number:064x}") for number in range(7)]


def test_bulletins_join_to_one_series(keys: Keys, tmp_path: Path) -> None:
    kept(LOG, keys, tmp_path, 2, 5, 7)
    series = heads.read_series(tmp_path, keys.manifest_key.public_key(), keys.key_id)
    assert series is not None
    assert list(series.leaves) == LOG
    assert series.first_head_with(LOG[3]) == series.heads[1]


def test_bulletins_are_found_in_the_folder_that_bears_the_keys_name(keys: Keys, tmp_path: Path) -> None:
    kept(LOG, keys, tmp_path / keys.key_id, 2, 5)
    series = heads.read_series(tmp_path, keys.manifest_key.public_key(), keys.key_id)
    assert series is not None
    assert [head.size for head in series.heads] == [2, 5]


def test_a_bulletin_come_again_is_not_new_and_one_too_early_is_told_from_a_contradiction(keys: Keys) -> None:
    def handed(log: list[Leaf], since: int) -> tree.Bulletin:
        return tree.bulletin(log, since, tree.signed_head(log, keys.manifest_key, AT), "")

    growing = heads.Growing(keys.manifest_key.public_key())
    assert [growing.add(handed(LOG[:size], since), "x") for since, size in ((0, 2), (2, 5), (2, 5), (0, 2))] == [
        True, True, False, False,
    ]  # fmt: skip
    with pytest.raises(heads.Missing):
        growing.add(handed(LOG, 6), "x")
    with pytest.raises(heads.Contradicts):
        growing.add(handed([*LOG[:4], LOG[6]], 2), "x")
    with pytest.raises(heads.Contradicts):
        growing.add(handed([LOG[6], LOG[1]], 0), "x")
    assert (growing.size, growing.latest and growing.latest.size) == (5, 5)


@settings(max_examples=80, deadline=None)
@given(leaves, st.data())
def test_a_consistency_proof_holds_for_its_two_roots_only(log: list[Leaf], data: st.DataObject) -> None:
    newer = data.draw(st.integers(1, len(log)))
    older = data.draw(st.integers(1, newer))
    series = heads.Series(tuple(log), ())
    first, last = (bytes.fromhex(series.root_at(size)) for size in (older, newer))
    proof = [bytes.fromhex(node) for node in series.proof(older, newer)]
    assert chain.consistent(older, newer, first, last, proof)
    assert len(proof) <= 2 * newer.bit_length()
    assert not chain.consistent(older, newer, b"x" * 32, last, proof)
    assert not chain.consistent(older, newer, first, b"x" * 32, proof)
    assert not chain.consistent(older, newer, first, last, [*proof, b"x" * 32])
    assert not proof or not chain.consistent(older, newer, first, last, proof[:-1])
    forged = [Leaf("x", 1, "0" * 64), *log[1:newer]]
    other = bytes.fromhex(heads.Series(tuple(forged), ()).root_at(newer))
    theirs = [bytes.fromhex(node) for node in heads.Series(tuple(forged), ()).proof(older, newer)]
    assert not chain.consistent(older, newer, first, other, theirs)


Forgery = Callable[[list[Leaf]], list[Leaf]]


@pytest.mark.parametrize(
    "forge",
    [
        lambda log: [*log[:1], Leaf("m1", 1, "f" * 64), *log[2:]],
        lambda log: log[:1] + log[2:] + [Leaf("x", 1, "0" * 64)],
        lambda log: [log[1], log[0], *log[2:]],
        lambda log: [Leaf("x", 1, "0" * 64), *log[:-1]],
    ],
    ids=["edited", "deleted", "swapped", "inserted"],
)
def test_a_history_written_anew_does_not_join_the_old_bulletins(keys: Keys, tmp_path: Path, forge: Forgery) -> None:
    kept(LOG, keys, tmp_path, 2, 5)
    anew = forge(LOG)
    head = tree.signed_head(anew, keys.manifest_key, AT)
    handed = tree.bulletin(anew, 5, head, "")
    (tmp_path / handed.name).write_bytes(tree.bulletin_bytes(handed))
    with pytest.raises(heads.BadHeads, match="root"):
        heads.read_series(tmp_path, keys.manifest_key.public_key(), keys.key_id)


def test_a_missing_or_replaced_or_foreign_bulletin_is_seen(keys: Keys, other_keys: Keys, tmp_path: Path) -> None:
    key = keys.manifest_key.public_key()
    kept(LOG, keys, tmp_path / "a", 2, 5, 7)
    sorted((tmp_path / "a").iterdir())[1].unlink()
    with pytest.raises(heads.BadHeads, match="missing"):
        heads.read_series(tmp_path / "a", key, keys.key_id)
    kept(LOG, keys, tmp_path / "b", 2, 5)
    file = sorted((tmp_path / "b").iterdir())[1]
    bulletin = tree.read_bulletin(file.read_bytes())
    foreign = tree.signed_head(LOG[:5], other_keys.manifest_key, AT)
    foreign = dataclasses.replace(foreign, key_id=keys.key_id)
    file.write_bytes(tree.bulletin_bytes(dataclasses.replace(bulletin, head=foreign)))
    with pytest.raises(heads.BadHeads, match="signature"):
        heads.read_series(tmp_path / "b", key, keys.key_id)


def test_a_record_with_its_receipt_is_whole_and_the_receipt_counts_too(keys: Keys) -> None:
    record = package.seal(papers.whole(), keys, at=AT, leaves=LOG)
    assert verify_bytes(record.data).whole
    parts = archive.unpack(record.data)
    for offset in range(0, len(parts["receipt.json"]), 7):
        changed = bytearray(parts["receipt.json"])
        changed[offset] ^= 1
        verdict = verify_bytes(archive.pack(parts | {"receipt.json": bytes(changed)}))
        assert "receipt.json" in {fault.part for fault in verdict.faults}


def test_the_newest_version_is_told_from_an_older_one(keys: Keys, tmp_path: Path) -> None:
    record = package.seal(papers.whole(), keys, at=AT, leaves=LOG)
    log = [*LOG, record.leaf]
    kept(log, keys, tmp_path / "a", 3, 8)
    assert verify_bytes(record.data, Against(heads=tmp_path / "a")).newest == "yes"
    later = [*log, Leaf(record.leaf.meeting, 2, "e" * 64)]
    kept(later, keys, tmp_path / "b", 3, 9)
    verdict = verify_bytes(record.data, Against(heads=tmp_path / "b"))
    assert (verdict.whole, verdict.newest) == (True, "no")
    assert "KHÔNG PHẢI phiên bản mới nhất" in verdict.text()


def test_a_record_that_the_bulletins_do_not_know_is_a_forgery(keys: Keys, tmp_path: Path) -> None:
    record = package.seal(papers.whole(), keys, at=AT - 1, leaves=LOG)
    kept([*LOG, Leaf("m-2026-11", 1, "d" * 64)], keys, tmp_path, 8)
    verdict = verify_bytes(record.data, Against(heads=tmp_path))
    assert not verdict.whole
    assert verdict.faults[0].code == "heads"


def test_a_record_sealed_after_the_last_bulletin_is_only_not_known_yet(keys: Keys, tmp_path: Path) -> None:
    record = package.seal(papers.whole(), keys, at=AT + 99, leaves=LOG)
    kept(LOG, keys, tmp_path, 7)
    verdict = verify_bytes(record.data, Against(heads=tmp_path))
    assert (verdict.whole, verdict.newest) == (True, "unknown")


def test_an_archive_is_checked_as_a_whole_and_what_is_gone_is_named(
    keys: Keys, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = package.seal(papers.whole(meeting="m-1"), keys, at=AT, leaves=())
    second = package.seal(papers.whole(meeting="m-2"), keys, at=AT, leaves=[first.leaf])
    archived = tmp_path / "archive" / "2026"
    archived.mkdir(parents=True)
    (archived / "1.hcb.zip").write_bytes(first.data)
    (archived / "2.hcb.zip").write_bytes(second.data)
    kept([first.leaf, second.leaf], keys, tmp_path / "heads", 1, 2)
    assert command.run(tmp_path / "archive", heads=tmp_path / "heads") == command.WHOLE
    (archived / "2.hcb.zip").unlink()
    assert command.run(tmp_path / "archive", heads=tmp_path / "heads") == command.ALTERED
    assert "THIẾU       m-2, phiên bản 1" in capsys.readouterr().out
