"""All of ``hopchibo``'s commands joined into one."""

from __future__ import annotations

from meeting_server.backup import command as backup
from meeting_server.terminal import keeping, organisation, records, running
from transcription import commands
from transcription.terminal import Terminal

app = Terminal(name="hopchibo", help="Họp Chi Bộ: phòng họp, lời ghi, biên bản, hồ sơ.")
for part in (running, organisation, records, keeping, backup):
    app.registered_commands.extend(part.app.registered_commands)
app.add_typer(commands.models_app, name="models")
app.add_typer(commands.voices_app, name="voices")
