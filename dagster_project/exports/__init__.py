"""What a release looks like outside the database: data files, their metadata, workbooks.

Belongs here: writing the tables of the published file in other formats, and what is said of them.
Does not: any figure, any description of a table or a column. Both are read from the published file,
which is all that this room opens.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.errors import DenominatorError
from dagster_project.exports import place
from dagster_project.exports.release import Release, read_release
from dagster_project.paths import Warehouse
from dagster_project.publish.read import opened

if TYPE_CHECKING:
    import duckdb

    from dagster_project.exports.content import Workbook

__all__ = ["Exported", "Format", "export", "formats"]


class Format(StrEnum):
    """In what a release can be exported."""

    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"
    ODS = "ods"


@dataclass(frozen=True)
class Exported:
    """The folder that was written, the release in it, and its files with their sizes in bytes."""

    folder: Path
    release_id: str
    files: dict[str, int]


def formats(names: Collection[str] | None) -> tuple[Format, ...]:
    """The formats of these names, all where none is named. Raises `DenominatorError`."""
    if not names:
        return tuple(Format)
    unknown = sorted(set(names) - set(Format))
    if unknown:
        raise DenominatorError(
            f"There is no export as {', '.join(unknown)}. Name one of {', '.join(Format)}."
        )
    return tuple(format for format in Format if format in names)


def export(
    warehouse: Warehouse, formats: Collection[Format] = tuple(Format), to: Path | None = None
) -> Exported:
    """Write the published release into one folder, `exports/<release>` of the warehouse.

    The folder holds what was asked for last: it takes the place of an earlier export of the same
    release in one step. Raises `DenominatorError` if nothing is published, if `to` holds anything
    but such an export, or if it cannot be written.
    """
    with opened(warehouse, writes=True) as connection:
        release = read_release(connection)
        folder = to.expanduser().resolve() if to else warehouse.exports / release.release_id
        with place.put(folder, release.release_id) as aside:
            _write(connection, release, formats, aside)
    files = {
        str(path.relative_to(folder)): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return Exported(folder, release.release_id, files)


def _write(
    connection: "duckdb.DuckDBPyConnection",
    release: Release,
    formats: Collection[Format],
    folder: Path,
) -> None:
    from dagster_project.exports import about, changes

    found = changes.read_changes(connection)
    (folder / "CHANGES.md").write_text(changes.as_markdown(release, found), encoding="utf-8")
    (folder / "README.md").write_text(about.as_markdown(release, formats), encoding="utf-8")
    if Format.CSV in formats:
        _csv(connection, release, folder / "csv")
    if Format.PARQUET in formats:
        _parquet(connection, release, folder / "parquet")
    workbooks = _workbook_writers(formats)
    if workbooks:
        from dagster_project.exports.sheets import read_workbook

        content = read_workbook(connection, release, found)
        for format, write in workbooks.items():
            write(content, folder / f"common-denominator-{release.release_id}.{format}")


def _csv(connection: "duckdb.DuckDBPyConnection", release: Release, folder: Path) -> None:
    from dagster_project.exports import csvw, datapackage, tidy

    files = tidy.write_csv(connection, release, folder)
    datapackage.write(release, files, folder)
    csvw.write(release, folder)


def _parquet(connection: "duckdb.DuckDBPyConnection", release: Release, folder: Path) -> None:
    from dagster_project.exports import tidy

    tidy.write_parquet(connection, release, folder)


def _workbook_writers(
    formats: Collection[Format],
) -> "dict[Format, Callable[[Workbook, Path], None]]":
    """How to write each kind of workbook that was asked for."""
    found: dict[Format, Callable[[Workbook, Path], None]] = {}
    if Format.XLSX in formats:
        from dagster_project.exports.xlsx import write as write_xlsx

        found[Format.XLSX] = write_xlsx
    if Format.ODS in formats:
        from dagster_project.exports.ods import write as write_ods

        found[Format.ODS] = write_ods
    return found
