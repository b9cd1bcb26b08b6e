"""Nộp cấp trên, on both databases: sent, received, answered, and back in the cell's agenda."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session

from meeting_server.store import inbox
from meeting_server.store.database import Store
from meeting_server.store.inbox import NoSuchSubmission, NotSendable, OutOfOrder, Sent
from tests.meeting_server.store.records import keep, moment, organisation, summary

TODAY = date(2026, 4, 10)
PETITION = Sent("petition", "Đề nghị sửa cầu", "Cầu treo hư hỏng.", "m1", source="p1")


@pytest.fixture
def units(store: Store) -> Store:
    def work(session: Session) -> None:
        organisation(session)
        keep(session, summary("m1", "c1", moment(2026, 3, 3)))
        keep(session, summary("m3", "c3", moment(2026, 3, 3)))

    store.write_now(work)
    return store


def send(store: Store, what: Sent = PETITION, cell: str = "c1", today: date = TODAY, at: int = 1) -> str:
    return store.write_now(lambda session: inbox.send(session, cell, what, sender="bt", at=at, today=today))


def came(store: Store, unit: str = "k1", **how: Any) -> list[inbox.Line]:
    return store.read_now(lambda session: inbox.inbox(session, unit, TODAY, **how))


def test_what_is_sent_arrives_right_above_and_nowhere_else(units: Store) -> None:
    sent = send(units)
    assert [(line.id, line.cell_name, line.state) for line in came(units)] == [(sent, "Chi bộ thôn 1", "sent")]
    assert came(units, "k2") == came(units, "p") == []
    assert units.read_now(lambda s: (inbox.may_handle(s, "k1", sent), inbox.may_handle(s, "k2", sent))) == (True, False)


def test_the_same_petition_is_sent_once(units: Store) -> None:
    assert send(units) == send(units)
    assert len(came(units)) == 1


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("p", Sent("petition", "Không có ai ở trên")),
        ("c1", Sent("petition", " ")),
        ("c1", Sent("petition", "Của chi bộ khác", meeting="m3")),
        ("c1", Sent("minutes", "Tệp không có", meeting="m1", file="f9")),
    ],
)
def test_a_cell_sends_only_its_own_and_only_upwards(units: Store, cell: str, what: Sent) -> None:
    with pytest.raises(NotSendable):
        send(units, what, cell)
    assert came(units) == []


def test_an_unanswered_petition_is_overdue_after_its_date(units: Store) -> None:
    late = send(units, today=date(2026, 3, 20))
    send(units, Sent("resolution", "Nghị quyết tháng 4"))
    assert [(line.id, line.late_days) for line in came(units, show="overdue")] == [(late, 6)]
    assert [line.kind for line in came(units)] == ["petition", "resolution"]
    counted = units.read_now(lambda session: inbox.counts(session, "k1", TODAY))
    assert counted == {"came": 2, "new": 2, "open": 2, "overdue": 1, "answered": 0}


def test_an_answer_is_given_once_and_returns_to_the_next_agenda(units: Store) -> None:
    sent = send(units)
    units.write_now(lambda session: inbox.receive(session, sent, receiver="vp", at=5))
    units.write_now(lambda session: inbox.receive(session, sent, receiver="khác", at=9))
    units.write_now(lambda session: inbox.answer(session, sent, "Đã bố trí kinh phí.", answerer="vp", at=7))
    with pytest.raises(OutOfOrder):
        units.write_now(lambda session: inbox.answer(session, sent, "Lại", answerer="vp", at=8))
    items = units.read_now(lambda session: inbox.agenda_items(session, "c1"))
    assert [item.title for item in items] == ["Thông báo trả lời của cấp trên: Đề nghị sửa cầu"]
    assert units.read_now(lambda session: inbox.agenda_items(session, "c3")) == ()
    units.write_now(lambda session: inbox.returned(session, "m3", "c1", ["i1", "answer-khác"]))
    assert units.read_now(lambda session: inbox.agenda_items(session, "c1")) == items
    units.write_now(lambda session: inbox.returned(session, "m1", "c1", ["i1", items[0].id]))
    assert units.read_now(lambda session: inbox.agenda_items(session, "c1")) == ()
    own = units.read_now(lambda session: inbox.sent_by(session, "c1", TODAY))
    assert [(line.state, line.received_at, line.answer, line.agenda_meeting) for line in own] == [
        ("returned", 5, "Đã bố trí kinh phí.", "m1")
    ]


def test_only_what_was_sent_up_may_be_read_there(units: Store) -> None:
    send(units)
    assert units.read_now(lambda session: inbox.readable(session, "k1")) == frozenset()
    send(units, Sent("resolution", "Nghị quyết", meeting="m1"))
    assert units.read_now(lambda session: inbox.readable(session, "k1")) == frozenset()
    send(units, Sent("minutes", "Biên bản", meeting="m1"))
    assert units.read_now(lambda session: inbox.readable(session, "k1")) == {"m1"}
    assert units.read_now(lambda session: inbox.readable(session, "k2")) == frozenset()


def test_an_unknown_submission_is_said_to_be_so(units: Store) -> None:
    with pytest.raises(NoSuchSubmission):
        units.write_now(lambda session: inbox.receive(session, "s-none", receiver="vp", at=5))
