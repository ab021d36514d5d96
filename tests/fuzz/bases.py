"""Good files of every source and layout, each small, whole and without a flag.

All figures are invented. England is the sum of its councils, so that a table is complete by its own
word with few councils in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import given as g
from given import Table

from dagster_project.example.layouts import ADASS_QUESTIONS
from dagster_project.sources.councils import register


@dataclass(frozen=True)
class Base:
    """A good file: where it lies, its rows, and what tells one row from another.

    `sheet` is the name of the workbook's sheet, None for a CSV. `head` is the number of the row of
    headings. `figures` are the columns of the file that figures are read from. `holds` says what
    tells of a wrong number: `total` (England's row), `parts` or nothing; `complete` whether the
    table says which rows it has to have.
    """

    name: str
    place: str
    file: str
    rows: Callable[[], Table]
    head: int
    key: Sequence[str]
    figures: Sequence[int]
    sheet: str | None = None
    holds: str = ""
    complete: bool = False

    @property
    def source(self) -> str:
        first, second, *_ = self.place.split("/")
        return second if first == "reference" else first

    def content(self, rows: Table) -> bytes:
        """The file with some rows."""
        if self.sheet is None:
            return g.as_csv(rows).encode()
        return g.workbook({self.sheet: rows})


COUNCILS = ("102", "104", "106", "107", "108", "109", "110", "111", "112", "113", "114", "116")


@cache
def named(code: str) -> str:
    """A council's name as in the register."""
    return register().councils[code].name


def _count(number: int, times: int) -> int:
    return 5 * (200 + 37 * number % 101) * times


def ccs() -> Table:
    lines = [
        [code, named(code), *(_count(n, times) for times in (6, 4, 1, 5, 3, 2))]
        for n, code in enumerate(COUNCILS)
    ]
    england = ["", "England", *(sum(int(line[at]) for line in lines) for at in range(2, 8))]
    body = [[*line[:2], *(f"{count:,}" for count in line[2:])] for line in [*lines, england]]
    return [[g.CCS_TITLE], [], list(g.CCS_HEADINGS), *body, [], ["- above 0 and up to 5"]]


def _ascof(code: str, england: str) -> Table:
    rows = [list(g.ASCOF_HEADINGS)]
    areas = [(each, named(each), "Council", f"E0600{each}0") for each in COUNCILS[:6]]
    counts = [(901 + 57 * n, 1502 + 83 * n) for n in range(6)]
    totals = (sum(each for each, _ in counts), sum(each for _, each in counts))
    for area, (part, whole) in zip(
        [*areas, (england, "England", "England", "E92000001")], [*counts, totals], strict=True
    ):
        rows.append(g.ascof_row(area, "Numerator", str(part), code))
        rows.append(g.ascof_row(area, "Denominator", str(whole), code))
        rows.append(g.ascof_row(area, "Outcome", f"{100 * part / whole:.1f}", code))
    return rows


def ascof_ten() -> Table:
    return _ascof("1C1A", "England")


def ascof_nine() -> Table:
    """2014-15: no column of names, which are in that of the levels; counts rounded to 5."""
    rows = [[*row[:1], *row[1:2], *row[3:]] for row in _ascof("1C(1A)", "1001")]
    rows[0][1] = "Geographical Level"
    for row in rows[1:]:
        if row[5] != "Outcome":
            row[6] = str(5 * round(int(row[6]) / 5))
    return rows


def ascof_wide() -> Table:
    head = g.ascof_wide()[:3]
    lines = [
        [code, named(code), f"E0600{code}0", 605 + 31 * n, 1006 + 43 * n]
        for n, code in enumerate(COUNCILS[1:9])
        if code != "102"
    ]
    counts = [sum(int(line[at]) for line in lines) for at in (3, 4)]
    england = ["England", "England", "E92000001", *(5 * round(each / 5) for each in counts)]
    return [
        *head,
        *(
            [str(cell) for cell in line] + [f"{100 * int(line[3]) / int(line[4]):.1f}"]
            for line in [england, *lines]
        ),
    ]


def pss_ex1() -> Table:
    rows = g.pss_ex1()
    counts = [5 * (41 + 17 * n) for n in range(12)]
    lines = [
        [f"{code} - {named(code)}", "120", f"{count:,}", "5"]
        for code, count in zip(COUNCILS, counts, strict=True)
    ]
    return [*rows[:4], *lines, ["TOTAL England", "1,440", f"{sum(counts):,}", "60"], *rows[8:]]


def adass_returns() -> list[dict[str, str]]:
    return [
        g.adass_return(council_code=code, council_name=named(code), comments=comment)
        for code, comment in zip(COUNCILS[:4], ("", "", "synthetic words", ""), strict=True)
    ]


def adass_csv() -> Table:
    return g.adass_csv(*adass_returns())


def adass_workbook() -> Table:
    rows = g.return_rows(g.adass_return())
    for row in rows:
        if row and row[0] in ADASS_QUESTIONS:
            row[1] = ADASS_QUESTIONS[row[0]]
    return rows


def in_control() -> Table:
    lines = [[code, "2009-12-31", str(310 + 7 * n)] for n, code in enumerate(COUNCILS)]
    return [list(g.IN_CONTROL_HEADINGS), *lines]


def neighbours() -> Table:
    pairs = [(a, b) for a in COUNCILS[:3] for b in COUNCILS if a != b]
    lines = [[a, b, str(1 + n % 11)] for n, (a, b) in enumerate(pairs)]
    return [["council_code", "neighbour_code", "rank"], *lines]


def figures() -> Table:
    return g.register(
        *(g.figure(figure_id=f"synthetic_{n}", value=f"{50 + n}.{n}") for n in range(8))
    )


def poet() -> Table:
    better = ("a_lot_better", "better", "no_difference", "worse")
    return g.poet(
        *(
            g.response(
                response_id=f"r{n}",
                council_code=COUNCILS[n % 12],
                out_dignity=better[n % 4],
                out_independence=better[(n + 1) % 4],
                free_text="" if n % 2 else "synthetic, in words",
            )
            for n in range(16)
        )
    )


_ASCOF_KEY = ("area_level", "area_code", "measure_code", "disaggregation", "measure_type")
_AREA = ("area_level", "area_code")
_TOTAL = {"holds": "total", "complete": True}
_ADASS = range(5, 25)

BASES = (
    Base("ccs", "ccs/2012-13/final", "a.csv", ccs, 2, _AREA, range(2, 8), **_TOTAL),
    Base("ccs-xlsx", "ccs/2012-13/final", "a.xlsx", ccs, 2, _AREA, range(2, 8), "Table", **_TOTAL),
    Base("ascof-ten", "ascof/2015-16/final", "a.csv", ascof_ten, 0, _ASCOF_KEY, (7,), **_TOTAL),
    Base(
        "ascof-ten-xlsx",
        "ascof/2015-16/final",
        "a.xlsx",
        ascof_ten,
        0,
        _ASCOF_KEY,
        (7,),
        "in",
        **_TOTAL,
    ),
    Base("ascof-nine", "ascof/2014-15/final", "a.csv", ascof_nine, 0, _ASCOF_KEY, (6,), **_TOTAL),
    Base(
        "ascof-wide", "ascof/2024-25/final", "a.csv", ascof_wide, 2, _ASCOF_KEY, (3, 4, 5), **_TOTAL
    ),
    Base(
        "ascof-wide-xlsx",
        "ascof/2024-25/final",
        "a.xlsx",
        ascof_wide,
        2,
        _ASCOF_KEY,
        (3, 4, 5),
        "Table_3d(1a)",
        **_TOTAL,
    ),
    Base("pss_ex1", "pss_ex1/2012-13/final", "a.csv", pss_ex1, 3, _AREA, (2,), **_TOTAL),
    Base(
        "adass-csv",
        "adass/2012-13/final",
        "a.csv",
        adass_csv,
        0,
        ("area_code", "wave"),
        _ADASS,
        holds="parts",
    ),
    Base(
        "adass-return",
        "adass/2012-13/final",
        "a.xlsx",
        adass_workbook,
        7,
        ("area_code", "wave"),
        (2,),
        "Return",
        holds="parts",
    ),
    Base(
        "in_control",
        "in_control/2009-10/final",
        "a.csv",
        in_control,
        0,
        ("area_code", "as_of"),
        (2,),
    ),
    Base(
        "neighbours",
        "reference/neighbours",
        "a.csv",
        neighbours,
        0,
        ("council_code", "neighbour_code"),
        (2,),
    ),
    Base("published", "published/all/register", "a.csv", figures, 0, ("figure_id",), (8, 9, 11)),
    Base("poet", "poet/2013/final", "a.csv", poet, 0, ("response_id",), range(3, 25)),
)
