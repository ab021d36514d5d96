"""The rules that files must keep, whichever source they are of.

Belongs here: each rule's id, what it asks for, and what to do about a file that breaks it.
Does not: the code that finds out, which stands where the file is opened, recognised or read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dagster_project.formats.problem import FileProblem
from dagster_project.landing.outcome import FileOutcome, RuleOutcome
from dagster_project.sources.source import Rule, Severity

_SAMPLE = 5
_RULES = {
    "file-empty": (
        "a file has rows",
        "Download the file again; if the publisher's file is empty, take it out of the folder.",
    ),
    "file-encoding": (
        "text is UTF-8 or Windows-1252",
        "Save the file as CSV UTF-8.",
    ),
    "file-not-readable": (
        "files and folders can be opened",
        "Give the user who runs this the permission to read it.",
    ),
    "file-not-a-file": (
        "a release folder holds files only",
        "Put the files directly into the release folder, and take this away.",
    ),
    "file-outside-tree": (
        "a link in the raw tree leads to a place in it",
        "Put the file itself into the release folder, and take the link away.",
    ),
    "file-damaged": (
        "a file is whole, and what its name says it is",
        "Download the file again, and do not rename or repair it by hand.",
    ),
    "file-not-a-table": (
        "a file is a CSV, or a workbook of Excel (xlsx, xls) or OpenDocument (ods)",
        "Save the table as CSV or as an Excel workbook (xlsx).",
    ),
    "file-packed": (
        "a file is given unpacked",
        "Unpack it, and give the file that is in it.",
    ),
    "file-locked": (
        "a workbook opens without a password",
        "Open it with its password, and save it without one.",
    ),
    "file-separator": (
        "the cells of a CSV are separated by commas",
        "Open it in a spreadsheet and save it as CSV (comma delimited).",
    ),
    "file-too-large": (
        "a file, its sheets and its cells are within the limits of docs/limits.md",
        "Make sure that the file is the publisher's; docs/limits.md says how to move a limit.",
    ),
    "reader-died": (
        "a file can be read to its end",
        "Open the file, save it again as CSV or as a new workbook, and give that; if it is large, "
        "free some memory first.",
    ),
    "file-unrecognised": (
        "a file's headings are those of a known layout",
        "Compare the headings with dagster_project/sources; CONTRIBUTING.md says how to add one.",
    ),
    "sheet-missing": (
        "a workbook has the sheet that its source reads",
        "Give the sheet its expected name, or ask the sender for the whole workbook.",
    ),
    "column-missing": (
        "a table has every heading that is needed",
        "Correct the headings, or ask the sender for the whole table.",
    ),
    "column-repeated": (
        "a heading or a question stands once",
        "Take away the column that is not meant; which of two is right is never guessed.",
    ),
    "file-duplicate": (
        "a file is given once",
        "Take one of the two away.",
    ),
    "year-contradicts-content": (
        "the year folder is that of the content",
        "Move the file to the folder of its year.",
    ),
    "source-contradicts-folder": (
        "the source folder is that of the content",
        "Move the file to the folder of its source.",
    ),
    "source-yml-missing": (
        "a release folder has a source.yml that says where its files are from",
        "Write a source.yml with publisher, title, licence and evidence_class.",
    ),
    "source-yml-invalid": (
        "source.yml has the keys and values that are known",
        "Correct source.yml; publisher, title, licence and evidence_class are needed.",
    ),
    "release-order-unknown": (
        "releases of one source and year have an order, by their days or their known names",
        "Give published_on in the source.yml of each of them, or rename the folder to what the "
        "publisher calls it (dbt/seeds/releases.csv).",
    ),
    "register-twice": (
        "there is one register of published figures",
        "Put all figures into published/all/register, and take the other folder away.",
    ),
    "year-forgotten": (
        "a source's year that was forgotten is not read again",
        "Delete the file; to let the year in again, take it out of forgotten.json.",
    ),
    "file-misplaced": (
        "a file lies in <source>/<financial year>/<release>",
        "Move the file, for example to ascof/2018-19/final.",
    ),
    "correction-without-file": (
        "a correction names a file of the raw tree",
        "Correct the path in the file of corrections, or delete the entry.",
    ),
    "source-unknown": (
        "a folder at the top of the raw tree is named after a source",
        "Rename the folder, or add the source: CONTRIBUTING.md says how.",
    ),
}

FILE_RULES = {
    rule_id: Rule(rule_id, Severity.REFUSE, description, remedy)
    for rule_id, (description, remedy) in _RULES.items()
}


def refused(outcome: FileOutcome, problem: FileProblem, rules: Sequence[Rule] = ()) -> FileOutcome:
    """The outcome of a file that broke a rule of files, or one of its source's that refuses."""
    known = FILE_RULES | {rule.id: rule for rule in rules}
    return replace(
        outcome,
        status="refused",
        rule_id=problem.rule_id,
        reason=problem.reason,
        remedy=problem.remedy or known[problem.rule_id].remedy,
        place=problem.place,
    )


def rule_outcomes(
    rules: Sequence[Rule],
    files: Sequence[FileOutcome],
    broken: Mapping[str, tuple[int, Sequence[str]]],
) -> tuple[RuleOutcome, ...]:
    """How every rule fared: those of files by their outcomes, a source's own as `broken` says."""
    texts: dict[str, list[str]] = {}
    for outcome in files:
        if outcome.refused:
            texts.setdefault(outcome.rule_id or "", []).append(outcome.message)
    found = {rule_id: (len(each), each) for rule_id, each in texts.items()}
    for rule_id, (failed, sample) in broken.items():
        before, messages = found.get(rule_id, (0, []))
        found[rule_id] = (before + failed, [*messages, *sample])
    return tuple(
        RuleOutcome(
            rule.id,
            rule.severity.value,
            rule.description,
            found.get(rule.id, (0, ()))[0],
            tuple(found.get(rule.id, (0, ()))[1][:_SAMPLE]),
        )
        for rule in (*FILE_RULES.values(), *rules)
    )
