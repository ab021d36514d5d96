"""The unit tests of the models, which a refresh leaves out: they say nothing of its data."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from released import Released

from dagster_project.paths import PROJECT, Warehouse

pytestmark = pytest.mark.xdist_group("example")


def test_every_unit_test_of_the_models_passes(example: Released, tmp_path: Path) -> None:
    """On a copy of the example's build database: dbt takes the types of inputs from it."""
    warehouse = Warehouse.at(example.warehouse)
    database = tmp_path / "build.duckdb"
    shutil.copyfile(warehouse.build_db, database)
    dbt = str(PROJECT / "dbt")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "dbt.cli.main", "test", "--resource-type", "unit_test"),
            *("--project-dir", dbt, "--profiles-dir", dbt, "--no-use-colors"),
            *("--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "log")),
        ],
        env=os.environ
        | {
            "DENOMINATOR_LANDING": str(warehouse.landing),
            "DENOMINATOR_BUILD_DB": str(database),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    found = re.search(r"PASS=(\d+) WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=(\d+)", done.stdout)
    assert found is not None
    stated = sum(
        len(re.findall(r"^  - name: ", file.read_text("utf-8"), re.MULTILINE))
        for file in (PROJECT / "dbt" / "models").rglob("*_unit_tests.yml")
    )
    assert (int(found[1]), int(found[2])) == (stated, stated)
