"""``python -m minutes draft | verify``: the record's own tools, from files, without a server."""

from __future__ import annotations

import argparse
import sys

from minutes import draft_files
from minutes.drafting.turns import BadInput
from minutes.sealing import command as verify_files


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 2 for input that cannot be read."""
    parser = argparse.ArgumentParser(prog="minutes", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    draft_files.add_command(commands)
    verify_files.add_command(commands)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    raise SystemExit(main())
