"""What Dagster sees, and what loading it may not do."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
from toy.kit import Toy, new_toy

from dagster_project import build
from dagster_project.build import BrokenCondition, Condition, NodeResult, Test
from dagster_project.build.manifest import ManifestMissingError
from dagster_project.definitions import build_defs
from dagster_project.defs import models
from dagster_project.defs.run import Outcome, Settings
from dagster_project.paths import PROJECT
from dagster_project.sources import SOURCES


def settings(toy: Toy) -> Settings:
    return Settings(raw=(toy.raw,), warehouse=toy.warehouse, dbt_dir=toy.dbt_dir)


def graph(toy: Toy) -> dg.AssetGraph:
    return build_defs(settings(toy)).resolve_asset_graph()


def key(text: str) -> dg.AssetKey:
    return dg.AssetKey(text.split("/"))


def test_every_source_is_an_asset_by_year(toy: Toy) -> None:
    found = graph(toy)
    for source in SOURCES:
        node = found.get(key(f"raw/{source}"))
        assert isinstance(node.partitions_def, dg.DynamicPartitionsDefinition)
        assert node.partitions_def.name == "raw_year"
        assert {check.name for check in found.get_check_keys_for_assets({node.key})} == {
            rule.id.replace("-", "_") for rule in SOURCES[source].rules
        }


def test_models_hang_on_what_they_read_and_the_release_on_all_that_is_published(toy: Toy) -> None:
    found = graph(toy)
    assert found.get(key("staging/stg_ccs")).parent_keys == {key("raw/ccs")}
    assert found.get(key("quality/source_file")).parent_keys == {
        key(f"raw/{source}") for source in SOURCES
    }
    assert found.get(key("marts/fct_observation")).parent_keys == {key("staging/stg_ccs")}
    assert found.get(key("marts/fct_observation")).group_name == "marts"
    assert found.get(key("marts/dim_council")).description == "Councils."
    published = {f"{node.layer}/{node.name}" for node in toy.manifest.published}
    assert found.get(key("release/indicators")).parent_keys == set(map(key, published))


def test_tests_and_gates_are_checks_and_those_that_stop_are_blocking(toy: Toy) -> None:
    checks = {
        spec.key.to_user_string(): spec
        for assets in build_defs(settings(toy)).assets or ()
        if isinstance(assets, dg.AssetsDefinition)
        for spec in assets.check_specs
    }
    assert checks["marts/dim_council:not_null_council_id"].blocking
    assert not checks["marts/fct_observation:not_null_value"].blocking
    assert checks["release/indicators:nothing_is_gone"].blocking


def test_a_check_is_short_and_has_its_broken_conditions_in_a_table() -> None:
    condition = Condition("a council has a name", "not_null", ("name",))
    one = Test("test.one", "x", "", False, "model.x", (), build.CONDITIONS, (condition,))
    assert models._check_name(one) == "warnings"
    assert models._check_name(dataclasses.replace(one, blocking=True)) == "conditions"
    broken = BrokenCondition("x", condition.name, 2, "council_id 102 (a.csv, line 3)")
    tested = NodeResult("test.one", "x", "test", "fail", 1, "Got 1 result", 0.1, broken=(broken,))
    spec = dg.AssetCheckSpec("conditions", asset=key("marts/x"))
    found = models._check_result(spec, tested, blocking=True)
    assert not found.passed
    table = found.metadata["broken"]
    assert isinstance(table, dg.TableMetadataValue)
    assert [record.data for record in table.records] == [
        {"condition": condition.name, "rows": 2, "samples": "council_id 102 (a.csv, line 3)"}
    ]


def test_a_missing_manifest_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ManifestMissingError, match="denominator prepare"):
        build_defs(settings(new_toy(tmp_path)), Outcome())


def test_loading_needs_no_network_and_writes_nothing(toy: Toy) -> None:
    """The definitions as `dagster dev` loads them, with sockets and writing made impossible."""
    program = """
import builtins, io, os, socket, sys

def no(*_args, **_kwargs):
    raise AssertionError("network")

socket.socket.connect = no
socket.create_connection = no
socket.getaddrinfo = no

def audit(event, args):
    if event == "open":
        path, mode, flags = args
        writes = (isinstance(mode, str) and set(mode) & set("wax+")) or (
            isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        )
        if writes and str(path) != os.devnull:
            raise AssertionError(f"wrote {path}")
    elif event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree"):
        raise AssertionError(f"{event} {args}")

import dagster  # its own imports are not ours to judge
from dagster_project import definitions
sys.addaudithook(audit)
loaded = definitions.definitions()
print(len(list(loaded.resolve_asset_graph().get_all_asset_keys())))
"""
    environment = {**toy.environment, "PYTHONDONTWRITEBYTECODE": "1"}
    del environment["DAGSTER_HOME"]
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > len(SOURCES)


def test_dbt_and_its_dagster_cover_are_not_imported_to_load(toy: Toy) -> None:
    program = (
        "import sys; from dagster_project.definitions import definitions; definitions(); "
        "print([m for m in ('dbt', 'dagster_dbt') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **toy.environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.strip() == "[]"
