from __future__ import annotations

from sqlmodel import Session

from meeting_server.store import log
from meeting_server.store.cell_words import corrected_names
from meeting_server.store.database import Store
from minutes.record.chain import ZERO
from minutes.record.events import Block, BlockSaved, Corrected, Drafted, Noticed
from tests.meeting_server.store.records import keep, moment, organisation, summary
from tests.meeting_server.store.test_log import entries


def test_names_mended_in_a_cells_last_meetings_are_known_before_the_next(store: Store) -> None:
    mended = {
        "m1": ("c1", 8, "Ở suối Rít Cũ."), "m2": ("c1", 9, "Đồng chí Lò Văn Páo ở bản Mạ Hồ."),
        "m3": ("c2", 9, "Ở bản Bên Kia."), "m4": ("c1", 12, "Ở bản Năm Sau."),
    }  # fmt: skip

    def work(session: Session) -> None:
        organisation(session)
        for meeting, (cell, month, text) in mended.items():
            keep(session, summary(meeting, cell, moment(2026, month, 3)))
            made = entries(Noticed("Kính mời"), Corrected("t:0", text), meeting=meeting)
            log.append(session, made, ZERO)
        keep(session, summary("m", "c1", moment(2026, 11, 3)))
        log.erase(session, "m1", [2])

    store.write_now(work)
    assert store.read_now(lambda session: corrected_names(session, "m")) == ("Lò Văn Páo", "Mạ Hồ")
    assert store.read_now(lambda session: corrected_names(session, "nobody")) == ()


def test_a_name_that_a_hand_brought_into_the_minutes_is_known_too_but_not_what_the_machine_wrote(store: Store) -> None:
    def work(session: Session) -> None:
        organisation(session)
        keep(session, summary("m1", "c1", moment(2026, 9, 3)))
        draft = Drafted("d", (Block("b", "opinion", "Đồng chí Lò Văn Páo ở bản Mạ Hố."),))
        saved = BlockSaved("b", 1, "Đồng chí Lò Văn Páo ở bản Mạ Hồ.")
        log.append(session, entries(Noticed("x"), draft, saved, meeting="m1"), ZERO)
        keep(session, summary("m", "c1", moment(2026, 11, 3)))

    store.write_now(work)
    assert store.read_now(lambda session: corrected_names(session, "m")) == ("Mạ Hồ",)
