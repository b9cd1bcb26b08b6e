from __future__ import annotations

from minutes.record import document
from minutes.record.events import Block, BlockDeleted, BlockInserted, BlockMoved, BlockSaved, Drafted, Event, ReadBack
from tests.minutes.record.logbook import log


def block(key: str, text: str = "") -> Block:
    return Block(key, "opinion", text or f"lời {key}", "i1")


def draft(*blocks: Block) -> Drafted:
    return Drafted("d1", blocks)


def after(*events: Event) -> document.Document:
    return document.fold(log(events))


def ids(value: document.Document) -> list[str]:
    return [paragraph.id for paragraph in value.paragraphs]


def test_a_draft_again_replaces_what_no_hand_touched() -> None:
    value = after(draft(block("a"), block("b")), draft(block("a", "mới"), block("c")))
    assert [entry.text for entry in value.blocks] == ["mới", "lời c"]


def test_a_draft_again_only_proposes_to_a_touched_block() -> None:
    value = after(draft(block("a")), BlockSaved("a", 1, "tay sửa"), draft(block("a", "máy mới")))
    paragraph = value.paragraphs[0]
    assert (paragraph.block.text, paragraph.block.origin) == ("tay sửa", "hand")
    assert paragraph.proposal is not None
    assert paragraph.proposal.text == "máy mới"


def test_a_draft_again_of_the_same_words_proposes_nothing() -> None:
    value = after(draft(block("a")), BlockSaved("a", 1, "tay sửa"), draft(block("a")))
    assert value.paragraphs[0].proposal is None


def test_a_proposal_taken_over_makes_the_block_the_machines_again() -> None:
    value = after(draft(block("a")), BlockSaved("a", 1, "tay"), draft(block("a", "máy")), BlockSaved("a", 3, "máy"))
    assert (value.blocks[0].origin, value.paragraphs[0].proposal, value.paragraphs[0].touched) == ("draft", None, False)


def test_what_a_hand_deleted_or_wrote_survives_the_next_draft() -> None:
    value = after(
        draft(block("a"), block("b"), block("c")), BlockDeleted("b", 1), BlockInserted("a", block("x"), 2),
        draft(block("a"), block("b"), block("c")),
    )  # fmt: skip
    assert ids(value) == ["a", "x", "c"]


def test_a_block_moved_by_hand_keeps_its_place() -> None:
    value = after(
        draft(block("a"), block("b"), block("c")), BlockMoved("c", "a", 1), draft(block("a"), block("b"), block("c"))
    )
    assert ids(value) == ["a", "c", "b"]


def test_an_edit_is_stale_only_when_its_own_block_moved_on() -> None:
    value = after(draft(block("a"), block("b")), BlockSaved("a", 1, "khác"))
    assert value.stale("a", 1)
    assert not value.stale("b", 1)
    assert value.stale("gone", 2)


def test_folding_in_two_parts_is_folding_at_once() -> None:
    entries = log(
        [draft(block("a"), block("b")), BlockSaved("a", 1, "x"), draft(block("a", "y")), BlockMoved("b", "", 3)]
    )
    for cut in range(len(entries)):
        assert document.fold(entries[cut:], document.fold(entries[:cut])) == document.fold(entries)


def test_a_proposal_that_the_next_draft_takes_back_is_gone() -> None:
    value = after(draft(block("a")), BlockSaved("a", 1, "tay"), draft(block("a", "máy")), draft(block("a")))
    assert value.paragraphs[0].proposal is None
    assert value.blocks[0].text == "tay"


def test_what_a_draft_adds_after_the_read_back_is_only_offered_and_gone_with_the_next_draft_without_it() -> None:
    read = [draft(block("a")), ReadBack(1), draft(block("a"), block("b", "thêm"))]
    value = after(*read)
    assert ([one.text for one in value.blocks], [one.offered for one in value.paragraphs]) == (["lời a"], [False, True])
    assert after(*read, BlockSaved("b", 2, "thêm")).blocks[1] == block("b", "thêm")
    assert ids(after(*read, draft(block("a")))) == ["a"]
    assert [one.text for one in after(*read, BlockSaved("b", 2, "tay"), draft(block("a"))).blocks] == ["lời a", "tay"]


def test_what_the_room_recorded_after_the_read_back_and_the_end_still_come_in_by_themselves() -> None:
    vote, score = Block("v", "vote", "Thông qua biên bản", sources=("entry:7",)), Block("q", "quality", "Chấm 90 điểm.")
    assert after(draft(block("a")), ReadBack(1), draft(block("a"), vote, score)).blocks[1:] == (vote, score)
    earlier = Block("w", "vote", "Góp tiền", sources=("entry:1",))
    assert [one.offered for one in after(draft(block("a")), ReadBack(1), draft(block("a"), earlier)).paragraphs] == [
        False,
        True,
    ]


def test_text_taken_out_of_the_sealed_record_after_it_was_erased_is_the_minutes_again() -> None:
    assert after(ReadBack(1), draft(block("a"), block("b"))).blocks == (block("a"), block("b"))
