"""One file of a recorded meeting for listening: ``hopchibo mix``, beside the running server."""

from __future__ import annotations

from pathlib import Path

from meeting_server.keeping import store_of
from meeting_server.media.mix import NothingToMix, mix
from meeting_server.settings import Settings
from meeting_server.store import log
from minutes.record import meeting as header
from transcription.recording import JOURNAL

NOT_RECORDED = "Cuộc họp này không có bản ghi âm (không ghi hoặc đã xóa)."


class CannotMix(Exception):
    """Why there is no such file, for the person at the terminal."""


def mix_meeting(settings: Settings, meeting: str, target: Path) -> float:
    """Its length in seconds. Raises CannotMix, BadJournal, OSError."""
    store = store_of(settings)
    try:
        decided = header.fold(store.read_now(lambda session: log.load(session, meeting))).recording
    except log.NoSuchMeeting as error:
        raise CannotMix("Không có cuộc họp này.") from error
    finally:
        store.close()
    if decided is None or not decided.record:
        raise CannotMix("Cuộc họp này không được quyết định ghi âm.")
    journal = settings.recordings / meeting / JOURNAL
    if not journal.exists():
        raise CannotMix(NOT_RECORDED)
    unfinished = target.with_name(f"{target.name}.part")
    try:
        seconds = mix(journal, unfinished)
        unfinished.replace(target)
    except NothingToMix as error:
        raise CannotMix(NOT_RECORDED) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return seconds
