"""The project's own register of published figures, where no raw root brings one."""

from __future__ import annotations

from pathlib import Path

import pytest
from given import Given

from dagster_project import landing
from dagster_project.paths import PROJECT, own_register

OWN = own_register(PROJECT / "dbt")
CCS = "ccs/2011-12/final"


def places(given: Given, *roots: Path, register: Path | None = OWN) -> list[str]:
    found = landing.discover(roots or (given.raw,), register=register).publications
    return ["/".join(one.key) for one in found]


def put(root: Path, place: str) -> None:
    folder = root / place
    folder.mkdir(parents=True)
    (folder / "any.csv").write_text("1,2\n", encoding="utf-8")


@pytest.fixture
def raw(given: Given) -> Path:
    put(given.raw, CCS)
    return given.raw


def test_it_lies_under_roots_that_bring_none(given: Given, raw: Path) -> None:
    assert places(given) == [CCS, "published/all/register"]
    tree = landing.discover([raw], register=OWN)
    [register] = [one for one in tree.publications if one.source == "published"]
    assert [register.label(path) for path in register.files] == [
        "published/all/register/figures.csv"
    ]


@pytest.mark.parametrize("release", ["register", "mine"])
def test_a_root_that_brings_one_takes_its_place(given: Given, raw: Path, release: str) -> None:
    other = given.raw.parent / "other"
    put(other, f"published/all/{release}")
    assert places(given, other, raw) == [CCS, f"published/all/{release}"]
    tree = landing.discover([other, raw], register=OWN)
    assert {one.root for one in tree.publications} == {raw, other}


def test_what_lies_astray_in_a_root_is_no_register(given: Given, raw: Path) -> None:
    put(raw, "published/2012-13/register")
    assert places(given) == [CCS, "published/all/register"]
    [stray] = landing.discover([raw], register=OWN).strays
    assert (stray.path, stray.rule_id) == ("published/2012-13", "file-misplaced")


def test_a_project_without_one_lays_none(given: Given, raw: Path) -> None:
    assert places(given, register=given.raw.parent / "data" / "raw" / "published") == [CCS]


def test_under_no_roots_lies_nothing() -> None:
    assert landing.discover([], register=OWN).publications == ()


def test_a_check_judges_what_it_is_given_and_no_more(raw: Path) -> None:
    assert [outcome.path for outcome in landing.check([raw])] == [f"{CCS}/any.csv"]
