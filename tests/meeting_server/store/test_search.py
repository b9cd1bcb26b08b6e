"""Search on both databases: found by words with and without diacritics, and never past one's right."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlmodel import Session

from meeting_server.store import beside
from meeting_server.store.database import Store
from meeting_server.store.search import Found, Query, Reader, search
from meeting_server.store.tables import MeetingSummary
from tests.meeting_server.store.records import keep, moment, organisation, summary

ALL = Reader(everything=True)
OWN = Reader(cells=frozenset({"c1"}))


def archive(session: Session) -> None:
    organisation(session)
    keep(
        session, summary("m1", "c1", moment(2026, 3, 3)),
        ("item", "Làm đường bê tông ngõ Bàn"), ("conclusion", "Chi bộ thống nhất đổ bê tông trước ngày 20/4."),
        ("block", "Đồng chí Hợp bảo lưu ý kiến về tiền nước."), ("speech", "Thưa các đồng chí, con bò nhà tôi."),
        people=(("hop", "spoke"), ("thuan", "chair")),
    )  # fmt: skip
    keep(
        session, summary("m2", "c1", moment(2026, 4, 3), kind="thematic"), ("task", "Bàn giao bản đồ – Vi Văn Thuận"),
        ("item", "Tông kết và bê tráp"),
    )  # fmt: skip
    keep(session, summary("m3", "c3", moment(2025, 4, 3)), ("conclusion", "Đổ bê tông sân nhà văn hóa."))


@pytest.fixture
def filled(store: Store) -> Iterator[Store]:
    store.write_now(archive)
    return store


def found(store: Store, words: str = "", reader: Reader = ALL, **filters: object) -> Found:
    query = Query(words, **filters)  # type: ignore[arg-type]
    return store.read_now(
        lambda session: search(session, query, reader, year_of=lambda at: 1970 + at // 31_556_952_000)
    )


def ids(found: Found) -> list[str]:
    return [result.meeting for result in found.results]


def test_words_are_found_with_and_without_diacritics(filled: Store) -> None:
    for words in ("bê tông", "be tong", "BE TONG", "Bê tông", "đổ bê tông", "do be tong"):
        assert set(ids(found(filled, words))) >= {"m1", "m3"}, words
    assert ids(found(filled, "bau luu")) == []
    assert ids(found(filled, "bao luu")) == ["m1"]


def test_the_best_line_is_shown_with_its_words_marked(filled: Store) -> None:
    first = found(filled, "do be tong", OWN).results[0]
    assert (first.meeting, first.where, first.cell_name) == ("m1", "kết luận", "Chi bộ thôn 1")
    assert [first.text[a:b] for a, b in first.marks] == ["đổ", "bê", "tông"]


def test_as_typed_comes_before_without_diacritics_and_phrases_before_scattered_words(filled: Store) -> None:
    assert ids(found(filled, "bản đồ"))[0] == "m2"
    assert ids(found(filled, "bản"))[0] == "m2"
    assert ids(found(filled, "be tong", OWN)) == ["m1", "m2"]


def test_nothing_beyond_ones_right_is_found_counted_or_named(filled: Store) -> None:
    other = found(filled, "be tong", Reader(cells=frozenset({"c3"})))
    assert (ids(other), other.total, other.cells) == (["m3"], 1, (("c3", "Chi bộ thôn 3", 1),))
    assert found(filled, "be tong", Reader()) == Found()
    assert found(filled, "be tong", OWN, cell="c3").total == 0
    assert ids(found(filled, "be tong", Reader(meetings=frozenset({"m3"})))) == ["m3"]


def test_what_was_said_is_found_only_from_the_desk_of_that_meeting(filled: Store) -> None:
    assert ids(found(filled, "con bo", OWN)) == []
    assert ids(found(filled, "con bo", ALL)) == []
    desk = found(filled, "con bò", Reader(desk=frozenset({"m1"})))
    assert [(result.meeting, result.section) for result in desk.results] == [("m1", "speech")]
    assert found(filled, "be tong", Reader(desk=frozenset({"m1"}))).total == 0


def test_filters_narrow_by_cell_kind_time_person_and_tasks(filled: Store) -> None:
    assert ids(found(filled, cell="c1", kind="thematic")) == ["m2"]
    assert ids(found(filled, since=moment(2026, 1, 1), until=moment(2026, 3, 31))) == ["m1"]
    assert ids(found(filled, person="hop")) == ["m1"]
    assert ids(found(filled, "ban", section="task")) == ["m2"]
    assert ids(found(filled, "be tong", section="conclusion")) == ["m1", "m3"]


def test_without_words_the_newest_come_first_with_facets(filled: Store) -> None:
    all_of_them = found(filled)
    assert ids(all_of_them) == ["m2", "m1", "m3"]
    assert dict(all_of_them.years) == {2026: 2, 2025: 1}
    assert dict(all_of_them.kinds) == {"regular": 2, "thematic": 1}
    assert ids(found(filled, offset=1, limit=1)) == ["m1"]


@pytest.mark.parametrize(
    "words", ["'", '"', "a' OR 1=1 --", "NOT AND OR", "xtong*", "be NEAR tong", "<->", ":", "()", "\x00"]
)
def test_no_query_is_a_command(filled: Store, words: str) -> None:
    assert found(filled, words).total <= 1


def test_changed_and_forgotten_lines_are_no_longer_found(filled: Store) -> None:
    def change(session: Session) -> None:
        keep(session, summary("m3", "c3", moment(2025, 4, 3)), ("block", "Sửa mương."))
        beside.forget_speech(session, "m1")

    filled.write_now(change)
    assert ids(found(filled, "san nha")) == []
    assert ids(found(filled, "sua muong")) == ["m3"]
    assert found(filled, "con bo", Reader(desk=frozenset({"m1"}))).total == 0
    if filled.sqlite:
        filled.write_now(
            lambda session: session.connection().execute(
                text("INSERT INTO record_search(record_search, rank) VALUES ('integrity-check', 1)")
            )
        )


def test_blocks_found_once_stay_found_when_their_entries_were_erased(filled: Store) -> None:
    head = summary("m1", "c1", moment(2026, 3, 3), spoke=0)
    filled.write_now(lambda session: keep(session, head, ("item", "Làm đường bê tông ngõ Bàn")))
    assert ids(found(filled, "bao luu")) == ["m1"]
    kept = filled.read_now(lambda session: session.get(MeetingSummary, "m1"))
    assert kept is not None
    assert kept.spoke == 12
