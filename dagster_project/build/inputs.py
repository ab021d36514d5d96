"""What a build reads: the files that landed, and one digest over all of them.

Belongs here: reading the landing's account of its files. Does not: reading rows, judging them.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from dagster_project.paths import Warehouse
from dagster_project.sql import place

DECISIONS = ("corrections",)
"""Tables of the landing with what people decided on raw files, by name: each row is an input of a
release. One line for each more (acceptances, forgettings)."""


@dataclass(frozen=True, order=True)
class InputFile:
    """One raw file as the landing accounts for it; `rows_*` count rows of the file."""

    source: str
    financial_year: str
    release: str
    path: str
    sha256: str
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    status: str
    rule_id: str | None
    reason: str | None
    account: str = ""
    """All that the landing's account has of it, `source.yml` included, as JSON."""


def landed_files(landing: Path) -> tuple[InputFile, ...]:
    """Every file that the landing accounts for, refused ones included, in a fixed order."""
    import duckdb

    if not any(landing.glob("*/*/*/files.parquet")):
        return ()
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(
            """
            select source, financial_year, release, path, sha256,
                   rows_read, rows_loaded, rows_quarantined, status, rule_id, reason,
                   cast(to_json(files) as varchar)
            from read_parquet(?, union_by_name = true) as files
            """,
            [f"{place(landing)}/*/*/*/files.parquet"],
        ).fetchall()
    return tuple(sorted((InputFile(*row) for row in rows), key=_order))


def _order(file: InputFile) -> tuple[str, ...]:
    return (file.source, file.financial_year, file.release, file.path, file.sha256 or "")


def inputs_digest(files: tuple[InputFile, ...], warehouse: Warehouse) -> str:
    """SHA-256 over everything that goes into a release besides the code.

    That is which files there are, where they lie, their content, what their publishers say of
    them, and the rows of `DECISIONS`.
    """
    digest = hashlib.sha256()
    for file in files:
        digest.update("\x1f".join((*_order(file), file.account)).encode())
        digest.update(b"\x1e")
    for row in _decisions(warehouse.landing):
        digest.update(f"{row}\x1e".encode())
    return digest.hexdigest()


def _decisions(landing: Path) -> list[str]:
    """The rows of the landing's `DECISIONS`: the name of the table and JSON, in a fixed order."""
    import duckdb

    found: list[str] = []
    with duckdb.connect(":memory:") as connection:
        for table in DECISIONS:
            if any(landing.glob(f"*/*/*/{table}.parquet")):
                rows = connection.execute(
                    "select cast(to_json(decisions) as varchar) as decision "
                    "from read_parquet(?, union_by_name = true) as decisions order by decision",
                    [f"{place(landing)}/*/*/*/{table}.parquet"],
                ).fetchall()
                found += [f"{table}\x1f{row}" for (row,) in rows]
    return found
