"""A source's year that was forgotten is not landed again, and its raw files are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from given import Given

from dagster_project import landing
from dagster_project.errors import DenominatorError
from dagster_project.paths import Warehouse


@pytest.fixture
def warehouse(given: Given) -> Warehouse:
    return Warehouse(given.landing.parent)


def test_a_forgotten_year_is_no_publication_and_each_of_its_files_is_named(
    given: Given, tmp_path: Path
) -> None:
    """Also the file over which another root lays its own."""
    given.ccs()
    given.ascof()
    (tmp_path / "other").mkdir()
    other = Given(tmp_path / "other")
    other.ccs()
    year = landing.ForgottenYear("ccs", "2012-13", "2026-01-31")
    tree = landing.discover([given.raw, other.raw], forgotten=[year])
    assert {one.source for one in tree.publications} == {"ascof"}
    assert [one.rule_id for one in tree.strays] == ["year-forgotten"] * 2
    assert "forgotten on 2026-01-31" in tree.strays[0].message
    before = landing.discover([given.raw, other.raw])
    assert landing.raw_digest(before) != landing.raw_digest(tree)


def test_forgetting_removes_what_landed_and_the_build(given: Given, warehouse: Warehouse) -> None:
    given.ccs()
    given.ascof()
    given.land()
    for left in (warehouse.private / "build.duckdb", given.landing / ".aside" / "x" / "rows"):
        left.parent.mkdir(parents=True)
        left.touch()
    warehouse.candidate.touch()
    removed = landing.forget_year(warehouse, "ccs", "2012-13", "2026-01-31")
    assert given.landing / "ccs" / "2012-13" in removed
    assert not any(path.exists() for path in removed)
    assert not warehouse.private.exists()
    assert not warehouse.candidate.exists()
    assert list((given.landing / "ascof").glob("2*/*/rows.parquet"))
    assert landing.forgotten_years(warehouse) == (
        landing.ForgottenYear("ccs", "2012-13", "2026-01-31"),
    )
    # a second time, another day: the day stays, what is left is removed
    landing.forget_year(warehouse, "ccs", "2012-13", "2026-02-28")
    assert landing.forgotten_years(warehouse)[0].forgotten_on == "2026-01-31"


@pytest.mark.parametrize("text", ["{", "[1]", '[{"source": "poet"}]', '{"poet": 2011}'])
def test_a_record_that_cannot_be_read_stops(warehouse: Warehouse, text: str) -> None:
    (warehouse.root / landing.FORGOTTEN_RECORD).write_text(text)
    with pytest.raises(DenominatorError, match=r"forgotten\.json cannot be read"):
        landing.forgotten_years(warehouse)
