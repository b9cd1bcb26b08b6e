"""The secretary's desk: whose words a block is, what kind of block, and that its thread to what was said is kept."""

from __future__ import annotations

from pathlib import Path

from meeting_server.room import commands as c
from meeting_server.room.desk import changes_since_reading
from minutes.drafting.log import drafted as draft_of
from minutes.record.document import KINDS, Paragraph, section_of
from tests.meeting_server.room.given import CHAIR, HOP, LAN, LEADER, SECRETARY, Table, opened

OPINION = "Tôi đề nghị mỗi hộ góp hai công làm đường bê tông."


def redrafted(table: Table) -> Table:
    return table.happened(draft_of(table.entries))


def heard() -> Table:
    """Khang was heard in the first item; the minutes are drafted."""
    table = opened().does(CHAIR, c.StartItem("review"), c.TypeSpeech("Mời đồng chí Khang.", LEADER))
    return redrafted(table.does(SECRETARY, c.TypeSpeech(OPINION, LAN)))


def opinion(table: Table) -> Paragraph:
    return next(one for one in table.room.document.paragraphs if "2 công" in one.block.text)


def kinds(table: Table) -> list[str]:
    return [block.kind for block in table.room.document.blocks]


def test_a_drafted_block_knows_its_speaker_by_id() -> None:
    assert opinion(heard()).block.speaker == LAN


def test_a_speaker_corrected_at_an_untouched_block_is_corrected_where_it_was_said_and_drafted_again() -> None:
    table = heard()
    before = opinion(table)
    version = table.room.document.version
    table.does(SECRETARY, c.SaveBlock(before.id, version, before.block.text, speaker=HOP))
    assert [entry.kind for entry in table.entries][-1] == "SpeakerAssigned"
    after = opinion(redrafted(table))
    assert (after.id, after.block.speaker, after.touched) == (before.id, HOP, False)
    assert after.block.text.startswith("Đồng chí Lang Văn Hợp")
    assert after.block.sources == before.block.sources


def test_a_speaker_corrected_at_a_touched_block_brings_a_proposal_with_the_difference() -> None:
    table = heard()
    block = opinion(table).block
    own = "Đồng chí Khang xin mỗi hộ góp 2 công."
    table.does(SECRETARY, c.SaveBlock(block.id, table.room.document.version, own))
    table.does(SECRETARY, c.SaveBlock(block.id, table.room.document.version, own, speaker=HOP))
    after = opinion(redrafted(table))
    assert (after.block.text, after.block.speaker, after.block.sources) == (own, HOP, block.sources)
    assert after.proposal is not None
    assert "Lang Văn Hợp" in after.proposal.text


def test_only_what_was_thought_to_be_the_same_persons_changes_its_speaker() -> None:
    table = heard()
    block = opinion(table).block
    said = {one.id: one.speaker for one in table.room.transcript.utterances}
    table.does(SECRETARY, c.SaveBlock(block.id, table.room.document.version, block.text, speaker=HOP))
    now = {one.id: one.speaker for one in table.room.transcript.utterances}
    assert {key for key in said if said[key] != now[key]} == {key for key in said if said[key] == LAN}


def test_after_the_read_back_another_speaker_or_a_weighty_kind_needs_a_reason() -> None:
    table = heard().does(SECRETARY, c.ReadBack())
    block, version = opinion(table).block, table.room.document.version
    table.refuses(SECRETARY, c.SaveBlock(block.id, version, block.text, speaker=HOP), "reason_needed")
    table.refuses(SECRETARY, c.SaveBlock(block.id, version, block.text, kind="task"), "reason_needed")
    table.does(SECRETARY, c.SaveBlock(block.id, version, block.text, speaker=HOP, reason="nghe nhầm tiếng"))
    paragraph = opinion(redrafted(table))
    assert paragraph.proposal is not None
    table.does(SECRETARY, c.AcceptRedraft(block.id, table.room.document.version, "nghe nhầm tiếng"))
    assert [(one.block, one.reason) for one in changes_since_reading(table.room)] == [(block.id, "nghe nhầm tiếng")]


def test_a_kind_given_by_hand_moves_the_block_to_its_section_and_outlives_a_redraft() -> None:
    table = heard()
    block = opinion(table).block
    table.does(SECRETARY, c.SaveBlock(block.id, table.room.document.version, block.text, kind="task"))
    for again in (table, redrafted(table)):
        found = opinion(again).block
        assert (found.kind, found.sources) == ("task", block.sources)
        sections = [section_of(kind) for kind in kinds(again)]
        assert sections == sorted(sections, key=lambda one: ["I", "II", "III", "IV", "V", "VI", "VII"].index(one))
    said = table.room.transcript.utterances[-1]
    redrafted(table.does(SECRETARY, c.Correct(said.id, OPINION.replace("hai công", "2 công và một xe cát"))))
    assert opinion(table).proposal is not None
    table.does(SECRETARY, c.AcceptRedraft(block.id, table.room.document.version))
    assert "xe cát" in opinion(table).block.text
    assert opinion(table).block.kind == "task"


def test_a_block_put_in_by_hand_has_the_kind_and_speaker_chosen_and_stands_in_its_section() -> None:
    table = heard()
    near, version = opinion(table).id, table.room.document.version
    table.does(SECRETARY, c.InsertBlock("opinion", "…", version, near, "review", speaker=HOP))
    ids = [one.id for one in table.room.document.paragraphs]
    new = table.room.document.paragraphs[ids.index(near) + 1].block
    assert (new.kind, new.speaker, new.item, new.origin) == ("opinion", HOP, "review", "hand")
    table.does(SECRETARY, c.InsertBlock("task", "…", table.room.document.version, near))
    sections = [section_of(kind) for kind in kinds(table)]
    assert sections == sorted(sections, key=lambda one: ["I", "II", "III", "IV", "V", "VI", "VII"].index(one))


def test_an_unknown_kind_or_person_is_refused() -> None:
    table = heard()
    block, version = opinion(table).block, table.room.document.version
    table.refuses(SECRETARY, c.SaveBlock(block.id, version, "x", kind="poem"), "unknown_kind")
    table.refuses(SECRETARY, c.InsertBlock("poem", "x", version), "unknown_kind")
    table.refuses(SECRETARY, c.InsertBlock("note", "x", version, speaker="nobody"), "unknown_person")
    table.refuses(SECRETARY, c.SaveBlock(block.id, version, "x", speaker="nobody"), "unknown_person")


def test_every_kind_has_a_name_on_the_screen() -> None:

    words = (Path(__file__).parents[3] / "web_client/src/messages/minutes.ts").read_text("utf-8")
    named = words.partition("kinds: {")[2].partition("}")[0]
    assert not [kind for kind in KINDS if f"{kind}:" not in named]
