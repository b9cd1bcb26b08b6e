"""``python -m minutes draft | verify``: the record's own tools, from files, without a server."""

from __future__ import annotations

import argparse
import sys

from minutes.sealing import offline
from minutes.terminal import Parser


def main(arguments: list[str] | None = None, prog: str = "python -m minutes") -> int:
    """Run one command of the program that calls itself ``prog``; 2 for input that cannot be read."""
    given = sys.argv[1:] if arguments is None else arguments
    parser = Parser(prog=prog, description="Công cụ của biên bản và hồ sơ, làm từ tệp, không cần máy chủ.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="LỆNH")
    if given[:1] == ["verify"]:  # without what drafting and printing load: half of its time, and other packages
        from minutes.sealing import command as verify_files

        verify_files.add_command(commands)
        options = parser.parse_args(given)
        return int(options.run(options))
    return _with_drafting(parser, commands, given)


def _with_drafting(
    parser: Parser, commands: argparse._SubParsersAction[Parser], given: list[str]
) -> int:  # fmt: skip
    from minutes import draft_files
    from minutes.drafting.turns import BadInput
    from minutes.sealing import command as verify_files

    draft_files.add_command(commands)
    verify_files.add_command(commands)
    options = parser.parse_args(given)
    try:
        return int(options.run(options))
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    if sys.argv[1:2] == ["verify"]:
        offline.without_network()
    raise SystemExit(main())
