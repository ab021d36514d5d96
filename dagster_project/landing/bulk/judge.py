"""Every rule of a bulk source over all rows of a publication, as SQL.

Belongs here: what is refused, what is landed, what is flagged, and counting it. Does not: what the
rules are (sources), opening files.

A row is quarantined by the first rule it breaks, in the source's order; flags are looked for in the
rows that are loaded. The tables are written straight from the engine, never through Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.landing.bulk import raw
from dagster_project.landing.bulk.opening import BulkFile
from dagster_project.landing.bulk.readings import Reading
from dagster_project.landing.bulk.sql import constant
from dagster_project.sources.model import PROVENANCE, landed_schema
from dagster_project.sources.source import BulkRule, BulkSource, Context, Rule, Severity
from dagster_project.sql import identifier, literal, quoted_place

_SQL_TYPES = {"Int32": "INTEGER", "float64": "DOUBLE", "bool": "BOOLEAN"}
_IS_LOADED = (
    "not exists (from refused where refused._file = found._file "
    "and refused._record = found._record)"
)
# The columns of a flag, of no row: what the flags that there are is added to.
_NO_FLAG = (
    "select null::integer as _file, null::varchar as source_locator, null::varchar as field, "
    "null::varchar as rule_id, null::varchar as token, null::varchar as message, "
    "null::varchar as remedy where false"
)


@dataclass(frozen=True)
class Bench:
    """What is judged: the engine, the files on it, and the columns that all rows share."""

    connection: duckdb.DuckDBPyConnection
    source: BulkSource
    context: Context
    files: Sequence[BulkFile]
    constants: Mapping[str, Any]
    folder: Path

    def run(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Run one statement."""
        return self.connection.execute(sql)


def judge(bench: Bench) -> None:
    """Write `rows`, `withheld`, `quarantine` and `flags` into the bench's folder, as Parquet."""
    for number, file in enumerate(bench.files):
        bench.run(f"create view typed_{number} as {_typed(bench, number, file)}")
    union = " union all by name ".join(f"from typed_{n}" for n in range(len(bench.files)))
    bench.run(f"create view typed as {union}")
    bench.run("create table labels (_file integer, label varchar, sha256 varchar)")
    for number, file in enumerate(bench.files):
        values = f"{number}, {literal(file.label)}, {literal(file.scan.sha256)}"
        bench.run(f"insert into labels values ({values})")
    bench.run(
        "create table refused (_file integer, _record bigint, source_locator varchar, "
        "rule_no integer, field varchar, message varchar, token varchar)"
    )
    for rule_no, rule in enumerate(bench.source.rules):
        if rule.severity is Severity.QUARANTINE:
            for found in _broken(bench, rule, "typed"):
                bench.run(
                    "insert into refused select _file, _record, source_locator, "
                    f"{rule_no}, field, message, token from ({found})"
                )
    _write_rows(bench)
    _write_quarantine(bench)
    _write_flags(bench)


def _typed(bench: Bench, number: int, file: BulkFile) -> str:
    """The rows of a file with their fields typed, and where each stands."""
    fields = ", ".join(f"{each.value} as {identifier(each.column.field)}" for each in file.readings)
    joins = " ".join(each.join for each in file.readings)
    return (
        f"select {number} as _file, _record, {constant(file.label)} as source_file, "
        f"{constant(file.scan.sha256)} as source_sha256, {file.raw.locator} as source_locator, "
        f"({file.shape.long}) as _overlong, ({file.shape.short}) as _short, "
        f"({file.shape.cut}) as _cut, {fields} from {file.view} {joins}"
    )


def _broken(bench: Bench, rule: Rule, rows: str) -> Iterator[str]:
    """Queries for what breaks a rule: `_file, _record, source_locator, field, message, token`."""
    assert isinstance(rule, BulkRule)
    if rule.breach is not None:
        breach = rule.breach(bench.context)
        yield (
            f"select _file, _record, source_locator, {literal(breach.field)} as field, "
            f"{breach.message} as message, {breach.token or 'null'} as token "
            f"from {rows} as found where ({breach.condition}) and {_IS_LOADED}"
        )
    if rule.id == bench.source.once[1]:
        yield _repeated(bench.source.once[0])
    for number, file in enumerate(bench.files):
        for reading in file.readings:
            if rule.id in reading.rules:
                yield _misread(number, file, reading, rule.id)


def _misread(number: int, file: BulkFile, reading: Reading, rule_id: str) -> str:
    found = (
        f"select {number} as _file, _record, {file.raw.locator} as source_locator, "
        f"{literal(reading.column.field)} as field, wrong.message, wrong.token "
        f"from {file.view} as text inner join {reading.table} as wrong "
        f"on coalesce(text.c{reading.column.at}, '') = wrong.text "
        f"where wrong.rule_id = {literal(rule_id)}"
    )
    return f"select * from ({found}) as found where {_IS_LOADED}"


def _repeated(field: str) -> str:
    """The later of several rows with one value of a field that no two rows share.

    Values are told apart by their digests first: few of millions of rows need a closer look.
    """
    key = identifier(field)
    return (
        "with suspect as ("
        f"select hash({key}) as digest from typed as found "
        f"where {key} is not null and {_IS_LOADED} group by 1 having count(*) > 1"
        "), ranked as ("
        f"select _file, _record, source_locator, row_number() over same as place, "
        "first_value(_file) over same as first_file, "
        "first_value(source_locator) over same as first_locator "
        f"from typed as found where hash({key}) in (select digest from suspect) "
        f"and {key} is not null and {_IS_LOADED} "
        f"window same as (partition by {key} order by _file, _record)"
        ") "
        f"select ranked._file, _record, source_locator, {literal(field)} as field, "
        f"'it has the {field} of ' || labels.label || ', ' || first_locator || ', which stays' "
        "as message, null as token "
        "from ranked inner join labels on ranked.first_file = labels._file where place > 1"
    )


def _write_rows(bench: Bench) -> None:
    derived = bench.source.derived(_columns(bench), bench.context)
    schema = landed_schema(bench.source.row)
    fields = [
        f"{_field(bench, each, str(column.dtype), derived)} as {identifier(each)}"
        for each, column in schema.columns.items()
    ]
    fields += [identifier(each) for each in _unlisted(bench) if each not in schema.columns]
    (refused,) = bench.run("select count(*) from refused").fetchone() or (0,)
    where = f"where {_IS_LOADED}" if refused else ""
    _copy(bench, "rows", f"select {', '.join(fields)} from typed as found {where}")


def _field(bench: Bench, field: str, dtype: str, derived: Mapping[str, str]) -> str:
    if field in bench.constants:
        value = bench.constants[field]
        is_day = dtype.startswith("datetime")
        return f"cast({literal(value)} as date)" if is_day else constant(value)
    made = derived.get(field, identifier(field))
    return f"cast({made} as {_SQL_TYPES[dtype]})" if dtype in _SQL_TYPES else made


def _columns(bench: Bench) -> list[Any]:
    """The columns of all files, each field once, with a file's column before none."""
    found: dict[str, Any] = {}
    for file in bench.files:
        for reading in file.readings:
            if reading.column.at is not None or reading.column.field not in found:
                found[reading.column.field] = reading.column
    return list(found.values())


def _unlisted(bench: Bench) -> list[str]:
    return [each.field for each in _columns(bench) if each.unlisted is not None]


def _where(bench: Bench) -> str:
    return ", ".join(
        [
            *(f"{literal(bench.constants[each])} as {each}" for each in PROVENANCE[:3]),
            "labels.label as source_file",
            "labels.sha256 as source_sha256",
        ]
    )


def _write_quarantine(bench: Bench) -> None:
    rules = " ".join(
        f"when {number} then {literal(rule.id)}" for number, rule in enumerate(bench.source.rules)
    )
    remedies = " ".join(
        f"when {number} then {literal(rule.remedy)}"
        for number, rule in enumerate(bench.source.rules)
    )
    content = (
        "case when field is null then '{}' else cast(json_object(field, token) as varchar) end"
    )
    _copy(
        bench,
        "quarantine",
        f"select {_where(bench)}, source_locator, case rule_no {rules} end as rule_id, field, "
        f"message, case rule_no {remedies} end as remedy, {content} as content "
        "from refused inner join labels using (_file) order by _file, _record",
    )
    originals = " union all by name ".join(
        f"(select {number} as _file, _record, {_verbatim(file)} as content from {file.view} "
        f"semi join (from refused where _file = {number}) using (_record))"
        for number, file in enumerate(bench.files)
    )
    _copy(
        bench,
        "withheld",
        f"select {_where(bench)}, source_locator, case rule_no {rules} end as rule_id, "
        f"originals.content from refused inner join labels using (_file) "
        f"inner join ({originals}) as originals using (_file, _record) order by _file, _record",
    )


def _verbatim(file: BulkFile) -> str:
    """A record as it was read, as JSON, under its headings; two of one name keep apart."""
    names = [
        heading if heading and file.headings.index(heading) == number else f"column {number + 1}"
        for number, heading in enumerate(file.headings)
    ]
    cells = [f"{literal(each)}, c{number}" for number, each in enumerate(names)]
    cells.append(f"'cells beyond the headings', {raw.EXTRA}")
    return f"cast(json_object({', '.join(cells)}) as varchar)"


def _write_flags(bench: Bench) -> None:
    rows = quoted_place(bench.folder / "rows.parquet")
    bench.run(
        "create view landed as select _file, 0 as _record, rows.* "
        f"from read_parquet({rows}) as rows inner join labels on rows.source_file = labels.label"
    )
    flags = [rule for rule in bench.source.rules if rule.severity is Severity.FLAG]
    parts = [_flag(rule, found) for rule in flags for found in _broken(bench, rule, "landed")]
    parts += [_flag(rule, found) for rule, found in _unlisted_items(bench)]
    parts += [_flag(rule, found) for rule, found in _unended(bench)]
    every = " union all by name ".join([_NO_FLAG, *parts])
    _copy(
        bench,
        "flags",
        f"select {_where(bench)}, source_locator, null::varchar as area_code, field, rule_id, "
        f"token, message, remedy from ({every}) inner join labels using (_file)",
    )


def _flag(rule: Rule, found: str) -> str:
    return (
        f"select _file, source_locator, field, {literal(rule.id)} as rule_id, token, message, "
        f"{literal(rule.remedy)} as remedy from ({found})"
    )


def _unlisted_items(bench: Bench) -> Iterator[tuple[Rule, str]]:
    rule = next(each for each in bench.source.rules if each.id == bench.source.item)
    known = landed_schema(bench.source.row).columns
    for number, file in enumerate(bench.files):
        for reading in file.readings:
            unlisted, field = reading.column.unlisted, reading.column.field
            if reading.column.at is None or unlisted is None:
                continue
            if field not in known or _is_answered(bench, reading):
                yield rule, _unlisted_item(number, file, field, unlisted)


def _unlisted_item(number: int, file: BulkFile, field: str, heading: str) -> str:
    place = literal(file.heading_line)
    return (
        f"select {number} as _file, {place} as source_locator, {literal(field)} as field, "
        f"{literal(heading)} as token, 'the catalogue of its wave has no such question' as message"
    )


def _unended(bench: Bench) -> Iterator[tuple[Rule, str]]:
    rule = next(each for each in bench.source.rules if each.id == bench.source.unended)
    for number, file in enumerate(bench.files):
        if file.shape.unended:
            yield (
                rule,
                f"select {number} as _file, source_locator, null as field, null as token, "
                "'the last line of the file has no end, as all others have: rows may be missing "
                f"after it' as message from typed as found where _file = {number} "
                f"and _record = {file.raw.records} and {_IS_LOADED}",
            )


def _is_answered(bench: Bench, reading: Reading) -> bool:
    """Whether a column is not blank throughout, as an export has the questions of other waves."""
    found = bench.run(f"select count(*) from {reading.table} where text <> ''").fetchone()
    return bool(found and found[0])


def _copy(bench: Bench, table: str, query: str) -> None:
    target = quoted_place(bench.folder / f"{table}.parquet")
    bench.run(f"copy ({query}) to {target} (format parquet)")
