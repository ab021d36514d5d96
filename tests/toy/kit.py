"""A warehouse small enough to refresh in seconds, for tests of building and publishing.

Belongs here: the toy dbt project's surroundings: raw files, landing, commands run on them.
Does not: any test.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
import subprocess
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from toy import forked

from dagster_project import build, publish
from dagster_project.paths import PROJECT, Warehouse

TOY_DBT = Path(__file__).parent / "dbt"
STARTED = datetime(2026, 11, 22, 1, 45, tzinfo=UTC)

HEADINGS = (
    "CASSR code,Council,Users receiving community-based services,"
    "Users receiving self-directed support,Users receiving a direct payment,"
    "Carers receiving carer-specific services,Carers receiving self-directed support,"
    "Carers receiving a direct payment"
)


@dataclasses.dataclass(frozen=True)
class Toy:
    """A folder with a raw tree, a dbt project of its own, and a warehouse."""

    folder: Path

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    @property
    def dbt_dir(self) -> Path:
        return self.folder / "dbt"

    @property
    def warehouse(self) -> Warehouse:
        return Warehouse.at(self.folder / "warehouse")

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DENOMINATOR_DBT": str(self.dbt_dir),
            "DENOMINATOR_RAW": str(self.raw),
            "DENOMINATOR_WAREHOUSE": str(self.warehouse.root),
            "DAGSTER_HOME": str(self.folder / "dagster"),
            "PYTHONPATH": str(PROJECT),
            "COLUMNS": "200",
        }

    def land(
        self,
        year: str = "2012-13",
        rows: int = 5,
        *,
        lost: int = 0,
        loaded: bool = True,
        source: str = "ccs",
    ) -> None:
        """Write a publication straight into the landing, `rows` rows of it."""
        folder = self.warehouse.landing / source / year / "final"
        folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(f"{year} {rows}".encode()).hexdigest()
        with duckdb.connect() as connection:
            connection.execute(
                f"""
                copy (
                    select '{source}' as source, '{year}' as financial_year, 'final' as release,
                        date '2013-11-01' as published_on, 'synthetic' as evidence_class,
                        (100 + n)::varchar as area_code, n::double as users
                    from range({rows}) as numbers (n)
                ) to '{folder}/rows.parquet'
                """
            )
            connection.execute(
                f"""
                copy (
                    select '{source}' as source, '{year}' as financial_year, 'final' as release,
                        '{source}/{year}/final/{source}.csv' as path, '{digest}' as sha256,
                        10::bigint as bytes, {rows + lost}::bigint as rows_read,
                        {rows}::bigint as rows_loaded, 0::bigint as rows_quarantined,
                        0::bigint as cells_flagged,
                        '{"loaded" if loaded else "refused"}' as status,
                        {"null" if loaded else "'column-missing'"}::varchar as rule_id,
                        {"null" if loaded else "'no column Council'"}::varchar as reason
                    {"" if rows or not loaded else "limit 0"}
                ) to '{folder}/files.parquet'
                """
            )

    def unland(self, year: str, source: str = "ccs") -> None:
        shutil.rmtree(self.warehouse.landing / source / year)

    def write_raw(self, year: str = "2012-13", users: int = 1000) -> Path:
        """Write a raw file of `ccs` as its publisher would have, with its `source.yml`."""
        folder = self.raw / "ccs" / year / "final"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "source.yml").write_text(
            "publisher: Invented\ntitle: Invented for a test\nlicence: CC0-1.0\n"
            "evidence_class: synthetic\npublished_on: 2013-11-01\n",
            encoding="utf-8",
        )
        file = folder / "ccs.csv"
        lines = [
            f"Invented community care statistics {year}",
            HEADINGS,
            f'102,Cumbria,"{users:,}",600,200,100,50,20',
            f'104,Northumberland,"{users + 100:,}",500,100,200,60,30',
            f'204,Durham,"{users + 200:,}",400,100,200,60,30',
        ]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    def model(self, name: str, sql: str) -> None:
        """Replace the SQL of a model."""
        (file,) = self.dbt_dir.glob(f"models/*/{name}.sql")
        file.write_text(sql, encoding="utf-8")

    def build(self) -> build.BuildResult:
        """Prepare and build, in this process."""
        build.prepare(self.dbt_dir, self.warehouse)
        return build.build(self.dbt_dir, self.warehouse, self.manifest)

    @property
    def manifest(self) -> build.Manifest:
        return build.read_manifest(self.dbt_dir)

    def publish(self) -> publish.Release:
        """Pass the gates and publish, in this process."""
        gates = publish.pass_gates(self.warehouse, self.manifest)
        if not all(gate.passed for gate in gates):
            raise publish.PublishError(gates)
        return publish.publish(self.warehouse, self.manifest, started_at=STARTED)

    @property
    def digest(self) -> str:
        """SHA-256 of the published file."""
        return hashlib.sha256(self.warehouse.published.read_bytes()).hexdigest()

    def run(self, *arguments: str, first: str = "") -> subprocess.CompletedProcess[str]:
        """Run `denominator` in a process of its own, as one that has imported everything."""
        return forked.run(arguments, self.environment, self.folder, first)

    def start(self, *arguments: str) -> AbstractContextManager[forked.Started]:
        """Start `denominator` likewise, and do not wait for it."""
        return forked.start(arguments, self.environment, self.folder)

    def copy(self, folder: Path) -> Toy:
        """The same, with everything it has made, elsewhere."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Toy(folder)


def new_toy(folder: Path) -> Toy:
    """A toy with nothing in it but the dbt project."""
    toy = Toy(folder)
    shutil.copytree(TOY_DBT, toy.dbt_dir, ignore=shutil.ignore_patterns("target", "logs"))
    shutil.copytree(PROJECT / "dbt" / "seeds", toy.dbt_dir / "seeds")
    return toy
