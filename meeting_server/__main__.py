"""``hopchibo``: the one command. ``verify`` is the record's own and starts without anything of the server's: half of
its time was the loading of the other commands, which stand in ``terminal``."""

from __future__ import annotations

import sys

from minutes import __main__ as minutes
from minutes.sealing import offline


def main() -> None:
    if sys.argv[1:2] == ["verify"]:
        offline.without_network()
        sys.exit(minutes.main(sys.argv[1:], "hopchibo"))
    from meeting_server.terminal.commands import app

    app()


if __name__ == "__main__":
    main()
