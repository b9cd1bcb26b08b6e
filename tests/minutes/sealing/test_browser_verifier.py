"""The verifier that runs in the browser (web_client/src/archive/record_file.ts) agrees with ours on every forgery."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from benchmarks import forgeries, insider_forgeries, signed_forgeries
from minutes.record import retention
from minutes.sealing import package, sign
from minutes.sealing.keys import Keys
from minutes.sealing.tree import Leaf
from tests.minutes.export import papers
from tests.minutes.sealing.authority import authority
from tests.minutes.sealing.test_second_verifier import NEEDS_PADES, NEEDS_THE_FOLD, NEEDS_TRUST_OR_HEADS

CLIENT = Path(__file__).parents[3] / "web_client"
COMPILER = CLIENT / "node_modules" / "typescript" / "bin" / "tsc"
RUN = """
import { readdirSync, readFileSync } from "node:fs";
import { checkRecord } from "./record_file.js";
const told = {};
for (const name of readdirSync("files")) told[name] = await checkRecord(new Uint8Array(readFileSync(`files/${name}`)));
console.log(JSON.stringify(told));
"""

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not COMPILER.exists(), reason="the web client's Node modules are not installed"
)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "node_modules").symlink_to(CLIENT / "node_modules")
    options = ["--target", "ES2022", "--module", "ESNext", "--moduleResolution", "bundler", "--noCheck"]
    command = ["node", str(COMPILER), *options, "--ignoreConfig", "--outDir", str(folder)]
    source = CLIENT / "src" / "archive" / "record_file.ts"
    subprocess.run([*command, str(source)], check=True, timeout=120, cwd=folder)
    (folder / "run.mjs").write_text(RUN)
    return folder


def checked(folder: Path, files: dict[str, bytes]) -> dict[str, Any]:
    shutil.rmtree(folder / "files", ignore_errors=True)
    (folder / "files").mkdir()
    for name, data in files.items():
        (folder / "files" / name).write_bytes(data)
    done = subprocess.run(["node", "run.mjs"], check=True, capture_output=True, timeout=120, cwd=folder)
    return dict(json.loads(done.stdout))


def test_it_finds_true_records_whole_and_other_files_no_records(compiled: Path, keys: Keys) -> None:
    files = {"bare": package.seal(papers.whole(), keys, at=papers.START).data}
    for size in (0, 1, 2, 6, 9):
        leaves = [Leaf(f"m{n}", 1, f"{n:064x}") for n in range(size)]
        files[f"after {size}"] = package.seal(papers.whole(), keys, at=papers.START, leaves=leaves).data
    files["typed in"] = package.seal(papers.typed_in(), keys, at=papers.START).data
    told = checked(compiled, files | {"other": b"PK nothing", "empty": b""})
    assert [name for name in files if told[name]["faults"] or not told[name]["record"]] == []
    assert told["bare"]["facts"]["title"]
    assert told["typed in"]["facts"]["day"] == "2026-11-02"
    assert told["bare"]["authority"] == told["bare"]["facts"]["authority"]
    assert [told[name]["record"] for name in ("other", "empty")] == [False, False]


@pytest.fixture(scope="module")
def base(keys: Keys, other_keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> forgeries.Ground:
    return forgeries.ground(papers.whole(), keys, other_keys, tmp_path_factory.mktemp("heads"), papers.START)


def test_it_finds_what_persons_signed_whole(compiled: Path, base: forgeries.Ground, tmp_path: Path) -> None:
    people = authority("CA thử của các đồng chí")
    signed, _ = signed_forgeries.signed_ground(base, people, tmp_path / "signed", papers.START)
    scanned = signed_forgeries.scanned_ground(base, tmp_path / "scanned", papers.START)
    stamped = sign.restamped(base.parts["record.pdf"], people.stamping())
    again = package.resealed(base.record.data, base.keys, at=papers.START, pdf=stamped)
    told = checked(compiled, {one.sha256: one.data for one in (signed.record, scanned.record, again)})
    assert sorted(one["facts"]["state"] for one in told.values()) == ["hand_signed", "sealed", "signed"]
    assert [one["faults"] for one in told.values()] == [[], [], []]


def test_it_knows_the_table_of_retention(compiled: Path) -> None:
    (table,) = retention.tables()
    asked = 'import * as s from "./record_stated.js"; console.log(JSON.stringify([s.RETENTION, s.PERMANENT, s.SHORT]))'
    (compiled / "table.mjs").write_text(asked)
    done = subprocess.run(["node", "table.mjs"], check=True, capture_output=True, timeout=120, cwd=compiled)
    since, permanent, short = json.loads(done.stdout)
    assert since == table.since.isoformat()
    assert dict.fromkeys(permanent, "permanent") | dict.fromkeys(short, "short") == table.kinds


def test_it_agrees_on_all_forgeries_and_names_the_part_of_a_flipped_byte(
    compiled: Path, base: forgeries.Ground
) -> None:
    known = {f"{n}": forgery for n, forgery in enumerate(forgeries.forgeries(base))}
    flips = {f"flip {offset}": (part, f) for offset, part, f in forgeries.flips(base, 150, random.Random(9).randrange)}
    files = {name: forgery.data for name, forgery in known.items()} | {name: f.data for name, (_, f) in flips.items()}
    told = checked(compiled, files)
    missed = [known[name].name for name in known if not told[name]["faults"]]
    assert set(missed) == NEEDS_PADES | NEEDS_TRUST_OR_HEADS | NEEDS_THE_FOLD
    assert [name for name, (part, _) in flips.items() if part not in {f["part"] for f in told[name]["faults"]}] == []


def test_it_names_the_part_of_every_forgery_by_who_holds_the_manifest_key(
    compiled: Path, base: forgeries.Ground
) -> None:  # fmt: skip
    made = {f"{n}": one for n, one in enumerate(insider_forgeries.insiders(base))}
    assert len(made) >= 45
    files = {name: one.data for name, one in made.items()} | {"true": forgeries.signed_anew(base, base.parts)}
    told = checked(compiled, files)
    assert told["true"]["faults"] == []
    assert [one.name for n, one in made.items() if one.part not in {fault["part"] for fault in told[n]["faults"]}] == []
