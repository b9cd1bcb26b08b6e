"""Days and hours as Vietnamese documents write them (Asia/Ho_Chi_Minh, which has no summer time)."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


def local(at: int) -> datetime:
    """Milliseconds since the epoch as the clock on the wall."""
    return datetime.fromtimestamp(at / 1000, VIETNAM)


def day_of(at: int) -> date:
    return local(at).date()


def clock(at: int) -> str:
    """ "19 giờ 30 phút"; "19 giờ" on the hour."""
    when = local(at)
    return f"{when.hour} giờ {when.minute:02} phút" if when.minute else f"{when.hour} giờ"


def long_day(day: date) -> str:
    """ "ngày 03 tháng 11 năm 2026": days below 10 and the months 1 and 2 carry a nought, against forgery."""
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def short_day(text: str) -> str:
    """An ISO date as 30/11/2026; anything else as it is (a deadline in the words said)."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day:02}/{day.month:02}/{day.year}"
