"""What an export says of itself before any figure: its name, its release, what is invented in it.

Belongs here: the words about the files. Does not: words about the figures, which the published file
has in `marts.readme`, and says for all who open it.
"""

from collections.abc import Collection

from dagster_project.exports.release import Release, Table
from dagster_project.publish.synthetic import MARK, SENTENCE

NAME = "Common Denominator: personal budgets in adult social care in England"

_FILES = {
    "csv": (
        "csv/: a file for each table, described for programs in datapackage.json (Frictionless) "
        "and csv-metadata.json (CSV on the Web). UTF-8, commas, one heading line. A missing value "
        'is an empty field and never 0; text that is there and empty is "". Lists are JSON arrays, '
        "times are UTC. Values stand as they are: a program that opens a CSV as a spreadsheet may "
        "take one that begins with = + - or @ for a formula. The workbooks do not."
    ),
    "parquet": (
        "parquet/: the same tables with their types. The words about each column are in the "
        "metadata of the schema. A missing value is NULL."
    ),
    "xlsx": (
        "The .xlsx: the tables that people read, each on a worksheet of its own, after a cover, "
        "contents and notes. Why a cell has no figure is said in it, by the shorthand of the "
        "Government Analysis Function."
    ),
    "ods": "The .ods: the same workbook, cell by cell, in the open format.",
}


def summary(release: Release) -> str:
    """One paragraph for a program's metadata."""
    first = release.readme[0][1] if release.readme else NAME
    return f"{SENTENCE} {first}" if release.is_synthetic else first


def described(table: Table) -> str:
    """What a table is, after how much of it is invented."""
    if not table.synthetic_rows:
        return table.description
    return (
        f"{MARK}: {table.synthetic_rows:,} of {table.rows:,} rows rest on figures invented for "
        f"the example. {table.description}"
    )


def made(release: Release) -> str:
    """Which release this is."""
    return f"Release {release.release_id}, made by version {release.code_version}."


def as_markdown(release: Release, formats: Collection[str]) -> str:
    """The text that lies beside the files."""
    lines = [f"# {NAME}", "", made(release), ""]
    if release.is_synthetic:
        lines += [f"**{SENTENCE}**", ""]
    lines += ["## Files", ""]
    lines += [f"- {text}" for format, text in _FILES.items() if format in formats]
    lines += [
        "- CHANGES.md: which figures changed, by a publisher or by us.",
        "- export.json: the SHA-256 of every file.",
        "",
        *(line for topic, text in release.readme for line in (f"## {topic}", "", text, "")),
        "## Sources",
        "",
        *(
            f"- {source.words}. Licence: {source.licence or 'not stated'}."
            for source in release.sources
        ),
    ]
    return "\n".join(lines) + "\n"
