"""The bridge's own SQL, compiled once and run over tables that a test fills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from released import Released

DBT = Path(__file__).parents[2] / "dbt"
# In the order in which they build on each other.
MODELS = (
    "int_bridge_coefficients",
    "int_bridge_inputs",
    "int_bridge_coalitions",
    "int_bridge_areas",
    "int_bridge_endpoints",
    "int_bridge_contributions",
    "reconciliation_bridge_vintages",
)
SEEDS = (
    "bridge_forms",
    "bridge_steps",
    "bridge_terms",
    "shapley_states",
    "shapley_weights",
    "comparators",
    "releases",
    "evidence_classes",
)
# What the bridge reads and a test fills: only the columns it looks at.
INPUTS = {
    "intermediate.int_components": """financial_year varchar, vintage_no int default 1, council_id varchar,
        region_code varchar, component varchar, person_scope varchar, breakdown varchar, source varchar, definition_id varchar,
        component_value double, weakness int""",
    "intermediate.int_adass_returns": """financial_year varchar, vintage_no int default 1,
        council_id varchar, definition_id varchar, comments varchar""",
    "staging.stg_published": """figure_id varchar, figure_source varchar, definition_id varchar,
        figure_year varchar, area_level varchar, area_id varchar, statistic varchar, figure_value double,
        figure_precision double, comparator varchar, verification varchar, figure_release varchar""",
    "intermediate.int_vintages": """financial_year varchar, vintage_no int default 1, known_from date,
        known_until date, is_current boolean default true""",
}
Row = Mapping[str, object]


class Bridge:
    """The models, as a refresh compiles them, over empty inputs."""

    def __init__(self, compiled: Mapping[str, str]) -> None:
        self.connection = duckdb.connect(config={"threads": 1})
        self.connection.execute("attach ':memory:' as build; use build")  # as the SQL calls it
        for schema in ("seeds", "staging", "intermediate", "marts"):
            self.connection.execute(f"create schema {schema}")
        for seed in SEEDS:
            self.connection.execute(
                f"create table seeds.{seed} as from read_csv('{DBT / 'seeds' / seed}.csv', header = true)"
            )
        for name, columns in INPUTS.items():
            self.connection.execute(f"create table {name} ({columns})")
        self.models = {
            f"{path.relative_to(DBT / 'models').parts[0]}.{path.stem}": compiled[path.stem]
            for model in MODELS
            for path in (DBT / "models").rglob(f"{model}.sql")
        }

    def run(
        self,
        components: Sequence[Row] = (),
        figures: Sequence[Row] = (),
        returns: Sequence[Row] = (),
        vintages: Sequence[Row] = (),
    ) -> list[dict[str, Any]]:
        """The rows of reconciliation_bridge_vintages for these inputs, in order.

        A year has one vintage, the current one, unless `vintages` says otherwise.
        """
        years = {row["financial_year"] for row in components}
        years |= {row["figure_year"] for row in figures}
        vintages = vintages or [{"financial_year": year} for year in sorted(map(str, years))]
        for name, rows in zip(INPUTS, (components, returns, figures, vintages), strict=True):
            self.connection.execute(f"delete from {name}")
            if rows:
                one = f"({', '.join('?' * len(rows[0]))})"
                self.connection.execute(
                    f"insert into {name} ({', '.join(rows[0])}) values {', '.join([one] * len(rows))}",
                    [value for row in rows for value in row.values()],
                )
        for name, sql in self.models.items():
            self.connection.execute(f"create or replace table {name} as {sql}")
        found = self.connection.execute(
            """from marts.reconciliation_bridge_vintages
            order by financial_year, vintage_no, from_definition_id, area_level, area_id, step_no"""
        )
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.fixture(scope="session")
def bridge(example: Released) -> Iterator[Bridge]:
    made = Bridge(example.compiled())
    yield made
    made.connection.close()
