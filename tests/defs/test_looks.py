"""What people look at in Dagster: columns and their headings, councils by year, rates, plots."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path
from xml.etree import ElementTree

import dagster as dg
import pytest
from toy.kit import Toy

from dagster_project.build import prepare
from dagster_project.definitions import build_defs
from dagster_project.defs.instance import JOB, instance
from dagster_project.defs.plots import bars, lines
from dagster_project.defs.run import Settings

IMAGE = re.compile(r"!\[(.*)\]\(data:image/svg\+xml;base64,([\w+/=]+)\)")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(markdown: str) -> tuple[str, ElementTree.Element]:
    """The words and the picture of a plot."""
    found = IMAGE.fullmatch(markdown)
    assert found is not None
    return found[1], ElementTree.fromstring(b64decode(found[2]))


def texts(picture: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in picture.iter(f"{SVG}text")]


def test_a_bar_is_as_long_as_its_number_and_says_it() -> None:
    words, picture = drawn(bars("Councils", {"2011-12": 75, "2012-13": 150}))
    assert words == "Councils: 2011-12 75; 2012-13 150"
    assert texts(picture) == ["2011-12", "75", "2012-13", "150"]
    _, shorter, longer = (
        float(one.get("width", "0").rstrip("%")) for one in picture.iter(f"{SVG}rect")
    )
    assert shorter == longer / 2


def test_a_line_goes_up_with_its_shares() -> None:
    series = {"ADASS <2013>": {"2011-12": 40.0, "2012-13": 70.0}, "one year": {"2012-13": 70.0}}
    _, picture = drawn(lines("Pooled rates", series, 70.0))
    assert {"ADASS <2013>", "one year", "70%", "2011-12"} <= set(texts(picture))
    first, second, alone = (float(dot.get("cy", "")) for dot in picture.iter(f"{SVG}circle"))
    assert second < first  # upwards is towards nought
    assert alone == second
    threshold = [one for one in picture.iter(f"{SVG}line") if one.get("stroke-dasharray")]
    assert [float(one.get("y1", "")) for one in threshold] == [second]


def test_nothing_is_drawn_of_nothing() -> None:
    assert texts(drawn(bars("Councils", {}))[1]) == []
    assert texts(drawn(lines("Rates", {}, None))[1]) == ["0%", "50%", "100%"]


def test_a_run_shows_headings_councils_rows_and_rates(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    toy.unland("2011-12")
    toy.write_raw("2012-13")  # three councils, a row each
    prepare(toy.dbt_dir, toy.warehouse)
    settings = Settings(raw=(toy.raw,), warehouse=toy.warehouse, dbt_dir=toy.dbt_dir)
    with instance() as opened:
        job = build_defs(settings).resolve_job_def(JOB)
        result = job.execute_in_process(instance=opened)

    def metadata(*key: str) -> dict[str, dg.MetadataValue]:
        made = [
            event.step_materialization_data.materialization
            for event in result.all_events
            if event.is_step_materialization and event.asset_key == dg.AssetKey(key)
        ]
        return dict(made[-1].metadata)

    raw = metadata("raw", "ccs")
    columns = {
        column.name: column.description for column in raw["dagster/column_schema"].value.columns
    }
    assert columns["users"] == "Read from: Users receiving community-based services"
    assert columns["users_token"] == columns["users"]
    assert columns["area_level"] is None  # worked out, read from no heading
    assert drawn(raw["councils by year"].value)[0] == "Councils: 2012-13 3"
    # of the 152 councils of that year: 3 / 152 = 1.97%
    assert raw["coverage"].value.splitlines()[-1] == "| 2012-13 | 3 | 152 | 2.0 |"
    assert "councils by year" not in metadata("raw", "published")

    mart = metadata("marts", "fct_observation")
    assert mart["dagster/row_count"].value == 3
    assert mart["dagster/column_lineage"].value.deps_by_column["value"] == [
        dg.TableColumnDep(dg.AssetKey(["staging", "stg_ccs"]), "users")
    ]
    staged = metadata("staging", "stg_ccs")["dagster/column_lineage"].value.deps_by_column
    assert staged["users"] == [dg.TableColumnDep(dg.AssetKey(["raw", "ccs"]), "users")]

    _, picture = drawn(metadata("release", "indicators")["pooled rates by year"].value)
    assert "NI130_V2, users (SYNTHETIC)" in texts(picture)
