"""The unit tests of the models, which a refresh leaves out: they say nothing of its data."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumuro_decoder
from released import Released

from dagster_project.build import invoke, prepare
from dagster_project.build.project import parsed_file
from dagster_project.paths import PROJECT, Warehouse

DBT = PROJECT / "dbt"


def test_every_unit_test_of_the_models_passes(example: Released, tmp_path: Path) -> None:
    """On a copy of the example's build database: dbt takes the types of inputs from it."""
    made, warehouse = Warehouse.at(example.warehouse), Warehouse.at(tmp_path)
    warehouse.private.mkdir()
    shutil.copyfile(made.build_db, warehouse.build_db)
    warehouse.landing.symlink_to(made.landing)
    prepare(DBT, warehouse)
    results = results_of(warehouse)
    assert [(one.node.name, one.message) for one in results if str(one.status) != "pass"] == []
    stated = Counter(
        name
        for file in (DBT / "models").rglob("*.yml")
        for _, _, tests in [file.read_text("utf-8").partition("\nunit_tests:\n")]
        for name in re.findall(r"^  - name: (\w+)", tests, re.MULTILINE)
    )
    assert Counter(one.node.name for one in results) == stated


def results_of(warehouse: Warehouse) -> Sequence[Any]:
    """dbt's results of all unit tests; it takes the project as a refresh has parsed it."""
    parsed = Manifest.from_msgpack(
        parsed_file(DBT).read_bytes(), decoder=extended_mashumuro_decoder
    )
    invoke._place(parsed, warehouse.landing)
    arguments = ["test", "--resource-type", "unit_test", "--no-write-json"]
    results: Sequence[Any] = invoke._invoke(
        arguments, DBT, warehouse, manifest=parsed
    ).result.results
    return results
