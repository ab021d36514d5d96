"""What is not read again, and that nothing can be told from it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import given as g
import pyarrow.parquet as pq
import pytest
from given import SYNTHETIC, Given, Landed
from hypothesis import HealthCheck, settings
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from dagster_project import landing
from dagster_project.landing import reuse


def read_anew(landed: Landed) -> set[str]:
    return {each.publication.source for each in landed.publications if each.read_anew}


@pytest.fixture
def twice(given: Given) -> Given:
    """Two sources that have landed."""
    given.ccs()
    given.ascof()
    assert read_anew(given.land()) == {"ccs", "ascof"}
    return given


def test_what_is_as_it_was_is_not_read(twice: Given) -> None:
    before = {path: path.stat().st_mtime_ns for path in twice.landing.rglob("*.parquet")}
    again = twice.land()
    assert read_anew(again) == set()
    assert {path: path.stat().st_mtime_ns for path in twice.landing.rglob("*.parquet")} == before
    assert again.files["ccs/2012-13/final/ccs.csv"].rows_loaded == 4
    assert again.rules() == {}


def test_a_table_that_a_power_cut_emptied_is_read_again(twice: Given) -> None:
    [rows] = twice.landing.glob("ccs/2012-13/final/rows.parquet")
    whole = rows.read_bytes()
    rows.write_bytes(b"")
    assert read_anew(twice.land()) == {"ccs"}
    assert rows.read_bytes() == whole


def test_a_time_stamp_is_no_change(twice: Given) -> None:
    (twice.raw / "ccs" / "2012-13" / "final" / "ccs.csv").touch()
    assert read_anew(twice.land()) == set()


def test_findings_are_told_again_without_reading(given: Given) -> None:
    rows = g.ccs()
    rows[3][2] = "c.450"
    given.ccs(rows)
    first = given.land()
    again = given.land()
    assert read_anew(again) == set()
    assert again.files == first.files
    assert again.rules() == first.rules() == {"count-unreadable": 1}
    assert again.sample("count-unreadable") == first.sample("count-unreadable")


def test_one_changed_file_is_all_that_is_read(twice: Given) -> None:
    rows = g.ccs()
    rows[3][2] = "9,600"
    twice.ccs(rows)
    assert read_anew(twice.land()) == {"ccs"}


def test_what_is_said_of_a_file_counts_as_its_content(twice: Given) -> None:
    twice.put("ccs/2012-13/final", "ccs.csv", g.ccs(), SYNTHETIC | {"published_on": "2013-12-17"})
    assert read_anew(twice.land()) == {"ccs"}


def test_a_file_that_another_publication_now_has_too_is_judged_again(twice: Given) -> None:
    """The earlier path in the order of the tree keeps the file; the later one is refused."""
    of_no_year = g.ccs()[2:]
    twice.ccs(of_no_year)
    assert twice.land().refused == {}
    twice.put("ccs/2011-12/final", "ccs.csv", of_no_year)
    again = twice.land()
    assert again.refused["ccs/2012-13/final/ccs.csv"] == "file-duplicate"
    assert read_anew(again) == {"ccs"}


@pytest.mark.parametrize("room", ["formats", "sources", "landing", "seeds", "library"])
def test_other_code_reads_again(twice: Given, monkeypatch: pytest.MonkeyPatch, room: str) -> None:
    reuse._reader.cache_clear()
    real_tree, real_version = reuse.tree_digest, reuse.version
    monkeypatch.setattr(
        reuse, "tree_digest", lambda root: "other" if root.name == room else real_tree(root)
    )
    if room == "library":
        monkeypatch.setattr(
            reuse, "version", lambda name: "99" if name == "pandas" else real_version(name)
        )
    try:
        assert read_anew(twice.land()) == {"ccs", "ascof"}
    finally:
        reuse._reader.cache_clear()


def test_a_landing_that_lost_a_table_is_made_again(twice: Given) -> None:
    (twice.landing / "ccs" / "2012-13" / "final" / "rows.parquet").unlink()
    again = twice.land()
    assert read_anew(again) == {"ccs"}
    assert len(again.table("ccs")) == 4


def test_a_kill_before_the_note_only_means_reading_once_more(
    twice: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = g.ccs()
    rows[3][2] = "9,600"
    twice.ccs(rows)

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reuse, "note_down", killed)
        with pytest.raises(KeyboardInterrupt):
            twice.land()
    assert read_anew(twice.land()) == {"ccs"}
    assert read_anew(twice.land()) == set()


YEARS = ["2010-11", "2011-12", "2012-13"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "spoil", "remove", "copy", "metadata"]),
        st.sampled_from(YEARS),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=5,
)


def step(given: Given, what: str, year: str, number: int) -> None:
    """Change one publication of the raw tree: any of this can happen between two refreshes."""
    folder = given.raw / "ccs" / year / "final"
    rows = [[row[0].replace("2012-13", year), *row[1:]] if row else row for row in g.ccs()]
    rows[3][2] = f"9,{number}00"
    if what == "write":
        given.put(f"ccs/{year}/final", "ccs.csv", rows)
    elif what == "spoil":
        rows[4][3] = "about half"
        given.put(f"ccs/{year}/final", "ccs.csv", rows)
    elif what == "metadata":
        given.put(f"ccs/{year}/final", "ccs.csv", rows, SYNTHETIC | {"title": f"title {number}"})
    elif what == "remove":
        shutil.rmtree(folder, ignore_errors=True)
    else:
        given.put("ccs/2009-10/final", f"copy{number}.csv", rows)


def everything(landed: Landed) -> dict[str, Any]:
    """All that landed, by its place, and all that was found."""
    tables = {
        path.relative_to(landed.folder).as_posix(): pq.read_table(path).to_pylist()
        for path in landed.folder.glob("*/*/*/*.parquet")
    }
    manifests = {
        path.relative_to(landed.folder).as_posix(): path.read_text()
        for path in landed.folder.glob("*/*/*/manifest.json")
    }
    found = [(each.publication.key, each.files, each.rules) for each in landed.publications]
    return {"tables": tables, "manifests": manifests, "found": found}


@hypothesis_given(rounds=st.lists(STEPS, min_size=1, max_size=3))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_changed_the_landing_is_as_if_all_were_read_anew(rounds) -> None:
    with tempfile.TemporaryDirectory() as place:
        given = Given(Path(place))
        for steps in rounds:
            for what, year, number in steps:
                step(given, what, year, number)
            landing.prune(landing.discover([given.raw]), given.landing)
            little = everything(given.land())
            fresh = Given(Path(tempfile.mkdtemp(dir=place)))
            fresh.raw = given.raw
            assert little == everything(fresh.land())
