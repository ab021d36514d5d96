"""What a refresh makes of a raw tree in which much is wrong, and of the same tree when it is mended.

The tree is the example with releases missing and counts changed at random, and a bad file of every
kind beside them.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from released import EXAMPLE, Released, refresh, run

from dagster_project import exports
from dagster_project.paths import Warehouse

META = """publisher: nobody
title: SYNTHETIC files of a test
licence: MIT
evidence_class: synthetic
"""
SEED = 20130331
LEFT = {"ccs/2012-13/final", "published/all/register"}
"""What is not changed: a file of the first is given twice, and figures are not for changing."""


def publications(raw: Path) -> list[str]:
    return sorted(str(about.parent.relative_to(raw)) for about in raw.rglob("source.yml"))


def change(raw: Path, draw: random.Random) -> tuple[set[str], set[str]]:
    """The releases that were removed, and those in which one count is another now."""
    removed, changed = set(), set()
    for publication in publications(raw):
        what = draw.choice(("leave", "remove", "change"))
        if publication in LEFT or what == "leave":
            continue
        if what == "remove":
            shutil.rmtree(raw / publication)
            removed.add(publication)
        elif tables := sorted((raw / publication).glob("*.csv")):
            another_count(draw.choice(tables), draw)
            changed.add(publication)
    return removed, changed


def another_count(file: Path, draw: random.Random) -> None:
    """Another whole number in a cell, or in the last three digits of one, wherever that may be."""
    content = file.read_bytes()
    cell = draw.choice(list(re.finditer(rb'(?<=[,"])\d+(?=[",\r\n])', content)))
    number = abs(int(cell[0]) - 1)
    another = f"{number:0{len(cell[0])}}".encode()
    file.write_bytes(content[: cell.start()] + another + content[cell.end() :])


def place(raw: Path, publication: str, name: str, content: bytes) -> None:
    folder = raw / publication
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.yml").write_text(META, encoding="utf-8")
    (folder / name).write_bytes(content)


def place_bad_files(raw: Path) -> None:
    good = next((raw / "ccs/2012-13/final").glob("*.csv")).read_bytes()
    adass = next((EXAMPLE / "adass/2011-12/final").glob("*.csv")).read_bytes()
    place(raw, "ccs/2013-14/final-v2", "empty.csv", b"")
    place(raw, "ccs/2013-14/initial", "utf16.csv", good.decode("utf-8").encode("utf-16"))
    place(raw, "ccs/2010-11/final-v2", "contradicts.csv", good + b"\r\n")
    place(raw, "ccs/2012-13/final-v2", "again.csv", good)
    place(
        raw,
        "adass/2011-12/final-v2",
        "column.csv",
        adass.replace(b"q2_ongoing_pb_total", b"q2_ongoing_budgets_total"),
    )
    place(raw, "adass/2012-13/final-v2", "not-a-workbook.xlsx", b"PK\x03\x04 nothing of the kind")
    (raw / "ccs/2009-10/final-v2/table.csv").mkdir(parents=True)
    (raw / "ccs/2009-10/final-v2/source.yml").write_text(META, encoding="utf-8")


@dataclass(frozen=True)
class Spoilt(Released):
    """The published file of the tree, what is good in it, and what of the example is not as it was."""

    good: list[str]
    differs: set[str]


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Spoilt:
    folder = tmp_path_factory.mktemp("spoilt")
    raw = shutil.copytree(EXAMPLE, folder / "raw")
    removed, changed = change(raw, random.Random(SEED))
    assert len(removed) > 3
    assert len(changed) > 3
    good = publications(raw)
    place_bad_files(raw)
    released = refresh(folder, [raw])
    return Spoilt(released.warehouse, released.printed, good, removed | changed)


def test_every_bad_file_is_refused_by_its_rule_and_the_rest_is_published(
    spoilt: Spoilt,
) -> None:
    files = spoilt.rows("select path, status, rule_id, reason, remedy from quality.source_file")
    refused = {
        Path(file["path"]).name: file["rule_id"] for file in files if file["status"] == "refused"
    }
    assert refused == {
        "empty.csv": "file-empty",
        "utf16.csv": "file-encoding",
        "contradicts.csv": "year-contradicts-content",
        "again.csv": "file-duplicate",
        "column.csv": "column-missing",
        "not-a-workbook.xlsx": "file-damaged",
        "table.csv": "file-not-a-file",
    }
    assert all(file["reason"] and file["remedy"] for file in files if file["status"] == "refused")
    published = spoilt.rows(
        "select distinct source || '/' || financial_year || '/' || release as one "
        "from marts.fct_observation order by all"
    )
    counts = [one for one in spoilt.good if not one.startswith(("poet/", "published/"))]
    assert [row["one"] for row in published] == counts
    waves = spoilt.rows("select distinct wave from marts.poet_outcome order by all")
    assert [f"poet/{row['wave']}/final" for row in waves] == [
        one for one in spoilt.good if one.startswith("poet/")
    ]


def test_what_was_refused_is_told_with_file_rule_and_remedy(spoilt: Spoilt) -> None:
    printed = " ".join(spoilt.printed.split())
    assert "7 refused" in printed
    assert "column.csv" in printed
    assert "Traceback" not in printed
    [column] = spoilt.rows("select reason from quality.source_file where path like '%column.csv'")
    assert "q2_ongoing_pb_total" in column["reason"]
    assert "found none like it" in column["reason"]


# ------------------------------------------------------------------------------------------- mended


@pytest.fixture(scope="module")
def mended(spoilt: Spoilt) -> Released:
    """The warehouse of the bad tree after a refresh from the good one."""
    done = run(
        spoilt.warehouse.parent, "refresh", "--raw", EXAMPLE, "--warehouse", spoilt.warehouse
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Released(spoilt.warehouse, done.stdout)


def under_one_name(mended: Released, example: Released, folder: Path) -> Warehouse:
    """A copy of the mended file with the name and the history of the example's.

    That is all that may tell the two apart: `refresh_run` has the releases themselves, `revision`
    says in which of them a change was first seen, `readme` how to cite this one.
    """
    copy = Warehouse.at(folder)
    shutil.copyfile(mended.warehouse / "indicators.duckdb", copy.published)
    with duckdb.connect(str(copy.published)) as connection:
        connection.execute(f"attach '{example.warehouse}/indicators.duckdb' as other (read_only)")
        [(other,)] = connection.execute(
            "select release_id from other.quality.refresh_run"
        ).fetchall()
        last = "select release_id from quality.refresh_run order by release_no desc limit 1"
        [(own,)] = connection.execute(last).fetchall()
        connection.execute("delete from quality.refresh_run")
        connection.execute("insert into quality.refresh_run from other.quality.refresh_run")
        connection.execute("update quality.revision set first_seen_in = ?, is_new = true", [other])
        connection.execute("update marts.readme set text = replace(text, ?, ?)", [own, other])
    return copy


def contents(folder: Path) -> dict[str, bytes]:
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items()}


def test_a_refresh_of_what_changed_publishes_what_a_refresh_from_nothing_does(
    mended: Released, example: Released, tmp_path: Path
) -> None:
    """Of the same files: row for row in every table, and byte for byte in the exports."""
    made_of = "select inputs_digest from quality.refresh_run order by release_no desc limit 1"
    assert mended.rows(made_of) == example.rows(made_of)
    renamed = under_one_name(mended, example, tmp_path)
    with duckdb.connect(str(renamed.published), read_only=True) as connection:
        connection.execute(f"attach '{example.warehouse}/indicators.duckdb' as other (read_only)")
        listed = (
            "select schema_name || '.' || table_name from duckdb_tables() where database_name = ?"
        )
        names = connection.execute(listed + " order by all", [renamed.published.stem]).fetchall()
        assert names == connection.execute(listed + " order by all", ["other"]).fetchall()
        for (name,) in names:
            for one, other in ((name, f"other.{name}"), (f"other.{name}", name)):
                more = connection.execute(f"from {one} except all from {other}").fetchall()
                assert more == [], f"in {one} alone"
    asked = [exports.Format.CSV, exports.Format.PARQUET]
    little = exports.export(renamed, asked, tmp_path / "little")
    whole = exports.export(Warehouse.at(example.warehouse), asked, tmp_path / "whole")
    little_files, whole_files = contents(little.folder), contents(whole.folder)
    assert little_files.keys() == whole_files.keys()
    assert [name for name in whole_files if little_files[name] != whole_files[name]] == []


def test_it_read_what_changed_and_nothing_else(spoilt: Spoilt, mended: Released) -> None:
    [(found, read)] = re.findall(r"(\d+) files, (\d+) read anew", " ".join(mended.printed.split()))

    def files(publications: Iterable[str]) -> int:
        tables = [EXAMPLE.joinpath(one).iterdir() for one in publications]
        return sum(path.name != "source.yml" for folder in tables for path in folder)

    assert int(found) == files(publications(EXAMPLE))
    assert int(read) == files(spoilt.differs) < int(found)
