"""Tasks across meetings and the history of a topic, on both databases."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import Session

from meeting_server.store import tasks
from meeting_server.store.beside import Task
from meeting_server.store.candidates import Reader
from meeting_server.store.database import Store
from meeting_server.store.tables import MeetingSummary, Person
from tests.meeting_server.store.records import keep, moment, organisation, summary

TODAY = date(2026, 4, 10)
READER = Reader(frozenset({"c1"}))


def task(key: str, what: str, due: date | None, *who: str) -> Task:
    return Task(key, "Nhiệm vụ", what, who, due.isoformat() if due else "cuối quý", due)


@pytest.fixture
def cell(store: Store) -> Store:
    def work(session: Session) -> None:
        organisation(session)
        session.add(Person(id="hop", name="Lang Văn Hợp"))
        keep(
            session, summary("m1", "c1", moment(2026, 3, 3)), ("conclusion", "Đổ bê tông ngõ Bàn."),
            ("speech", "bê tông thì tốt"),
            tasks=(task("t1", "Đổ bê tông", date(2026, 4, 1), "Lang Văn Hợp"), task("t2", "Họp tổ", None)),
        )  # fmt: skip
        keep(
            session, summary("m2", "c1", moment(2026, 4, 3)), ("conclusion", "Ngõ Bàn đã có bê tông một nửa."),
            tasks=(task("t1", "Thu tiền", date(2026, 4, 15)),),
        )  # fmt: skip
        keep(session, summary("m3", "c3", moment(2026, 4, 3)), tasks=(task("t1", "Việc khác", date(2026, 1, 1)),))

    store.write_now(work)
    return store


def listed(store: Store, which: tasks.Which = "open", person: str = "") -> list[tuple[str, str, int]]:
    found = store.read_now(lambda session: tasks.standing(session, ["c1"], TODAY, which=which, person=person))
    return [(one.meeting, one.what, one.late_days) for one in found]


def report(store: Store, meeting: str, key: str, state: tasks.State, at: int = 1) -> None:
    store.write_now(lambda session: tasks.report(session, meeting, key, state, at=at, note="đã xong"))


def test_tasks_are_listed_by_urgency_those_without_a_date_last(cell: Store) -> None:
    assert listed(cell) == [("m1", "Đổ bê tông", 9), ("m2", "Thu tiền", 0), ("m1", "Họp tổ", 0)]
    assert listed(cell, "overdue") == [("m1", "Đổ bê tông", 9)]
    assert listed(cell, "due") == [("m2", "Thu tiền", 0)]
    assert listed(cell, person="hop") == [("m1", "Đổ bê tông", 9)]


def test_a_report_ends_a_task_and_the_newest_word_counts(cell: Store) -> None:
    report(cell, "m1", "t1", "done", 5)
    assert listed(cell, "overdue") == []
    assert listed(cell, "ended") == [("m1", "Đổ bê tông", 0)]
    done = cell.read_now(lambda session: session.get(MeetingSummary, "m1"))
    assert done is not None
    assert (done.tasks, done.tasks_done) == (2, 1)
    report(cell, "m1", "t1", "open", 6)
    assert listed(cell, "overdue") == [("m1", "Đổ bê tông", 9)]
    with pytest.raises(tasks.NoSuchTask):
        report(cell, "m1", "t9", "done")


def test_the_next_meeting_opens_with_the_last_ones_tasks_and_older_open_ones(cell: Store) -> None:
    report(cell, "m2", "t1", "done")
    report(cell, "m1", "t2", "dropped")
    carried = cell.read_now(lambda session: tasks.carried_over(session, "c1", TODAY))
    assert [(one.meeting, one.task, one.state) for one in carried] == [("m1", "t1", "open"), ("m2", "t1", "done")]


def test_the_history_of_a_topic_runs_from_old_to_new_by_right_and_without_speech(cell: Store) -> None:
    moments = cell.read_now(lambda session: tasks.history(session, "be tong", READER))
    assert [(moment.meeting, moment.where) for moment in moments] == [("m1", "kết luận"), ("m2", "kết luận")]
    assert all(moment.text[a:b].lower() in ("bê", "tông") for moment in moments for a, b in moment.marks)
    assert cell.read_now(lambda session: tasks.history(session, "be tong", Reader(frozenset({"c3"})))) == []
    assert cell.read_now(lambda session: tasks.history(session, "?", READER)) == []
