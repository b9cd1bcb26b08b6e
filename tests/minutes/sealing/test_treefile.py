from __future__ import annotations

from pathlib import Path

import pytest

from minutes.sealing import package
from minutes.sealing.heads import read_series
from minutes.sealing.keys import Keys
from minutes.sealing.tree import BadReceipt, Leaf
from minutes.sealing.treefile import TreeFile
from minutes.sealing.verify import Against, verify_bytes
from tests.minutes.export import papers

LEAVES = [Leaf(f"m{number}", 1, f"{number:064x}") for number in range(4)]


def test_leaves_stay_and_bulletins_join(keys: Keys, tmp_path: Path) -> None:
    file = TreeFile(tmp_path / "tree")
    for at, leaf in enumerate(LEAVES):
        file.append(leaf, keys, at)
    assert TreeFile(tmp_path / "tree").leaves() == tuple(LEAVES)
    series = read_series(file.heads, keys.manifest_key.public_key(), keys.key_id)
    assert series is not None
    assert series.leaves == tuple(LEAVES)


@pytest.mark.parametrize("half", [b'{"man', b"x", b'{"manifest":"00","meeting":"m9","version":1}'])
def test_a_line_that_a_kill_left_half_written_counts_for_nothing(keys: Keys, tmp_path: Path, half: bytes) -> None:
    file = TreeFile(tmp_path)
    file.append(LEAVES[0], keys, 0)
    with (tmp_path / "leaves.jsonl").open("ab") as raw:
        raw.write(half)
    assert file.leaves() == (LEAVES[0],)
    file.append(LEAVES[1], keys, 1)
    assert file.leaves() == (LEAVES[0], LEAVES[1])


def test_a_line_rewritten_by_hand_is_refused(keys: Keys, tmp_path: Path) -> None:
    TreeFile(tmp_path).append(LEAVES[0], keys, 0)
    (tmp_path / "leaves.jsonl").write_bytes(b'{"manifest": "00","meeting":"m0","version":1}\n')
    with pytest.raises(BadReceipt):
        TreeFile(tmp_path).leaves()


def test_a_record_sealed_again_after_a_kill_counts_by_its_later_leaf(keys: Keys, tmp_path: Path) -> None:
    file = TreeFile(tmp_path)
    lost = package.seal(papers.whole(), keys, at=papers.START, leaves=file.leaves())
    file.append(lost.leaf, keys, papers.START)
    again = package.seal(papers.whole(), keys, at=papers.START + 5, leaves=file.leaves())
    file.append(again.leaf, keys, papers.START + 5)
    assert verify_bytes(again.data, Against(heads=file.heads)).newest == "yes"
    assert verify_bytes(lost.data, Against(heads=file.heads)).newest == "no"


def test_a_kill_between_a_leaf_and_its_bulletin_leaves_no_hole_in_the_bulletins(keys: Keys, tmp_path: Path) -> None:
    file = TreeFile(tmp_path)
    file.append(LEAVES[0], keys, 0)
    file.append(LEAVES[1], keys, 1).unlink()
    file.append(LEAVES[2], keys, 2)
    series = read_series(file.heads, keys.manifest_key.public_key(), keys.key_id)
    assert series is not None
    assert series.leaves == tuple(LEAVES[:3])
