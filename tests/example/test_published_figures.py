"""Every published figure the example is made to agree with, recomputed from the files alone.

The arithmetic is written out here a second time, on purpose: nothing is imported from the
generator. Rows that a pipeline has to quarantine are left out by their place in `planted.csv`;
everything else counts as it stands in the files.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import python_calamine

PROJECT = Path(__file__).parents[2]
RAW = PROJECT / "data" / "raw"
Row = dict[str, str]

CCS_COLUMNS = ("users", "users_sds", "users_dp", "carers", "carers_sds", "carers_dp")


def text(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


@cache
def quarantined() -> set[tuple[str, str]]:
    with (PROJECT / "dagster_project/example/planted.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {(row["file"], row["place"]) for row in rows if row["outcome"] == "quarantined"}


@cache
def ccs(year: str, release: str = "final") -> dict[str, dict[str, int]]:
    """Printed counts by council; `-` and `..` are left out."""
    path = next((RAW / "ccs" / year / release).glob("*.csv"))
    councils = {}
    for row in csv.reader(io.StringIO(text(path))):
        if len(row) == 8 and row[0].isdigit() and row[0] != "610":
            cells = dict(zip(CCS_COLUMNS, row[2:], strict=True))
            councils[row[0]] = {
                name: int(cell.replace(",", ""))
                for name, cell in cells.items()
                if cell not in ("-", "..")
            }
    return councils


def ccs_sum(column: str, year: str, release: str = "final") -> int:
    return sum(row.get(column, 0) for row in ccs(year, release).values())


@cache
def ascof(year: str, release: str = "final") -> dict[tuple[str, str, str], float]:
    """Values by area code, measure code and measure type; blanks are left out."""
    path = next((RAW / "ascof" / year / release).glob("*.csv"))
    rows = list(csv.reader(io.StringIO(text(path))))[1:]
    return {(row[0], row[4], row[6]): float(row[7]) for row in rows if row[7].strip()}


def counts(code: str, year: str, release: str = "final") -> dict[str, tuple[int, int]]:
    """Numerator and denominator by council."""
    values = ascof(year, release)
    return {
        area: (int(value), int(values[area, code, "Denominator"]))
        for (area, measure, kind), value in values.items()
        if measure == code and kind == "Numerator" and len(area) == 3 and area.isdigit()
    }


def rate(code: str, year: str, release: str = "final") -> float:
    """100 times the sum of numerators over the sum of denominators, councils only."""
    pairs = counts(code, year, release).values()
    return 100 * sum(n for n, _ in pairs) / sum(d for _, d in pairs)


def rates(code: str, year: str, release: str = "final") -> dict[str, float]:
    return {c: 100 * n / d for c, (n, d) in counts(code, year, release).items()}


@cache
def adass(wave: int) -> tuple[Row, ...]:
    """Good returns of a wave, every answer as text, blank where nothing was answered."""
    folder = RAW / "adass" / f"{wave - 1}-{wave % 100}" / "final"
    rows: list[Row] = []
    for path in sorted(folder.glob("*.xlsx")):
        sheet = python_calamine.load_workbook(path).get_sheet_by_name("Return").to_python()
        labels = {str(line[0]): str(line[1]) for line in sheet[:7]}
        row = {str(line[0]): number_text(line[2]) for line in sheet[8:]}
        rows.append(row | {"council_code": labels["Council code"].removesuffix(".0")})
    for path in folder.glob("*.csv"):
        name = path.relative_to(RAW).as_posix()
        for line, row in enumerate(csv.DictReader(io.StringIO(text(path))), start=2):
            if (name, f"line {line}") not in quarantined():
                rows.append(row)
    return tuple(rows)


def number_text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) else str(cell).replace(",", "")


@cache
def answered(wave: int) -> tuple[Row, ...]:
    """Returns with both items and a rate that can be one (not above 100)."""
    both = (r for r in adass(wave) if r["q1_eligible_total"] and r["q2_ongoing_pb_total"])
    return tuple(r for r in both if int(r["q2_ongoing_pb_total"]) <= int(r["q1_eligible_total"]))


def adass_sum(wave: int, field: str) -> int:
    return sum(int(row[field] or 0) for row in answered(wave))


def share(wave: int, part: str, whole: str) -> float:
    return 100 * adass_sum(wave, part) / adass_sum(wave, whole)


def councils_where(wave: int, test: Callable[[float], bool]) -> int:
    each = (
        100 * int(r["q2_ongoing_pb_total"]) / int(r["q1_eligible_total"]) for r in answered(wave)
    )
    return sum(map(test, each))


# --- official: NI 130 and 1C ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "year", "release", "published"),
    [
        ("NI130", "2009-10", "final", 13.0),
        ("NI130", "2010-11", "final", 29.2),
        ("1C(1)", "2010-11", "final", 29.2),
        ("1C(2)", "2010-11", "final", 11.7),
        ("1C(1)", "2011-12", "final", 43.0),
        ("1C(2)", "2011-12", "final", 13.7),
        ("1C(1)", "2012-13", "provisional", 55.6),
        ("1C(1)", "2012-13", "final", 56.2),
        ("1C(2)", "2012-13", "final", 16.8),
        ("1C(1)", "2013-14", "final", 61.9),
        ("1C(1A)", "2015-16", "final", 86.9),
        ("1C(1B)", "2015-16", "final", 77.7),
        ("1C(2A)", "2015-16", "final", 28.1),
        ("1C(2B)", "2015-16", "final", 67.4),
    ],
)
def test_england_rate(code: str, year: str, release: str, published: float) -> None:
    assert round(rate(code, year, release), 1) == published
    england = "England" if year == "2015-16" else "1001"
    assert ascof(year, release)[england, code, "Outcome"] == published


@pytest.mark.parametrize("year", ["2009-10", "2010-11", "2011-12", "2012-13", "2013-14"])
def test_every_council_in_every_official_table(year: str) -> None:
    code = "NI130" if year == "2009-10" else "1C(1)"
    assert len(ccs(year)) == len(counts(code, year)) == 152


def test_2009_10_six_councils_at_thirty_percent() -> None:
    assert sum(r >= 30 for r in rates("NI130", "2009-10").values()) == 6
    rounded = [
        100 * (c["users_sds"] + c["carers_sds"]) / (c["users"] + c["carers"])
        for c in ccs("2009-10").values()
        if {"users_sds", "carers_sds", "users", "carers"} <= set(c)
    ]
    assert sum(r >= 30 for r in rounded) == 6


def test_2010_11_lowest_and_highest_council_and_two_regions() -> None:
    each = rates("1C(1)", "2010-11")
    assert min(each, key=lambda c: each[c]) == "905" and round(each["905"]) == 4  # Somerset
    assert max(each, key=lambda c: each[c]) == "306" and round(each["306"]) == 71  # Manchester
    with (PROJECT / "dbt/seeds/councils.csv").open(encoding="utf-8") as lines:
        region = {row["council_id"]: row["region_code"] for row in csv.DictReader(lines)}
    for code, published in (("SW", 18.3), ("NW", 35.0)):
        inside = [p for c, p in counts("1C(1)", "2010-11").items() if region[c] == code]
        assert round(100 * sum(n for n, _ in inside) / sum(d for _, d in inside), 1) == published


def test_2010_11_users_and_the_rises_after() -> None:
    assert round(ccs_sum("users_sds", "2010-11"), -3) == 377_000
    before = sum(n for n, _ in counts("1C(1)", "2010-11").values())
    after = sum(n for n, _ in counts("1C(1)", "2011-12").values())
    assert after == 605_739
    assert round(100 * (after / before - 1)) == 38
    paid_before = sum(n for n, _ in counts("1C(2)", "2010-11").values())
    paid_after = sum(n for n, _ in counts("1C(2)", "2011-12").values())
    assert paid_after == 192_344
    assert round(100 * (paid_after / paid_before - 1), 1) == 9.5


def test_2011_12_rounded_components_agree_within_their_rounding() -> None:
    sds = ccs_sum("users_sds", "2011-12") + ccs_sum("carers_sds", "2011-12")
    dp = ccs_sum("users_dp", "2011-12") + ccs_sum("carers_dp", "2011-12")
    assert abs(sds - 605_739) < 150  # 304 cells, each within 2 of its count
    assert abs(dp - 192_344) < 150


def test_2011_12_provisional() -> None:
    def thousands(column: str) -> int:
        return round(ccs_sum(column, "2011-12", "provisional") / 1000)

    assert (thousands("users_sds"), thousands("users_dp"), thousands("carers_sds")) == (
        527,
        139,
        78,
    )
    before, after = ccs_sum("users_sds", "2010-11"), ccs_sum("users_sds", "2011-12", "provisional")
    assert round(100 * (after / before - 1)) == 40
    paid = ccs_sum("users_dp", "2011-12", "provisional") / ccs_sum("users_dp", "2010-11")
    assert round(100 * (paid - 1)) == 11


def test_2012_13_provisional_from_rounded_rows_too() -> None:
    def total(column: str) -> int:
        return ccs_sum(column, "2012-13", "provisional")

    combined = (total("users_sds") + total("carers_sds")) / (total("users") + total("carers"))
    assert abs(100 * combined - 55.6) < 0.01
    assert abs(rate("1C(1)", "2012-13", "provisional") - 55.6) < 0.01
    assert round(100 * total("carers_sds") / total("carers"), 1) == 59.1


def test_2012_13_final() -> None:
    def thousands(column: str) -> int:
        return round(ccs_sum(column, "2012-13") / 1000)

    assert (thousands("users_sds"), thousands("users_dp")) == (611, 143)
    assert (thousands("carers_sds"), thousands("carers_dp")) == (103, 71)
    assert round(ccs_sum("users", "2012-13") / 1e6, 1) == 1.1
    rises = {"users": -10, "users_sds": 16, "users_dp": 8, "carers_sds": 32, "carers_dp": 17}
    for column, percent in rises.items():
        rise = ccs_sum(column, "2012-13") / ccs_sum(column, "2011-12") - 1
        assert round(100 * rise) == percent, column


def test_2012_13_councils_by_name() -> None:
    before, after = rates("1C(1)", "2011-12"), rates("1C(1)", "2012-13")
    assert {c for c, r in after.items() if r > 90} == {"733", "511", "706"}
    assert {c for c, r in after.items() if r < 25} == {"905", "819"}
    assert sum(after[c] - before[c] >= 30 for c in after) == 10
    assert sum(after[c] < before[c] for c in after) == 12


def test_2015_16_counts_and_the_two_councils_without_carers() -> None:
    assert sum(n for n, _ in counts("1C(1A)", "2015-16").values()) == 393_686
    assert sum(d for _, d in counts("1C(1A)", "2015-16").values()) == 452_993
    assert sum(n for n, _ in counts("1C(2A)", "2015-16").values()) == 127_145
    carers = counts("1C(1B)", "2015-16")
    assert (sum(n for n, _ in carers.values()), sum(d for _, d in carers.values())) == (
        94_398,
        121_519,
    )
    assert {c for c, pair in carers.items() if pair == (0, 0)} == {"324", "905"}
    assert ("905", "1C(1B)", "Outcome") not in ascof("2015-16")
    for code, bands in {"1C(2A)": ("1864", "65OV"), "1C(2B)": ("64U", "6584", "85OV")}.items():
        parts = sum(n for band in bands for n, _ in counts(code + band, "2015-16").values())
        assert parts == sum(n for n, _ in counts(code, "2015-16").values())


def test_every_printed_outcome_but_the_planted_one_is_its_counts() -> None:
    unlike = []
    for folder in sorted((RAW / "ascof").glob("*/*")):
        values = ascof(folder.parent.name, folder.name)
        for (area, code, kind), value in values.items():
            if kind == "Outcome":
                n, d = values[area, code, "Numerator"], values[area, code, "Denominator"]
                if abs(100 * n / d - value) > 0.0500001:
                    unlike.append((folder.parent.name, area, code))
    assert unlike == [("2013-14", "204", "1C(1)")]


# --- ADASS ---------------------------------------------------------------------------------------


def test_adass_2011() -> None:
    assert len(adass(2011)) == len(answered(2011)) == 132
    assert adass_sum(2011, "q1_eligible_total") == 886_939
    assert round(share(2011, "q2_ongoing_pb_total", "q1_eligible_total")) == 35
    wider = adass_sum(2011, "q2_ongoing_pb_total") + adass_sum(2011, "q3_one_off_pb_total")
    assert round(wider, -3) == 338_000 and wider > 338_000
    assert councils_where(2011, lambda r: r >= 100 / 3) == 83
    assert councils_where(2011, lambda r: r > 50) == 27
    assert councils_where(2011, lambda r: r < 20) == 19
    at_thirty = councils_where(2011, lambda r: r >= 30)
    assert 0.63 < at_thirty / 132 < 2 / 3  # "almost two-thirds"
    assert round(share(2011, "q2_ongoing_pb_direct_payment", "q2_ongoing_pb_total")) == 33
    assert 47 < share(2011, "q6_spend_direct_payment_gbp", "q6_spend_total_gbp") < 50
    assert 1.5e9 < adass_sum(2011, "q6_spend_total_gbp") < 1.55e9


def test_adass_2012() -> None:
    assert len(adass(2012)) == 132 and len(answered(2012)) == 131  # one is above 100
    assert adass_sum(2012, "q1_eligible_total") == 818_700
    assert adass_sum(2012, "q2_ongoing_pb_total") == 432_349
    assert round(100 * 432_349 / 818_700, 1) == 52.8
    assert round(100 * councils_where(2012, lambda r: r > 50) / 131, 1) == 58.8
    assert round(share(2012, "q2_ongoing_pb_18_64", "q2_ongoing_pb_total")) == 39
    assert round(share(2012, "q2_ongoing_pb_65_over", "q2_ongoing_pb_total")) == 61
    assert adass_sum(2012, "q4_carers_pb") == 51_191
    assert round(100 * (51_191 / adass_sum(2011, "q4_carers_pb") - 1)) == 15
    assert 48 < share(2012, "q3_one_off_pb_carers", "q4_carers_pb") < 50  # "just under half"
    assert round(share(2012, "q3_one_off_pb_carers", "q3_one_off_pb_total")) == 85


def test_adass_2012_growth() -> None:
    def growth(field: str) -> float:
        return 100 * (adass_sum(2012, field) / adass_sum(2011, field) - 1)

    assert round(growth("q1_eligible_total"), 1) == -7.7
    assert 38 < growth("q2_ongoing_pb_total") < 40
    assert round(growth("q6_spend_total_gbp")) == 57
    assert round(growth("q6_spend_direct_payment_gbp")) == 30
    assert abs(growth("q2_ongoing_pb_direct_payment")) < 1  # "flat"


def test_adass_2013() -> None:
    assert len(adass(2013)) == 126 and len(answered(2013)) == 125
    for threshold, councils in ((70, 91), (90, 33)):
        assert councils_where(2013, lambda r, t=threshold: r >= t) == councils
        assert councils_where(2013, lambda r, t=threshold: r > t) == councils
    assert councils_where(2013, lambda r: r < 50) == 11
    assert (round(100 * 91 / 126, 1), round(100 * 91 / 125, 1)) == (72.2, 72.8)
    assert round(share(2013, "q2_ongoing_pb_total", "q1_eligible_total")) == 76
    assert round(share(2013, "q6_spend_direct_payment_gbp", "q6_spend_total_gbp")) == 30
    assert round(share(2013, "q6_spend_managed_gbp", "q6_spend_total_gbp")) == 70


@pytest.mark.parametrize("wave", [2011, 2012, 2013])
def test_returns_are_believable_beside_official_figures(wave: int) -> None:
    official = ccs(f"{wave - 1}-{wave % 100}")
    for row in answered(wave):
        eligible, users = int(row["q1_eligible_total"]), official[row["council_code"]]["users"]
        assert eligible < users, row["council_code"]
        # One count of the same people is not half or twice the other.
        ratio = int(row["q2_ongoing_pb_total"]) / official[row["council_code"]]["users_sds"]
        assert 0.5 < ratio < 1.7, (row["council_code"], ratio)
