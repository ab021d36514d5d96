"""What the people who run this should hear of after a refresh: refused files, overdue releases.

Belongs here: finding it in the published file and the calendar, and sending each state once.
Does not: sending (`notify`).
"""

from __future__ import annotations

from pathlib import Path

from dagster_project.paths import Warehouse
from dagster_project.publish.calendar import overdue, today
from dagster_project.publish.read import opened

_SHOWN = 20


def unsent(warehouse: Warehouse) -> str | None:
    """The news in words; None if there are none, or the same were sent already."""
    text = _words(warehouse)
    mark = _mark(warehouse)
    if not text:
        mark.unlink(missing_ok=True)
        return None
    return None if mark.is_file() and mark.read_text("utf-8") == text else text


def mark_sent(warehouse: Warehouse, text: str) -> None:
    """Keep what was sent, so that the next refresh does not send it again."""
    _mark(warehouse).parent.mkdir(parents=True, exist_ok=True)
    _mark(warehouse).write_text(text, "utf-8")


def _refused(warehouse: Warehouse) -> list[tuple[str, str, str]]:
    """Path, reason and rule of every refused file."""
    with opened(warehouse) as published:
        return published.execute(
            "select path, reason, rule_id from quality.source_file where status = 'refused' "
            "order by all"
        ).fetchall()


def _held(warehouse: Warehouse) -> list[tuple[str, str, str]]:
    """Source, year and release of everything that was loaded."""
    with opened(warehouse) as published:
        return published.execute(
            "select distinct source, financial_year, release from quality.source_file "
            "where rows_loaded > 0 order by all"
        ).fetchall()


def _words(warehouse: Warehouse) -> str:
    refused, held = _refused(warehouse), _held(warehouse)
    lines = [f"{path}: {reason} [{rule}]" for path, reason, rule in refused[:_SHOWN]]
    if len(refused) > _SHOWN:
        lines.append(f"and {len(refused) - _SHOWN} more in quality.source_file")
    if lines:
        lines.insert(0, f"The refresh published without {len(refused)} refused files.")
    late = overdue(held, today())
    if late:
        lines.append("Overdue releases:")
        lines += [f"{one.source} {one.year} {one.release}, since {one.on}" for one in late]
    return "\n".join(lines)


def _mark(warehouse: Warehouse) -> Path:
    return warehouse.private / "news-sent.txt"
