"""The releases that a published file remembers, in their order.

Belongs here: reading `quality.refresh_run`. Does not: writing it (`release`).

The order is that of `release_no` and of nothing else: a clock that was set back must not make an
old release the last one, and `release_id` may recur.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

TABLE = "quality.refresh_run"


def runs(connection: "duckdb.DuckDBPyConnection", database: str = "") -> list[dict[str, Any]]:
    """Every release of the file, the newest first, by column name; times are UTC without zone.

    `database` is the name that the file is attached by, if it is not the one that was opened. In a
    file from before releases had numbers they get them here, in the order they finished in.
    """
    table = f"{database}.{TABLE}" if database else TABLE
    result = connection.execute(f"from {table}")
    names = [column[0] for column in result.description or ()]
    found = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    if "release_no" in names:
        return sorted(found, key=lambda run: run["release_no"], reverse=True)
    found.sort(key=lambda run: (run["finished_at"], run["release_id"]))
    return [run | {"release_no": number} for number, run in enumerate(found, start=1)][::-1]
