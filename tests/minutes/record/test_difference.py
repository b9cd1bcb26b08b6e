from __future__ import annotations

from minutes.record import difference, document
from minutes.record.events import Block, BlockDeleted, BlockInserted, BlockMoved, BlockSaved, Drafted
from tests.minutes.record.logbook import log


def block(key: str, text: str) -> Block:
    return Block(key, "opinion", text)


DRAFT = Drafted("d", (block("a", "thu 300.000 đồng mỗi hộ"), block("b", "hai"), block("c", "ba")))
LOG = log(
    [
        DRAFT, BlockSaved("a", 1, "thu 500.000 đồng mỗi hộ"), BlockDeleted("b", 2),
        BlockInserted("c", block("x", "mới"), 3),
    ]
)  # fmt: skip


def test_what_a_hand_changed_since_the_draft_is_told_word_by_word() -> None:
    found = difference.changes(difference.last_draft(LOG), document.fold(LOG))
    assert [(change.block, change.what) for change in found] == [("a", "changed"), ("x", "added"), ("b", "deleted")]
    assert found[0].pieces == (("same", "thu"), ("out", "300.000"), ("in", "500.000"), ("same", "đồng mỗi hộ"))


def test_a_version_is_found_again_in_the_log() -> None:
    passed = difference.at_version(LOG, 2)
    assert passed.version == 2
    assert [change.what for change in difference.changes(passed, document.fold(LOG))] == ["added", "deleted"]
    assert difference.at_version(LOG, 0) == document.EMPTY


def test_a_moved_block_is_told_as_moved() -> None:
    moved = document.fold(log([DRAFT, BlockMoved("c", "", 1)]))
    found = difference.changes(document.fold(log([DRAFT])), moved)
    assert {change.what for change in found} == {"moved"}


def test_equal_versions_differ_in_nothing() -> None:
    assert difference.changes(document.fold(LOG), document.fold(LOG)) == ()
