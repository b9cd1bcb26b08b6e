"""The store's databases, SQLite and PostgreSQL, for backups too."""

from tests.meeting_server.store.conftest import postgres, store, url

__all__ = ["postgres", "store", "url"]
