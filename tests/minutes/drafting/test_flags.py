"""Every flag the drafter sets is known on the screen by Vietnamese words."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
HEADER_FIELDS = ("date", "start_time", "meeting_type")  # of facts._header


def test_every_flag_of_the_drafter_has_words_on_the_screen() -> None:
    code = "\n".join(file.read_text("utf-8") for file in (ROOT / "minutes" / "drafting").glob("*.py"))
    flags = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', code)) | {"doubtful"}
    flags |= {f"said-differs:{name}" for name in HEADER_FIELDS}
    assert all(f'"{name}"' in code for name in HEADER_FIELDS)
    words = (ROOT / "web_client" / "src" / "messages" / "minutes.ts").read_text("utf-8")
    known = words.partition("    flags: {")[2].partition("}")[0]
    assert "counts-do-not-add-up" in flags
    assert not [flag for flag in sorted(flags) if f'"{flag}": ' not in known and f"      {flag}: " not in known]
