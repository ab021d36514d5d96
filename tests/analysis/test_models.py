"""The dbt models around the statistics: Python where SQL cannot say it, and only as a door."""

from __future__ import annotations

import ast
import re

import pytest
import yaml
from rendered import DBT

PROJECT = DBT.parent
PYTHON_MODELS = sorted(DBT.rglob("models/**/*.py"))
CAUSAL = re.compile(
    r"\b(caus\w*|because of|effects?|leads? to|led to|due to|driv(es|en)|impacts?|influences?"
    r"|improves?|results? in|thanks to|makes? people|brings? about|owing to)\b",
    re.IGNORECASE,
)


def test_python_models_hold_no_statistics() -> None:
    """They cannot be read as Spark SQL, as every other model is; so nothing of ours may be in them
    but the hand-over: read, call the package, return."""
    assert [path.stem for path in PYTHON_MODELS] == [
        "int_process_effect",
        "activity_rank_correlation",
    ]
    for path in PYTHON_MODELS:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = [
            node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        assert [ast.unparse(node).split(" import ")[0] for node in imported] == [
            "from dagster_project.analysis"
        ]
        (model,) = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        assert not [node for node in ast.walk(model) if isinstance(node, ast.BinOp | ast.For)]
        assert imported[0] in model.body, "a heavy import stands inside the function"


def test_python_models_are_private_and_published_through_a_contract() -> None:
    for path in PYTHON_MODELS:
        declared = yaml.safe_load(path.with_suffix(".yml").read_text(encoding="utf-8"))
        (model,) = declared["models"]
        schema = model.get("config", {}).get("schema", path.relative_to(DBT / "models").parts[0])
        assert schema == "intermediate", path.name


@pytest.mark.parametrize(
    "name", ["activity_outcome_pair", "activity_rank_correlation", "activity_vs_outcome"]
)
def test_no_causal_word_about_activity_and_outcomes(name: str) -> None:
    for path in (DBT / "models" / "marts").glob(f"{name}.*"):
        text = path.read_text(encoding="utf-8").replace("docs/process_effects.md", "")
        assert not CAUSAL.search(text), path.name


def test_no_causal_word_in_what_the_program_says_and_the_page_says() -> None:
    program = (PROJECT / "dagster_project" / "analysis" / "correlations.py").read_text("utf-8")
    page = (PROJECT / "docs" / "process_effects.md").read_text("utf-8")
    section = page.split("## Activity and outcomes across councils")[1].split("\n## ")[0]
    for text in (program.replace("(`effects`)", ""), section):
        assert not CAUSAL.search(text)


def test_the_search_for_causal_words_finds_them() -> None:
    assert CAUSAL.search("A higher rate leads to better outcomes")
    assert CAUSAL.search("the impact of direct payments")
    assert not CAUSAL.search("a higher rate is found together with better outcomes")
