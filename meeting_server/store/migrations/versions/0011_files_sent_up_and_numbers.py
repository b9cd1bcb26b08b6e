"""When the files of what was sent up were erased; records from before are found by their numbers"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from meeting_server.store.words import indexed
from transcription.text.fold import fold

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NUMBERED = """
    SELECT s.meeting, s.number, r.number FROM meeting_summary s LEFT JOIN issued_resolution r ON r.meeting = s.meeting
    WHERE (s.number <> '' OR r.number IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM meeting_text t WHERE t.meeting = s.meeting AND t.section = 'number')
    ORDER BY s.meeting
"""
LINE = "INSERT INTO meeting_text (meeting, section, text, folded) VALUES (:meeting, 'number', :text, :folded)"
LINES = "SELECT text FROM meeting_text WHERE meeting = :meeting AND section <> 'speech' ORDER BY id"
WORDS = "UPDATE record_text SET words = :words WHERE meeting = :meeting AND tier = 'record'"


def upgrade() -> None:
    op.add_column("submission", sa.Column("files_erased_at", sa.BigInteger(), nullable=True))
    connection = op.get_bind()
    for meeting, minutes, resolution in connection.execute(sa.text(NUMBERED)).all():
        for line in _lines(minutes, resolution):
            connection.execute(sa.text(LINE), {"meeting": meeting, "text": line, "folded": fold(line)})
        texts = connection.execute(sa.text(LINES), {"meeting": meeting}).scalars().all()
        connection.execute(sa.text(WORDS), {"meeting": meeting, "words": indexed(texts)})


def _lines(minutes: str, resolution: str | None) -> Iterator[str]:
    """As ``store.beside`` writes them."""
    for paper, number, series in (("Số", minutes, "BB"), ("Nghị quyết số", resolution, "NQ")):
        if number:
            yield f"{paper} {number}{f'-{series}/CB' if number.isdigit() else ''}"


def downgrade() -> None:
    op.drop_column("submission", "files_erased_at")
