"""What erasing leaves behind is cleared away on both databases."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from meeting_server.store import log
from meeting_server.store.database import HOLDS_WORDS, Store
from minutes.record.events import Noticed, Spoke
from tests.meeting_server.store.test_log import given


def test_after_erasing_every_table_that_holds_words_is_vacuumed(store: Store) -> None:
    given(store, Noticed("một"), Spoke("t", 0, 48_000, 5, "", "xin chào"))
    store.write_now(lambda session: log.erase(session, "m-1", [2]))
    asyncio.run(store.shred())
    if not store.sqlite:
        seen = text("SELECT relname FROM pg_stat_user_tables WHERE last_vacuum IS NOT NULL")
        vacuumed = store.read_now(lambda session: session.connection().execute(seen).scalars().all())
        assert set(HOLDS_WORDS) <= set(vacuumed)
