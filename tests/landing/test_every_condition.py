"""Every condition of the tables has a rule that catches a bad row first, or none can break it.

Belongs here: that this is said of each condition, and that the rules exist and are broken by a test.
Does not: that it is true; `end_to_end/test_bad_rows` throws a bad row of every kind at a refresh.

What is said is in the YAML of a model (`landing_rule`, `because`), and for all that many conditions
share in `first_caught.csv`, by patterns of which the first that fits counts.
"""

from __future__ import annotations

import csv
import importlib.util
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType

import pytest

from dagster_project import build
from dagster_project.build import Condition, Manifest, Test
from dagster_project.landing.file_rules import FILE_RULES
from dagster_project.paths import PROJECT, Warehouse
from dagster_project.sources import SOURCES
from dagster_project.sources.source import Severity

HERE = Path(__file__).parent
Pattern = dict[str, str]


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    dbt = PROJECT / "dbt"
    build.prepare(dbt, Warehouse.at(tmp_path_factory.mktemp("parsed")))
    return build.read_manifest(dbt)


@pytest.fixture(scope="module")
def patterns() -> list[Pattern]:
    with (HERE / "first_caught.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_condition_says_which_rule_comes_first_or_why_none_is_needed(
    manifest: Manifest, patterns: list[Pattern]
) -> None:
    silent = [
        (test.table, condition.kind, condition.name)
        for test, condition in conditions(manifest)
        if not (condition.landing_rule or condition.because)
        and first(patterns, test, condition) is None
    ]
    assert silent == []


def test_what_is_said_is_a_rule_or_a_reason(manifest: Manifest, patterns: list[Pattern]) -> None:
    """And each rule that is named is one of landing's."""
    for each in patterns:
        assert bool(each["rules"]) != bool(each["because"]), each
    stated = {rule for each in patterns for rule in each["rules"].split()}
    stated |= {each.landing_rule for _, each in conditions(manifest) if each.landing_rule}
    assert stated - rules().keys() == set()


def test_each_rule_that_comes_first_is_broken_by_a_test(patterns: list[Pattern]) -> None:
    named = {rule for each in patterns for rule in each["rules"].split()}
    assert named - broken_by_tests() == set()


def test_every_rule_of_landing_is_broken_by_a_test() -> None:
    """Those of rows in `sources/test_rules`, each by one value; the others in tests of files."""
    never = {
        "area-level-unknown",
        "series-unknown",
    }  # of some sources: `test_every_rule_has_a_case`
    assert rules().keys() - broken_by_tests() - never == set()


def conditions(manifest: Manifest) -> Iterator[tuple[Test, Condition]]:
    for test in manifest.tests.values():
        for condition in test.conditions:
            yield test, condition


def first(patterns: list[Pattern], test: Test, condition: Condition) -> Pattern | None:
    """The first pattern that fits a condition."""
    kind = (test.subject or "").partition(".")[0]
    table = f"seed:{test.table}" if kind == "seed" else test.table
    for each in patterns:
        columns = condition.columns or ("",)
        if (
            fnmatchcase(table, each["table"])
            and fnmatchcase(condition.kind, each["kind"])
            and any(fnmatchcase(column, each["column"]) for column in columns)
        ):
            return each
    return None


def rules() -> Mapping[str, Severity]:
    """Every rule of files and of rows, with what it does."""
    found = {rule_id: rule.severity for rule_id, rule in FILE_RULES.items()}
    for source in SOURCES.values():
        found |= {rule.id: rule.severity for rule in source.rules}
    return found


def broken_by_tests() -> set[str]:
    """The rules that a test breaks: by its cases, or by name in a test of whole files."""
    cases = {case[1] for case in loaded(HERE.parent / "sources" / "test_rules.py").CASES}
    texts = [
        path.read_text("utf-8")
        for room in ("landing", "sources", "intake")
        for path in (HERE.parent / room).glob("test_*.py")
        if path != Path(__file__)
    ]
    named = {rule for text in texts for rule in re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)+)"', text)}
    refusing = {rule for rule, severity in rules().items() if severity is Severity.REFUSE}
    return cases | (named & refusing)


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
