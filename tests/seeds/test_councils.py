"""The register of councils: `councils.csv`, `council_gss.csv` and `regions.csv`.

Here belongs whether the seeds are right about the world: how many councils there were on a day,
who followed whom, and that every published file agrees about codes, areas, regions and types.
How landing or dbt use the register does not belong here. The published files are read with a few
lines of their own, so that a fault in the project's readers cannot hide one in the register.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

SEEDS = Path(__file__).resolve().parents[2] / "dbt" / "seeds"
REGISTER_START = date(2008, 4, 1)
Row = dict[str, str]

# Councils in scope on 31 March. A new council starts on 1 April, the day after the count.
IN_SCOPE = {
    2009: 150,  # Bedfordshire and Cheshire whole
    **dict.fromkeys(range(2010, 2020), 152),
    2020: 151,  # Bournemouth and Poole became one
    2021: 151,  # Buckinghamshire one for one
    2022: 152,  # Northamptonshire became two
    2023: 152,
    2024: 153,  # Cumbria became two
    2025: 153,
    2026: 153,
}
SUCCESSIONS = {
    ("610", "625", date(2009, 4, 1)),
    ("610", "626", date(2009, 4, 1)),
    ("320", "326", date(2009, 4, 1)),
    ("320", "327", date(2009, 4, 1)),
    ("810", "738", date(2019, 4, 1)),
    ("811", "738", date(2019, 4, 1)),
    ("612", "916", date(2020, 4, 1)),
    ("504", "Z9D4Z", date(2021, 4, 1)),
    ("504", "U6Q5Z", date(2021, 4, 1)),
    ("102", "H6X4G", date(2023, 4, 1)),
    ("102", "W8X1Q", date(2023, 4, 1)),
}
TYPES_TODAY = {
    "Inner London": 13,
    "Outer London": 20,
    "Metropolitan Districts": 36,
    "Shire Counties": 21,
    "Unitary Authorities": 63,
}


# ----------------------------------------------------------------------------- reading the seeds


@cache
def seed(name: str) -> tuple[Row, ...]:
    with (SEEDS / f"{name}.csv").open(encoding="ascii", newline="") as handle:
        return tuple(csv.DictReader(handle))


@cache
def councils() -> dict[str, Row]:
    return {row["council_id"]: row for row in seed("councils")}


def valid(row: Row, day: date) -> bool:
    ends = date.fromisoformat(row["valid_to"]) if row["valid_to"] else date.max
    return date.fromisoformat(row["valid_from"]) <= day <= ends


def in_scope(year: int) -> set[str]:
    return {row["council_id"] for row in seed("councils") if valid(row, date(year, 3, 31))}


def gss_on(day: date) -> dict[str, str]:
    return {row["council_id"]: row["gss_code"] for row in seed("council_gss") if valid(row, day)}


def ids(cell: str) -> list[str]:
    return cell.split(";") if cell else []


# ----------------------------------------------------------------------------- shape of the seeds


def test_columns_stand_as_the_models_expect_them() -> None:
    assert list(seed("councils")[0]) == [
        "council_id",
        "council_name",
        "gss_code",
        "region_code",
        "region_name",
        "council_type",
        "valid_from",
        "valid_to",
        "predecessor_ids",
        "successor_ids",
        "citation",
    ]
    assert list(seed("council_gss")[0]) == ["council_id", "gss_code", "valid_from", "valid_to"]
    assert list(seed("regions")[0]) == ["region_code", "region_name", "gss_code", "code_2014"]


@pytest.mark.parametrize("name", ["councils", "council_gss", "regions"])
def test_no_cell_is_padded_and_no_row_is_short(name: str) -> None:
    for row in seed(name):
        assert None not in row and None not in row.values(), row
        assert all(value == value.strip() for value in row.values()), row


def test_codes_are_the_text_the_publishers_print() -> None:
    """Three digits, or five characters for the newest councils; never a number with `.0`."""
    for council_id in councils():
        assert re.fullmatch(r"[1-9]\d\d|[A-Z]\d[A-Z]\d[A-Z]", council_id), council_id
    for row in (*seed("councils"), *seed("council_gss")):
        assert re.fullmatch(r"E(06|08|09|10)\d{6}", row["gss_code"]), row
    for row in seed("regions"):
        assert re.fullmatch(r"E1200000[1-9]", row["gss_code"])
        assert re.fullmatch(r"300[1-9]", row["code_2014"])


def test_keys_are_unique() -> None:
    assert len(councils()) == len(seed("councils"))
    for column in ("region_code", "region_name", "gss_code", "code_2014"):
        assert len({row[column] for row in seed("regions")}) == 9 == len(seed("regions"))
    holders = defaultdict(set)
    for row in seed("council_gss"):
        holders[row["gss_code"]].add(row["council_id"])
    assert {code for code, owner in holders.items() if len(owner) > 1} == set()


def test_names_are_plain_and_one_name_is_one_council_at_a_time() -> None:
    for row in seed("councils"):
        assert not re.search(r"\bUA$|\bCouncil$|\bTowns$|  ", row["council_name"]), row
    for year in IN_SCOPE:
        names = Counter(councils()[council]["council_name"] for council in in_scope(year))
        assert max(names.values()) == 1, names.most_common(2)


def test_every_row_says_where_it_comes_from() -> None:
    assert [row["council_id"] for row in seed("councils") if not row["citation"]] == []


def test_regions_are_nine_and_councils_use_their_names() -> None:
    names = {row["region_code"]: row["region_name"] for row in seed("regions")}
    assert set(names) == {"E", "EM", "L", "NE", "NW", "SE", "SW", "WM", "YH"}
    for row in seed("councils"):
        assert row["region_name"] == names[row["region_code"]], row


def test_types_are_the_publishers_five() -> None:
    assert {row["council_type"] for row in seed("councils")} == set(TYPES_TODAY)
    today = Counter(councils()[council]["council_type"] for council in in_scope(2026))
    assert today == TYPES_TODAY


@pytest.mark.parametrize(
    "council_type, prefix",
    [
        ("Shire Counties", "E10"),
        ("Unitary Authorities", "E06"),
        ("Metropolitan Districts", "E08"),
        ("Inner London", "E09"),
        ("Outer London", "E09"),
    ],
)
def test_type_and_latest_area_code_agree(council_type: str, prefix: str) -> None:
    """The first three characters of an ONS code say what kind of authority the area has."""
    rows = [row for row in seed("councils") if row["council_type"] == council_type]
    assert {row["gss_code"][:3] for row in rows} == {prefix}


# --------------------------------------------------------------------------------- councils in time


@pytest.mark.parametrize("year", sorted(IN_SCOPE))
def test_number_of_councils_on_31_march(year: int) -> None:
    assert len(in_scope(year)) == IN_SCOPE[year]


def test_validity_runs_in_whole_financial_years() -> None:
    for row in seed("councils"):
        starts = date.fromisoformat(row["valid_from"])
        assert starts >= REGISTER_START and (starts.month, starts.day) == (4, 1), row
        if row["valid_to"]:
            ends = date.fromisoformat(row["valid_to"])
            assert starts < ends and (ends.month, ends.day) == (3, 31), row


def test_who_followed_whom() -> None:
    told = {
        (before, row["council_id"], date.fromisoformat(row["valid_from"]))
        for row in seed("councils")
        for before in ids(row["predecessor_ids"])
    }
    assert told == SUCCESSIONS


def test_succession_is_told_alike_from_both_sides() -> None:
    forward = {
        (r["council_id"], after) for r in seed("councils") for after in ids(r["successor_ids"])
    }
    back = {
        (before, r["council_id"]) for r in seed("councils") for before in ids(r["predecessor_ids"])
    }
    assert forward == back
    assert {council for pair in forward for council in pair} <= set(councils())


def test_a_successor_starts_the_day_after_its_predecessor_ends() -> None:
    for row in seed("councils"):
        for after in ids(row["successor_ids"]):
            ends = date.fromisoformat(row["valid_to"])
            assert date.fromisoformat(councils()[after]["valid_from"]) == ends + timedelta(days=1)


def test_a_council_ends_with_a_successor_and_begins_with_a_predecessor() -> None:
    for row in seed("councils"):
        assert bool(row["valid_to"]) == bool(row["successor_ids"]), row
        begins_later = date.fromisoformat(row["valid_from"]) > REGISTER_START
        assert begins_later == bool(row["predecessor_ids"]), row


def test_a_successor_stays_in_the_region() -> None:
    for row in seed("councils"):
        regions = {councils()[after]["region_code"] for after in ids(row["successor_ids"])}
        assert regions <= {row["region_code"]}, row


# ----------------------------------------------------------------------------- area codes in time


def test_area_codes_cover_each_council_from_its_first_day_to_its_last_without_gap() -> None:
    spans = defaultdict(list)
    for row in seed("council_gss"):
        spans[row["council_id"]].append(row)
    assert set(spans) == set(councils())
    for council, rows in spans.items():
        rows.sort(key=lambda row: row["valid_from"])
        assert rows[0]["valid_from"] == councils()[council]["valid_from"]
        assert rows[-1]["valid_to"] == councils()[council]["valid_to"]
        assert rows[-1]["gss_code"] == councils()[council]["gss_code"], "register has the latest"
        for earlier, later in pairwise(rows):
            ends = date.fromisoformat(earlier["valid_to"])
            assert date.fromisoformat(later["valid_from"]) == ends + timedelta(days=1), council
            assert earlier["gss_code"] != later["gss_code"]


def test_the_councils_that_changed_area_code_are_known() -> None:
    """Restructured under their old council code, or with a boundary moved."""
    changes = {
        (row["council_id"], row["gss_code"], row["valid_from"])
        for row in seed("council_gss")
        if row["valid_from"] != councils()[row["council_id"]]["valid_from"]
    }
    assert changes == {
        ("104", "E06000048", "2009-04-01"),
        ("104", "E06000057", "2013-04-01"),
        ("106", "E08000037", "2013-04-01"),
        ("116", "E06000047", "2009-04-01"),
        ("204", "E08000038", "2025-04-01"),
        ("207", "E08000039", "2025-04-01"),
        ("218", "E06000065", "2023-04-01"),
        ("417", "E06000051", "2009-04-01"),
        ("809", "E06000059", "2019-04-01"),
        ("817", "E06000054", "2009-04-01"),
        ("905", "E06000066", "2023-04-01"),
    }


# ---------------------------------------------------------------------------- the published files

PSS_EX1_YEARS = {
    "2008-09": 2009,
    "2009-10": 2010,
    "2010-11": 2011,
    "2011-12": 2012,
    "2012-13": 2013,
}
ASCOF_YEARS = {f"20{y}-{y + 1}": 2000 + y + 1 for y in range(14, 19)}
# Spellings in the files that no rule of thumb turns into the register's.
SPELLINGS = {
    "Bath and Somerset": "Bath and North East Somerset",
    "Bedford Borough": "Bedford",
    "Isle of Wight Council": "Isle of Wight",
    "Medway Towns": "Medway",
    "Telford and the Wrekin": "Telford and Wrekin",
}


def plain(name: str) -> str:
    """Return a printed name without padding, `UA` and the hyphens and stops that come and go."""
    name = re.sub(r" UA$", "", name.strip())
    return SPELLINGS.get(name, name).replace("-", " ").replace(".", "")


def only_file(folder: Path, suffix: str) -> Path:
    (path,) = folder.glob(f"*{suffix}")
    return path


@cache
def pss_ex1(raw: Path, year: str) -> dict[str, str]:
    """Return code -> printed name of a PSS-EX1 file: `102,Cumbria` or `102 - Cumbria `."""
    content = only_file(raw / "pss_ex1" / year / "final", ".csv").read_bytes()
    text = content.decode("utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "cp1252")
    found: dict[str, str] = {}
    for cells in csv.reader(io.StringIO(text)):
        match = re.fullmatch(r"(\d{3})(?:\s*-\s*(.+))?", cells[0]) if cells else None
        if match:
            assert match[1] not in found, f"{match[1]} stands twice"
            found[match[1]] = match[2] or cells[1]
    return found


@cache
def ascof(raw: Path, year: str) -> tuple[Row, ...]:
    path = only_file(raw / "ascof" / year / "final", ".csv")
    with path.open(encoding="cp1252", newline="") as handle:
        return tuple(csv.DictReader(handle))


@cache
def ascof_2024_25(raw: Path) -> tuple[list[str], ...]:
    """Return the areas of table 3D(1a): code, name, ONS code, numerator, denominator, outcome."""
    import python_calamine

    path = only_file(raw / "ascof" / "2024-25" / "final", ".ods")
    sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Table_3d(1a)")
    rows = [[re.sub(r"\.0$", "", str(cell)) for cell in row[:6]] for row in sheet.to_python()]
    return tuple(row for row in rows if re.fullmatch(r"E\d{8}|\[z\]", row[2]))


def councils_printed(raw: Path, year: str) -> dict[str, tuple[str, str]]:
    """Return code -> (name, ONS code) of the council rows of one ASCOF year."""
    if year == "2024-25":
        return {row[0]: (row[1], row[2]) for row in ascof_2024_25(raw) if len(row[0]) in (3, 5)}
    rows = {
        (row["Geographical Code"], row["Geographical Description"], row["ONS Area Code"])
        for row in ascof(raw, year)
        if row["Geographical Level"].strip().lower() == "council"
    }
    printed = {code: (name, ons) for code, name, ons in rows}
    assert len(printed) == len(rows), "a council is printed in two ways"
    return printed


def compare(printed: dict[str, str], year: int) -> None:
    """Fail unless the file has exactly the councils in scope, each under the register's name."""
    assert set(printed) - set(councils()) == set(), "codes the register does not know"
    assert set(printed) == in_scope(year)
    unlike = {
        code: name
        for code, name in printed.items()
        if plain(name) != plain(councils()[code]["council_name"])
    }
    assert unlike == {}


@pytest.mark.real
@pytest.mark.parametrize("year", PSS_EX1_YEARS)
def test_pss_ex1_has_the_councils_of_its_year(real_raw: Path, year: str) -> None:
    compare(pss_ex1(real_raw, year), PSS_EX1_YEARS[year])


@pytest.mark.real
@pytest.mark.parametrize("year", [*ASCOF_YEARS, "2024-25"])
def test_ascof_has_the_councils_and_area_codes_of_its_year(real_raw: Path, year: str) -> None:
    ends = (ASCOF_YEARS | {"2024-25": 2025})[year]
    printed = councils_printed(real_raw, year)
    compare({code: name for code, (name, _) in printed.items()}, ends)
    expected = gss_on(date(ends, 3, 31))
    unlike = {c: ons for c, (_, ons) in printed.items() if ons != expected[c]}
    assert unlike == {}


@pytest.mark.real
def test_region_codes_of_both_eras(real_raw: Path) -> None:
    for year in ASCOF_YEARS:
        column = "code_2014" if year == "2014-15" else "region_code"
        printed = {
            (row["Geographical Code"], row["ONS Area Code"])
            for row in ascof(real_raw, year)
            if row["Geographical Level"].strip() == "Region"
        }
        assert printed == {(row[column], row["gss_code"]) for row in seed("regions")}


def _users_2018_19(raw: Path) -> dict[str, float]:
    return {
        row["Geographical Code"]: float(row["Measure Value"])
        for row in ascof(raw, "2018-19")
        if (row["ASCOF Measure Code"], row["Measure Type"]) == ("1C1A", "Denominator")
    }


def _users_2024_25(raw: Path) -> dict[str, float]:
    """Return the denominators of 3D(1a); the Isles of Scilly gave none and count as nobody."""
    return {row[0]: 0.0 if row[4] == "[x]" else float(row[4]) for row in ascof_2024_25(raw)}


def _sums(values: dict[str, float], group_of: dict[str, str]) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for council, group in group_of.items():
        sums[group] += values[council]
    return sums


@pytest.mark.real
def test_councils_of_a_region_add_up_to_the_published_region(real_raw: Path) -> None:
    """Counts of 2018-19 are exact; regions of 2024-25 are rounded to 5 by the publisher."""
    for values, year, rounding in (
        (_users_2018_19(real_raw), 2019, 0),
        (_users_2024_25(real_raw), 2025, 2.5),
    ):
        sums = _sums(values, {c: councils()[c]["region_code"] for c in in_scope(year)})
        assert len(sums) == 9
        for region, total in sums.items():
            assert abs(total - values[region]) <= rounding, (year, region)


@pytest.mark.real
@pytest.mark.parametrize(
    "year, rounding, shire_to_the_publisher",
    [
        # The register gives the latest type; these were still counties in 2018-19 ...
        (2019, 0, {"218", "809", "905"}),
        # ... and two of them the publisher still adds to the shire counties in 2024-25, although
        # they have been unitary since 1 April 2023.
        (2025, 2.5, {"218", "905"}),
    ],
)
def test_councils_of_a_type_add_up_to_the_published_type(
    real_raw: Path, year: int, rounding: float, shire_to_the_publisher: set[str]
) -> None:
    values = _users_2018_19(real_raw) if year == 2019 else _users_2024_25(real_raw)
    kind = {c: councils()[c]["council_type"][0] for c in in_scope(year)}
    kind.update(dict.fromkeys(shire_to_the_publisher, "S"))
    sums = _sums(values, kind)
    assert set(sums) == set("SUMIO")
    for letter, total in sums.items():
        assert abs(total - values[letter]) <= rounding, letter


# ------------------------------------------------------------------------- independent registers


@pytest.fixture
def reference(real_raw: Path) -> Path:
    return real_raw.parent / "reference"


@pytest.mark.real
def test_lookup_of_the_152_councils_of_2009_to_2019(reference: Path) -> None:
    path = reference / "cassr-lookup-craigshenton" / "la_lookup.csv"
    with path.open(encoding="utf-8-sig", newline="") as handle:
        lookup = {row["CASSR"]: row for row in csv.DictReader(handle)}
    assert set(lookup) == in_scope(2010) == in_scope(2019)
    expected = gss_on(date(2019, 3, 31))
    for code, row in lookup.items():
        mine = councils()[code]
        assert plain(row["Name"]) == plain(mine["council_name"])
        assert (row["Region"], row["ONS Code"]) == (mine["region_code"], expected[code])
        if code not in {"218", "809", "905"}:  # unitary only after the time of the lookup
            assert row["Type"] == mine["council_type"], code


@pytest.mark.real
def test_todays_upper_tier_authorities_are_todays_councils(reference: Path) -> None:
    """ONS names the upper-tier authorities with their regions; it knows no council codes."""
    path = reference / "geo-lookups-drkane" / "utla_all_codes.csv"
    with path.open(encoding="utf-8-sig", newline="") as handle:
        theirs = {
            row["UTLACD"]: row["RGNCD"]
            for row in csv.DictReader(handle)
            if row["CTRYCD"] == "E92000001"
        }
    regions = {row["region_code"]: row["gss_code"] for row in seed("regions")}
    mine = {
        councils()[code]["gss_code"]: regions[councils()[code]["region_code"]]
        for code in in_scope(2026)
    }
    assert mine == theirs


@pytest.mark.real
def test_activity_file_of_2016_17_pairs_the_same_codes(reference: Path) -> None:
    """Asc-fr 2016-17 prints council, area and region codes side by side; Scilly is not in it."""
    with (reference / "asc_fr_2016_17_activity.csv").open(
        encoding="utf-8-sig", newline=""
    ) as handle:
        theirs = {
            (row["CASSR_CODE"], row["GEOGRAPHY_CODE"], row["REGION_GO_CODE"])
            for row in csv.DictReader(handle)
            if re.fullmatch(r"\d{3}", row["CASSR_CODE"])
        }
    regions = {row["region_code"]: row["gss_code"] for row in seed("regions")}
    areas = gss_on(date(2017, 3, 31))
    mine = {
        (code, areas[code], regions[councils()[code]["region_code"]])
        for code in in_scope(2017) - {"906"}
    }
    assert theirs == mine
