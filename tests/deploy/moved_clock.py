"""`dagster-daemon` with another clock: `python moved_clock.py FILE run ...`.

What time it is stands in FILE, in ISO 8601, and stands still until a test writes another. Dagster
itself reads the time at one place, where its own tests put theirs too.
"""

import sys
from datetime import datetime
from pathlib import Path

import dagster._time
from dagster._daemon.cli import main

CLOCK = Path(sys.argv.pop(1))


def now() -> datetime:
    return datetime.fromisoformat(CLOCK.read_text("ascii"))


dagster._time._mockable_get_current_datetime = now
dagster._time._mockable_get_current_timestamp = lambda: now().timestamp()
main()
