"""How published figures look on a terminal.

Belongs here: the tables and lines that people read. Does not: asking for the figures' meaning (the
models), printing progress (`cli`).
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from dagster_project.paths import Warehouse
from dagster_project.publish.read import Answer, ask
from dagster_project.publish.synthetic import SENTENCE

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

_NATIONAL = """
    select
        national.financial_year, national.basis_id, national.definition_id,
        national.person_scope, national.councils_met, national.councils_with_data,
        national.councils_in_scope, national.share_met_pct, national.share_met_lower_pct,
        national.share_met_upper_pct, national.pooled_rate_pct, national.evidence_class,
        target.target_id, target.threshold_pct
    from marts.national_attainment as national
    inner join (
        select target_id, threshold_pct from marts.dim_target
        where lower(status) <> 'withdrawn'
        order by reference_date desc, target_id
        limit 1
    ) as target on target.target_id = national.target_id
    where national.councils_with_data > 0
    order by national.financial_year, national.basis_id, national.definition_id,
        national.person_scope
"""
_FIGURES = ("Met", "Share met %", "at least-most", "Pooled %")


def national_table(warehouse: Warehouse) -> "list[RenderableType]":
    """Who met the target that stands, by year, basis and definition; and what to mind in it."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    rows = ask(warehouse, _NATIONAL).records()
    if not rows:
        return [Text("No council has data for a rate yet: national_attainment is empty.")]
    first = rows[0]
    table = Table(
        title=f"Councils at {_number(first['threshold_pct'], 0)}% or more ({first['target_id']})",
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for heading in ("Year", "Basis or definition", "People"):
        table.add_column(heading, no_wrap=True)
    for heading in _FIGURES:
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Evidence", no_wrap=True)
    for row in rows:
        table.add_row(*_national_row(row))
    shown: list[RenderableType] = [table]
    if any(row["evidence_class"] == "synthetic" for row in rows):
        shown.append(Text(SENTENCE, style="bold"))
    return shown


def national_markdown(warehouse: Warehouse) -> str:
    """The same table in Markdown, for places that show that."""
    rows = ask(warehouse, _NATIONAL).records()
    if not rows:
        return "No council has data for a rate yet."
    headings = ("Year", "Basis or definition", "People", *_FIGURES, "Evidence")
    lines = [headings, ("---",) * len(headings), *map(_national_row, rows)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    synthetic = any(row["evidence_class"] == "synthetic" for row in rows)
    return f"{table}\n\n{SENTENCE}" if synthetic else table


@dataclass(frozen=True)
class PooledRates:
    """The pooled rates of the table by year, of each basis or definition and people."""

    rates: Mapping[str, Mapping[str, float]]
    threshold_pct: float | None


def pooled_rates(warehouse: Warehouse) -> PooledRates:
    """The same figures as series, marked where any year is synthetic.

    A year without a pooled rate is left out of its line.
    """
    rows = ask(warehouse, _NATIONAL).records()
    synthetic = {_series(row) for row in rows if row["evidence_class"] == "synthetic"}
    rates: dict[str, dict[str, float]] = {}
    for row in rows:
        if row["pooled_rate_pct"] is not None:
            name = _series(row) + (" (SYNTHETIC)" if _series(row) in synthetic else "")
            rates.setdefault(name, {})[row["financial_year"]] = row["pooled_rate_pct"]
    return PooledRates(rates, rows[0]["threshold_pct"] if rows else None)


def _series(row: dict[str, Any]) -> str:
    _, basis, people, *_ = _national_row(row)
    return f"{basis}, {people}"


def _national_row(row: dict[str, Any]) -> list[str]:
    synthetic = row["evidence_class"] == "synthetic"
    return [
        row["financial_year"],
        row["definition_id"] or row["basis_id"],
        row["person_scope"].replace("_and_", " + "),
        f"{row['councils_met']} of {row['councils_with_data']}",
        _number(row["share_met_pct"]),
        f"{_number(row['share_met_lower_pct'])}-{_number(row['share_met_upper_pct'])}",
        _number(row["pooled_rate_pct"]),
        "SYNTHETIC" if synthetic else row["evidence_class"],
    ]


def _number(value: float | None, digits: int = 1) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def as_table(answer: Answer) -> "Table":
    """An answer as a table for a terminal; NULL is left blank, numbers stand to the right."""
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for position, column in enumerate(answer.columns):
        values = [row[position] for row in answer.rows if row[position] is not None]
        number = bool(values) and all(isinstance(value, int | float) for value in values)
        table.add_column(Text(column), justify="right" if number else "left", overflow="fold")
    for row in answer.rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    return table


def as_csv(answer: Answer) -> str:
    """An answer as CSV with a heading line; NULL is an empty field."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)
    return text.getvalue()


def as_json(answer: Answer) -> str:
    """An answer as a JSON array of objects; dates and times in ISO form, decimals as numbers."""
    return json.dumps(answer.records(), default=_plain, ensure_ascii=False, indent=2) + "\n"


def _plain(value: Any) -> Any:
    from decimal import Decimal

    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value)


def lines(rows: Sequence[Sequence[str]]) -> str:
    """Rows as lines whose columns stand under each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
