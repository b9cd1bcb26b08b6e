"""The documents are true: settings, commands, messages and kinds of entry stand in them; links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from meeting_server.app import ROUTES
from meeting_server.room.commands import COMMANDS
from meeting_server.settings import Settings
from meeting_server.terminal.commands import app
from minutes.record.codec import KINDS
from transcription.settings import Settings as SpeechSettings

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_kind_of_entry_stands_in_the_record_document() -> None:
    text = read("record.md")
    assert not [kind for kind in KINDS if f"`{kind}`" not in text and f"{kind}" not in text]


def test_every_setting_stands_in_the_settings_document() -> None:
    text = read("settings.md")
    names = [f"HOPCHIBO_{name.upper()}" for name in Settings.model_fields]
    names += [f"SPEECH_{name.upper()}" for name in SpeechSettings.model_fields]
    assert not [name for name in names if f"`{name}`" not in text]


def test_every_command_stands_in_the_settings_document() -> None:
    text = read("settings.md")
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert not [name for name, one in commands.items() if not one.hidden and f"hopchibo {name}" not in text]


def test_every_meeting_command_stands_in_the_protocol_document() -> None:
    text = read("protocol.md")
    assert not [name for name in COMMANDS if f"`{name}{{" not in text]


def test_what_operations_quotes_from_the_screen_is_what_the_screen_says() -> None:
    catalogue = "\n".join(file.read_text("utf-8") for file in (ROOT / "web_client" / "src" / "messages").glob("*.ts"))
    shown = re.sub(r"\$\{\w+\}", "N", catalogue)
    table = read("operations.md").partition("## When something fails")[2].partition("\n## ")[0]
    quoted = re.findall(r'"([^"]+)"', table)
    assert len(quoted) >= 4
    assert not [phrase for phrase in quoted if phrase not in shown]


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{p.name}" for p in DOCS.glob("*.md"))])
def test_every_link_leads_somewhere(page: str) -> None:
    file = ROOT / page
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", file.read_text(encoding="utf-8"))
    assert not [link for link in links if not (file.parent / link).exists()]


SPEAKERS = ("meeting_server/live/*.py", "meeting_server/media/*.py", "transcription/link/*.py")
SAID = re.compile(r'"type": "([a-z_]+)"|\bsay\("([a-z_]+)"')


def test_every_message_stands_in_the_protocol_document() -> None:
    """What browser, server, media node, listener and workers say to each other."""
    text = read("protocol.md")
    said = {
        name
        for pattern in SPEAKERS
        for file in ROOT.glob(pattern)
        for pair in SAID.findall(file.read_text(encoding="utf-8"))
        for name in pair
        if name
    }
    assert len(said) > 25, "the sources are written otherwise now"
    assert not sorted(name for name in said if f"`{name}`" not in text and f'"{name}"' not in text)


def test_every_route_stands_in_the_protocol_document() -> None:
    def bare(path: str) -> str:
        return re.sub(r"\{[^}]*\}", "{}", path.split("?")[0])

    text = read("protocol.md")
    told = {bare(path) for path in re.findall(r"(/(?:api|trust)[^\s`|,]*)", text)}
    short = tuple(bare(path) for path in re.findall(r"…(/[^\s`|,]+)", text))  # …/history: after the path before it
    routes = {bare(route.path) for part in ROUTES for route in part.router.routes}
    missing = [path for path in routes if path.startswith(("/api", "/trust")) and path not in told]
    assert not sorted(path for path in missing if not path.endswith(short))
