"""The figures of docs/reliability.md, from what the long runs wrote: `make reliability`.

Belongs here: putting the figures of `make fuzz`, `make kills` and the attacks into the page. Does
not: making them. The page is written between two marks, so that its words stay as they are.

    python tests/reliability.py FOLDER     # reads FOLDER/*.json, writes docs/reliability.md
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "docs" / "reliability.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def rows(found: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """What was tried, how often, and how often it went wrong; a run that is missing says so."""
    for name, title, tried, wrong in MEASURES:
        figures = found.get(name)
        if figures is None:
            yield title, "not run", "not known"
        else:
            yield title, f"{_at(figures, tried):,}", f"{_at(figures, wrong):,}"


def _at(figures: dict[str, Any], path: str) -> int:
    """The figure under keys joined by dots; a list counts its entries."""
    value: Any = figures
    for key in path.split("."):
        value = value[key]
    return len(value) if isinstance(value, list | dict) else int(value)


# The file, what was tried, the key of how often, the key of how often it went wrong.
MEASURES = (
    ("fuzz", "damaged inputs: a figure changed in silence", "inputs", "silently_wrong"),
    ("fuzz", "damaged inputs: the refresh stopped", "inputs", "stopped"),
    ("rules", "rules of landing: not proven by a mutation", "rules", "unproven"),
    ("rules", "conditions of tables: not able to fail", "conditions", "unproven_conditions"),
    ("kills", "kills: a torn or lost release, or a next refresh that failed", "kills", "wrong"),
    ("attacks", "attacks on hidden cells: a person recovered", "attacks", "recovered"),
    ("bytes", "files of two builds of the same inputs: bytes differ", "files", "differing"),
)


def page(text: str, found: dict[str, dict[str, Any]]) -> str:
    """The page with new figures."""
    lines = ["| tried | times | went wrong |", "| --- | ---: | ---: |"]
    lines += [f"| {title} | {tried} | {wrong} |" for title, tried, wrong in rows(found)]
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n" + "\n".join(lines) + f"\n\n{END}{after}"


def main() -> None:
    folder = Path(sys.argv[1])
    found = {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    PAGE.write_text(page(PAGE.read_text("utf-8"), found), "utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
