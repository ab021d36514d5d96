"""What a column is made of, as the SQL says it."""

from __future__ import annotations

import json

import pytest
from toy.kit import Toy

from dagster_project import build
from dagster_project.build import lineage
from dagster_project.errors import DenominatorError
from dagster_project.publish.lineage import lineage_tree

NEAR = {("staging", "a"): ("id", "x", "y"), ("staging", "b"): ("id", "z")}
IDS = {("staging", "a"): "model.a", ("staging", "b"): "model.b"}
A, B = "model.a", "model.b"


@pytest.mark.parametrize(
    ("sql", "made_of"),
    [
        ("select x as v from build.staging.a", [(A, "x")]),
        ("select x + y as v from build.staging.a where id > 1", [(A, "x"), (A, "y")]),
        ("select 1 as v from staging.a", []),
        ("select count(*) as v from staging.a group by id", []),
        ("with c as (select * from staging.a) select y as v from c", [(A, "y")]),
        ("select x as v from staging.a union all select z from staging.b", [(A, "x"), (B, "z")]),
        ("select z as v from staging.a inner join staging.b on a.id = b.id", [(B, "z")]),
        ("select id as v from staging.a inner join staging.b using (id)", [(A, "id"), (B, "id")]),
        ("select (select max(b.z) from staging.b where b.id = a.id) as v from staging.a", [(A, "id"), (B, "id"), (B, "z")]),
        ("select sum(x) over (partition by y) as v from staging.a", [(A, "x"), (A, "y")]),
        ("select v from (select z as v from staging.b) as inside", [(B, "z")]),
        ("with recursive r as (select x as v from staging.a union all select v + 1 from r) select v from r", [(A, "x")]),
    ],
)  # fmt: skip
def test_a_column_is_made_of_what_its_expression_names(
    sql: str, made_of: list[tuple[str, str]]
) -> None:
    assert lineage._of(sql, NEAR, IDS) == {"v": tuple(made_of)}


def test_sql_beyond_the_parser_has_no_lineage() -> None:
    assert lineage._of("select from where (", NEAR, IDS) == {}


def test_the_place_of_the_landing_is_not_part_of_the_sql() -> None:
    bare = lineage._Bare.of(
        "select * from '/w/landing/ccs/*/*/rows.parquet' cross join "
        "read_parquet('/w/landing/poet/*/*/rows.parquet', union_by_name = true) "
        "cross join '/w/landing/*/*/*/files.parquet'",
        "/w/landing",
    )
    assert bare.sql == "select * from landing.ccs cross join landing.poet cross join landing.files"
    assert bare.read["ccs"] == "'/w/landing/ccs/*/*/rows.parquet'"
    assert set(bare.read) == {"ccs", "poet", "files"}


def test_a_build_says_how_many_rows_and_where_columns_are_from(toy: Toy) -> None:
    found = toy.build().shape
    assert found is not None
    assert found.rows["model.toy.fct_observation"] == 4 + 5  # as landed in the two years
    assert "model.toy.stg_ccs" not in found.rows  # a view
    assert found.lineage["model.toy.fct_observation"]["value"] == (("model.toy.stg_ccs", "users"),)
    assert found.lineage["model.toy.stg_ccs"]["users"] == (("ccs", "users"),)
    assert found.lineage["model.toy.national_attainment"]["councils_with_data"] == ()  # counts rows
    assert build.known_lineage(toy.dbt_dir) == found.lineage


def test_only_what_changed_is_read_again(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy was built before, elsewhere."""
    read = []
    real = lineage._of
    monkeypatch.setattr(lineage, "_of", lambda *of: read.append(of[0]) or real(*of))
    toy.model("dim_definition", "select cast('NI130_V2' as varchar) as definition_id -- other")
    toy.build()
    assert [sql.split("--")[1].strip() for sql in read] == ["other"]


def test_a_build_that_is_not_good_has_no_shape(toy: Toy) -> None:
    toy.model("dim_definition", "select cast(null as varchar) as definition_id")
    assert toy.build().shape is None


def test_a_spoiled_memory_is_made_anew(toy: Toy) -> None:
    place = toy.dbt_dir / "target" / "lineage.json"
    before = json.loads(place.read_text("utf-8"))
    place.write_text("{", "utf-8")
    toy.build()
    assert json.loads(place.read_text("utf-8")) == before


def labels(tree) -> list[str]:
    return [tree.label, *(label for child in tree.children for label in labels(child))]


def test_a_tree_goes_down_to_the_raw_column(toy: Toy) -> None:
    tree = lineage_tree(toy.dbt_dir, "marts.national_attainment.financial_year")
    assert labels(tree) == [
        "marts.national_attainment.financial_year",
        "marts.fct_observation.financial_year",
        "staging.stg_ccs.financial_year",
        "raw ccs.financial_year",
    ]


@pytest.mark.parametrize("asked", ["marts.dim_council.nothing", "marts.nothing.x", "dim_council"])
def test_a_column_that_is_not_there_is_said_so(toy: Toy, asked: str) -> None:
    with pytest.raises(DenominatorError, match=r"columns council_id|schema\.table\.column"):
        lineage_tree(toy.dbt_dir, asked)


def test_before_any_build_there_is_nothing_to_tell(toy: Toy) -> None:
    (toy.dbt_dir / "target" / "lineage.json").unlink(missing_ok=True)
    with pytest.raises(DenominatorError, match="denominator refresh"):
        lineage_tree(toy.dbt_dir, "marts.dim_council.council_id")
