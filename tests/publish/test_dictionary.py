"""What a published file says of its own columns, on a toy of few tables."""

from __future__ import annotations

import csv
import dataclasses
from typing import Any

import duckdb
import pytest
from toy.kit import STARTED, Toy

from dagster_project import publish
from dagster_project.build import Condition, Manifest, Test
from dagster_project.errors import DenominatorError
from dagster_project.paths import PROJECT

SEEDS = PROJECT / "dbt" / "seeds"
ATTAINMENT = "model.toy.national_attainment"
COUNCIL = "model.toy.dim_council"


def rows(toy: Toy, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(toy.warehouse.published), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def entry(toy: Toy, table: str, column: str) -> dict[str, Any]:
    with duckdb.connect(str(toy.warehouse.published), read_only=True) as connection:
        found = connection.execute(
            "from marts.data_dictionary where table_name = ? and column_name = ?", [table, column]
        )
        names = [each[0] for each in found.description]
        [row] = found.fetchall()
        return dict(zip(names, row, strict=True))


def publish_with(toy: Toy, manifest: Manifest) -> None:
    publish.publish(toy.warehouse, manifest, started_at=STARTED)


def changed(toy: Toy, one: str, **what: Any) -> Manifest:
    manifest = toy.manifest
    node = dataclasses.replace(manifest.nodes[one], **what)
    return dataclasses.replace(manifest, nodes={**manifest.nodes, one: node})


def with_tests(manifest: Manifest, *tests: Test) -> Manifest:
    return dataclasses.replace(manifest, tests={test.unique_id: test for test in tests})


def test_every_published_column_has_its_row_and_its_comment(toy: Toy) -> None:
    toy.publish()
    database = rows(
        toy,
        "select schema_name, table_name, column_name, column_index, data_type, comment "
        "from duckdb_columns() where database_name = current_database() and not internal "
        "order by all",
    )
    said = rows(
        toy,
        "select schema_name, table_name, column_name, position, data_type, description "
        "from marts.data_dictionary order by all",
    )
    assert said == database
    assert ("marts", "dim_council", "council_id", 1, "VARCHAR", "The council id.") in said
    assert entry(toy, "dim_council", "council_name")["is_nullable"] is True
    assert entry(toy, "dim_council", "council_id")["is_nullable"] is False


def test_what_is_never_null_and_what_is_the_key_is_what_tests_hold_the_data_to(toy: Toy) -> None:
    """Of three lists that tell rows apart one may be NULL, and one is longer than it need be."""
    columns = ["target_id", "basis_id", "definition_id"]
    held = [
        a_test(
            ATTAINMENT,
            Condition("a target", "not_null", ("target_id",)),
            Condition("a basis", "not_null", ("basis_id",)),
            Condition("a timing", "not_null", ("timing",)),
            Condition("one row per definition", "unique", ("definition_id",)),
            Condition("one row per two", "unique", ("target_id", "basis_id")),
            Condition("one row per three", "unique", ("timing", *columns[:2])),
            Condition("one row per timing where due", "unique", ("timing",), where="due"),
        ),
    ]
    loose = dataclasses.replace(
        a_test(ATTAINMENT, Condition("one row per timing", "unique", ("timing",))), blocking=False
    )
    publish_with(toy, with_tests(toy.manifest, *held, loose))
    said = {name: entry(toy, "national_attainment", name) for name in [*columns, "timing"]}
    assert {name: row["key_position"] for name, row in said.items()} == {
        **{"target_id": 1, "basis_id": 2},
        **{"definition_id": None, "timing": None},
    }
    assert {name: row["is_nullable"] for name, row in said.items()} == {
        **{"target_id": False, "basis_id": False},
        **{"definition_id": True, "timing": False},
    }


def test_a_unit_comes_of_the_name_unless_the_column_states_one(toy: Toy) -> None:
    publish_with(
        toy, changed(toy, ATTAINMENT, column_meta={"councils_met": {"unit": "bodies corporate"}})
    )
    units = dict(
        rows(
            toy,
            "select column_name, unit from marts.data_dictionary "
            "where table_name = 'national_attainment'",
        )
    )
    assert units["share_met_pct"] == "percent"
    assert units["councils_in_scope"] == "councils"
    assert units["councils_met"] == "bodies corporate"
    assert units["basis_id"] is None


def test_a_warning_of_a_table_holds_for_its_figures_and_one_of_a_column_for_that(toy: Toy) -> None:
    publish_with(
        toy,
        changed(
            toy,
            ATTAINMENT,
            meta={"usage_warnings": ["series_break"]},
            column_meta={"share_met_pct": {"usage_warnings": ["over_those_with_data"]}},
        ),
    )
    said = dict(
        rows(
            toy,
            "select column_name, usage_warnings from marts.data_dictionary "
            "where table_name = 'national_attainment'",
        )
    )
    # evidence_class is a column of the table, which is what synthetic_example holds with
    assert said["pooled_rate_pct"] == ["series_break", "synthetic_example"]
    assert said["share_met_pct"] == ["over_those_with_data", "series_break", "synthetic_example"]
    assert said["basis_id"] is None
    assert entry(toy, "dim_target", "threshold_pct")["usage_warnings"] is None


def test_what_is_said_of_a_table_is_said_of_one_that_only_shows_it_again(toy: Toy) -> None:
    observed = "model.toy.fct_observation"
    manifest = changed(
        toy, observed, column_meta={"evidence_class": {"rule": "The weakest."}}, meta={}
    )
    assert manifest.nodes[ATTAINMENT].parents == (observed,)
    publish_with(toy, manifest)
    assert entry(toy, "national_attainment", "evidence_class")["rule"] == "The weakest."
    assert entry(toy, "national_attainment", "basis_id")["rule"] is None


def a_test(subject: str, *conditions: Condition) -> Test:
    return Test(
        unique_id=f"test.{subject}.{conditions}",
        name=f"{subject}_conditions",
        description="",
        blocking=True,
        subject=subject,
        parents=(subject,),
        rule="conditions",
        conditions=conditions,
    )


IN_COUNCILS = a_test(
    "model.toy.fct_observation",
    Condition("a council", "relationships", ("area_id",), to="dim_council", field="council_id"),
)


def test_allowed_values_are_those_that_a_test_holds_the_data_to(toy: Toy) -> None:
    values = ("before", "due", "after")
    timing = a_test(
        ATTAINMENT, Condition("a timing", "accepted_values", ("timing",), values=values)
    )
    publish_with(toy, with_tests(toy.manifest, timing, IN_COUNCILS))
    assert entry(toy, "national_attainment", "timing")["allowed_values"] == [
        "before",
        "due",
        "after",
    ]
    # two councils are a short list
    assert entry(toy, "fct_observation", "area_id")["allowed_values"] == ["102", "104"]
    assert entry(toy, "national_attainment", "basis_id")["allowed_values"] is None


def test_of_a_long_list_the_place_is_said(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dagster_project.publish.dictionary.LONGEST_LIST", 1)
    publish_with(toy, with_tests(toy.manifest, IN_COUNCILS))
    assert entry(toy, "fct_observation", "area_id")["allowed_values"] == [
        "council_id of marts.dim_council"
    ]


@pytest.mark.parametrize(
    "what",
    [
        {"meta": {"usage_warnings": ["no_such_warning"]}},
        {"column_meta": {"council_name": {"usage_warnings": ["no_such_warning"]}}},
        {"meta": {"no_such_warning": "x"}},
        {"column_meta": {"council_name": {"no_such_warning": "x"}}},
    ],
)
def test_a_meta_that_nobody_reads_stops(toy: Toy, what: dict[str, Any]) -> None:
    with pytest.raises(DenominatorError, match=r"dim_council.*no_such_warning"):
        publish_with(toy, changed(toy, COUNCIL, **what))
    assert not toy.warehouse.published.exists()


def test_the_readme_is_filled_in_for_the_release(toy: Toy) -> None:
    release = toy.publish()
    text = dict(rows(toy, "select topic, text from marts.readme"))
    with (SEEDS / "readme_paragraphs.csv").open(encoding="utf-8", newline="") as file:
        assert list(text) == [row["topic"] for row in csv.DictReader(file)]
    assert release.release_id in text["What this is"]
    # two years of one source were landed, both invented
    assert text["SYNTHETIC"].startswith("2 of the 2 publications in this file are SYNTHETIC")
    assert "Invented (CC0-1.0)" in text["Licence and citation"]
    assert not [one for one in text.values() if "{" in one]


def test_a_paragraph_that_asks_for_an_unknown_fact_stops(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ({"position": "1", "topic": "x", "text": "In {no_such_fact}."},)
    monkeypatch.setattr("dagster_project.publish.readme.seed", lambda name: asked)
    with pytest.raises(DenominatorError, match="no_such_fact"):
        toy.publish()
    assert not toy.warehouse.published.exists()


def test_a_view_is_published_with_its_comments_and_works_under_another_name(toy: Toy) -> None:
    release = toy.publish()
    assert release.rows["marts.definition_wide"] == 1
    renamed = toy.warehouse.published.rename(toy.folder / "sent_to_a_friend.db")
    with duckdb.connect(str(renamed), read_only=True) as connection:
        found = connection.execute("from marts.definition_wide order by all").fetchall()
        said = connection.execute(
            "select comment from duckdb_views() where view_name = 'definition_wide'"
        ).fetchall()
    assert found == [("NI130_V2", "NI 130")]
    assert said == [("Definitions, a year a column.",)]


def test_a_column_that_the_data_make_is_described_by_its_pattern(toy: Toy) -> None:
    toy.publish()
    assert entry(toy, "definition_wide", "name_2012_13")["description"] == "The name of that year."
    assert entry(toy, "definition_wide", "definition_id")["description"] == "The definition id."


def test_a_view_column_that_no_pattern_describes_stops(toy: Toy) -> None:
    with pytest.raises(DenominatorError, match=r"definition_wide.*nobody described: name_2012_13"):
        publish_with(toy, changed(toy, "model.toy.definition_wide", meta={}))
    assert not toy.warehouse.published.exists()


def test_a_view_that_names_the_build_database_stops(toy: Toy) -> None:
    with duckdb.connect(str(toy.warehouse.build_db)) as connection:
        connection.execute(
            "create or replace view marts.definition_wide as "
            "select definition_id, 'NI 130' as name_2012_13 from build.marts.dim_definition"
        )
    with pytest.raises(DenominatorError, match=r"view marts\.definition_wide does not work"):
        toy.publish()
    assert not toy.warehouse.published.exists()
