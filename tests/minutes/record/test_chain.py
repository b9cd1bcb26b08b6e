from __future__ import annotations

import dataclasses
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minutes.record import chain
from minutes.record.events import Entry, HandRaised
from minutes.record.retention import erased
from tests.minutes.record.logbook import log

ENTRIES = log([HandRaised(f"m{number}") for number in range(6)])
hashes = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def test_an_untouched_log_is_whole_and_so_is_one_with_erased_bodies() -> None:
    assert chain.faults(ENTRIES) == []
    assert chain.faults([erased(entry) for entry in ENTRIES]) == []


def test_every_way_of_touching_a_log_is_found() -> None:
    forged: dict[str, list[Entry]] = {
        "body": [dataclasses.replace(ENTRIES[0], body=b'{"member":"x","up":true}'), *ENTRIES[1:]],
        "salt": [dataclasses.replace(ENTRIES[0], salt=bytes(16)), *ENTRIES[1:]],
        "actor": [dataclasses.replace(ENTRIES[0], actor="x"), *ENTRIES[1:]],
        "time": [dataclasses.replace(ENTRIES[0], at=0), *ENTRIES[1:]],
        "authority": [dataclasses.replace(ENTRIES[0], authority="admin"), *ENTRIES[1:]],
        "kind": [dataclasses.replace(ENTRIES[0], kind="FloorReturned"), *ENTRIES[1:]],
        "deleted": ENTRIES[:2] + ENTRIES[3:],
        "swapped": [ENTRIES[1], ENTRIES[0], *ENTRIES[2:]],
        "doubled": [ENTRIES[0], *ENTRIES],
        "erased leaf": [dataclasses.replace(erased(ENTRIES[0]), leaf=bytes(32)), *ENTRIES[1:]],
    }
    assert [name for name, entries in forged.items() if not chain.faults(entries)] == []


def test_an_entry_read_from_its_columns_is_the_entry_that_was_made() -> None:
    entry = ENTRIES[2]
    columns = (entry.meeting, entry.seq, entry.at, entry.actor, entry.authority, entry.kind, entry.version)
    assert chain.read_entry(*columns, entry.body, entry.salt, entry.body_hash, entry.leaf, entry.digest) == entry
    gone = chain.read_entry(*columns, None, None, entry.body_hash, entry.leaf, entry.digest)
    assert gone.event is None


def test_a_salt_has_sixteen_bytes() -> None:
    with pytest.raises(AssertionError):
        chain.body_hash(b"short", b"{}")


def test_the_tree_is_that_of_rfc_6962() -> None:
    """Worked out by hand for three leaves: H(1, H(1, a, b), c); nothing at all is the hash of nothing."""
    a, b, c = (bytes([n]) * 32 for n in range(3))
    left = hashlib.sha256(b"\x01" + a + b).digest()
    assert chain.root([a, b, c]) == hashlib.sha256(b"\x01" + left + c).digest()
    assert chain.root([]) == hashlib.sha256(b"").digest()
    assert chain.root([a]) == a


@settings(max_examples=150, deadline=None)
@given(hashes, st.integers(0, 10**6))
def test_every_leaf_is_proven_by_its_path_and_no_other_leaf_is(leaves: list[bytes], pick: int) -> None:
    index, root = pick % len(leaves), chain.root(leaves)
    path = chain.inclusion(leaves, index)
    assert chain.root_from(leaves[index], index, len(leaves), path) == root
    assert chain.root_from(bytes(32), index, len(leaves), path) != root or leaves[index] == bytes(32)
    with pytest.raises(ValueError, match="path"):
        chain.root_from(leaves[index], index, len(leaves), [*path, bytes(32)])
    if path:
        with pytest.raises(ValueError, match="path"):
            chain.root_from(leaves[index], index, len(leaves), path[:-1])


def test_a_leaf_outside_the_tree_has_no_root() -> None:
    with pytest.raises(ValueError, match="outside"):
        chain.root_from(bytes(32), 3, 3, [])


def test_a_tree_that_grows_leaf_by_leaf_has_the_same_roots() -> None:
    leaves = [bytes([number]) * 32 for number in range(70)]
    grown = chain.Range()
    assert grown.root() == chain.root([])
    for size, leaf in enumerate(leaves, 1):
        grown.add(leaf)
        assert grown.root() == chain.root(leaves[:size])
