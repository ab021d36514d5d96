"""The questions, the recipes and the dictionary in docs say what the published file says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from released import run

DOCS = Path(__file__).parents[2] / "docs"
QUESTIONS = (DOCS / "questions.md").read_text(encoding="utf-8")
ANSWERS = re.findall(r"\]\((queries/\w+\.sql)\)\s+```text\n(.*?)```", QUESTIONS, re.DOTALL)


def test_there_are_ten_questions_each_with_its_query_and_answer():
    assert len(re.findall(r"^## \d+\. .*\?$", QUESTIONS, re.MULTILINE)) == 10
    assert len({query for query, _ in ANSWERS}) == 10


@pytest.mark.parametrize(("query", "printed"), ANSWERS, ids=[query for query, _ in ANSWERS])
def test_an_answer_is_what_the_query_gives(example, query, printed):
    rows = example.rows((DOCS / query).read_text(encoding="utf-8"))
    assert rows, "a question without an answer is none"

    def words(values):
        return [word for one in values for word in ("-" if one is None else str(one)).split()]

    assert [line.split() for line in printed.splitlines()] == [
        words(rows[0]),
        *(words(row.values()) for row in rows),
    ]


@pytest.mark.parametrize(
    "query", sorted((DOCS / "queries").glob("*.sql")), ids=lambda one: one.stem
)
def test_no_query_names_the_file_and_every_one_says_what_it_asks(query):
    text = query.read_text(encoding="utf-8")
    assert text.startswith("-- ")
    assert "indicators." not in text


def test_the_recipe_for_python_runs(example):
    [recipe] = re.findall(
        r"```python\n(.*?)```", (DOCS / "opening.md").read_text("utf-8"), re.DOTALL
    )
    checked = recipe + (
        "assert len(wide) > 1000 and 'rate_2012_13_pct' in wide.columns\n"
        "assert len(means) == len(wide.columns) and means.description.notna().all()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", checked], cwd=example.warehouse, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_pages_of_the_dictionary_are_what_is_published(example, tmp_path):
    done = run(tmp_path, "dictionary", "--to", tmp_path / "new", "--warehouse", example.warehouse)
    assert done.returncode == 0, done.stderr
    new = {page.name: page.read_text("utf-8") for page in (tmp_path / "new").iterdir()}
    old = {page.name: page.read_text("utf-8") for page in (DOCS / "dictionary").iterdir()}
    assert old == new, "Run: denominator refresh && denominator dictionary --to docs/dictionary"
    assert f"{len(new)} pages" in done.stdout
    index = new["README.md"]
    linked = {anchor for page in new.values() for anchor in re.findall(r"README\.md#(\w+)", page)}
    assert linked == set(re.findall(r'<a id="(\w+)">', index))
    assert set(re.findall(r"\]\((\w+\.md)\)", index)) == new.keys() - {"README.md"}
