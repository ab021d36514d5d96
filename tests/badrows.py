"""A raw tree with a bad row of every kind, many to one refresh.

Belongs here: the tree, and of each bad row what is bad about it. Does not: what the rules say of it
(`sources/test_rules`), and damage at random (`fuzz`).

Each bad row stands in a council or in a source and year of its own, so that it can only be heard by
itself. Every figure is synthetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import given as g
from given import Given, Table

from dagster_project.sources.councils import register
from dagster_project.sources.seeds import seed

# What a cell may hold that is none of what belongs there.
ODD_COUNTS = (
    *("", "-", "..", "c", "[c]", "[x]", "*", "n/a", "#REF!", "0", "1", "2", "3", "4", "5", "7"),
    *("-5", "12.5", "65%", "1e5", "1,23", "1.060", "999999999999999", "1234567890123456"),
    *("nan", "inf", "100", "٣", "=1+1", "' or 1=1"),
)
ODD_CODES = (
    *("", "999", "000", "1", "E12000001", "E08000037", "England", "1001", "3001", "S", "NE", "Y&H"),
    *("102.0", " 102", "1O2", "610", "504", "738", "Z9D4Z", "100", "None", "NULL"),
)
ODD_NAMES = (
    "",
    "Hounslow",
    "Nowhere",
    "England",
    "Total",
    "North East",
    "O'Brien",
    'say "so"',
    "1",
)
ODD_DATES = (
    *("", "31/03/2013", "2013-02-30", "2013", "0001-01-01", "9999-12-31", "20130331", "tomorrow"),
    *("2013-03-31 00:00:00", "2013-04-01", "2012-09-30", "1900-01-01"),
)
ODD_WORDS = ("", "x", "DRAFT", "Final", "nearly", "\u200b", "\u00a0", "null", "0", "a" * 300)
LEVELS = ("Council", "Region", "Council type", "England", "National", "Parish", "")
AGES = ("Total", "18-64", "65 and over", "65-84", "Female", "")


def councils(year: str) -> list[str]:
    """The codes of the councils in scope for a year, in their order."""
    return [code for code in register().councils if not register().why_unknown(code, year)]


class Councils:
    """The councils of a year, each given to one bad row; the next year begins when none is left."""

    def __init__(self, years: Sequence[str]) -> None:
        self._left = [(year, code) for year in years for code in councils(year)]
        self._place = 0

    def take(self) -> tuple[str, str]:
        found = self._left[self._place]
        self._place += 1
        return found


def write(given: Given) -> int:
    """The tree; how many bad rows are in it."""
    return (
        _ccs(given)
        + _pss_ex1(given)
        + _ascof(given)
        + _adass(given)
        + _in_control(given)
        + _poet(given)
        + _register(given)
        + _releases(given)
        + _neighbours(given)
        + _years(given)
    )


def _named(code: str) -> str:
    return register().councils[code].name


# ---------------------------------------------------------------------------- tables of councils


def _ccs(given: Given) -> int:
    place = Councils(("2009-10", "2010-11", "2012-13", "2013-14"))
    rows: dict[str, Table] = {}
    bad = 0

    def add(change: Mapping[int, str], times: int = 1) -> None:
        nonlocal bad
        year, code = place.take()
        good = [code, _named(code), "9,500", "5,005", "800", "2,000", "1,100", "900"]
        for _ in range(times):
            rows.setdefault(year, []).append([change.get(at, cell) for at, cell in enumerate(good)])
        bad += 1

    for at, value in product(range(2, 8), ODD_COUNTS):
        add({at: value})
    for value in ODD_CODES:
        add({0: value})
    for value in ODD_NAMES:
        add({1: value})
    add({}, times=2)
    add({3: "9,505"})
    add({4: "5,010", 7: "1,105"})
    add(dict.fromkeys(range(2, 8), "0"))
    add(dict.fromkeys(range(2, 8), ".."))
    england = {
        "2009-10": [["", "England", *["0"] * 6]],
        "2010-11": [["England", "England", *["999,999,995"] * 6], ["", "England", *["5"] * 6]],
        "2012-13": [["E92000001", "England", *["100"] * 6], ["1001", "Total", *["105"] * 6]],
        "2013-14": [["", "Total England", "..", "7", "-", "c", "", "*"]],
    }
    for year, found in rows.items():
        title = g.CCS_TITLE.replace("2012-13", year)
        table = [[title], [], list(g.CCS_HEADINGS), *found, *england[year]]
        given.put(f"ccs/{year}/final", "ccs.csv", table)
    return bad + 6


def _pss_ex1(given: Given) -> int:
    bad = 0
    for year, wording in (
        ("2009-10", "Total all ages, Direct payments and Personal Budgets"),
        ("2012-13", "Total all ages, Direct payments"),
    ):
        table = g.pss_ex1(wording, f"Personal Social Services: Unit Costs, England - {year}")[:4]
        codes = iter(councils(year))
        for value in ODD_COUNTS:
            code = next(codes)
            table.append([f"{code} - {_named(code)}", "90", value, "5"])
        for value in ODD_CODES:
            table.append([f"{value} - Somewhere", "90", "100", "5"])
            table.append([value, "Somewhere", "100", "5"])
        for _ in range(2):
            table.append(["TOTAL England", "290", "2,030", "5"])
            table.append(["102 - Cumbria", "290", "2,030", "5"])
        given.put(f"pss_ex1/{year}/final", "pss.csv", table)
        bad += len(table) - 4
    return bad


def _in_control(given: Given) -> int:
    codes = iter(councils("2009-10"))
    table: Table = [list(g.IN_CONTROL_HEADINGS)]
    table += [[next(codes), "2009-12-31", value] for value in ODD_COUNTS]
    table += [[value, "2009-12-31", "70"] for value in ODD_CODES]
    table += [[next(codes), value, "70"] for value in ODD_DATES]
    table += [[next(codes), "2009-12-31", "70"]] * 2
    code = next(codes)
    table += [[code, "2009-12-31", "70"], [code, "20091231", "71"], [code, "2010-03-31", "72"]]
    given.put("in_control/2009-10/final", "returns.csv", table)
    given.put("in_control/2009-10/provisional", "returns.csv", table[:40])
    return len(table) - 1


# ---------------------------------------------------------------------------------------- ASCOF


class _Figures:
    """A ten-column table of one measure: a numerator, denominator and outcome for each council."""

    def __init__(self, year: str, code: str) -> None:
        self.table: Table = [list(g.ASCOF_HEADINGS)]
        self.bad = 0
        self._code = code
        self._councils = iter(councils(year))

    def add(self, **changes: str) -> None:
        """The figures of the next council, with these changes of what it prints."""
        council = next(self._councils)
        area = {
            "code": council,
            "name": _named(council),
            "level": "Council",
            "ons": _ons_code(council),
        }
        area |= {name: changes[name] for name in area if name in changes}
        for kind, value in (("Numerator", "500"), ("Denominator", "1000"), ("Outcome", "50.0")):
            row = g.ascof_row(tuple(area.values()), kind, changes.get(kind, value), self._code)
            row[5] = changes.get("age", "Total")
            self.table.append(row)
        self.bad += 1

    def add_each(self, name: str, values: Sequence[str], **changes: str) -> None:
        for value in values:
            self.add(**{name: value}, **changes)


ODD_OUTCOMES = ("", "..", "c", "101.5", "-1", "50%", "fifty", "1e2", "999999999999999")
ODD_ONS_CODES = ("", "E12000001", "E08000037", "E92000001", "nothing", "E06000062")


def _ascof(given: Given) -> int:
    bad = 0
    for year, code in (
        ("2012-13", "1C(1)"),
        ("2014-15", "1C(1A)"),  # rounded to 5
        ("2016-17", "1C1A"),
        ("2021-22", "1C1A"),
        ("2023-24", "3D1A"),
    ):
        figures = _Figures(year, code)
        counts = ODD_COUNTS[:: 1 if year == "2014-15" else 2]
        figures.add_each("Numerator", counts)
        figures.add_each("Denominator", counts)
        figures.add_each("Outcome", ODD_OUTCOMES)
        figures.add_each("code", ODD_CODES)
        figures.add_each("ons", ODD_ONS_CODES)
        figures.add_each("ons", ODD_ONS_CODES, code="999")
        figures.add_each("level", LEVELS)
        figures.add_each("age", AGES)
        twice = _pairs(code)
        given.put(f"ascof/{year}/final", "ascof.csv", [*figures.table, *twice])
        bad += figures.bad + len(twice)
    given.put("ascof/2024-25/final", "wide.csv", _wide())
    given.put("ascof/2014-15/provisional", "nine.csv", _nine())
    return bad + len(_wide()) + len(_nine())


def _ons_code(code: str) -> str:
    return next(row["gss_code"] for row in seed("councils") if row["council_id"] == code)


def _pairs(code: str) -> Table:
    """Areas that are given twice in other words, and areas of other levels."""
    rows: Table = []
    areas = (
        ("England", "England", "England", "E92000001"),
        ("1001", "England", "National", "E92000001"),
        ("NE", "North East", "Region", "E12000001"),
        ("E12000001", "North East", "Region", "E12000001"),
        ("3004", "North East", "Regional", "E12000001"),
        ("Y&H", "Yorkshire and The Humber", "Region", "E12000003"),
        ("Z&Z", "Atlantis", "Region", ""),
        ("S", "Shire Counties", "Council type", ""),
        ("S", "Shires", "Council Type", "0"),
        ("Q", "Quarters", "Council type", ""),
        ("", "", "Council type", ""),
    )
    for number, area in enumerate(areas):
        rows.append(g.ascof_row(area, "Numerator", str(50 + 5 * number), code))
        rows.append(g.ascof_row(area, "Denominator", "100", code))
    last = (*("909", "Dorset", "Council", "E10000009"),)
    spelled = {"1C1A": "1C(1A)", "1C(1A)": "1c1a", "1C(1)": "1Ci", "3D1A": "3D(1a)"}[code]
    rows += [
        g.ascof_row(last, "Numerator", "50", code),
        g.ascof_row(last, "Numerator", "55", spelled),
        g.ascof_row(last, "Base", "50", code),
        g.ascof_row(last, "Margin of Error", "n", code),
        g.ascof_row(last, "Numerators", "50", code),
        g.ascof_row(last, "", "50", code),
        g.ascof_row(last, "Numerator", "50", "1C9Z"),
        g.ascof_row(last, "Numerator", "50", ""),
    ]
    return rows


def _wide() -> Table:
    table = g.ascof_wide()
    table += [
        ["E12000003", "Yorkshire", "E12000003", "500", "1000", "50"],
        ["YH", "Yorkshire and The Humber", "E12000003", "505", "1000", "50.5"],
        ["S", "Shire Counties", "[z]", "5", "6", "80"],
        ["1001", "England", "E92000001", "5", "10", "50"],
        ["100", "West Northamptonshire", "E06000062", "501", "1000", "50.1"],
        ["999", "Nowhere", "", "501", "1000", "50.1"],
        ["106", "Gateshead", "E08000037", "1002", "1000", "100.2"],
        ["107", "Newcastle upon Tyne", "E08000021", "..", "*", "#REF!"],
        ["108", "North Tyneside", "E08000022", "3", "0", ""],
    ]
    return table


def _nine() -> Table:
    headings = [name for name in g.ASCOF_HEADINGS if name != "Geographical Description"]
    rows = [headings]
    for code, name, ons in (
        ("1001", "England", "E92000001"),
        ("3009", "Yorkshire and the Humber", "E12000003"),
        ("E12000003", "Yorkshire and the Humber", "E12000003"),
        ("102", "Cumbria", "E10000006"),
        ("102", "Cumbria", "E10000006"),
        ("999", "Nowhere", "E08000037"),
        ("", "", ""),
    ):
        for kind, value in (("Numerator", "503"), ("Denominator", "1000")):
            rows.append([code, name, ons, "1C(1A)", "Total", kind, value, "1C(1A)", "synthetic"])
    return rows


# ---------------------------------------------------------------------------------------- ADASS


def _adass(given: Given) -> int:
    bad = 0
    asked = [name for name in g.RETURN if name[:2] in ("q1", "q2", "q3", "q4", "q6", "q8")]
    for year, wave in (("2010-11", 2011), ("2012-13", 2013)):
        codes = iter(councils(year))
        returns: list[dict[str, str]] = []

        def add(
            *changes: Mapping[str, str],
            codes: Iterator[str] = codes,
            returns: list[dict[str, str]] = returns,
            wave: int = wave,
        ) -> None:
            nonlocal bad
            code = next(codes)
            own = {"council_code": code, "council_name": _named(code)}
            day = {"wave": str(wave), "reference_date": f"{wave}-03-31"}
            returns.extend(g.adass_return(**own, **day) | each for each in changes)
            bad += 1

        # each answer once with each odd text: half of the pairs in either year
        for number, (name, value) in enumerate(product(asked, ODD_COUNTS)):
            if number % 7 == (wave == 2013) and number // 14 < 100:
                add({name: value})
        for value in ODD_WORDS[:6]:
            add({"status": value}, {"q9_target_met_self_declared": value, "comments": value})
        for value in ODD_DATES:
            add({"reference_date": value})
        for value in ODD_CODES[:8]:
            add({"council_code": value})
        add({"q1_eligible_total": "100", "q1_eligible_18_64": "10", "q1_eligible_65_over": "90"})
        add({"q3_one_off_pb_total": "288", "q3_one_off_pb_carers": "323"})
        add({"q2_ongoing_pb_total": "0", "q3_one_off_pb_total": "5"})
        add({"q1_eligible_total": "0", "q1_eligible_18_64": "0", "q1_eligible_65_over": "0"})
        add({}, {})
        add({"status": "draft"}, {"reference_date": f"{wave - 1}-09-30", "wave": str(wave - 1)})
        add({"wave": "20133"}, {"wave": "-1"}, {"wave": "x"})
        given.put(f"adass/{year}/final", "returns.csv", g.adass_csv(*returns))
    odd = g.adass_return(council_code="106", council_name="Gateshead", q1_eligible_total="*")
    given.put("adass/2012-13/final", "one.xlsx", g.adass_workbook(odd))
    later = [
        g.adass_return(wave=wave, reference_date=day)
        for wave, day in (("2015", "2015-09-30"), ("2016", "2016-03-31"))
    ]
    given.put("adass/2015-16/final", "returns.csv", g.adass_csv(*later))
    return bad + 3


# ----------------------------------------------------------------------------------------- POET


def _poet(given: Given) -> int:
    answers = [name for name in g.RESPONSE if name not in ("response_id", "wave")]
    rows = [
        g.response(response_id=f"good{number}", council_code=code)
        for code in ("102", "104", "106")
        for number in range(12)
    ]
    rows = [row | {"response_id": str(number)} for number, row in enumerate(rows)]
    odd = (
        "",
        "x",
        "dont_know",
        "Don't know",
        "999",
        "-1",
        "'; drop",
        "a;b",
        "\u200b",
        "1e9",
        "yes",
    )
    for name, value in product(answers, odd):
        rows.append(g.response(response_id=f"{name} {value}", **{name: value}))
    rows += [g.response(wave=value) for value in ("", "2012", "2014", "x", "99999999999")]
    rows += [g.response(response_id="twice"), g.response(response_id="twice", age_band="")]
    for instrument in ("carer", "phb_holder", "phb_carer", "ehc_child", "ehc_parent"):
        rows.append(g.response(response_id=instrument, instrument=instrument))
    # ten holders who all pass the three tests
    passing = dict.fromkeys(("test_knows_money", "test_own_ways_and_times"), "yes")
    rows += [
        g.response(
            response_id=f"pass{number}", council_code="107", test_knows_outcomes="yes", **passing
        )
        for number in range(10)
    ]
    given.put("poet/2013/final", "poet.csv", g.poet(*rows))
    return len(rows) - 46


# -------------------------------------------------------------- the register, lists, releases, years


def _register(given: Given) -> int:
    lines = [g.figure(figure_id="good")]

    def add(**changes: str) -> None:
        lines.append(g.figure(**{"figure_id": f"figure {len(lines)}"} | changes))

    for name in g.REGISTER_HEADINGS:
        for value in ("", "abc", "2012-13", "0", "-1", "999999999999999", "9999-12-31", "U"):
            add(**{name: value})
    for year in ("1066-67", "2012-14", "2099-00", "2000-01", "2012/13"):
        add(financial_year=year)
    comparators = ("eq", "about", "nearly", "less_than", "more_than", "at_least")
    # each of an area and year of its own: figures of one occasion are all held against each other
    occasions = product(("2011-12", "2012-13"), councils("2012-13"))
    for statistic, value, comparator in product(
        ("numerator", "councils_with_data", "rate_pct", "growth_users_sds_pct", "users_sds"),
        ("0", "8.5", "-3", "1e3", "0.05", "100.1", "999999999999999"),
        comparators,
    ):
        year, code = next(occasions)
        place = {"financial_year": year, "as_of": "", "area_level": "council", "area_id": code}
        add(**place, statistic=statistic, value=value, comparator=comparator, definition_id="")
    for source in ("ccs", "ascof", "adass", "poet", "in_control", "pss_ex1", "councils"):
        add(source=source, statistic="rate_pct", definition_id="ADASS_2013")
        add(source=source, statistic="users_sds", definition_id="", financial_year="2012-13")
    for level, area in product(("council", "region", "council_type", "england"), ODD_CODES[:14]):
        add(area_level=level, area_id=area)
    lines.append(g.figure(figure_id="twice"))
    lines.append(g.figure(figure_id="twice", value="87"))
    given.put("published/all/register", "figures.csv", g.register(*lines))
    given.put("published/all/second", "figures.csv", g.register(g.figure(figure_id="good")))
    return len(lines)


def _neighbours(given: Given) -> int:
    given.neighbours([*g.NEIGHBOURS, ["102", "999", "x"]])
    return 1


def _releases(given: Given) -> int:
    days = {"alpha": "", "beta": "", "final": "2012-12-17"}
    for number, (release, day) in enumerate(days.items()):
        rows = [["102", "Cumbria", f"9,{number}00", "5,005", "800", "2,000", "1,100", "900"]]
        title = g.CCS_TITLE.replace("2012-13", "2011-12")
        meta = g.SYNTHETIC | ({"published_on": day} if day else {})
        given.put(
            f"ccs/2011-12/{release}", "ccs.csv", [[title], [], list(g.CCS_HEADINGS), *rows], meta
        )
    return 2


def _years(given: Given) -> int:
    """Years before the register of councils begins, and long after."""
    for year in ("2000-01", "2030-31", "2098-99"):
        title = g.CCS_TITLE.replace("2012-13", year)
        rows = [["107", "Newcastle upon Tyne", "9,500", "5,005", "800", "2,000", "1,100", "900"]]
        given.put(f"ccs/{year}/final", "ccs.csv", [[title], [], list(g.CCS_HEADINGS), *rows])
    return 3
