"""Can it be trusted: who answered, what was refused and doubted, what conflicts, what changed, what
comes out again.

Belongs here: the quality tables as tables, with their sums in sentences.
Does not: a council's own notes (`council`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dagster_project.report import words
from dagster_project.report.charts.draw import chart
from dagster_project.report.charts.survey import shares
from dagster_project.report.data import synthetic
from dagster_project.report.names import of
from dagster_project.report.pages.rates import evidence
from dagster_project.report.pages.view import View
from dagster_project.report.parts import (
    Chart,
    Page,
    Shelf,
    Table,
    cells,
    figures,
    texts,
    tight,
)


def pages(view: View) -> Iterator[Page]:
    """The page, and one each for what is long."""
    shelf = Shelf()
    shelf.put(
        _response_chart(view),
        _response(view),
        _files(view),
        _quarantined(view),
        _flags(view),
        _conflicts(view),
        _revisions(view),
    )
    yield shelf.page(
        "quality.html",
        "Can the figures be trusted?",
        "quality.html",
        "Quality",
        said=_said(view),
        reproduced=_verdicts(view),
    )
    reproduced = Shelf()
    reproduced.put(_reproduction(view))
    yield reproduced.page(
        "reproduction.html",
        "Published figures, computed again",
        "reproduction.html",
        "Quality",
        verdicts=_verdicts(view),
    )


def _said(view: View) -> str:
    """What was received, in a sentence."""
    files = view.data.files
    return (
        f"{words.quantity(sum(row.files for row in files), 'file')} were received with "
        f"{words.count(sum(row.rows_read for row in files))} rows: "
        f"{words.count(sum(row.rows_loaded for row in files))} were loaded and "
        f"{words.count(sum(row.rows_quarantined for row in files))} refused, each with a reason; "
        f"{words.count(sum(row.cells_flagged for row in files))} values were loaded as given and "
        "flagged as odd."
    )


def _verdicts(view: View) -> list[str]:
    """How many published figures come out again, and of how many that says nothing."""
    counted = Counter(row.verdict for row in view.data.reproductions)
    made = Counter(
        row.verdict for row in view.data.reproductions if row.evidence_class == "synthetic"
    )
    return [
        f"{words.sentence(words.plain(verdict))}: {words.quantity(number, 'figure')}"
        + (
            f", {words.count(made[verdict])} of them computed from {words.SYNTHETIC} figures, "
            "which were made to agree"
            if made[verdict]
            else ""
        )
        for verdict, number in counted.most_common()
    ]


def _response_chart(view: View) -> Chart | None:
    rows = [row for row in view.in_front if row.basis_id == "published"]
    if not rows:
        return None
    return chart(
        shares,
        "response-chart",
        "Councils with data, of all in scope",
        "response",
        rows={
            "rows": [
                {
                    "name": f"{row.financial_year} {view.names.series(of(row))}",
                    "order": order,
                    "value": share,
                    "lower": share,
                    "upper": share,
                    "label": f"{row.councils_with_data} of {row.councils_in_scope}",
                    "words": f"{row.councils_with_data} of {row.councils_in_scope}",
                }
                for order, row in enumerate(rows)
                for share in [100 * row.councils_with_data / row.councils_in_scope]
            ]
        },
        synthetic=synthetic(rows),
        subtitle="Percent",
    )


def _response(view: View) -> Table | None:
    rows = view.in_front
    if not rows:
        return None
    return Table(
        "response",
        "Councils with data, by year and basis",
        [
            *texts("Basis or definition"),
            *tight("Year"),
            *figures("In scope", "With data", "Share, %"),
            *texts("Evidence"),
        ],
        [
            cells(
                view.series(of(row)),
                row.financial_year,
                words.count(row.councils_in_scope),
                words.count(row.councils_with_data),
                words.number(100 * row.councils_with_data / row.councils_in_scope),
                evidence(row.evidence_class),
            )
            for row in rows
        ],
        synthetic(rows),
        "national_attainment",
    )


def _files(view: View) -> Table:
    rows = view.data.files
    return Table(
        "files",
        "Files received, by source, year and release",
        [
            *texts("Source"),
            *tight("Year", "Release", "Status"),
            *figures("Files", "Rows read", "Loaded", "Refused", "Flagged"),
            *texts("Publisher", "Licence", "Evidence"),
        ],
        [
            cells(
                row.source.upper(),
                row.financial_year,
                row.release,
                row.status,
                words.count(row.files),
                words.count(row.rows_read),
                words.count(row.rows_loaded),
                words.count(row.rows_quarantined),
                words.count(row.cells_flagged),
                row.publisher or "",
                row.licence or "",
                evidence(row.evidence_class),
            )
            for row in rows
        ],
        synthetic(rows),
        "source_file",
    )


def _quarantined(view: View) -> Table | None:
    rows = view.data.quarantined
    if not rows:
        return None
    return Table(
        "quarantined",
        "Rows that were refused",
        [*texts("Rule"), *tight("Source", "Year"), *texts("Why", "Remedy", "Where")],
        [
            cells(
                row.rule_id,
                row.source.upper(),
                row.financial_year,
                row.message,
                row.remedy or "",
                f"{row.source_file}, {row.source_locator}",
            )
            for row in rows[:200]
        ],
        synthetic(rows),
        "quarantined_row",
        None
        if len(rows) <= 200
        else f"The first 200 of {words.count(len(rows))}; the database has them all.",
    )


def _flags(view: View) -> Table | None:
    rows = view.data.flag_counts
    if not rows:
        return None
    return Table(
        "flags",
        "Values loaded as given that are odd, counted by rule",
        [*texts("Rule"), *tight("Source", "Found by"), *figures("Values", "Councils")],
        [
            cells(
                row.rule_id,
                row.source.upper(),
                row.found_by,
                words.count(row.flags),
                words.count(row.areas),
            )
            for row in rows
        ],
        synthetic(rows),
        "flagged_value",
        "Each council's page has its own.",
    )


def _conflicts(view: View) -> Table | None:
    rows = view.data.conflicts
    if not rows:
        return None
    return Table(
        "conflicts",
        "Figures that cannot both be right as read",
        [
            *texts("What"),
            *tight("Year"),
            *texts("Area", "Status"),
            *figures("One gives", "Another gives"),
            *texts("What is known", "Citation"),
        ],
        [
            cells(
                row.quantity or words.plain(row.topic),
                row.financial_year or "",
                view.names.area(row.area_id),
                words.plain(row.status),
                f"{words.exact(row.value_a)} {words.plain(row.source_a)}".strip(),
                f"{words.exact(row.value_b)} {words.plain(row.source_b)}".strip(),
                " ".join(part for part in (row.why, row.why_used) if part) or "nothing yet",
                row.citation or "",
            )
            for row in rows
        ],
        synthetic(rows),
        "source_conflict",
    )


def _revisions(view: View) -> Table | None:
    rows = view.data.revision_counts
    if not rows:
        return None
    return Table(
        "revisions",
        "What newer releases changed, counted",
        [
            *texts("Figure"),
            *tight("Year"),
            *texts("Changed by", "Area", "Releases", "Change"),
            *figures("Values", "Greatest change"),
        ],
        [
            cells(
                view.names.definition(row.definition_id)
                or (row.source or row.table_name).upper().replace("_", " "),
                row.financial_year or "",
                words.plain(row.changed_by),
                row.area_level or "",
                f"{row.older_release} to {row.newer_release}",
                words.plain(row.change),
                words.count(row.revisions),
                words.exact(row.greatest),
            )
            for row in rows
        ],
        synthetic(rows),
        "revision",
        "A change by a publisher stands in a newer release of theirs; a change of ours came of new "
        "rules or corrections. Each council's page has its own.",
    )


def _reproduction(view: View) -> Table | None:
    rows = view.data.reproductions
    if not rows:
        return None
    return Table(
        "reproduction",
        "Every published figure of the register beside what the loaded files give",
        [
            *texts("Figure"),
            *tight("Year"),
            *figures("Published", "Computed", "Difference"),
            *texts("Verdict", "Reason"),
            *tight("Evidence", "Verification"),
        ],
        [
            cells(
                words.plain(row.figure_id.replace("-", " ")),
                row.financial_year,
                _published(row.comparator, row.published_value),
                words.exact(row.computed_value),
                words.exact(row.difference),
                words.plain(row.verdict),
                row.reason or "",
                evidence(row.evidence_class),
                row.verification,
            )
            for row in rows
        ],
        synthetic(rows),
        "published_reproduction",
        "Verification: S a founding document, P seen on a public page, DATA read from the "
        "publisher's file, D derived, U recalled and not found again. Citations are in the "
        "database and the exports.",
    )


def _published(comparator: str, value: float) -> str:
    said = words.exact(value)
    return said if comparator == "eq" else f"{words.plain(comparator)} {said}"
