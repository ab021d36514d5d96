"""The one dbt build of a refresh."""

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from toy.kit import Toy, new_toy

from dagster_project import build
from dagster_project.build import BrokenCondition
from dagster_project.build.invoke import DbtError
from dagster_project.build.manifest import ManifestMissingError, Node
from dagster_project.defs.run import Settings
from dagster_project.publish import Withheld


def one_paragraph(text: str) -> bool:
    return "\n" not in text and "Traceback" not in text


def test_every_node_is_built_and_the_build_is_marked_with_what_it_was_made_from(toy: Toy) -> None:
    result = toy.build()
    assert result.good
    assert result.explain() == ""
    assert set(result.nodes) >= {*toy.manifest.nodes, *toy.manifest.tests}
    assert result.missing == ()
    files = build.landed_files(toy.warehouse.landing)
    built = build.built_from(toy.warehouse)
    assert built is not None
    assert built.inputs_digest == build.inputs_digest(files, toy.warehouse)
    assert built.code_version == build.code_version(toy.dbt_dir)


def test_another_process_can_open_the_database_for_writing_afterwards(toy: Toy) -> None:
    toy.build()
    program = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); "
        "c.execute('create table marts.proof (n int)')"
    )
    subprocess.run([sys.executable, "-c", program, str(toy.warehouse.build_db)], check=True)


def test_environment_and_working_folder_are_as_before(toy: Toy) -> None:
    before = dict(os.environ), Path.cwd()
    toy.build()
    assert (dict(os.environ), Path.cwd()) == before


def test_a_broken_condition_stops_and_is_in_words(toy: Toy) -> None:
    toy.model(
        "dim_council",
        "select cast(null as varchar) as council_id, cast('x' as varchar) as council_name",
    )
    yaml = toy.dbt_dir / "models/marts/marts.yml"
    yaml.write_text(
        yaml.read_text("utf-8").replace("        constraints: [{type: not_null}]\n", "", 1), "utf-8"
    )
    result = toy.build()
    assert not result.good
    assert [node.name for node in result.failed] == ["dim_council: council_id has a value"]
    assert result.failed[0].failures == 1
    assert (
        'dim_council: 1 row breaks the condition "council_id has a value": council_id NULL'
    ) in result.explain()
    assert "not_null" not in result.explain()
    assert "a fault of the program, not of your files" in result.explain()
    assert "with --without SOURCE/YEAR" in result.explain()
    assert one_paragraph(result.explain())
    assert build.built_from(toy.warehouse) is None


def test_the_way_out_is_to_leave_out_the_files_that_broken_rows_came_from(tmp_path: Path) -> None:
    samples = (
        "area_id NULL, statistic users (ccs/2012-13/final/the file.csv, line 4); "
        "area_id NULL, statistic users (ccs/2012-13/final/the file.csv, line 5 and "
        "ascof/2016-17/final/b.csv, line 2)"
    )
    broken = BrokenCondition("fct_observation", "area_id has a value", 3, samples)
    node = build.NodeResult("test.a", "conditions of a", "test", "fail", 3, "", 0.1)
    node = dataclasses.replace(node, broken=(broken,))
    said = build.BuildResult({"test.a": node}, (), 1.0, tmp_path / "build.log").explain()
    assert "a fault of the program, not of your files" in said
    assert f'fct_observation: 3 rows break the condition "area_id has a value": {samples}' in said
    assert "run `denominator refresh --without ccs/2012-13 --without ascof/2016-17`" in said
    assert "take ccs/2012-13/final/the file.csv or ascof/2016-17/final/b.csv out of the raw" in said
    assert one_paragraph(said)


def test_a_source_and_year_that_is_left_out_is_not_read(toy: Toy) -> None:
    toy.write_raw("2012-13")
    toy.write_raw("2013-14", users=1200)
    settings = Settings((toy.raw,), toy.warehouse, toy.dbt_dir)
    left_out = dataclasses.replace(settings, without=frozenset({Withheld("ccs", "2012-13")}))
    years = [[one.year for one in each.raw_tree().publications] for each in (settings, left_out)]
    assert years == [["2012-13", "2013-14"], ["2013-14"]]


def test_a_failed_test_of_severity_warn_does_not_stop(toy: Toy) -> None:
    model = toy.dbt_dir / "models/marts/fct_observation.sql"
    toy.model(
        "fct_observation",
        model.read_text("utf-8").replace("users as value", "nullif(users, 0) as value"),
    )
    result = toy.build()
    assert result.good
    warned = result.nodes[next(one for one in result.nodes if "fct_observation_value" in one)]
    assert (warned.status, warned.failures) == ("warn", 2)
    assert [(one.condition, one.rows) for one in warned.broken] == [("value has a value", 2)]


def test_a_failed_model_stops_and_what_hangs_on_it_is_counted(toy: Toy) -> None:
    toy.model("stg_ccs", "select * from nowhere")
    result = toy.build()
    causes = [node.name for node in result.failed if node.status != "skipped"]
    assert causes[0] == "stg_ccs"
    assert "skipped because of that" in result.explain()
    assert one_paragraph(result.explain())


def test_a_node_that_dbt_never_ran_stops(toy: Toy) -> None:
    """A run that leaves nodes out must not look like a success: everything is counted."""
    manifest = toy.manifest
    ghost = dataclasses.replace(next(iter(manifest.nodes.values())), unique_id="model.toy.ghost")
    nodes: dict[str, Node] = {**manifest.nodes, ghost.unique_id: ghost}
    result = build.build(toy.dbt_dir, toy.warehouse, dataclasses.replace(manifest, nodes=nodes))
    assert result.missing == ("model.toy.ghost",)
    assert not result.good
    assert "model.toy.ghost" in result.explain()
    assert build.built_from(toy.warehouse) is None


def test_a_project_that_does_not_parse_is_one_paragraph(toy: Toy) -> None:
    toy.model("stg_ccs", "select * from {{ ref('nowhere') }}")
    with pytest.raises(DbtError, match="nowhere") as caught:
        toy.build()
    assert one_paragraph(str(caught.value))


def test_dbt_says_nothing_unless_asked(toy: Toy, capfd: pytest.CaptureFixture[str]) -> None:
    toy.build()
    assert capfd.readouterr() == ("", "")


def test_the_manifest_is_made_once_and_anew_after_a_change(tmp_path: Path) -> None:
    toy = new_toy(tmp_path)
    with pytest.raises(ManifestMissingError, match="denominator prepare"):
        _ = toy.manifest
    assert build.prepare(toy.dbt_dir, toy.warehouse)
    assert not build.prepare(toy.dbt_dir, toy.warehouse)
    toy.model("dim_definition", "select cast('NI130_V1' as varchar) as definition_id")
    assert not build.is_prepared(toy.dbt_dir)
    assert build.prepare(toy.dbt_dir, toy.warehouse)


def test_the_manifest_says_what_is_published_and_what_tests_are_about(toy: Toy) -> None:
    manifest = toy.manifest
    assert {node.schema for node in manifest.published} == {"marts", "quality"}
    council = manifest.nodes["model.toy.dim_council"]
    assert council.description == "Councils."
    assert list(council.columns) == ["council_id", "council_name"]
    about = {test.label: test for test in manifest.tests.values()}
    assert about["dim_council: council_id has a value"].subject == "model.toy.dim_council"
    assert about["dim_council: council_id has a value"].blocking
    assert not about["fct_observation: value has a value"].blocking


def test_no_node_stands_before_its_parents(toy: Toy) -> None:
    seen: set[str] = set()
    for one, node in toy.manifest.nodes.items():
        assert {parent for parent in node.parents if parent.startswith("model.")} <= seen
        seen.add(one)


def test_the_inputs_digest_is_of_content_and_place_not_of_order(toy: Toy) -> None:
    files = build.landed_files(toy.warehouse.landing)
    digest = build.inputs_digest(files, toy.warehouse)
    assert re.fullmatch("[0-9a-f]{64}", digest)
    other = dataclasses.replace(files[0], sha256="0" * 64)
    assert build.inputs_digest((other, *files[1:]), toy.warehouse) != digest
    toy.land("2012-13", 6)
    assert build.inputs_digest(build.landed_files(toy.warehouse.landing), toy.warehouse) != digest
    toy.land("2012-13", 5)
    assert build.inputs_digest(build.landed_files(toy.warehouse.landing), toy.warehouse) == digest


def test_a_correction_and_what_a_publisher_says_are_inputs(toy: Toy) -> None:
    def digest() -> str:
        return build.inputs_digest(build.landed_files(toy.warehouse.landing), toy.warehouse)

    seen = {digest()}
    folder = toy.warehouse.landing / "ccs" / "2012-13" / "final"
    with duckdb.connect() as connection:
        for reason in ("misprint", "another"):
            connection.execute(
                f"copy (select '{reason}' as reason) to '{folder}/corrections.parquet'"
            )
            seen.add(digest())
        connection.execute(
            f"copy (select *, 'Open' as licence from '{folder}/files.parquet') "
            f"to '{folder}/licensed.parquet'"
        )
    (folder / "licensed.parquet").replace(folder / "files.parquet")
    assert len(seen | {digest()}) == 4


def test_an_empty_landing_has_no_files(tmp_path: Path) -> None:
    assert build.landed_files(tmp_path) == ()
