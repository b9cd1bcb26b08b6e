"""Search on both databases: found by words with and without diacritics, and never past one's right."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import text
from sqlmodel import Session

from meeting_server.store import beside, book
from meeting_server.store.candidates import Query, Reader
from meeting_server.store.database import Store
from meeting_server.store.migrate import configuration
from meeting_server.store.search import Found, search
from meeting_server.store.tables import MeetingSummary
from meeting_server.store.words import indexed
from tests.meeting_server.store.records import DAY, keep, moment, organisation, summary

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


def test_minutes_and_resolutions_are_found_by_their_number(filled: Store) -> None:
    head = summary("m4", "c3", moment(2026, 5, 3), number="17")
    filled.write_now(lambda session: keep(session, head, ("conclusion", "Sửa mương.")))
    first = found(filled, "số 17-bb/cb").results[0]
    assert (first.meeting, first.where, first.text) == ("m4", "số văn bản", "Số 17-BB/CB")
    assert ids(found(filled, "nghi quyet so 01")) == []
    filled.write_now(lambda session: book.issue_resolution(session, "m4", "c3", "bt", 0))
    assert ids(found(filled, "nghi quyet so 01")) == ["m4"]
    filled.write_now(lambda session: keep(session, head, ("conclusion", "Sửa mương, làm cầu.")))
    assert ids(found(filled, "nghị quyết số 01-NQ/CB")) == ids(found(filled, "lam cau")) == ["m4"]


def test_records_from_before_are_found_by_their_number_after_the_next_start(filled: Store, url: str) -> None:
    """Without a rebuild, and just as a rebuild would leave them."""
    filled.write_now(lambda session: book.issue_resolution(session, "m1", "c1", "bt", 0))
    lines = "SELECT meeting, section, text, folded FROM meeting_text ORDER BY meeting, section, text"
    words = "SELECT meeting, tier, words FROM record_text ORDER BY meeting, tier"

    def told(store: Store) -> list[list[tuple[object, ...]]]:
        return store.read_now(
            lambda session: [[tuple(row) for row in session.connection().execute(text(one))] for one in (lines, words)]
        )

    before = told(filled)
    assert [row[2] for row in before[0] if row[1] == "number"][:2] == ["Nghị quyết số 01-NQ/CB", "Số 01-BB/CB"]

    def as_it_was(session: Session) -> None:
        connection = session.connection()
        connection.execute(text("DELETE FROM meeting_text WHERE section = 'number'"))
        for meeting in ("m1", "m2", "m3"):
            query = text("SELECT text FROM meeting_text WHERE meeting = :m AND section <> 'speech' ORDER BY id")
            old = indexed(connection.execute(query, {"m": meeting}).scalars().all())
            change = text("UPDATE record_text SET words = :w WHERE meeting = :m AND tier = 'record'")
            connection.execute(change, {"m": meeting, "w": old})

    filled.write_now(as_it_was)
    assert ids(found(filled, "số 01-BB/CB")) == []
    config = configuration()
    with filled._writing.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0010")
    again = Store(url)
    assert told(again) == before
    assert set(ids(found(again, "số 01-BB/CB"))) == {"m1", "m2", "m3"}
    assert ids(found(again, "nghi quyet so 01")) == ["m1"]
    again.close()


def test_on_either_database_many_records_give_the_newest_and_of_these_phrases_first(filled: Store) -> None:
    """More than are counted, over years, of several cells: what is left out is the oldest."""

    def fill(session: Session) -> None:
        for number in range(400):
            cell, at = f"c{1 + number % 4}", moment(2026, 5, 1) - number * 9 * DAY
            line = "Chi bộ trồng rừng." if number % 5 else "Chi bộ bàn trồng cây, rừng phòng hộ."
            if number % 50 == 7:
                line = "Chi bộ nghe đồng chí Ươm."
            keep(session, summary(f"n{number:03d}", cell, at), ("conclusion", line))

    filled.write_now(fill)
    common = found(filled, "trong rung", limit=50)
    assert (common.total, common.more) == (300, True)
    assert all("trồng rừng" in one.text for one in common.results)
    assert [one.meeting for one in common.results] == sorted(one.meeting for one in common.results)
    rare = found(filled, "đồng chí ươm", limit=50)
    assert [one.meeting for one in rare.results] == [f"n{number:03d}" for number in range(7, 400, 50)]
    few = found(filled, "trong rung", Reader(cells=frozenset({"c2", "c3"}), desk=frozenset({"m1"})), limit=50)
    assert few.total == sum(number % 4 in (1, 2) and number % 50 != 7 for number in range(400))
    assert {one.cell for one in few.results} == {"c2", "c3"}
    old = found(filled, "trong rung", until=moment(2020, 1, 1), limit=50)
    assert old.results[0].starts_at < moment(2020, 1, 1) <= old.results[0].starts_at + 18 * DAY


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
