"""Runs the checks one by one and prints each as soon as it is known."""

from __future__ import annotations

import sys
from collections.abc import Callable

from meeting_server.doctor.checks import CHECKS, Finding, Place
from meeting_server.doctor.outside import outside
from meeting_server.doctor.relay import relay

SIGNS = {"OK": "✓", "WARN": "!", "BAD": "✗"}


def doctor(place: Place, *, ask_outside: bool) -> int:
    """Prints the findings; 1 when something does not work at all."""
    checks = [*CHECKS, ("Máy chuyển tiếp", relay)]
    if ask_outside:
        checks.append(("Từ ngoài vào", outside))
    worst = 0
    for name, check in checks:
        if sys.stdout.isatty():
            print(f"  … {name}", end="\r", flush=True)
        finding = safely(check, place)
        print(f"{SIGNS[finding.state]} {name:<24} {finding.seen}")
        if finding.advice:
            print(f"{'':<27}→ {finding.advice}")
        worst = max(worst, finding.state == "BAD")
    print("Mọi phần cần thiết đều hoạt động." if not worst else "Có phần chưa hoạt động: làm theo lời khuyên ở trên.")
    return int(worst)


def safely(check: Callable[[Place], Finding], place: Place) -> Finding:
    """The check's finding; a check that breaks is a finding itself, and the others still run."""
    try:
        return check(place)
    except Exception as error:  # whatever broke, the person is told and the next check runs
        return Finding("BAD", f"không kiểm tra được ({type(error).__name__})", str(error)[:200])
