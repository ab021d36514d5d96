"""Small raw trees that tests make for themselves. Every figure here is synthetic.

Belongs here: good files of every source, which a test spoils in one place, and reading back what
landed. Does not: what the rules are.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project import landing

SYNTHETIC = {
    "publisher": "nobody",
    "title": "synthetic figures of a test",
    "licence": "MIT",
    "evidence_class": "synthetic",
}
Table = list[list[str]]


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


# ---------------------------------------------------------------- good files of every source

CCS_HEADINGS = [
    "CASSR code",
    "Council",
    "Users receiving community-based services",
    "Users receiving self-directed support",
    "Users receiving a direct payment",
    "Carers receiving carer-specific services",
    "Carers receiving self-directed support",
    "Carers receiving a direct payment",
]
CCS_TITLE = "Community care statistics, 2012-13, synthetic"


def ccs() -> Table:
    return [
        [CCS_TITLE],
        [],
        list(CCS_HEADINGS),
        ["102", "Cumbria", "9,500", "5,005", "800", "2,000", "1,100", "900"],
        ["104", "Northumberland", "7,200", "3,600", "500", "1,500", "700", "-"],
        ["106", "Gateshead", "5,000", "2,500", "400", "..", "..", ".."],
        ["", "England", "21,700", "11,105", "1,700", "3,500", "1,800", "900"],
        [],
        ["- above 0 and up to 5"],
        [".. not available"],
    ]


ASCOF_HEADINGS = [
    "Geographical Code",
    "Geographical Description",
    "Geographical Level",
    "ONS Area Code",
    "ASCOF Measure Code",
    "Disaggregation Level",
    "Measure Type",
    "Measure Value",
    "Measure Group",
    "Measure Group Description",
]


def ascof_row(area: Sequence[str], kind: str, value: str, code: str = "1C1A") -> list[str]:
    return [*area, code, "Total", kind, value, code, "synthetic, users"]


CUMBRIA = ("102", "Cumbria", "Council", "E10000006")
GATESHEAD = ("106", "Gateshead", "Council", "E08000037")
ENGLAND = ("England", "England", "England", "E92000001")


def ascof() -> Table:
    return [
        list(ASCOF_HEADINGS),
        ascof_row(CUMBRIA, "Numerator", "3729"),
        ascof_row(CUMBRIA, "Denominator", "4101"),
        ascof_row(CUMBRIA, "Outcome", "90.9"),
        ascof_row(GATESHEAD, "Numerator", "901"),
        ascof_row(GATESHEAD, "Denominator", "1802"),
        ascof_row(GATESHEAD, "Outcome", "50"),
        ascof_row(ENGLAND, "Numerator", "4630"),
        ascof_row(ENGLAND, "Denominator", "5903"),
        ascof_row(ENGLAND, "Outcome", "78.4"),
        ascof_row(CUMBRIA, "Outcome", "-1.5", code="1A"),
    ]


def ascof_wide(code: str = "3d(1a)", years: Sequence[str] = ("2024 to 2025",)) -> Table:
    kinds = ("numerator", "denominator", "outcome")
    values = [f"{year} - {kind}" for year in years for kind in kinds]
    return [
        [f"Table {code}: synthetic share of care users [note 9]"],
        ["This worksheet contains one table."],
        ["Local authority code", "Local authority", "ONS area code", *values],
        ["England", "England", "E92000001", *["3115", "3455", "90.1"] * len(years)],
        ["S", "Shire Counties", "[z]", *["5020", "6210", "80.9"] * len(years)],
        ["EM", "East Midlands", "E12000004", *["2520", "2590", "97.2"] * len(years)],
        ["104", "Northumberland", "E06000057", *["3114", "3456", "90.1"] * len(years)],
        ["Z9D4Z", "North Northamptonshire", "E06000061", *["[x]", "[c]", "[x]"] * len(years)],
    ]


def pss_ex1(
    heading: str = "Total all ages, Direct payments (sum of RAP P2s, synthetic)",
    title: str = "Personal Social Services: Expenditure and Unit Costs, England - 2012-13",
) -> Table:
    return [
        [title, "", "", ""],
        ["", "ASSESSMENTS, REVIEWS AND SERVICES", "", ""],
        ["", "Total all ages, Day care", heading, "Carers receiving direct payments at 31 March"],
        ["", "A4.17", "A4.18", "H4"],
        ["102 - Cumbria ", "120", "1,625", ".."],
        ["104 - Northumberland", "80", "405", "5"],
        ["106 - Gateshead ", "90", "..", "-"],
        ["TOTAL England", "290", "2,030", "5"],
        [".. means data not available", "", "", ""],
        ["All data are rounded to the nearest 5", "", "", ""],
    ]


RETURN: dict[str, str] = {
    "q1_eligible_18_64": "1000",
    "q1_eligible_65_over": "2000",
    "q1_eligible_total": "3000",
    "q2_ongoing_pb_direct_payment": "500",
    "q2_ongoing_pb_managed": "1400",
    "q2_ongoing_pb_mixed": "200",
    "q2_ongoing_pb_total": "2100",
    "q2_ongoing_pb_18_64": "800",
    "q2_ongoing_pb_65_over": "1300",
    "q3_one_off_pb_total": "300",
    "q3_one_off_pb_carers": "250",
    "q4_carers_eligible": "900",
    "q4_carers_pb": "400",
    "q4_carers_direct_payment": "350",
    "q6_spend_direct_payment_gbp": "5000000",
    "q6_spend_managed_gbp": "9000000",
    "q6_spend_mixed_gbp": "1000000.50",
    "q6_spend_total_gbp": "15000001",
    "q8_forecast_next_year": "2500",
    "q9_target_met_self_declared": "yes",
    "comments": "synthetic",
}
LABELS: dict[str, str] = {
    "council_code": "102",
    "council_name": "Cumbria",
    "wave": "2013",
    "reference_date": "2013-03-31",
    "status": "final",
}


def adass_return(**changes: str) -> dict[str, str]:
    """One good return, spoiled where the test says so."""
    return LABELS | RETURN | changes


def adass_csv(*returns: Mapping[str, str], title: str | None = None) -> Table:
    headings = [*LABELS, *RETURN]
    top = [[title]] if title else []
    return [*top, headings, *([each[name] for name in headings] for each in returns)]


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    import xlsxwriter

    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
    book.close()
    return data.getvalue()


def return_rows(answers: Mapping[str, Any]) -> list[list[Any]]:
    labels = [[name.replace("_", " ").capitalize(), answers[name]] for name in LABELS]
    questions = [[name, f"What is {name}?", answers[name]] for name in RETURN if name in answers]
    head = ["Question reference", "Question", "Answer"]
    return [["Personal budgets survey (synthetic)"], *labels, [], head, *questions]


def adass_workbook(answers: Mapping[str, Any], sheet: str = "Return") -> bytes:
    return workbook({"Guidance": [["Fill in the next sheet"]], sheet: return_rows(answers)})


REGISTER_HEADINGS = [
    "figure_id",
    "source",
    "definition_id",
    "financial_year",
    "as_of",
    "area_level",
    "area_id",
    "statistic",
    "value",
    "precision",
    "comparator",
    "base_n",
    "verification",
    "citation",
    "note",
]


def figure(**changes: str) -> dict[str, str]:
    """One good line of the register, of a figure that nobody published."""
    line = dict.fromkeys(REGISTER_HEADINGS, "") | {
        "figure_id": "synthetic_rate",
        "source": "nobody",
        "definition_id": "ASCOF_1C1A",
        "financial_year": "2015-16",
        "as_of": "2016-03-31",
        "area_level": "england",
        "area_id": "England",
        "statistic": "rate_pct",
        "value": "86.9",
        "precision": "0.1",
        "comparator": "eq",
        "verification": "U",
        "citation": "a test",
    }
    return line | changes


def register(*figures: Mapping[str, str]) -> Table:
    headings = list(dict.fromkeys(name for each in figures for name in each))
    return [headings, *([each[name] for name in headings] for each in figures)]


NEIGHBOURS = [
    ["council_code", "neighbour_code", "rank"],
    ["102", "104", "1"],
    ["102", "106", "2"],
    ["104", "102", ""],
]


IN_CONTROL_HEADINGS = ["council_code", "as_of", "pb_holders"]


def in_control() -> Table:
    return [
        list(IN_CONTROL_HEADINGS),
        ["102", "2009-12-31", "310"],
        ["104", "2009-12-31", "45"],
        ["102", "2010-03-15", "480"],
    ]


RESPONSE: dict[str, str] = {
    "response_id": "r1",
    "wave": "2013",
    "instrument": "adult_holder",
    "council_code": "102",
    "completed_by": "self",
    "age_band": "18_64",
    "gender": "Woman",
    "ethnicity": "as given",
    "care_groups": "sensory;older_people",
    "pb_length": "1 to 3 years",
    "previous_support": "yes",
    "management": "dp_self",
    "weekly_amount_gbp": "120.50",
    "test_knows_money": "yes",
    "test_own_ways_and_times": "no",
    "test_knows_outcomes": "not_sure",
    "views_included": "mostly",
    "help_to_plan": "yes",
    "proc_get_information": "very_easy",
    "proc_assess_needs": "difficult",
    "proc_control_spending": "neither",
    "out_dignity": "a_lot_better",
    "out_independence": "better",
    "out_control_life": "no_difference",
    "out_paid_job": "",
    "free_text": "synthetic words",
}


def response(**changes: str) -> dict[str, str]:
    """One good response of 2013, spoiled where the test says so."""
    return RESPONSE | changes


def poet(*responses: Mapping[str, str]) -> Table:
    headings = list(dict.fromkeys(name for each in responses for name in each))
    return [headings, *([each.get(name, "") for name in headings] for each in responses)]


# ---------------------------------------------------------------- a raw tree, and what landed


@dataclass
class Landed:
    """What became of a raw tree."""

    tree: landing.RawTree
    publications: list[landing.LandedPublication]
    folder: Path

    @property
    def files(self) -> dict[str, landing.FileOutcome]:
        found = [file for each in self.publications for file in each.files]
        return {file.path: file for file in (*self.tree.strays, *found)}

    @property
    def refused(self) -> dict[str, str | None]:
        return {path: file.rule_id for path, file in self.files.items() if file.refused}

    def rules(self) -> dict[str, int]:
        """Every rule that fired, and how often."""
        fired: dict[str, int] = {}
        for each in self.publications:
            for rule in each.rules:
                if rule.failed:
                    fired[rule.rule_id] = fired.get(rule.rule_id, 0) + rule.failed
        return fired

    def sample(self, rule_id: str) -> str:
        """The first message of a rule that fired."""
        return next(
            rule.sample[0]
            for each in self.publications
            for rule in each.rules
            if rule.rule_id == rule_id and rule.failed
        )

    def table(self, source: str, name: str = "rows") -> list[dict[str, Any]]:
        import pyarrow.parquet as pq

        found: list[dict[str, Any]] = []
        for path in sorted(self.folder.glob(f"{source}/*/*/{name}.parquet")):
            found += pq.read_table(path).to_pylist()
        return found


class Given:
    """A raw root under construction."""

    def __init__(self, folder: Path) -> None:
        self.raw = folder / "raw"
        self.landing = folder / "landing"
        self.raw.mkdir(exist_ok=True)

    def put(
        self,
        place: str,
        name: str,
        content: bytes | str | Table,
        meta: Mapping[str, Any] | None = SYNTHETIC,
        root: Path | None = None,
    ) -> Path:
        """A file in `<source>/<year>/<release>`, and its source.yml unless `meta` is None."""
        folder = (root or self.raw) / place
        folder.mkdir(parents=True, exist_ok=True)
        if meta is not None:
            (folder / "source.yml").write_text(json.dumps(dict(meta)), encoding="utf-8")
        if isinstance(content, list):
            content = as_csv(content)
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
        return folder / name

    def ccs(self, rows: Table | None = None, name: str = "ccs.csv") -> Path:
        return self.put("ccs/2012-13/final", name, ccs() if rows is None else rows)

    def ascof(self, rows: Table | None = None, name: str = "ascof.csv") -> Path:
        return self.put("ascof/2015-16/final", name, ascof() if rows is None else rows)

    def adass(self, *returns: Mapping[str, str], name: str = "returns.csv") -> Path:
        return self.put("adass/2012-13/final", name, adass_csv(*(returns or [adass_return()])))

    def pss_ex1(self, rows: Table | None = None, year: str = "2012-13") -> Path:
        return self.put(f"pss_ex1/{year}/final", "pss.csv", pss_ex1() if rows is None else rows)

    def in_control(self, rows: Table | None = None, name: str = "returns.csv") -> Path:
        return self.put("in_control/2009-10/final", name, rows or in_control())

    def poet(self, *responses: Mapping[str, str], name: str = "poet.csv") -> Path:
        rows = poet(*(responses or [response(), response(response_id="r2")]))
        return self.put(f"poet/{rows[-1][1]}/final", name, rows)

    def neighbours(self, rows: Table | None = None, name: str = "list.csv") -> Path:
        """A list of neighbours; it needs no source.yml."""
        return self.put("reference/neighbours", name, rows or NEIGHBOURS, meta=None)

    def figures(self, *lines: Mapping[str, str]) -> Path:
        return self.put("published/all/register", "figures.csv", register(*(lines or [figure()])))

    def land(self, *roots: Path) -> Landed:
        tree = landing.discover(roots or [self.raw])
        seen: dict[str, str] = {}
        done = [landing.land(each, self.landing, seen) for each in tree.publications]
        return Landed(tree, done, self.landing)
