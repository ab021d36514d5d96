"""Raw trees that lead elsewhere, cannot be opened, or say of themselves what cannot be read."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import given as g
import pytest
from given import Given

from dagster_project import landing
from dagster_project.build import landed_files
from dagster_project.formats.keyed import MOST_BYTES, parse_keyed
from dagster_project.formats.problem import FileProblem
from dagster_project.landing.coverage import coverage
from dagster_project.names import folder_name, shown

CCS = "ccs/2012-13/final"
SECRET = "Jane Secret, born 1 April 1951"
SOURCE_YML = """\
publisher: nobody
title: synthetic figures of a test
licence: MIT
evidence_class: synthetic
"""


# ------------------------------------------------------------------------------------------- links


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the raw root with a good file and a secret."""
    folder = tmp_path / "outside"
    elsewhere = Given(folder.joinpath("x").parent) if folder.mkdir() else Given(folder)
    elsewhere.ccs()
    (folder / "secret.txt").write_text(f"{SECRET}\n{SECRET},{SECRET}\n", "utf-8")
    return folder


def test_links_out_of_the_tree_are_refused_unread(given: Given, outside: Path) -> None:
    good = given.ccs()
    (good.parent / "linked.csv").symlink_to(outside / "secret.txt")
    (good.parent / "folder").symlink_to(outside)
    (good.parent / "nothing.csv").symlink_to(outside / "nothing")
    (good.parent / "circle.csv").symlink_to(good.parent / "circle.csv")
    (given.raw / "ccs/2013-14").symlink_to(outside / "raw/ccs/2012-13")
    (given.raw / "ccs/2012-13/linked").symlink_to(outside / f"raw/{CCS}")
    (given.raw / "adass").symlink_to(outside)
    (given.raw / "poet").symlink_to(given.raw / "poet")
    landed = given.land()
    assert landed.refused == {
        f"{CCS}/linked.csv": "file-outside-tree",
        f"{CCS}/folder": "file-outside-tree",
        f"{CCS}/nothing.csv": "file-not-a-file",
        f"{CCS}/circle.csv": "file-not-a-file",
        "ccs/2013-14": "file-outside-tree",
        "ccs/2012-13/linked": "file-outside-tree",
        "adass": "file-outside-tree",
        "poet": "file-not-a-file",
    }
    assert landed.files[f"{CCS}/ccs.csv"].rows_loaded == 4
    linked = landed.files[f"{CCS}/linked.csv"]
    assert linked.sha256 is None
    assert linked.bytes is None
    assert "Secret" not in repr(landed.files)
    assert all(file.remedy for file in landed.files.values() if file.refused)


def test_persons_records_behind_a_link_are_not_read(given: Given, outside: Path) -> None:
    good = given.poet()
    (good.parent / "linked.csv").symlink_to(outside / "secret.txt")
    landed = given.land()
    assert landed.refused == {"poet/2013/final/linked.csv": "file-outside-tree"}
    assert landed.files["poet/2013/final/linked.csv"].sha256 is None
    assert landed.files["poet/2013/final/poet.csv"].rows_loaded == 2


def test_a_source_yml_behind_a_link_is_not_read(given: Given, outside: Path) -> None:
    good = given.ccs()
    (good.parent / "source.yml").unlink()
    (good.parent / "source.yml").symlink_to(outside / "secret.txt")
    landed = given.land()
    assert landed.refused == {f"{CCS}/ccs.csv": "file-outside-tree"}
    assert "Secret" not in repr(landed.files)


def test_a_link_within_the_tree_is_read_as_the_file_it_is(given: Given) -> None:
    good = given.ccs()
    (good.parent / "again.csv").symlink_to(good)
    assert given.land().refused == {f"{CCS}/ccs.csv": "file-duplicate"}


def test_what_is_no_file_is_named_and_not_opened(given: Given) -> None:
    good = given.ccs()
    os.mkfifo(good.parent / "pipe.csv")
    os.mkfifo(given.raw / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(good.parent)  # a socket's path is short
        try:
            bound.bind("socket.csv")
        finally:
            os.chdir(here)
        landed = given.land()
    assert landed.refused == {
        f"{CCS}/pipe.csv": "file-not-a-file",
        f"{CCS}/socket.csv": "file-not-a-file",
        "pipe": "file-misplaced",
    }
    assert landed.files[f"{CCS}/ccs.csv"].rows_loaded == 4


# ------------------------------------------------------------------------------------------- names

ODD = [
    'Adults\' [services]*? "x"',
    "-a\\b",
    "line\nend\tand\x1bescape ",
    "year=2013 {braces} $HOME %20 #;& Üñï 名",
    os.fsdecode(b"bad\xff"),
    "x" * 200,
]


def day(number: int) -> dict[str, str]:
    """A `source.yml` with a day: releases of unknown names are ordered by it."""
    return g.SYNTHETIC | {"published_on": f"2013-11-{number + 1:02d}"}


def test_any_name_of_file_and_release_lands(given: Given) -> None:
    table, wave = g.as_csv(g.ccs()), g.as_csv(g.poet(g.response(), g.response(response_id="r2")))
    given.put("ccs/2012-13/final", "ccs.csv", table, day(0))
    given.put("poet/2013/final", "poet.csv", wave, day(0))
    for number, name in enumerate(ODD, start=1):  # no two files have the same bytes
        given.put(f"ccs/2012-13/{name}", f"{name}.csv", table + "\n" * number, day(number))
        given.put(f"poet/2013/{name}", f"{name}.csv", wave + "\n" * number, day(number))
    landed = given.land()
    assert not landed.refused
    assert [file.rows_loaded for file in landed.files.values()].count(4) == len(ODD) + 1
    assert [file.rows_loaded for file in landed.files.values()].count(2) == len(ODD) + 1
    for name in ODD:
        assert f"ccs/2012-13/{shown(name)}/{shown(name)}.csv" in landed.files
    assert len(landed.table("ccs")) == 4 * (len(ODD) + 1)
    assert len(landed.table("poet")) == 2 * (len(ODD) + 1)
    again = given.land()
    assert not any(each.read_anew for each in again.publications)
    landing.prune(again.tree, given.landing)
    assert len(again.table("poet")) == 2 * (len(ODD) + 1)


@pytest.mark.parametrize("name", ['Adults\' [services]*? "x"', "a\\b\n=1 {c}", ODD[-2], ODD[-1]])
def test_any_name_of_a_root_and_a_landing_folder_works(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    given = Given(tmp_path / name)
    given.ccs()
    given.poet()
    landed = given.land()
    assert {file.rows_loaded for file in landed.files.values()} == {4, 2}
    assert len(landed_files(given.landing)) == 2
    # three councils and England's row, which is no council
    assert coverage(given.landing, "ccs")["2012-13"].councils == 3


def test_names_that_differ_are_shown_differently() -> None:
    names = [os.fsdecode(b"bad\xff"), r"bad\xff", r"bad\\xff", "a\nb", r"a\nb", r"a\b", "a"]
    assert shown(names[0]) == r"bad\xff"
    assert len({shown(name) for name in names}) == len(names)
    assert len({folder_name(name) for name in names}) == len(names)
    assert all(shown(name).isprintable() for name in [*names, *ODD])


# -------------------------------------------------------------------------------------- source.yml


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (SOURCE_YML + "evidence_class: published\n", "'evidence_class' is given twice"),
        (SOURCE_YML + '"title": again\n', "'title' is given twice"),
        ('{"publisher": "a", "publisher": "b"}', "'publisher' is given twice"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "has an alias"),
        ("publisher: &p nobody\ntitle: t\n", "has an alias"),
        (SOURCE_YML.replace("MIT", "[MIT, OGL]"), "'licence' is a list"),
        (SOURCE_YML.replace("MIT", "{name: MIT}"), "'licence' is a group of keys"),
        (SOURCE_YML + "note: " + "[" * 5000 + "]" * 5000, "more than 5 levels"),
        (SOURCE_YML + "note: " + "{a: " * 5000 + "b" + "}" * 5000, "more than 5 levels"),
        (SOURCE_YML + "- " * 3000, "cannot be read as YAML"),
        ("- " * 3000 + "a", "more than 5 levels"),
        (SOURCE_YML + "note: !!python/object/apply:os.system ['true']\n", "has the tag"),
        (SOURCE_YML + "note: !!binary aGVsbG8=\n", "has the tag"),
        (SOURCE_YML + "note: !mine x\n", "has the tag"),
        (SOURCE_YML + "? [a, b]\n: c\n", "a key is not a text"),
        (SOURCE_YML + "---\n" + SOURCE_YML, "more than one document"),
        (SOURCE_YML + "licences: MIT\n", "'licences' is not a known key; the nearest is 'licence'"),
        (SOURCE_YML + "<<: {title: other}\n", "'<<' is not a known key"),
        (SOURCE_YML + "published_on: 10/07/2013\n", "not a date such as 2013-07-10"),
        (SOURCE_YML + "published_on: 2013-02-30\n", "not a date such as 2013-07-10"),
        (SOURCE_YML + "published_on: 20130710\n", "not a date such as 2013-07-10"),
        (SOURCE_YML + "published_on: [2013-07-10]\n", "'published_on' is a list"),
        (SOURCE_YML.replace("MIT", "~"), "'licence' is missing"),
        (SOURCE_YML.replace("MIT", '"a\\e[31mred"'), "'licence' is not one line"),
        (SOURCE_YML + "note: " + "x" * MOST_BYTES, "are read at most"),
        ("", "no 'key: value' lines"),
        ("just a text", "no 'key: value' lines"),
    ],
)
def test_a_source_yml_that_is_refused(given: Given, text: str, word: str) -> None:
    given.ccs()
    given.put("ccs/2013-14/final", "other.csv", (given.raw / CCS / "ccs.csv").read_text() + "\n")
    (given.raw / CCS / "source.yml").write_text(text)
    began = time.process_time()
    landed = given.land()
    assert time.process_time() - began < 30  # a bomb would take minutes and gigabytes
    outcome = landed.files[f"{CCS}/ccs.csv"]
    assert outcome.rule_id == "source-yml-invalid"
    assert word in (outcome.reason or "")
    assert landed.publications[1].files[0].rule_id != "source-yml-invalid"  # the rest goes on


def test_a_bomb_of_aliases_is_never_put_together() -> None:
    lines = [
        "a0: &a0 [x, x]",
        *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)),
    ]
    with pytest.raises(FileProblem, match="has an alias"):
        parse_keyed("\n".join(lines))


def test_values_are_texts_as_written() -> None:
    text = "a: no\nb: 0123\nc: 1.10\nd: 2013-07-10\ne: ~\nf: '~'\ng: [1, null]\n"
    found = parse_keyed(text)
    expected = {"a": "no", "b": "0123", "c": "1.10", "d": "2013-07-10", "e": None, "f": "~"}
    assert found == expected | {"g": ["1", None]}
