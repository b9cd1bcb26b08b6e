"""Archive and supervision: one searchable text a record, people, tasks, what is sent up, figures of a meeting"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FIGURES = (
    "official", "spoke", "items", "concluded", "motions", "tasks", "tasks_done", "petitions",
)  # fmt: skip
SUPERVISED = (
    "period", "cell", "kind", "closed_at", "opened_at", "approved_at", "starts_at", "documents_at", "eligible",
    "present", "spoke", "items", "concluded", "self_points", "tasks", "tasks_done",
)  # fmt: skip
MOMENTS = ("submitted_at", "approved_at", "sealed_at", "documents_at")


def upgrade() -> None:
    with op.batch_alter_table("meeting_summary") as table:
        for name in FIGURES:
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        for name in MOMENTS:
            table.add_column(sa.Column(name, sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("self_points", sa.Integer(), nullable=True))
    op.create_index("ix_summary_figures", "meeting_summary", list(SUPERVISED))
    _found()
    _parts()
    _sent_up()
    _search()


def _found() -> None:
    op.create_table(
        "record_text",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("meeting", sa.String(40), sa.ForeignKey("meeting.id"), nullable=False, index=True),
        sa.Column("tier", sa.String(10), nullable=False),
        sa.Column("cell", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False, index=True),
        sa.Column("words", sa.Text(), nullable=False),
    )
    op.create_index("ix_record_text_cell_starts", "record_text", ["cell", "starts_at"])
    op.create_index("ix_record_text_head", "record_text", ["id", "starts_at", "cell", "tier", "kind", "meeting"])


def _parts() -> None:
    op.create_table(
        "meeting_person",
        sa.Column("meeting", sa.String(40), sa.ForeignKey("meeting.id"), primary_key=True),
        sa.Column("person", sa.String(40), primary_key=True),
        sa.Column("role", sa.String(10), primary_key=True),
    )
    op.create_index("ix_meeting_person_person", "meeting_person", ["person", "meeting"])
    op.create_table(
        "meeting_task",
        sa.Column("meeting", sa.String(40), sa.ForeignKey("meeting.id"), primary_key=True),
        sa.Column("task", sa.String(120), primary_key=True),
        sa.Column("cell", sa.String(40), nullable=False),
        sa.Column("item", sa.String(500), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("due", sa.String(200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_meeting_task_cell_due", "meeting_task", ["cell", "due_on"])
    op.create_table(
        "task_report",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("meeting", sa.String(40), sa.ForeignKey("meeting.id"), nullable=False),
        sa.Column("task", sa.String(120), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("note", sa.String(2_000), nullable=False),
        sa.Column("reporter", sa.String(120), nullable=False),
    )
    op.create_index("ix_task_report_task", "task_report", ["meeting", "task"])


def _sent_up() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("cell", sa.String(40), sa.ForeignKey("unit.id"), nullable=False, index=True),
        sa.Column("unit", sa.String(40), sa.ForeignKey("unit.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("meeting", sa.String(40), sa.ForeignKey("meeting.id"), nullable=True, index=True),
        sa.Column("file", sa.String(40), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("sender", sa.String(120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=True),
        sa.Column("receiver", sa.String(120), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answerer", sa.String(120), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("agenda_meeting", sa.String(40), nullable=False),
    )
    op.create_table(
        "follower",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("cell", sa.String(40), sa.ForeignKey("unit.id"), nullable=False, index=True),
        sa.Column("person", sa.String(40), sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
    )
    op.create_table(
        "contact",
        sa.Column("person", sa.String(40), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("phone", sa.String(40), nullable=False),
    )
    op.create_table(
        "content_access",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("cell", sa.String(40), nullable=False),
        sa.Column("meeting", sa.String(40), nullable=False),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("detail", sa.String(200), nullable=False),
    )
    op.create_index("ix_content_access_cell_at", "content_access", ["cell", "at"])


def _search() -> None:
    """One index entry a record instead of one a line. On SQLite triggers keep it equal to record_text."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP INDEX ix_meeting_search")
        op.execute(
            "ALTER TABLE record_text ADD COLUMN vector tsvector "
            "GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED"
        )
        op.execute("CREATE INDEX ix_record_search ON record_text USING gin (vector) WITH (fastupdate = off)")
        return
    op.execute("DROP TABLE meeting_search")
    op.execute(
        "CREATE VIRTUAL TABLE record_search USING fts5(words, content='record_text', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 0')"
    )
    forget = "INSERT INTO record_search(record_search, rowid, words) VALUES ('delete', old.id, old.words);"
    learn = "INSERT INTO record_search(rowid, words) VALUES (new.id, new.words);"
    op.execute(f"CREATE TRIGGER record_text_in AFTER INSERT ON record_text BEGIN {learn} END")
    op.execute(f"CREATE TRIGGER record_text_out AFTER DELETE ON record_text BEGIN {forget} END")
    op.execute(f"CREATE TRIGGER record_text_new AFTER UPDATE ON record_text BEGIN {forget} {learn} END")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("record_text_in", "record_text_out", "record_text_new"):
            op.execute(f"DROP TRIGGER {trigger}")
        op.execute("DROP TABLE record_search")
        op.execute("CREATE VIRTUAL TABLE meeting_search USING fts5(folded, tokenize='unicode61 remove_diacritics 0')")
        op.execute("INSERT INTO meeting_search(rowid, folded) SELECT id, folded FROM meeting_text")
    else:
        op.execute("CREATE INDEX ix_meeting_search ON meeting_text USING gin (to_tsvector('simple', folded))")
    for name in (
        "content_access", "contact", "follower", "submission", "task_report", "meeting_task", "meeting_person",
        "record_text",
    ):  # fmt: skip
        op.drop_table(name)
    op.drop_index("ix_summary_figures", "meeting_summary")
    with op.batch_alter_table("meeting_summary") as table:
        for name in (*FIGURES, *MOMENTS, "self_points"):
            table.drop_column(name)
