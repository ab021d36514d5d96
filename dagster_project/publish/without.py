"""What a release holds of one source's year, and so what the next one lacks if it is forgotten.

Belongs here: counting rows by table. Does not: forgetting (`landing`).
"""

from collections.abc import Mapping
from pathlib import Path


def rows_of(published: Path, source: str, year: str) -> Mapping[str, int]:
    """The published tables with rows of a source's year folder, by name, and how many.

    Rows are known by the columns source and financial_year; in tables of a survey, which has its
    own tables, by wave. What is computed from such rows together with others (rates, bridges) is
    not among them. Without a published file there are none.
    """
    import duckdb

    if not published.is_file():
        return {}
    found = {}
    with duckdb.connect(str(published), read_only=True) as connection:
        tables = connection.execute(
            """
            select schema_name || '.' || table_name, list(column_name) from duckdb_columns()
            where schema_name in ('marts', 'quality') group by all order by all
            """
        ).fetchall()
        for table, columns in tables:
            if {"source", "financial_year"} <= set(columns):
                condition, values = "source = ? and financial_year = ?", [source, year]
            elif "wave" in columns and source == "poet":
                condition, values = "cast(wave as varchar) = ?", [year]
            else:
                continue
            row = connection.execute(f"select count(*) from {table} where {condition}", values)
            (count,) = row.fetchone() or (0,)
            if count:
                found[table] = count
    return found


def years_of(published: Path, source: str) -> frozenset[str]:
    """The year folders of a source that a release was made of."""
    import duckdb

    if not published.is_file():
        return frozenset()
    with duckdb.connect(str(published), read_only=True) as connection:
        rows = connection.execute(
            "select distinct financial_year from quality.source_file where source = ?", [source]
        ).fetchall()
    return frozenset(year for (year,) in rows if year)
