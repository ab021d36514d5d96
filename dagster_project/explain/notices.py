"""What rules, quarantine and conflicts say of the rows behind a figure.

Belongs here: which flags, quarantined rows, refused files and conflicts touch a council's figure.
Does not: judging any row (the sources and models did).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from dagster_project.explain.facts import Cell, Facts, RateKey, Rule
from dagster_project.explain.tree import Conflict, Notice, Said

_FLAGS = """
    select
        financial_year, source, source_file, source_sha256, source_locator, area_code, field,
        rule_id, token, message, found_by
    from quality.flagged_value
    where area_code is not null and ($years is null or list_contains($years, financial_year))
    order by all
"""
_QUARANTINED = """
    select
        financial_year, source, source_file, source_sha256, source_locator, field, rule_id, message,
        content
    from quality.quarantined_row
    where source not in ('poet', 'cld')
        and ($years is null or list_contains($years, financial_year))
    order by all
"""
_REFUSED = """
    select
        source, financial_year, path as source_file, sha256 as source_sha256, rule_id,
        reason as message
    from quality.source_file
    where status <> 'loaded'
    order by path
"""
_CONFLICTS = """
    select
        conflict_id, figure_a, figure_b, figure_base, component, person_scope, quantity,
        financial_year, area_id, source_a, value_a, source_b, value_b, source_used, why, status
    from quality.source_conflict
    where $years is null or list_contains($years, financial_year)
    order by conflict_id
"""
Row = dict[str, Any]


class Notices:
    """What was said of the rows of some years, by council and source."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def of_rate(self, key: RateKey, area: tuple[str, str], numerator: float | None) -> list[Notice]:
        """What the models said of this very rate."""
        names = {_named(key), _named(key, with_scope=False)}
        return [
            _notice("flag", row)
            for row in self._flags.get(area, ())
            if row["found_by"] == "model"
            and row["field"] in names
            and (row["rule_id"] != "rate-above-100" or _says(row["token"], numerator))
        ]

    def of_cells(self, cells: Sequence[Cell], area: tuple[str, str]) -> list[Notice]:
        """What the readers said of these cells, and of the rows that they stand in."""
        files = {(cell.path, cell.sha256) for cell in cells}
        return [
            _notice("flag", row)
            for row in self._flags.get(area, ())
            if row["found_by"] == "reader"
            and (row["source_file"], row["source_sha256"]) in files
            and self._concerns(row, cells)
        ]

    def of_sources(
        self, rules: Iterable[Rule], cells: Sequence[Cell], area: tuple[str, str]
    ) -> list[Notice]:
        """Rows of the council that were quarantined, and refused files of sources not heard from.

        In a refused file there may have been a row of the council; nobody can say whether.
        """
        year, council_id = area
        heard = {cell.source for cell in cells}
        named = {council_id.lower(), self._facts.councils[council_id].council_name.lower()}
        found = []
        for source in sorted({rule.source for rule in rules}):
            for row, words in self._quarantined.get((source, year), ()):
                if named & words:
                    found.append(_notice("quarantine", row))
            if source not in heard:
                found += self._refused.get((source, year), [])
        return found

    def conflicts_of(
        self, rules: Iterable[Rule], scope: str, area: tuple[str, str]
    ) -> list[Conflict]:
        """Conflicts between sources over a component that these rules make use of."""
        asked = {(rule.source, rule.statistic) for rule in rules}
        return [
            _conflict(row)
            for row in self._conflicts.get(area, ())
            if row["person_scope"] == scope and asked & self._made_of(row["component"], scope)
        ]

    def conflicts_on(self, definition_id: str | None, year: str) -> list[Conflict]:
        """Conflicts between published figures of England on a definition."""
        return [
            _conflict(row)
            for row in self._conflicts.get((year, "England"), ())
            if definition_id is not None
            and definition_id
            in {
                self._definition_of.get(row[name])
                for name in ("figure_a", "figure_b", "figure_base")
            }
        ]

    # ------------------------------------------------------------------ rows, in order

    def _was_said(self, row: Row) -> bool:
        """Whether it could be said on the day: the models only say what holds now."""
        if self._facts.as_of is None:
            return True
        file = self._facts.files.get((row["source_file"], row["source_sha256"]))
        by_models = row.get("found_by") == "model"
        return file is not None and not by_models and self._facts.had_come_out(file.published_on)

    @cached_property
    def _flags(self) -> dict[tuple[str, str], list[Row]]:
        found = defaultdict(list)
        for row in filter(self._was_said, self._facts.rows(_FLAGS)):
            found[row["financial_year"], row["area_code"]].append(row)
        return found

    @cached_property
    def _quarantined(self) -> dict[tuple[str, str], list[tuple[Row, set[str]]]]:
        found = defaultdict(list)
        for row in filter(self._was_said, self._facts.rows(_QUARANTINED)):
            found[row["source"], row["financial_year"]].append((row, _words(row["content"])))
        return found

    @cached_property
    def _refused(self) -> dict[tuple[str, str], list[Notice]]:
        found = defaultdict(list)
        for row in filter(self._was_said, self._facts.rows(_REFUSED)):
            found[row["source"], row["financial_year"]].append(_notice("refused", row))
        return found

    @cached_property
    def _conflicts(self) -> dict[tuple[str, str], list[Row]]:
        found: dict[tuple[str, str], list[Row]] = defaultdict(list)
        if self._facts.as_of is not None:
            return found
        for row in self._facts.rows(_CONFLICTS):
            found[row["financial_year"], row["area_id"]].append(row)
        return found

    @cached_property
    def _definition_of(self) -> dict[str, str | None]:
        asked = "select figure_id, definition_id from quality.published_reproduction"
        return {row["figure_id"]: row["definition_id"] for row in self._facts.rows(asked)}

    def _made_of(self, component: str | None, scope: str) -> set[tuple[str, str]]:
        return {
            (rule.source, rule.statistic)
            for known, offers in self._facts.component_rules.items()
            if (known.name, known.person_scope) == (component, scope)
            for rules in offers.values()
            for rule in rules
        }

    def _concerns(self, row: Row, cells: Sequence[Cell]) -> bool:
        """Whether a flag is of one of the cells, or of its row as a whole."""
        field = row["field"] or ""
        if any(field.startswith(cell.statistic) for cell in cells):
            return True
        of_a_cell = any(field.startswith(statistic) for statistic in self._facts.statistics)
        wide = any(cell.locator.startswith("sheet 'Return'") for cell in cells)
        here = wide or row["source_locator"] in {cell.locator for cell in cells}
        return here and not of_a_cell


def _named(key: RateKey, with_scope: bool = True) -> str:
    scope = key.person_scope if with_scope else None
    return " ".join(part for part in (key.basis_id, key.definition_id, scope) if part)


def _says(token: str | None, numerator: float | None) -> bool:
    first = (token or "").split(" of ")[0]
    try:
        return numerator is not None and float(first) == numerator
    except ValueError:
        return False


def _words(content: str | None) -> set[str]:
    """Everything a quarantined row says, in lower case."""
    read = json.loads(content or "{}")
    return {str(value).strip().lower() for value in read.values() if value is not None}


def _notice(kind: Said, row: Row) -> Notice:
    return Notice(
        kind=kind,
        rule_id=row["rule_id"],
        field=row.get("field"),
        token=row.get("token"),
        message=row["message"],
        path=row["source_file"],
        sha256=row["source_sha256"],
        locator=row.get("source_locator"),
    )


def _conflict(row: Row) -> Conflict:
    return Conflict(
        row["conflict_id"],
        row["quantity"],
        row["source_a"],
        row["value_a"],
        row["source_b"],
        row["value_b"],
        row["source_used"],
        row["why"],
        row["status"],
    )
