"""What the manifest says of a table's conditions, however the YAML writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dagster_project.build import Condition, Test, read_manifest
from dagster_project.errors import DenominatorError


def read(tmp_path: Path, severity: str = "ERROR", **arguments: Any) -> Test:
    """The test of `conditions` with these arguments, as dbt's manifest has it."""
    entry = {
        "unique_id": "test.one",
        "resource_type": "test",
        "name": "council_conditions",
        "config": {"severity": severity},
        "attached_node": "model.one.council",
        "depends_on": {"nodes": ["model.one.council"]},
        "test_metadata": {"name": "conditions", "kwargs": arguments},
    }
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "manifest.json").write_text(
        json.dumps({"nodes": {"test.one": entry}, "sources": {}}), "utf-8"
    )
    return read_manifest(tmp_path).tests["test.one"]


def test_a_mapping_gives_each_of_its_columns_a_condition_with_what_it_states(
    tmp_path: Path,
) -> None:
    reason = "the reader makes it"
    test = read(tmp_path, not_null=["a", {"columns": ["b", "c"], "because": reason}])
    assert test.conditions == (
        Condition("a has a value", "not_null", ("a",)),
        Condition("b has a value", "not_null", ("b",), because=reason),
        Condition("c has a value", "not_null", ("c",), because=reason),
    )


def test_each_kind_has_its_words_unless_the_yaml_names_it(tmp_path: Path) -> None:
    test = read(
        tmp_path,
        unique=[["a", "b"], {"columns": ["a"], "where": "is_current"}],
        accepted_values=[{"column": "a", "values": ["x", "y"], "landing_rule": "a-unknown"}],
        relationships=[{"column": "a", "to": "ref('letters')", "field": "letter"}],
        expressions=[{"name": "a comes before b", "expression": "a < b"}],
    )
    assert test.conditions == (
        Condition(
            "a is one of x, y", "accepted_values", ("a",), ("x", "y"), landing_rule="a-unknown"
        ),
        Condition(
            "a is a letter of letters", "relationships", ("a",), to="letters", field="letter"
        ),
        Condition("a comes before b", "expressions"),
        Condition("one row per a, b", "unique", ("a", "b")),
        Condition("one row per a where is_current", "unique", ("a",), where="is_current"),
    )


def test_an_expression_without_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DenominatorError, match="has no name"):
        read(tmp_path, expressions=[{"expression": "a < b"}])


@pytest.mark.parametrize(
    ("severity", "label"), [("ERROR", "conditions of council"), ("WARN", "warnings of council")]
)
def test_a_test_is_called_by_its_table_and_severity(
    tmp_path: Path, severity: str, label: str
) -> None:
    assert read(tmp_path, severity, not_null=["a"]).label == label
