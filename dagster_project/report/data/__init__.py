"""What the report shows, asked of one release of the published file.

Belongs here: one short query for each table of rows, asked when first needed.
Does not: words, charts, pages; nothing is computed that a mart could say.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from dagster_project.publish import history
from dagster_project.report.data.places import (
    Basis,
    Break,
    Comparability,
    Council,
    Definition,
    Release,
    Table,
    Target,
    Topic,
    Warned,
    Warning,
)
from dagster_project.report.data.published import Published, grouped, synthetic
from dagster_project.report.data.rates import (
    Attainment,
    Change,
    Comparison,
    DirectPayments,
    National,
    Return,
    Step,
)
from dagster_project.report.data.received import (
    Conflict,
    File,
    Flag,
    FlagCount,
    Quarantined,
    Reproduction,
    Revision,
    RevisionCount,
)
from dagster_project.report.data.surveys import Correlation, Effect, Genuine, Item, Outcome

if TYPE_CHECKING:
    import duckdb

__all__ = ["Data", "grouped", "synthetic"]

_SERIES = "basis_id <> 'published', basis_id, definition_id, person_scope"


class Data:
    """Every table of rows the pages are made of."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection") -> None:
        self.connection = connection
        self._published = Published(connection)

    @cached_property
    def release(self) -> Release:
        """The release on show."""
        last = history.runs(self.connection)[0]
        return Release(last["release_id"], last["code_version"], last["inputs_digest"])

    @cached_property
    def about(self) -> tuple[Topic, ...]:
        """What the database says of itself."""
        return self._published.rows(Topic, "from marts.readme order by position")

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The published tables, with what their comments say and how long they are."""
        return self._published.rows(
            Table,
            "from duckdb_tables() where schema_name in ('marts', 'quality') "
            "order by schema_name, table_name",
        )

    @cached_property
    def warnings(self) -> dict[str, Warning]:
        """The controlled list of what figures must not be used for."""
        rows = self._published.rows(Warning, "from marts.usage_warning order by warning_id")
        return {row.warning_id: row for row in rows}

    @cached_property
    def warned(self) -> dict[str, tuple[str, ...]]:
        """For each published table, the warnings that stand beside any of its columns."""
        rows = self._published.rows(
            Warned,
            "from (select distinct table_name, '' as column_name, "
            "unnest(usage_warnings) as warning_id from marts.data_dictionary) "
            "order by table_name, warning_id",
        )
        return {
            table: tuple(row.warning_id for row in found)
            for table, found in grouped(rows, lambda row: row.table_name).items()
        }

    @cached_property
    def councils(self) -> dict[str, Council]:
        """Every council there was, by name."""
        rows = self._published.rows(
            Council, "from marts.dim_council order by council_name, valid_from"
        )
        return {row.council_id: row for row in rows}

    @cached_property
    def regions(self) -> dict[str, str]:
        """Names of regions."""
        return {row.region_code: row.region_name for row in self.councils.values()}

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """How each source counts."""
        rows = self._published.rows(
            Definition, "from marts.dim_definition order by valid_from_year, definition_id"
        )
        return {row.definition_id: row for row in rows}

    @cached_property
    def comparability(self) -> tuple[Comparability, ...]:
        """Which definitions compare."""
        return self._published.rows(
            Comparability,
            "from marts.definition_comparability order by definition_a, definition_b",
        )

    @cached_property
    def bases(self) -> dict[tuple[str, str | None], Basis]:
        """What rates are put on."""
        rows = self._published.rows(Basis, "from marts.dim_basis")
        return {(row.basis_id, row.person_scope): row for row in rows}

    @cached_property
    def targets(self) -> dict[str, Target]:
        """The national targets, the earliest first."""
        rows = self._published.rows(
            Target, "from marts.dim_target order by reference_date, threshold_pct"
        )
        return {row.target_id: row for row in rows}

    @cached_property
    def breaks(self) -> tuple[Break, ...]:
        """Years a line may not be drawn across."""
        return self._published.rows(
            Break, "from marts.dim_series_break order by first_year_after, break_id"
        )

    @cached_property
    def national(self) -> tuple[National, ...]:
        """England by year."""
        return self._published.rows(
            National,
            f"from marts.national_attainment order by financial_year, {_SERIES}, target_id",
        )

    @cached_property
    def attainment(self) -> tuple[Attainment, ...]:
        """Every council by year."""
        return self._published.rows(
            Attainment,
            "from marts.target_attainment "
            f"order by council_id, financial_year, {_SERIES}, target_id",
        )

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Every council among its comparators."""
        return self._published.rows(
            Comparison,
            f"from marts.council_comparison order by financial_year, {_SERIES}, council_id",
        )

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Rates beside those of the year before."""
        return self._published.rows(
            Change,
            "from marts.rate_change where area_level <> 'region' "
            f"order by area_level, area_id, {_SERIES}, financial_year",
        )

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The bridge."""
        return self._published.rows(
            Step,
            "from marts.reconciliation_bridge order by financial_year, area_level, area_id, "
            "from_definition_id, to_definition_id, step_no",
        )

    @cached_property
    def direct_payments(self) -> tuple[DirectPayments, ...]:
        """Shares of direct payments."""
        return self._published.rows(
            DirectPayments,
            "from marts.direct_payment_share "
            "order by area_level, area_id, financial_year, source, measure, person_scope",
        )

    @cached_property
    def returns(self) -> dict[str, tuple[Return, ...]]:
        """Councils' own returns."""
        rows = self._published.rows(
            Return, "from marts.council_return order by council_id, financial_year"
        )
        return grouped(rows, lambda row: row.council_id)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The questions of POET."""
        return self._published.rows(
            Item, "from marts.dim_poet_item order by wave, instrument, item"
        )

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """POET's outcomes."""
        return self._published.rows(
            Outcome,
            "from marts.poet_outcome order by wave, instrument, group_type, group_value, domain",
        )

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """POET's process effects."""
        return self._published.rows(
            Effect,
            "from marts.poet_process_effect order by wave, instrument, condition, domain, method",
        )

    @cached_property
    def correlations(self) -> tuple[Correlation, ...]:
        """Activity and outcomes across councils."""
        return self._published.rows(
            Correlation,
            "from marts.activity_vs_outcome order by wave, instrument, domain, activity, "
            "definition_id, person_scope, source, measure",
        )

    @cached_property
    def genuine(self) -> tuple[Genuine, ...]:
        """Genuine budgets."""
        return self._published.rows(
            Genuine,
            "from marts.genuine_budget order by wave, area_level, area_id, budget_type",
        )

    @cached_property
    def files(self) -> tuple[File, ...]:
        """What was received, by source, year and release."""
        return self._published.rows(
            File,
            """from (
                select source, financial_year, release, status, count(*) as files,
                    sum(rows_read)::bigint as rows_read, sum(rows_loaded)::bigint as rows_loaded,
                    sum(rows_quarantined)::bigint as rows_quarantined,
                    sum(cells_flagged)::bigint as cells_flagged, min(publisher) as publisher,
                    min(title) as title, min(licence) as licence, min(url) as url,
                    min(published_on) as published_on, min(evidence_class) as evidence_class
                from quality.source_file group by all
            ) order by source, financial_year, release, status""",
        )

    @cached_property
    def quarantined(self) -> tuple[Quarantined, ...]:
        """Rows that were refused."""
        return self._published.rows(
            Quarantined,
            f"from ({_evidence('quarantined_row')}) order by source, financial_year, source_file, "
            "source_locator, rule_id, field",
        )

    @cached_property
    def flags(self) -> tuple[Flag, ...]:
        """Values loaded as given that are odd, where a council's figure is meant."""
        return self._published.rows(
            Flag,
            f"from ({_evidence('flagged_value')}) where source <> 'poet' "
            "order by area_code, financial_year, source, field, rule_id, source_locator",
        )

    @cached_property
    def flag_counts(self) -> tuple[FlagCount, ...]:
        """How often each rule fired."""
        return self._published.rows(
            FlagCount,
            f"""from (
                select source, rule_id, found_by, count(*) as flags,
                    count(distinct area_code) as areas, max(evidence_class) as evidence_class
                from ({_evidence("flagged_value")}) group by all
            ) order by source, rule_id, found_by""",
        )

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Figures that cannot both be right as read."""
        return self._published.rows(
            Conflict, "from quality.source_conflict order by status desc, topic, conflict_id"
        )

    @cached_property
    def revision_counts(self) -> tuple[RevisionCount, ...]:
        """What newer releases changed, counted."""
        return self._published.rows(
            RevisionCount,
            """from (
                select changed_by, table_name, source, financial_year, definition_id, area_level,
                    older_release, newer_release, change, count(*) as revisions,
                    max(abs(difference)) as greatest, max(evidence_class) as evidence_class
                from quality.revision group by all
            ) order by changed_by, table_name, source, financial_year, definition_id, area_level,
                older_release, newer_release, change""",
        )

    @cached_property
    def revisions(self) -> dict[str | None, tuple[Revision, ...]]:
        """What newer releases changed of each council."""
        rows = self._published.rows(
            Revision,
            "from quality.revision where area_level = 'council' order by area_id, "
            "financial_year, source, definition_id, basis_id, person_scope, statistic, "
            "breakdown, newer_release",
        )
        return grouped(rows, lambda row: row.area_id)

    @cached_property
    def reproductions(self) -> tuple[Reproduction, ...]:
        """Figures of the register beside what the files give."""
        return self._published.rows(
            Reproduction,
            "from quality.published_reproduction order by financial_year, figure_id",
        )


def _evidence(table: str) -> str:
    """A table of the quality of rows, with the class of the file each stands in."""
    return (
        f"select rows.*, files.evidence_class from quality.{table} as rows left join "
        "quality.source_file as files on files.path = rows.source_file "
        "and files.sha256 = rows.source_sha256"
    )
