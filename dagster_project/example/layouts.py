"""The example's figures as files: text tables, workbooks and their `source.yml`, byte for byte.

Belongs here: the publishers' layouts, rounding and marks, and the word SYNTHETIC in each file where
a person sees it.
Does not: figures, mistakes, or where files lie (`bundle`).
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from .adass import COUNT_FIELDS, FIELDS, SPEND_FIELDS, Answer, Return

BANNER = (
    "SYNTHETIC EXAMPLE: every figure in this table is invented; no council sent or published it"
)
WORKBOOK_BANNER = "SYNTHETIC EXAMPLE: every figure in this return is invented; no council sent it"

CCS_HEADINGS = (
    "CASSR code",
    "Council",
    "Users receiving community-based services",
    "Users receiving self-directed support",
    "Users receiving a direct payment",
    "Carers receiving carer-specific services",
    "Carers receiving self-directed support",
    "Carers receiving a direct payment",
)
CCS_FOOTNOTES = (
    "1. SYNTHETIC: invented for the example, in the layout of community care statistics.",
    "2. Counts are rounded to the nearest 5. '-' is a count above 0 and up to 5.",
    "3. '..' is not available. The England row contains an estimate for it.",
)
ASCOF_HEADINGS = (
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
)
ADASS_LABELS = {
    "council_code": "Council code",
    "council_name": "Council name",
    "wave": "Wave",
    "reference_date": "Reference date",
    "status": "Status",
}
ADASS_QUESTIONS = {
    "q1_eligible_18_64": "People aged 18-64 eligible for ongoing support",
    "q1_eligible_65_over": "People aged 65 and over eligible for ongoing support",
    "q1_eligible_total": "All people eligible for ongoing support",
    "q2_ongoing_pb_direct_payment": "of them on an ongoing personal budget held as direct payment",
    "q2_ongoing_pb_managed": "of them on an ongoing personal budget managed by the council",
    "q2_ongoing_pb_mixed": "of them on an ongoing personal budget held both ways",
    "q2_ongoing_pb_total": "All on an ongoing personal budget",
    "q2_ongoing_pb_18_64": "On an ongoing personal budget, aged 18-64",
    "q2_ongoing_pb_65_over": "On an ongoing personal budget, aged 65 and over",
    "q3_one_off_pb_total": "One-off or short-term budgets in the year",
    "q3_one_off_pb_carers": "of them to carers",
    "q4_carers_eligible": "Carers eligible for services of their own",
    "q4_carers_pb": "Carers with a personal budget in the year",
    "q4_carers_direct_payment": "of them with a direct payment",
    "q6_spend_direct_payment_gbp": "Spend in the year on direct payments, pounds",
    "q6_spend_managed_gbp": "Spend in the year on managed budgets, pounds",
    "q6_spend_mixed_gbp": "Spend in the year on budgets held both ways, pounds",
    "q6_spend_total_gbp": "Spend in the year on personal budgets, pounds",
    "q8_forecast_next_year": "People expected on an ongoing personal budget in a year",
    "q9_target_met_self_declared": "Did the council meet the target?",
    "comments": "Comments",
}
WORKBOOK_TABLE_ROW = 8  # of the table's headings, counted from 1


# --- rounding and marks --------------------------------------------------------------------------


def rounded_5(count: int) -> str:
    """A count as community care statistics print it: 0, `-` for 1 to 5, else to the nearest 5."""
    if 0 < count <= 5:
        return "-"
    return f"{(count + 2) // 5 * 5:,}"


def outcome(numerator: int, denominator: int) -> str:
    """100N/D to one decimal, half up, as ASCOF prints it: without a decimal where it is 0."""
    percent = (Decimal(100) * numerator / denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)
    text = str(percent)
    return text.removesuffix(".0")


# --- tables --------------------------------------------------------------------------------------


def table(rows: Iterable[Sequence[Answer]], encoding: str, newline: str = "\n") -> bytes:
    """Rows as CSV text. A row is one line."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=newline).writerows(rows)
    return text.getvalue().encode(encoding)


def ccs_table(title: str, rows: Iterable[Sequence[str]], encoding: str) -> bytes:
    """A table of community care statistics: titles, headings, councils, England, footnotes."""
    head = [[BANNER], [title], [], CCS_HEADINGS]
    feet: list[Sequence[str]] = [[], *([note] for note in CCS_FOOTNOTES)]
    return table([*head, *rows, *feet], encoding, "\r\n")


CCS_FIRST_LINE = 5  # of the councils: two titles, an empty line and the headings come before


def ascof_table(rows: Iterable[Sequence[str]], encoding: str, spaced: bool) -> bytes:
    """The ten-column table; in earlier years the publisher's headings had no spaces."""
    headings = [name if spaced else name.replace(" ", "") for name in ASCOF_HEADINGS]
    return table([headings, *rows], encoding)


def adass_table(returns: Iterable[Return]) -> bytes:
    """One return a row, under the names of the questions."""
    rows = [[answers[field] for field in FIELDS] for answers in returns]
    return table([FIELDS, *rows], "utf-8")


# --- workbooks -----------------------------------------------------------------------------------


def workbook_row(field: str) -> int:
    """The row of a workbook, counted from 1, in which a return's answer stands."""
    labels = list(ADASS_LABELS)
    if field in labels:
        return 2 + labels.index(field)
    return WORKBOOK_TABLE_ROW + 1 + list(ADASS_QUESTIONS).index(field)


def adass_workbook(answers: Return, code_as_number: bool, date_as_date: bool) -> bytes:
    """One council's return as a workbook with the sheet `Return`.

    Spreadsheets make dates of dates and, at times, numbers of codes: both happen here.
    """
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"title": WORKBOOK_BANNER, "created": datetime(2013, 4, 1)})
    sheet = book.add_worksheet("Return")
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 60)
    sheet.write_string(0, 0, WORKBOOK_BANNER)
    for field, label in ADASS_LABELS.items():
        row = workbook_row(field) - 1
        sheet.write_string(row, 0, label)
        value = answers[field]
        if field == "council_code" and code_as_number:
            value = int(str(value))
        if field == "reference_date" and date_as_date:
            style = book.add_format({"num_format": "yyyy-mm-dd"})
            sheet.write_datetime(row, 1, datetime.fromisoformat(str(value)), style)
        else:
            _write(sheet, row, 1, value)
    for column, heading in enumerate(("Question reference", "Question", "Answer")):
        sheet.write_string(WORKBOOK_TABLE_ROW - 1, column, heading)
    for field, question in ADASS_QUESTIONS.items():
        row = workbook_row(field) - 1
        sheet.write_string(row, 0, field)
        sheet.write_string(row, 1, question)
        _write(sheet, row, 2, answers[field])
    book.close()
    return _same_bytes_everywhere(stream.getvalue())


def _write(sheet: object, row: int, column: int, value: Answer) -> None:
    if isinstance(value, int):
        sheet.write_number(row, column, value)  # type: ignore[attr-defined]
    elif value is not None:
        sheet.write_string(row, column, value)  # type: ignore[attr-defined]


def _same_bytes_everywhere(workbook: bytes) -> bytes:
    """The same archive, stored without compression and without a trace of time or platform.

    Compressed bytes differ between builds of zlib, and Python notes the operating system.
    """
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as compressed,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as stored,
    ):
        for name in compressed.namelist():
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.create_system = 0
            stored.writestr(member, compressed.read(name))
    return stream.getvalue()


# --- source.yml ----------------------------------------------------------------------------------


def source_yml(fields: dict[str, str]) -> bytes:
    """A `source.yml`: every value quoted, dates left bare."""
    lines = (
        f"{key}: {value if key.endswith('_on') else json.dumps(value, ensure_ascii=False)}\n"
        for key, value in fields.items()
    )
    return "".join(lines).encode()


assert {*ADASS_LABELS, *ADASS_QUESTIONS} == set(FIELDS)
assert {*COUNT_FIELDS, *SPEND_FIELDS} < set(ADASS_QUESTIONS)
