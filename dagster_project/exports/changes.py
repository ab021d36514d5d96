"""The change log of a release: which figures changed in it, by a publisher or by us.

Belongs here: choosing the changes that this release was the first to show, and their words.
Does not: finding changes (`quality.revision`).
"""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dagster_project.exports.release import Release

if TYPE_CHECKING:
    import duckdb

_OF_THIS_RELEASE = """
    select * from quality.revision where is_new
    order by
        changed_by, table_name, source, financial_year, definition_id, area_level, area_id,
        basis_id, person_scope, target_id, breakdown, statistic, older_release, newer_release
"""

CHANGED_BY = {"publisher": "a publisher", "us": "us"}


@dataclass(frozen=True)
class Changes:
    """The rows of `quality.revision` that are new in this release."""

    rows: tuple[dict[str, Any], ...]


def read_changes(connection: "duckdb.DuckDBPyConnection") -> Changes:
    """What changed in the release."""
    result = connection.execute(_OF_THIS_RELEASE)
    names = [column[0] for column in result.description or ()]
    return Changes(tuple(dict(zip(names, row, strict=True)) for row in result.fetchall()))


def preface(release: Release, changes: Changes) -> tuple[str, ...]:
    """What to know before reading the log, sentence by sentence."""
    if release.earlier:
        against = f"What is new since release {release.earlier[0]}, figure by figure."
    else:
        against = (
            "This is the first release: there is none of ours before it to compare with. What "
            "stands here are figures that publishers changed from one of their releases to the "
            "next, all of which are new to us."
        )
    none = "No figure changed." if not changes.rows else ""
    return tuple(sentence for sentence in (against, none) if sentence)


def as_markdown(release: Release, changes: Changes) -> str:
    """How many figures changed, of what kind; the figures themselves are in `quality.revision`."""
    lines = [f"# Changes in release {release.release_id}", "", *preface(release, changes), ""]
    if changes.rows:
        lines += [
            "Each of these figures is a row of `quality.revision` where `is_new` is true, and of "
            "the worksheet Changes.",
            "",
            "| Changed by | In | Source | Year | Definition | From | To | Change | Evidence | "
            "Figures |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- | ---: |",
        ]
        counted = Counter(map(_kind, changes.rows))
        lines += [
            f"| {' | '.join(_cell(part) for part in kind)} | {figures:,} |"
            for kind, figures in sorted(counted.items())
        ]
    return "\n".join(lines) + "\n"


def _kind(row: dict[str, Any]) -> tuple[str, ...]:
    """What changes are counted by, missing parts as empty text."""
    parts = (
        CHANGED_BY[row["changed_by"]],
        *(
            row[name]
            for name in (
                *("table_name", "source", "financial_year", "definition_id"),
                *("older_release", "newer_release", "change", "evidence_class"),
            )
        ),
    )
    return tuple("" if part is None else str(part) for part in parts)


def _cell(text: str) -> str:
    """Text that cannot end its cell of a Markdown table."""
    shown = "SYNTHETIC" if text == "synthetic" else text
    return " ".join(shown.replace("|", "\\|").split())
