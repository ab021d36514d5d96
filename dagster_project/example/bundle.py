"""The whole example as files by path, and the list of the mistakes planted in them.

Belongs here: which file holds what, under which name, with which `source.yml`, and where in it each
planted mistake came to stand.
Does not: figures, layouts; writing to disk (`__main__`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, fields

from . import adass, figures, in_control, layouts, mistakes, official, poet_files, salt
from .areas import Council, Region, councils, regions
from .figures import Components, Wave
from .fitting import Counts
from .mistakes import Mistake

Release = tuple[str, str]
SOURCES = ("ccs", "ascof", "adass", "poet", "in_control")
PLANTED_COLUMNS = ("file", "place", "council_id", "field", "rule_id", "outcome", "what")

# Day the real counterpart came out, and how well that day is known.
PUBLISHED_ON: dict[tuple[str, str, str], tuple[str, str]] = {
    ("ccs", "2010-11", "final"): ("2012-03-28", "Out by this day, on which the press quoted it."),
    ("ccs", "2011-12", "provisional"): ("2012-09-30", "Only the month is known (September 2012)."),
    ("ccs", "2011-12", "final"): ("2013-02-15", ""),
    ("ccs", "2012-13", "provisional"): ("2013-07-10", ""),
    ("ccs", "2012-13", "final"): ("2013-12-17", ""),
    ("ccs", "2013-14", "final"): ("2014-12-09", ""),
    ("adass", "2010-11", "final"): (
        "2011-06-14",
        "The results were out by this day, on which the press quoted them.",
    ),
    ("adass", "2011-12", "final"): ("2012-06-20", "Day of the release of the results."),
    ("adass", "2012-13", "final"): ("2013-09-10", "Day of the release of the results."),
    ("ascof", "2010-11", "final"): ("2012-03-28", "Out by this day, on which the press quoted it."),
    ("ascof", "2011-12", "provisional"): (
        "2012-09-30",
        "Only the month is known (September 2012).",
    ),
    ("ascof", "2011-12", "final"): (
        "2013-02-15",
        "Day of the community care statistics of that year; the framework's own is not known.",
    ),
    ("ascof", "2012-13", "provisional"): ("2013-07-31", "Only the month is known (July 2013)."),
    ("ascof", "2012-13", "final"): ("2013-12-17", ""),
    ("ascof", "2013-14", "final"): (
        "2014-12-09",
        "Day of the community care statistics of that year; the framework's own is not known.",
    ),
    ("poet", "2011", "final"): ("2011-06-27", ""),
    ("poet", "2013", "final"): ("2013-05-20", "Out by this day, on which the press quoted it."),
    ("poet", "2014", "final"): ("2014-10-28", ""),
    ("in_control", "2009-10", "final"): ("2010-03-15", "Day of the launch by the press."),
}
MEASURES = {
    "NI130": "Social care clients and carers receiving self directed support",
    "1C(1)": "Proportion of people using social care who receive self-directed support",
    "1C(2)": "Proportion of people using social care who receive direct payments",
    "1C(1A)": "The proportion of people who use services who receive self-directed support",
    "1C(1B)": "The proportion of carers who receive self-directed support",
    "1C(2A)": "The proportion of people who use services who receive direct payments",
    "1C(2B)": "The proportion of carers who receive direct payments for support direct to carer",
}


@dataclass(frozen=True)
class Found:
    """A planted mistake and where it stands."""

    file: str
    place: str
    mistake: Mistake


@dataclass(frozen=True)
class Bundle:
    """Every file of the example by its path below the raw root, and the planted mistakes."""

    files: dict[str, bytes]
    planted: tuple[Found, ...]

    def planted_csv(self) -> bytes:
        """The list of planted mistakes, in the columns of `PLANTED_COLUMNS`."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(PLANTED_COLUMNS)
        writer.writerows((one.file, one.place, *astuple(one.mistake)) for one in self.planted)
        return text.getvalue().encode()


def build() -> Bundle:
    """Make the whole example in memory."""
    files: dict[str, bytes] = {}
    planted: list[Found] = []
    for path, content, found in (
        *_ccs(),
        *_ascof(),
        *_salt(),
        *_adass(),
        *poet_files.files(),
        *_in_control(),
    ):
        files[path] = content
        planted += [Found(path, place, mistake) for place, mistake in found]
    folders = sorted({path.rsplit("/", 1)[0] for path in files})
    files |= {f"{folder}/source.yml": _source_yml(*folder.split("/")) for folder in folders}
    return Bundle(dict(sorted(files.items())), tuple(planted))


File = tuple[str, bytes, list[tuple[str, Mistake]]]


def _source_yml(source: str, year: str, release: str) -> bytes:
    like = {
        "ccs": f"community care statistics, {year}, {release}",
        "ascof": f"adult social care outcomes, {year}, {release}",
        "adass": f"ADASS personal budgets survey, 31 March {int(year[:4]) + 1}",
        "poet": f"POET, the survey of people with a personal budget, {year}",
        "in_control": f"In Control's member returns, {year}",
    }[source]
    day, how = PUBLISHED_ON.get((source, year, release), ("", ""))
    entry = {
        "publisher": "Common Denominator (bundled example)",
        "title": f"SYNTHETIC: invented example in the layout of {like}",
        "licence": "MIT",
        "evidence_class": "synthetic",
    }
    if day:
        entry["published_on"] = day
    what = "answer" if source == "poet" else "figure"
    invented = f"Every {what} is invented; sums and rates agree with what was really published."
    dated = f" published_on is the real counterpart's day. {how}" if day else ""
    return layouts.source_yml(entry | {"note": (invented + dated).strip()})


# --- community care statistics --------------------------------------------------------------------


def _ccs() -> Iterator[File]:
    for release in figures.OFFICIAL:
        year, name = release
        codes_england = year in ("2009-10", "2010-11")
        rows, found = _ccs_rows(release, "England" if codes_england else "")
        title = f"Community care statistics (example), England, {year}, {name}"
        encoding = "utf-8-sig" if year == "2013-14" else "cp1252"
        content = layouts.ccs_table(title, rows, encoding)
        yield f"ccs/{year}/{name}/synthetic-ccs-{year}-{name}.csv", content, found


def _ccs_rows(
    release: Release, england_code: str
) -> tuple[list[list[str]], list[tuple[str, Mistake]]]:
    rows, found = [], []
    year = official.year(*release)
    wrong = {one.council_id: one for one in mistakes.CCS_MISTAKES.get(release, [])}
    for council in councils(release[0]):
        counts = _ccs_cells(release, council, year[council.council_id], wrong)
        rows.append([council.council_id, council.name, *counts])
        if council.council_id in wrong:
            found.append((_line(layouts.CCS_FIRST_LINE, rows), wrong[council.council_id]))
    if "610" in wrong:
        rows.append(["610", "Bedfordshire", *[".."] * 6])
        found.append((_line(layouts.CCS_FIRST_LINE, rows), wrong["610"]))
    england = astuple(_sum(year.values()))
    rows.append([england_code, "England", *map(layouts.rounded_5, england)])
    return rows, found


def _ccs_cells(
    release: Release, council: Council, counts: Components, wrong: dict[str, Mistake]
) -> list[str]:
    people = {field.name: getattr(counts, field.name) for field in fields(counts)}
    if council.council_id in wrong:
        if wrong[council.council_id].field == "users_sds":
            people["users"] //= 10
        else:
            people["carers_dp"] = people["carers_sds"] + 40
    cells = {field: layouts.rounded_5(count) for field, count in people.items()}
    missing = mistakes.NOT_AVAILABLE.get(release, {}).get(council.council_id)
    if missing:
        cells[missing] = ".."
    return list(cells.values())


def _sum(counts: object) -> Components:
    columns = zip(*(astuple(one) for one in counts), strict=True)  # type: ignore[attr-defined]
    return Components(*(sum(column) for column in columns))


def _line(first: int, rows: list[list[str]]) -> str:
    return f"line {first + len(rows) - 1}"


# --- outcomes framework: RAP years ----------------------------------------------------------------

Pair = tuple[int, int] | None  # numerator and denominator; None where a count never came


def _ascof() -> Iterator[File]:
    for release in figures.OFFICIAL:
        year, name = release
        rows: list[list[str]] = []
        found: list[tuple[str, Mistake]] = []
        for code in _codes(year):
            for area, pair in _rap_areas(release, code):
                rows += _measure_rows(area, code, "Total", code, pair, "")
                found += _wrong_outcome(release, area, code, rows)
        encoding = {"2013-14": "utf-8-sig", "2009-10": "utf-8"}.get(year, "cp1252")
        content = layouts.ascof_table(rows, encoding, spaced=False)
        yield f"ascof/{year}/{name}/synthetic-ascof-{year}-{name}.csv", content, found


def _codes(year: str) -> tuple[str, ...]:
    if year == "2009-10":
        return ("NI130",)
    return ("NI130", "1C(1)", "1C(2)") if year == "2010-11" else ("1C(1)", "1C(2)")


@dataclass(frozen=True)
class Area:
    """A council, a region or England, as the table prints it."""

    code: str
    name: str
    level: str
    gss_code: str


def _rap_areas(release: Release, code: str) -> Iterator[tuple[Area, Pair]]:
    year = official.year(*release)
    missing = mistakes.NOT_AVAILABLE.get(release, {})

    def pair(members: list[str]) -> tuple[int, int]:
        total = _sum(year[key] for key in members)
        return (total.dp if code == "1C(2)" else total.sds), total.base

    everyone = councils(release[0])
    for council in everyone:
        lost = code == "1C(2)" and council.council_id in missing
        yield _council(council), None if lost else pair([council.council_id])
    for region in regions():
        inside = [c.council_id for c in everyone if c.region_code == region.region_code]
        yield _region(region, region.code_2014), pair(inside)
    yield Area("1001", "England", "England", "E92000001"), pair(list(year))


def _council(council: Council) -> Area:
    return Area(council.council_id, council.name, "Council", council.gss_code)


def _region(region: Region, code: str) -> Area:
    return Area(code, region.name, "Region", region.gss_code)


def _measure_rows(
    area: Area, code: str, level: str, group: str, pair: Pair, blank: str
) -> list[list[str]]:
    """Numerator, denominator and outcome of one measure and area; `blank` marks a missing value."""
    numerator, denominator, outcome = blank, blank, blank
    if pair is not None:
        numerator, denominator = str(pair[0]), str(pair[1])
        outcome = layouts.outcome(*pair) if pair[1] else blank
    values = {"Numerator": numerator, "Denominator": denominator, "Outcome": outcome}
    start = [area.code, area.name, area.level, area.gss_code, code, level]
    end = [group, f"SYNTHETIC \N{EN DASH} {MEASURES[group]}"]
    return [[*start, kind, value, *end] for kind, value in values.items()]


def _wrong_outcome(
    release: Release, area: Area, code: str, rows: list[list[str]]
) -> list[tuple[str, Mistake]]:
    """Misprint the outcome just appended, if it is one of the planted ones."""
    wrong = {one.council_id: one for one in mistakes.ASCOF_MISTAKES.get(release, [])}
    if code != "1C(1)" or area.code not in wrong:
        return []
    rows[-1][7] = str(round(float(rows[-1][7]) + 3, 1))
    return [(_line(2, rows), wrong[area.code])]


# --- outcomes framework: SALT ---------------------------------------------------------------------


def _salt() -> Iterator[File]:
    year = salt.FINANCIAL_YEAR
    rows: list[list[str]] = []
    for who, groups, ages in (
        ("A", salt.users(), salt.USER_AGES),
        ("B", salt.carers(), salt.CARER_AGES),
    ):
        for part, counted in (("1", _with_sds), ("2", _with_dp)):
            group = f"1C({part}{who})"
            for area, members in _salt_areas(year):
                bands = {"": "Total"} | ages
                for band, level in bands.items():
                    pair = _salt_pair([groups[key] for key in members], band, counted)
                    rows += _measure_rows(area, group + band, level, group, pair, " ")
    content = layouts.ascof_table(rows, "cp1252", spaced=True)
    yield f"ascof/{year}/final/synthetic-ascof-{year}-final.csv", content, []


def _with_sds(group: salt.Group) -> Counts:
    return group.sds


def _with_dp(group: salt.Group) -> Counts:
    return group.dp


def _salt_areas(year: str) -> Iterator[tuple[Area, list[str]]]:
    everyone = councils(year)
    for council in everyone:
        yield _council(council), [council.council_id]
    for region in regions():
        inside = [c.council_id for c in everyone if c.region_code == region.region_code]
        yield _region(region, region.region_code), inside
    yield Area("England", "England", "England", "E92000001"), [c.council_id for c in everyone]


def _salt_pair(
    groups: list[salt.Group], band: str, counted: Callable[[salt.Group], Counts]
) -> tuple[int, int]:
    def people(counts: Counts) -> int:
        return counts[band] if band else sum(counts.values())

    return sum(people(counted(one)) for one in groups), sum(people(one.base) for one in groups)


# --- ADASS ----------------------------------------------------------------------------------------


def _adass() -> Iterator[File]:
    yield _consolidated(figures.WAVE_2011)
    yield _consolidated(figures.WAVE_2012)
    yield from _workbooks(figures.WAVE_2013)


def _consolidated(wave: Wave) -> File:
    sent = mistakes.sent(wave, adass.returns(wave))
    found = [(f"line {2 + at}", m) for at, one in enumerate(sent) for m in one.mistakes]
    path = f"adass/{wave.financial_year}/final/synthetic-adass-survey-{wave.wave}.csv"
    return path, layouts.adass_table(one.answers for one in sent), found


def _workbooks(wave: Wave) -> Iterator[File]:
    for one in mistakes.sent(wave, adass.returns(wave)):
        key = str(one.answers["council_code"])
        found = [(f"sheet 'Return' row {layouts.workbook_row(m.field)}", m) for m in one.mistakes]
        content = layouts.adass_workbook(
            one.answers,
            code_as_number=key in mistakes.NUMERIC_CODES_2013,
            date_as_date=int(key) % 3 != 0,
        )
        path = f"adass/{wave.financial_year}/final/synthetic-adass-{wave.wave}-{key}.xlsx"
        yield path, content, found


# --- In Control -----------------------------------------------------------------------------------


def _in_control() -> Iterator[File]:
    for one in in_control.counts():
        rows = [[key, one.as_of, str(people)] for key, people in one.people.items()]
        head = [[layouts.BANNER], in_control.HEADINGS]
        path = f"in_control/{one.financial_year}/final/synthetic-in-control-{one.as_of}.csv"
        yield path, layouts.table([*head, *sorted(rows)], "utf-8"), []
