"""Runs migrations on the connection that ``store.migrate`` hands over."""

from alembic import context
from sqlmodel import SQLModel

from meeting_server.store import archive_tables, tables

assert tables.MeetingEntry.metadata is archive_tables.RecordText.metadata is SQLModel.metadata
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
