"""A column among many values. On PostgreSQL they go as one array, so that the statement stays the same whatever their
number and is neither rendered, parsed nor planned anew; SQLite knows no arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, String, bindparam, func
from sqlmodel import Session, col


def among(session: Session, column: Any, values: Iterable[str]) -> ColumnElement[bool]:
    wanted = sorted(values)
    if session.connection().dialect.name == "sqlite":
        return col(column).in_(wanted)
    return col(column) == func.any(bindparam(None, wanted, type_=ARRAY(String)))
