"""How far a council's figure travels, and that no join on the way multiplies it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

import pytest
import yaml
from released import Released
from rendered import DBT

MOST_MODELS = 7
"""staging, releases, observations, quantities, rates, vintages of attainment, attainment."""
RELATION = re.compile(r'"(staging|intermediate|marts|quality)"\s*\.\s*"(\w+)"')


def longest_path(parents: Mapping[str, set[str]], end: str) -> list[str]:
    """The longest chain of models that ends in `end`, first model first."""

    @cache
    def to(model: str) -> tuple[str, ...]:
        chains = [to(parent) for parent in sorted(parents.get(model, set()))]
        return (*max(chains, key=len, default=()), model)

    return list(to(end))


def of_compiled(compiled: Mapping[str, str]) -> dict[str, set[str]]:
    """The models that each model reads, from its compiled SQL."""
    return {
        name: {table for _, table in RELATION.findall(sql) if table in compiled} - {name}
        for name, sql in compiled.items()
    }


def test_a_figure_passes_seven_models_at_most(example: Released) -> None:
    path = longest_path(of_compiled(example.compiled()), "target_attainment")
    assert path[0].startswith("stg_"), path
    assert len(path) <= MOST_MODELS, path


@pytest.mark.parametrize("between", ["int_rates", "target_attainment"])
def test_a_model_more_on_the_way_is_found(between: str) -> None:
    chain = ["stg", "int_releases", "int_quantities", "int_rates", "target_attainment"]
    parents = {later: {earlier} for earlier, later in pairwise(chain)}
    parents["int_rates"] |= {"stg"}
    assert longest_path(parents, "target_attainment") == chain
    longer = parents | {"more": parents[between], between: {"more"}}
    assert len(longest_path(longer, "target_attainment")) == len(chain) + 1


def test_the_models_that_a_model_reads_are_found_in_its_sql() -> None:
    compiled = {
        "a": 'select * from "build"."landing"."a"',
        "b": 'select * from "build"."staging"."a" inner join "build"."seeds"."s" on true',
        "c": 'with x as (select * from "build"."intermediate"."b") select * from x',
    }
    assert of_compiled(compiled) == {"a": set(), "b": {"a"}, "c": {"b"}}


WITHOUT_KEY = {
    "flagged_value": "a cell may break a rule more than once",
    "int_poet_response": "a person has no key here",
    "int_poet_tally": "a group is what its columns say; which columns there are, the files say",
}
"""Models that join and have no key of their own, with the reason."""


def keyed() -> set[str]:
    """The models whose conditions say which columns are unique."""
    return {
        model["name"]
        for file in (DBT / "models").rglob("*.yml")
        for model in yaml.safe_load(file.read_text("utf-8")).get("models", [])
        for test in model.get("data_tests", [])
        if test.get("conditions", {}).get("arguments", {}).get("unique")
    }


def joining() -> set[str]:
    sql = {file.stem: file.read_text("utf-8") for file in (DBT / "models").rglob("*.sql")}
    return {name for name, text in sql.items() if re.search(r"\bjoin\b", re.sub("--.*", "", text))}


def test_a_model_that_joins_says_what_a_row_is() -> None:
    """A join that multiplies rows then breaks the condition, whatever the join names."""
    assert len(joining()) > 40
    assert joining() - keyed() == WITHOUT_KEY.keys()
