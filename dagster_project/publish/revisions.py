"""What a change of our own rules changed, told apart from what publishers changed.

Belongs here: the rows of `quality.revision` with `changed_by` us: the release about to be published
against the one published last, over the files that are the same in both; and in which release of
ours each change, a publisher's too, was seen first.
Does not: what a newer release of a publisher changed (the model `revision` sees that by itself).

A figure is laid to us only where nothing else can have changed it: the same observation from a
file with the same SHA-256; one more or one fewer observation out of a publication whose files are
all the same; a rate of a council whose latest figures of the year come from the same files, in a
year with the same publications. Rates closer than `TOLERANCE` points are the same rate.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.publish import history
from dagster_project.sql import quoted_place

if TYPE_CHECKING:
    import duckdb

REVISION = "quality.revision"
TOLERANCE = 1e-9

_NEEDED = {
    "marts.fct_observation": {"observation_id", "source_sha256", "value_lower", "value_upper"},
    "marts.target_attainment": {"council_id", "person_scope", "target_id", "rate_pct", "verdict"},
    "quality.source_file": {"source", "financial_year", "release", "path", "sha256"},
    "quality.refresh_run": {"release_id"},
}
"""What the file published last must have for a comparison; an older layout is not compared."""

_OBSERVATIONS = """
    with publications as (
        select 'older' as side, source, financial_year, release,
            string_agg(path || sha256, ' ' order by path) as files
        from before.quality.source_file group by all
        union all
        select 'newer', source, financial_year, release,
            string_agg(path || sha256, ' ' order by path)
        from next.quality.source_file group by all
    ),
    unchanged as (
        select source, financial_year, release from publications
        group by all having count(*) = 2 and count(distinct files) = 1
    ),
    paired as (
        select
            older.observation_id as older_observation_id,
            newer.observation_id as newer_observation_id,
            coalesce(newer.source, older.source) as source,
            coalesce(newer.financial_year, older.financial_year) as financial_year,
            coalesce(newer.release, older.release) as release,
            coalesce(newer.definition_id, older.definition_id) as definition_id,
            coalesce(newer.area_level, older.area_level) as area_level,
            coalesce(newer.area_id, older.area_id) as area_id,
            coalesce(newer.breakdown, older.breakdown) as breakdown,
            coalesce(newer.statistic, older.statistic) as statistic,
            older.value as older_value, newer.value as newer_value,
            older.value_lower as older_lower, older.value_upper as older_upper,
            newer.value_lower as newer_lower, newer.value_upper as newer_upper,
            older.token as older_token, newer.token as newer_token,
            coalesce(newer.evidence_class, older.evidence_class) as evidence_class,
            older.source_sha256 as older_sha256, newer.source_sha256 as newer_sha256
        from before.marts.fct_observation as older
        full join next.marts.fct_observation as newer using (observation_id)
    ),
    compared as (
        select *,
            case
                when older_value is not null and newer_value is null then 'became_missing'
                when older_value is null and newer_value is not null then 'appeared'
                when older_value <> newer_value then 'value_changed'
                when older_observation_id is null or newer_observation_id is null
                    then 'token_changed'
                when older_lower is distinct from newer_lower
                    or older_upper is distinct from newer_upper then 'interval_changed'
            end as change
        from paired
    )
    insert into next.quality.revision by name
    select
        'us' as changed_by, 'fct_observation' as table_name,
        source, financial_year, definition_id, area_level, area_id, breakdown, statistic,
        $older as older_release, $newer as newer_release, change,
        older_value, newer_value, newer_value - older_value as difference,
        older_lower, older_upper, newer_lower, newer_upper, older_token, newer_token,
        older_observation_id, newer_observation_id, evidence_class
    from compared
    where change is not null
        and (
            older_sha256 = newer_sha256
            or (
                (older_sha256 is null or newer_sha256 is null)
                and exists (
                    select 1 from unchanged
                    where unchanged.source = compared.source
                        and unchanged.financial_year = compared.financial_year
                        and unchanged.release = compared.release
                )
            )
        )
    order by all
"""

_RATES = """
    with inputs as (
        select 'older' as side, financial_year, area_id as council_id,
            list_sort(list(distinct source_sha256)) as files
        from before.marts.fct_observation where is_latest and area_level = 'council' group by all
        union all
        select 'newer', financial_year, area_id, list_sort(list(distinct source_sha256))
        from next.marts.fct_observation where is_latest and area_level = 'council' group by all
    ),
    other_inputs as (
        select financial_year, council_id from inputs
        group by all having count(*) < 2 or count(distinct files) > 1
    ),
    publications as (
        select 'older' as side, financial_year,
            list_sort(list(distinct source || ' ' || release)) as names
        from before.marts.fct_observation group by all
        union all
        select 'newer', financial_year, list_sort(list(distinct source || ' ' || release))
        from next.marts.fct_observation group by all
    ),
    other_publications as (
        select financial_year from publications
        group by all having count(*) < 2 or count(distinct names) > 1
    ),
    compared as (
        select
            newer.financial_year, newer.definition_id, newer.council_id as area_id,
            newer.basis_id, newer.person_scope, newer.target_id,
            older.rate_pct as older_value, newer.rate_pct as newer_value,
            older.rate_lower_pct as older_lower, older.rate_upper_pct as older_upper,
            newer.rate_lower_pct as newer_lower, newer.rate_upper_pct as newer_upper,
            older.verdict as older_verdict, newer.verdict as newer_verdict,
            newer.evidence_class,
            case
                when older.rate_pct is not null and newer.rate_pct is null then 'became_missing'
                when older.rate_pct is null and newer.rate_pct is not null then 'appeared'
                when abs(older.rate_pct - newer.rate_pct) > $tolerance then 'value_changed'
                when older.verdict is distinct from newer.verdict then 'verdict_changed'
            end as change
        from before.marts.target_attainment as older
        inner join next.marts.target_attainment as newer
            on older.council_id = newer.council_id
                and older.financial_year = newer.financial_year
                and older.basis_id = newer.basis_id
                and older.definition_id is not distinct from newer.definition_id
                and older.person_scope = newer.person_scope
                and older.target_id = newer.target_id
    )
    insert into next.quality.revision by name
    select
        'us' as changed_by, 'target_attainment' as table_name,
        financial_year, definition_id, 'council' as area_level, area_id,
        basis_id, person_scope, target_id, 'total' as breakdown, 'rate_pct' as statistic,
        $older as older_release, $newer as newer_release, change,
        older_value, newer_value, newer_value - older_value as difference,
        older_lower, older_upper, newer_lower, newer_upper,
        older_verdict, newer_verdict, evidence_class
    from compared
    where change is not null
        and not exists (
            select 1 from other_inputs
            where other_inputs.financial_year = compared.financial_year
                and other_inputs.council_id = compared.area_id
        )
        and not exists (
            select 1 from other_publications
            where other_publications.financial_year = compared.financial_year
        )
    order by all
"""

_SEEN_BEFORE = """
    update next.quality.revision as newer
    set first_seen_in = coalesce({seen}, $older)
    from before.quality.revision as older
    where newer.changed_by = 'publisher' and older.changed_by = 'publisher'
        and newer.source is not distinct from older.source
        and newer.financial_year = older.financial_year
        and newer.definition_id is not distinct from older.definition_id
        and newer.area_level = older.area_level
        and newer.area_id = older.area_id
        and newer.breakdown is not distinct from older.breakdown
        and newer.statistic = older.statistic
        and newer.older_release = older.older_release
        and newer.newer_release = older.newer_release
        and newer.older_value is not distinct from older.older_value
        and newer.newer_value is not distinct from older.newer_value
        and newer.older_token is not distinct from older.older_token
        and newer.newer_token is not distinct from older.newer_token
"""
"""A publisher who prints another figure under an old release's name has changed it anew."""

_SEEN_NOW = """
    update next.quality.revision
    set is_new = first_seen_in is null, first_seen_in = coalesce(first_seen_in, $newer)
"""
"""`first_seen_in` cannot say by itself what is new: the name of a release may recur."""


def add_ours(connection: "duckdb.DuckDBPyConnection", published: Path, release_id: str) -> None:
    """Add to `next.quality.revision` what our rules changed since the file `published`.

    What was found at earlier publications is taken over from it: the files that showed it are gone.
    Every change gets the release in which it was seen first.
    """
    if not _columns(connection, "next", REVISION):
        return
    if published.is_file():
        _compare(connection, published, release_id)
    connection.execute(_SEEN_NOW, {"newer": release_id})


def _compare(connection: "duckdb.DuckDBPyConnection", published: Path, release_id: str) -> None:
    connection.execute(f"attach {quoted_place(published)} as before (read_only)")
    try:
        _take_over(connection)
        older = _last_release(connection)
        if older is not None:
            names = {"older": older, "newer": release_id}
            connection.execute(_OBSERVATIONS, names)
            connection.execute(_RATES, {**names, "tolerance": TOLERANCE})
            seen = "first_seen_in" in _columns(connection, "before", REVISION)
            column = "older.first_seen_in" if seen else "null"
            connection.execute(_SEEN_BEFORE.format(seen=column), {"older": older})
    finally:
        connection.execute("detach before")


def _take_over(connection: "duckdb.DuckDBPyConnection") -> None:
    """Keep our earlier changes, in the columns that both files have."""
    common = _columns(connection, "before", REVISION) & _columns(connection, "next", REVISION)
    if common:
        names = ", ".join(sorted(common))
        connection.execute(
            f"insert into next.{REVISION} by name "
            f"select {names} from before.{REVISION} where changed_by = 'us' order by all"
        )
        connection.execute(
            f"update next.{REVISION} set first_seen_in = newer_release "
            "where changed_by = 'us' and first_seen_in is null"
        )


def _last_release(connection: "duckdb.DuckDBPyConnection") -> str | None:
    """The release that `before` holds; None if it is of a layout that cannot be compared."""
    for database in ("before", "next"):
        for table, needed in _NEEDED.items():
            if not needed <= _columns(connection, database, table):
                return None
    found = history.runs(connection, "before")
    return str(found[0]["release_id"]) if found else None


def _columns(connection: "duckdb.DuckDBPyConnection", database: str, table: str) -> set[str]:
    schema, _, name = table.partition(".")
    rows = connection.execute(
        "select column_name from duckdb_columns() "
        "where database_name = ? and schema_name = ? and table_name = ?",
        [database, schema, name],
    ).fetchall()
    return {row[0] for row in rows}
