"""The data dictionary as pages in Markdown, one for each published table and view.

Belongs here: turning `marts.data_dictionary` of a published file into pages.
Does not: what they say (`dictionary`).
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from dagster_project.paths import Warehouse
from dagster_project.publish.read import ask

Row = dict[str, Any]

_HEAD = (
    "Made by `denominator dictionary`; what it says is said in the YAML beside the dbt models.\n"
)
_COLUMNS = ("column", "type", "NULL", "meaning", "unit", "rule", "values", "mind")


def write_pages(warehouse: Warehouse, folder: Path) -> tuple[Path, ...]:
    """Write a page for each table and `README.md`, their list, into `folder`.

    A page of a table that is not published any more is removed. Raises `NotPublishedError`.
    """
    tables = ask(
        warehouse,
        """
        select schema_name as schema, table_name as table, comment from duckdb_tables()
        where database_name = current_database()
        union all
        select schema_name, view_name, comment from duckdb_views()
        where database_name = current_database() and not internal
        order by all
        """,
    ).records()
    columns = ask(
        warehouse, "from marts.data_dictionary order by schema_name, table_name, position"
    ).records()
    warnings = ask(warehouse, "from marts.usage_warning").records()
    pages = {"README.md": _index(tables, warnings)}
    for table in tables:
        of_table = [row for row in columns if row["table_name"] == table["table"]]
        pages[f"{table['table']}.md"] = _page(table, of_table)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        if old.name not in pages and _HEAD in old.read_text("utf-8"):
            old.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, "utf-8")
    return tuple(folder / name for name in pages)


def _index(tables: Sequence[Row], warnings: Sequence[Row]) -> str:
    listed = [
        (f"[{one['schema']}.{one['table']}]({one['table']}.md)", one["comment"]) for one in tables
    ]
    minded = [
        (
            f'<a id="{row["warning_id"]}"></a>{row["title"]}',
            row["text"],
            row["citation"],
        )
        for row in warnings
    ]
    return "\n".join(
        [
            "# Data dictionary\n",
            _HEAD,
            *_table(("table", "what it is"), listed),
            "\n## What to mind\n",
            *_table(("warning", "why", "who says so, if not we"), minded),
            "",
        ]
    )


def _page(table: Row, columns: Sequence[Row]) -> str:
    rows = [
        (
            f"`{row['column_name']}`",
            row["data_type"].lower(),
            _null(row),
            row["description"],
            row["unit"],
            row["rule"],
            ", ".join(f"`{value}`" for value in row["allowed_values"] or ()),
            ", ".join(f"[{one}](README.md#{one})" for one in row["usage_warnings"] or ()),
        )
        for row in columns
    ]
    return "\n".join(
        [
            f"# {table['schema']}.{table['table']}\n",
            f"{_cell(table['comment'])}\n",
            _HEAD,
            *_table(_COLUMNS, rows),
            "",
        ]
    )


def _null(row: Row) -> str | None:
    """Whether a column may be NULL, and its place in what tells rows apart."""
    if row["key_position"] is not None:
        return f"never; key {row['key_position']}"
    return None if row["is_nullable"] else "never"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str | None]]) -> Iterable[str]:
    """A table, without the columns that nothing stands in."""
    listed = list(rows)
    kept = [n for n in range(len(heads)) if any(row[n] for row in listed)]
    yield "| " + " | ".join(heads[n] for n in kept) + " |"
    yield "|" + " --- |" * len(kept)
    for row in listed:
        yield "| " + " | ".join(_cell(row[n] or "") for n in kept) + " |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
