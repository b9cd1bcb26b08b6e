from __future__ import annotations

import itertools

from minutes.record import attendance, chain, codec, meeting, retention, transcript, votes
from minutes.record.codec import KINDS
from minutes.record.events import Entry, HandRaised, Sealed, Spoke, VoteCast
from tests.minutes.export import papers
from tests.minutes.record.logbook import log

TABLE = retention.tables()[0]
DAY = retention.DAY_MS


def sealed_log() -> list[Entry]:
    return papers.chained([*papers.course(), (150, "system", Sealed("00" * 32, 25, "11" * 32, "k"))])


def test_every_kind_has_a_retention_class() -> None:
    for table in retention.tables():
        assert set(table.kinds) == set(KINDS)
    assert TABLE.of("FromTheFuture") == "short"


def test_an_erased_entry_keeps_its_hashes_and_nothing_else() -> None:
    entry = log([HandRaised("a")])[0]
    gone = retention.erased(entry)
    assert (gone.body, gone.salt, gone.event) == (None, None, None)
    assert (gone.leaf, gone.digest) == (entry.leaf, entry.digest)


def test_short_lived_bodies_are_due_a_term_after_the_sealing_and_not_before() -> None:
    entries = sealed_log()
    head, sealed_at = meeting.fold(entries), entries[-1].at
    assert retention.due(head, entries, sealed_at + 30 * DAY - 1, TABLE) == retention.Due()
    over = retention.due(head, entries, sealed_at + 30 * DAY, TABLE)
    assert over.sound
    assert {entries[seq - 1].kind for seq in over.bodies} == {"Spoke", "Drafted"}


def test_nothing_is_due_under_a_legal_hold_or_before_the_record_is_sealed() -> None:
    entries = sealed_log()
    assert retention.due(meeting.fold(entries), entries, 2**43, TABLE, hold=True) == retention.Due()
    assert retention.due(meeting.fold(entries[:-1]), entries[:-1], 2**43, TABLE) == retention.Due()


def test_a_practice_meeting_goes_whole_after_its_days() -> None:
    entries = papers.chained([(-60, "m1", papers.scheduled(kind="practice")), *papers.course()[1:]])
    head = meeting.fold(entries)
    assert head.closed_at is not None
    assert not retention.due(head, entries, head.closed_at + 7 * DAY - 1, TABLE).everything
    assert retention.due(head, entries, head.closed_at + 7 * DAY, TABLE).everything


def test_after_erasure_chain_and_tree_verify_and_the_folds_go_on() -> None:
    entries = sealed_log()
    gone = [retention.erased(entry) if entry.kind in ("Spoke", "VoteCast") else entry for entry in entries]
    assert chain.faults(gone) == []
    assert chain.root([entry.leaf for entry in gone]) == chain.root([entry.leaf for entry in entries])
    assert transcript.fold(gone).utterances == ()
    assert attendance.fold(gone) == attendance.fold(entries)
    assert votes.fold(gone).motions[0].counted.in_favour == 2  # what was closed with stands


def test_an_erased_vote_or_word_cannot_be_found_by_trying_all_values() -> None:
    """All votes that could have been cast, under every salt still in the log and some that one would guess."""
    entries = sealed_log()
    gone = [retention.erased(entry) if entry.kind in ("Spoke", "VoteCast") else entry for entry in entries]
    salts = [entry.salt for entry in gone if entry.salt] + [bytes(16), b"\xff" * 16]
    people = [line.member for line in papers.ROSTER] + ["hall"]
    tries = [
        codec.encode(VoteCast("v1", voter, choice, count))  # type: ignore[arg-type]
        for voter, choice, count in itertools.product(people, ("for", "against", "other"), range(8))
    ]
    spoken = next(entry.event for entry in entries if isinstance(entry.event, Spoke))
    tries.append(codec.encode(spoken))
    hashes = {chain.body_hash(salt, body) for salt in salts for body in tries}
    erased = [entry for entry in gone if entry.body is None]
    assert len(erased) == 4
    assert not [entry.seq for entry in erased if entry.body_hash in hashes]
    honest = [entry for entry in entries if entry.kind == "VoteCast"]
    assert all(chain.body_hash(entry.salt or b"", entry.body or b"") == entry.body_hash for entry in honest)
