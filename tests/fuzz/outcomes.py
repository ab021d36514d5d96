"""What became of a damaged file, figure by figure, beside what became of the good one.

Belongs here: landing a file alone, comparing its figures, and the five classes. Does not: how files
are damaged.

- `equal`: every figure is as in the good file.
- `refused`: the file is not loaded, and the message names the rule.
- `quarantined`, `flagged`: every figure that differs or is gone is so in a row that a rule names,
  or in a table that a rule about the whole table names.
- `undetectable`: a figure differs unseen, and `Kind.excuse` with the conditions here says why
  nothing in the file can tell.
- `silent`: any other change. There must be none.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import given as g

from dagster_project import landing
from dagster_project.landing.examine import examine
from dagster_project.sources import SOURCES
from dagster_project.sources.source import BulkSource
from fuzz.bases import BASES, Base
from fuzz.damage import NOBODY_LISTS, SAME_KIND, TRUE_LOOKING, WITHIN_ROUNDING, Kind, kinds_for

CLASSES = ("equal", "refused", "quarantined", "flagged", "undetectable", "silent", "stopped")
# What says where a row is from, and texts that are no figures.
_NO_FIGURES = {
    "source",
    "financial_year",
    "release",
    "source_file",
    "source_sha256",
    "source_locator",
    "area_name",
    "ons_code",
    "measure_group",
    "item_code",
    "heading",
    "comments",
    "note",
    "citation",
    "free_text_length",
    "gender",
    "ethnicity",
    "pb_length",
    "previous_support",
}
_OF_THE_TABLE = {
    "england-unlike-councils",
    "councils-missing",
    "line-unended",
    "row-cut-off",
    "item-unlisted",
}
# Rounded to 5, twelve councils and England may be off by two each.
_ROUNDING = 2 * 13


@dataclass(frozen=True)
class Landed:
    """One file landed: its figures by key and field, where each row is, and what rules found."""

    refused: str | None
    rows: Mapping[tuple[Any, ...], Mapping[str, Any]]
    places: Mapping[tuple[Any, ...], str]
    found: Counter[tuple[str, str, str, str, str]]


@dataclass(frozen=True)
class Outcome:
    """What became of one damaged file."""

    base: str
    source: str
    kind: str
    seed: str
    outcome: str
    rules: str
    why: str


def land(base: Base, content: bytes, yaml: bytes | None = None) -> Landed:
    """Land one file by the library, alone in a raw tree."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        given = g.Given(Path(folder))
        meta = None if base.source == "neighbours" else g.SYNTHETIC
        path = given.put(base.place, base.file, content, meta)
        if yaml is not None:
            (path.parent / "source.yml").write_bytes(yaml)
        (publication,) = landing.discover([given.raw]).publications
        if isinstance(SOURCES[base.source], BulkSource):
            landed = landing.land(publication, given.landing, {})
            files = g.Landed(landing.discover([given.raw]), [landed], given.landing)
            tables = [files.table(base.source, name) for name in ("rows", "quarantine", "flags")]
            return _landed(base, landed.files[0], *tables)
        seen = examine(publication, {})
        rows = seen.rows.astype(object).where(seen.rows.notna(), None).to_dict("records")
        return _landed(base, seen.landed.files[0], rows, seen.quarantine, seen.flags)


def _landed(
    base: Base,
    file: landing.FileOutcome,
    rows: Sequence[Mapping[str, Any]],
    quarantine: Sequence[Mapping[str, Any]],
    flags: Sequence[Mapping[str, Any]],
) -> Landed:
    figures: dict[tuple[Any, ...], dict[str, Any]] = {}
    places = {}
    for row in rows:
        key = tuple(row[name] for name in base.key)
        while key in figures:  # a key given twice must not hide behind the first
            key = (*key, "again")
        figures[key] = {name: _plain(value) for name, value in row.items() if _is_figure(name)}
        places[key] = row["source_locator"]
    found = Counter(
        (
            kind,
            each["rule_id"],
            each["source_locator"],
            each["message"],
            each.get("area_code") or "",
        )
        for kind, records in (("quarantined", quarantine), ("flagged", flags))
        for each in records
    )
    return Landed(file.rule_id if file.refused else None, figures, places, found)


def _is_figure(name: str) -> bool:
    return not name.endswith(("_token", "_text", "_problem")) and not (
        name in _NO_FIGURES or name.startswith("_")
    )


def _plain(value: Any) -> Any:
    return str(value) if hasattr(value, "isoformat") else value


@cache
def good(name: str) -> Landed:
    """The good file of a name, landed; it breaks no rule."""
    base = next(each for each in BASES if each.name == name)
    landed = land(base, base.content(base.rows()))
    assert landed.refused is None and not landed.found, (name, landed.refused, landed.found)
    return landed


def damaged(base: Base, kind: Kind, chance: Random) -> tuple[bytes, bytes | None]:
    """The bytes of a damaged file, and of its source.yml if that is what is damaged."""
    rows = [list(row) for row in base.rows()]
    if kind.on == "rows":
        return base.content(kind.do(base, rows, chance)), None  # type: ignore[arg-type]
    content = base.content(rows)
    if kind.on == "yaml":
        return content, kind.do(json.dumps(g.SYNTHETIC).encode(), chance)  # type: ignore[return-value]
    return kind.do(content, chance), None  # type: ignore[return-value]


def pick(seed: str) -> tuple[Base, Kind, Random]:
    """The file and the damage of a seed, every file and every kind of it as often."""
    chance = Random(seed)
    base = chance.choice(BASES)
    return base, chance.choice(kinds_for(base)), chance


def run(seed: str) -> Outcome:
    """Damage one file, land it, and say what became of it."""
    base, kind, chance = pick(seed)
    content, yaml = damaged(base, kind, chance)
    try:
        bad = land(base, content, yaml)
    except Exception as error:
        return Outcome(base.name, base.source, kind.name, seed, "stopped", "", repr(error)[:300])
    return judged(base, kind, seed, good(base.name), bad)


def judged(base: Base, kind: Kind, seed: str, before: Landed, after: Landed) -> Outcome:
    """Compare the figures of a damaged file with those of the good one."""
    rules = ", ".join(sorted({rule for _, rule, *_ in after.found}))

    def outcome(name: str, why: str = "") -> Outcome:
        return Outcome(base.name, base.source, kind.name, seed, name, rules, why)

    if after.refused is not None:
        return Outcome(base.name, base.source, kind.name, seed, "refused", after.refused, "")
    changed = [key for key, row in after.rows.items() if before.rows.get(key) != row]
    lost = [key for key in before.rows if key not in after.rows]
    if not changed and not lost:
        return outcome("equal")
    silent = [key for key in changed if not _is_named(base, key, after)]
    # a row that is gone is named by its quarantine, one for one: the key may be what was damaged
    spare = sum(many for (sort, *_), many in after.found.items() if sort == "quarantined")
    # of two rows that have become one, one record has both
    spare += sum(many for (_, rule, *_), many in after.found.items() if rule == "row-too-long")
    gone = [] if _tells_of_the_table(after) or spare >= len(lost) else lost
    if not silent and not gone:
        quarantined = any(sort == "quarantined" for sort, *_ in after.found)
        return outcome("quarantined" if quarantined else "flagged")
    why = _excuse(base, kind, before, after, silent, gone)
    if why:
        return outcome("undetectable", why)
    shown = [
        f"{key} {name}: {before.rows.get(key, {}).get(name)} -> {value}"
        for key in silent[:3]
        for name, value in after.rows[key].items()
        if before.rows.get(key, {}).get(name) != value
    ]
    return outcome("silent", "; ".join([*shown[:4], *(f"{key} gone" for key in gone[:3])]))


def _tells_of_the_table(landed: Landed) -> bool:
    return any(rule in _OF_THE_TABLE for _, rule, *_ in landed.found)


def _is_named(base: Base, key: tuple[Any, ...], landed: Landed) -> bool:
    """Whether a rule names the row, its area, or the table."""
    if _tells_of_the_table(landed):
        return True
    area = key[base.key.index("area_code")] if "area_code" in base.key else key[0]
    return any(
        place == landed.places[key]
        or place.startswith(f"{landed.places[key]} ")
        or (area is not None and area == code)
        or (base.name == "adass-return")  # one return a file
        for _, _, place, _, code in landed.found
    )


def _excuse(
    base: Base,
    kind: Kind,
    before: Landed,
    after: Landed,
    silent: Sequence[tuple[Any, ...]],
    gone: Sequence[tuple[Any, ...]],
) -> str | None:
    """Why nothing in the file can tell, if nothing can."""
    turned_blank = not gone and all(
        _has_mark_instead(before.rows.get(key, {}), after.rows[key]) for key in silent
    )
    if base.sheet and kind.name in ("cell lost", "column lost") and turned_blank:
        return "a workbook has no missing cell at the end of a row, only a blank one"
    if base.source == "neighbours" and kind.name == "column lost" and turned_blank:
        return "a list of neighbours may come without ranks"
    if kind.excuse is None:
        return None
    no_counts = all(_is_outcome(base, key) for key in (*silent, *gone))
    if kind.excuse == NOBODY_LISTS:
        free = not base.complete or no_counts
        return NOBODY_LISTS if free and len(silent) <= 1 else None
    if kind.excuse == SAME_KIND:
        return SAME_KIND if base.holds != "total" else None
    if len({*silent, *gone}) > 2:
        return None
    if base.holds != "total" or no_counts:
        return TRUE_LOOKING if kind.excuse == TRUE_LOOKING else kind.excuse
    steps = [
        abs((value or 0) - (before.rows[key][name] or 0))
        for key in silent
        if key in before.rows
        for name, value in after.rows[key].items()
        if isinstance(value, float) and isinstance(before.rows[key].get(name), float)
    ]
    if turned_blank:
        return "a mark or a blank is what a council without a number has"
    return WITHIN_ROUNDING if not gone and max(steps, default=0) <= _ROUNDING else None


def _is_outcome(base: Base, key: tuple[Any, ...]) -> bool:
    return "measure_type" in base.key and key[base.key.index("measure_type")] == "outcome"


def _has_mark_instead(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether all that changed is that a number has become a mark."""
    differ = [name for name in after if before.get(name) != after[name]]
    return bool(differ) and all(
        after[name] is None or name.endswith(("_status", "_lower", "_upper")) for name in differ
    )
