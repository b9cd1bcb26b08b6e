"""Brings a database to the newest form with alembic; nothing else changes the form of tables."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from transcription.keyring import Keyring

HERE = Path(__file__).parent / "migrations"


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    return config


def upgrade(engine: Engine, keys: Keyring | None = None) -> None:
    """Idempotent; does nothing when the database is already in the newest form. ``keys``: by which files are kept."""
    config = configuration()
    newest = ScriptDirectory.from_config(config).get_current_head()
    with engine.begin() as connection:
        if MigrationContext.configure(connection).get_current_revision() == newest:
            return
        config.attributes |= {"connection": connection, "keys": keys}
        command.upgrade(config, "head")
