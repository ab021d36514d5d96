"""The status for other programs: as JSON with a published schema, and as a Prometheus text file.

Belongs here: the two forms. Does not: finding the status (`status`), printing it for people.

`status.schema.json` beside this file is the schema: keys may be added to it, none is taken away.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from dagster_project.publish.status import Status

SCHEMA = Path(__file__).with_name("status.schema.json")


def as_json(status: Status) -> dict[str, Any]:
    """The status as `status.schema.json` describes it."""
    return {
        "state": status.state.name.lower(),
        "exit_code": int(status.state),
        "published": str(status.path),
        "release_no": status.release_no,
        "release_id": status.release_id,
        "finished_at": _utc(status.finished_at),
        "refresh_seconds": status.seconds,
        "code_version": status.code_version,
        "releases": status.releases,
        "received": [
            {
                "source": one.source,
                "financial_year": one.financial_year,
                "release": one.release,
                "files": one.files,
                "rows_loaded": one.rows_loaded,
                "rows_quarantined": one.rows_quarantined,
                "values_flagged": one.cells_flagged,
            }
            for one in status.received
        ],
        "new": list(status.added),
        "changed": list(status.changed),
        "gone": list(status.gone),
        "overdue": [
            {
                "source": one.source,
                "financial_year": one.year,
                "release": one.release,
                "due_on": one.on.isoformat(),
            }
            for one in status.overdue
        ],
        "refused": [
            {"path": one.path, "rule": one.rule, "reason": one.reason} for one in status.refused
        ],
    }


def metrics(status: Status, now: dt.datetime) -> str:
    """The status in Prometheus' text format, for the node exporter's textfile collector."""
    age = (now - status.finished_at.replace(tzinfo=dt.UTC)).total_seconds()
    received = status.received
    gauges = [
        ("state", "0 current, 1 behind, 2 overdue, 3 refused", int(status.state)),
        ("release_number", "Number of the published release", status.release_no),
        ("release_age_seconds", "Seconds since the published release was finished", round(age)),
        ("refresh_duration_seconds", "Seconds that its refresh took", status.seconds),
        ("files", "Files of the release", sum(one.files for one in received)),
        ("files_refused", "Files that were refused", len(status.refused)),
        ("rows_loaded", "Rows loaded", sum(one.rows_loaded for one in received)),
        ("rows_quarantined", "Rows quarantined", sum(one.rows_quarantined for one in received)),
        ("values_flagged", "Values flagged", sum(one.cells_flagged for one in received)),
        ("releases_overdue", "Releases that publishers owe", len(status.overdue)),
        (
            "files_waiting",
            "Raw files that are new, changed or gone since",
            len(status.added) + len(status.changed) + len(status.gone),
        ),
    ]
    lines = []
    for name, text, value in gauges:
        if value is not None:
            full = f"denominator_{name}"
            lines += [f"# HELP {full} {text}", f"# TYPE {full} gauge", f"{full} {value}"]
    return "\n".join(lines) + "\n"


def _utc(moment: dt.datetime) -> str:
    return moment.replace(tzinfo=dt.UTC).isoformat()


def schema() -> dict[str, Any]:
    """The published schema."""
    found: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    return found
