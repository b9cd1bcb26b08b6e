"""The store of an installation: its database, and the keys that its logs are kept by."""

from __future__ import annotations

from meeting_server.settings import Settings
from meeting_server.store.database import Store
from transcription.keyring import Keyring


def store_of(settings: Settings) -> Store:
    """Migrated to the newest form; the caller closes it."""
    return Store(settings.database_url, Keyring(settings.keys))
