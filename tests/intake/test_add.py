"""Files that somebody downloaded: what they are taken for, where they go, and what is refused."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import given as g
import pytest
from given import Given

from dagster_project import intake, landing
from dagster_project.intake import IntakeError
from dagster_project.intake.recognise import recognise, years_in_name
from dagster_project.landing.metadata import Metadata, read_metadata
from dagster_project.sources import SOURCES
from dagster_project.sources.model import EVIDENCE_CLASSES

TODAY = dt.date(2026, 11, 22)
NOTHING = intake.Given()
# what a file of a council or a member does not tell of itself
HELD = intake.Given(publisher="a council", licence="not stated", evidence_class="returned")


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


def sober(rows: g.Table) -> str:
    """A table without the word that says it is invented."""
    return g.as_csv(rows).replace("synthetic", "")


def put(downloads: Path, name: str, content: str | bytes) -> Path:
    path = downloads / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def add(raw: Path, *paths: Path, said: intake.Given = NOTHING) -> tuple[Path, ...]:
    return intake.place(intake.plan(paths, [raw], said, TODAY))


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def refused(raw: Path, *paths: Path, said: intake.Given = NOTHING) -> str:
    """What is said of files that are not added; nothing in the tree may have changed."""
    before = tree(raw)
    with pytest.raises(IntakeError) as error:
        add(raw, *paths, said=said)
    assert tree(raw) == before
    assert "\n" not in str(error.value)
    return str(error.value)


# ---------------------------------------------------------------- what a file is


@pytest.mark.real
def test_every_file_of_the_publishers_is_known_to_the_very_place_where_it_lies(
    real_raw: Path,
) -> None:
    files = [path for path in real_raw.rglob("*") if path.is_file() and path.name != "source.yml"]
    assert len(files) == 11
    for path in files:
        found = recognise(path, NOTHING)
        assert found.folder == path.parent.relative_to(real_raw), path.name
        assert not found.invented
        assert found.year is not None and found.release is not None
        # ASCOF's tables of 2014-15 to 2018-19 name no year, and only their names tell them apart
        by_name = found.source == "ascof" and path.suffix == ".csv"
        assert ("its name says so" in found.year.how) is by_name
        # the word stands in every file of PSS-EX1 or in its name; of ASCOF's only we say so
        assert ("nothing in it" in found.release.how) is (found.source == "ascof")


@pytest.mark.real
def test_a_publishers_file_of_no_source_is_refused_without_naming_one(
    real_raw: Path, tmp_path: Path
) -> None:
    path = real_raw.parent / "reference" / "cassr-lookup-craigshenton" / "la_lookup.csv"
    said = refused(tmp_path, path)
    assert "no source knows its headings" in said
    assert "neighbours" not in said


FILES: dict[str, tuple[Callable[[], str | bytes], str]] = {
    "a.csv": (lambda: sober(g.ccs()), "ccs/2012-13/final"),
    "b-1516.csv": (lambda: sober(g.ascof()), "ascof/2015-16/final"),
    "c-2015-16.xlsx": (
        lambda: g.workbook(
            {"Data": [[cell.replace("synthetic", "") for cell in row] for row in g.ascof()]}
        ),
        "ascof/2015-16/final",
    ),
    "d.csv": (lambda: sober(g.ascof_wide()), "ascof/2024-25/final"),
    "e.csv": (lambda: sober(g.pss_ex1()), "pss_ex1/2012-13/final"),
    "f.csv": (lambda: sober(g.in_control()), "in_control/2009-10/final"),
    "g.xlsx": (lambda: g.adass_workbook(g.adass_return()), "adass/2012-13/final"),
    "h.csv": (lambda: g.as_csv(g.poet(g.response())), "poet/2013/final"),
    "i.csv": (lambda: sober(g.register(g.figure())), "published/all/register"),
    "j.csv": (lambda: g.as_csv(g.NEIGHBOURS), "reference/neighbours"),
}


# publications whose facts are known, a list, and what says that it is invented
TOLD = ("a.csv", "b-1516.csv", "c-2015-16.xlsx", "d.csv", "e.csv", "g.xlsx", "h.csv", "j.csv")


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_every_source_goes_to_its_place_and_a_refresh_would_load_it(
    name: str, given: Given, downloads: Path
) -> None:
    make, place = FILES[name]
    path = put(downloads, name, make())
    before = path.read_bytes()
    (added,) = add(given.raw, path, said=NOTHING if name in TOLD else HELD)
    assert added == given.raw / place / name
    assert added.read_bytes() == path.read_bytes() == before
    landed = given.land()
    assert landed.refused == {}
    assert landed.files[f"{place}/{name}"].rows_loaded > 0
    assert [path.name for path in given.raw.iterdir()] == [Path(place).parts[0]]


def test_a_list_needs_no_source_yml_and_has_neither_year_nor_release(
    given: Given, downloads: Path
) -> None:
    path = put(downloads, "list.csv", g.as_csv(g.NEIGHBOURS))
    assert "Leave --year out." in refused(given.raw, path, said=intake.Given(year="2012-13"))
    assert "Leave --release out." in refused(given.raw, path, said=intake.Given(release="final"))
    add(given.raw, path)
    assert list(tree(given.raw)) == ["reference/neighbours/list.csv"]


@pytest.mark.parametrize(
    ("name", "years"),
    [
        ("2014-15 ASCOF open data.csv", {"2014-15"}),
        ("meas-from-asc-of-1617-open-data.csv", {"2016-17"}),
        ("asc-of-17-18.csv", {"2017-18"}),
        ("Data_2012_13.csv", {"2012-13"}),
        ("2015 to 2016.ods", {"2015-16"}),
        ("2015to16.ods", {"2015-16"}),
        ("2013-14 and 2014-15.csv", {"2013-14", "2014-15"}),
        ("ascof-2021.csv", set()),  # a year; 2020-21 would be a guess
        ("data-2012-14.csv", set()),
        ("PUB13187.csv", set()),
    ],
)
def test_years_in_a_name(name: str, years: set[str]) -> None:
    assert years_in_name(name) == years


def test_the_content_has_the_last_word_on_the_year(given: Given, downloads: Path) -> None:
    (added,) = add(given.raw, put(downloads, "ccs-2013-14.csv", sober(g.ccs())))
    assert added.parent == given.raw / "ccs/2012-13/final"


def test_the_release_is_read_above_the_headings_and_then_in_the_name(
    given: Given, downloads: Path
) -> None:
    titled = sober(g.ccs()).replace("2012-13,", "2012-13 provisional release,")
    (by_title,) = add(given.raw, put(downloads, "final.csv", titled))
    (by_name,) = add(given.raw, put(downloads, "initial.csv", sober(g.ccs())))
    assert by_title.parent.name == "provisional"
    assert by_name.parent.name == "initial"
    both = titled.replace("provisional", "final replaces provisional")
    assert "names final and provisional" in refused(given.raw, put(downloads, "x.csv", both))


# ---------------------------------------------------------------- source.yml


def test_source_yml_has_what_is_known_and_what_is_said(given: Given, downloads: Path) -> None:
    said = intake.Given(published_on="2013-12-17", url="https://example.org/ccs")
    (added,) = add(given.raw, put(downloads, "ccs.csv", sober(g.ccs())), said=said)
    assert read_metadata(added.parent) == Metadata(
        publisher="Health and Social Care Information Centre",
        title="Community Care Statistics, Social Services Activity, England, 2012-13",
        licence="Open Government Licence",
        evidence_class="published",
        published_on=dt.date(2013, 12, 17),
        retrieved_on=TODAY,
        url="https://example.org/ccs",
        obtained_from="ccs.csv",
    )


def test_a_file_that_says_it_is_invented_is_marked_so(given: Given, downloads: Path) -> None:
    (added,) = add(given.raw, put(downloads, "ccs.csv", g.as_csv(g.ccs())))
    stated = read_metadata(added.parent)
    assert stated.evidence_class == "synthetic"
    assert stated.publisher == "not stated in the file"


def test_what_nobody_knows_is_asked_for_by_the_names_of_the_options(
    given: Given, downloads: Path
) -> None:
    member = put(downloads, "f.csv", sober(g.in_control()))
    assert "--publisher, --licence;" in refused(given.raw, member)
    responses = put(downloads, "h.csv", g.as_csv(g.poet(g.response(free_text="words"))))
    assert "--publisher, --licence, --evidence-class;" in refused(given.raw, responses)
    later = sober(g.ascof_wide(years=["2023 to 2024"]))
    assert "ascof 2023-24 does not tell its licence" in refused(
        given.raw, put(downloads, "d.csv", later)
    )
    # a year that no row says the publisher of
    unknown = sober(g.ascof_wide(years=["2031 to 2032"]))
    said = refused(given.raw, put(downloads, "e.csv", unknown))
    assert "ascof 2031-32 does not tell its publisher, title, licence, evidence class" in said


def test_every_known_publication_is_of_a_source_and_says_how_it_is_known() -> None:
    from dagster_project.intake import facts

    assert {row["source"] for row in facts._rows()} <= set(SOURCES)
    for row in facts._rows():
        assert row["citation"]
        assert not row["evidence_class"] or row["evidence_class"] in EVIDENCE_CLASSES
        assert bool(row["first_year"]) == bool(row["last_year"])
        assert row["first_year"] <= row["last_year"]
        assert row["title"].format(year="2012-13") != row["title"] or row["source"] == "published"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (intake.Given(published_on="17 December 2013"), "'17 December 2013' is not a date"),
        (intake.Given(published_on="2026-11-23"), "2026-11-23 is still to come"),
        (intake.Given(evidence_class="true"), "'true' is no evidence class"),
        (intake.Given(year="2012"), "--year: '2012' is not a financial year, such as 2012-13"),
        (intake.Given(year="2011-12"), "its content is of 2012-13, and --year is 2011-12"),
        (intake.Given(release="../final"), "'../final' is no name for a folder"),
    ],
)
def test_an_option_that_cannot_be(
    said: intake.Given, expected: str, given: Given, downloads: Path
) -> None:
    assert expected in refused(given.raw, put(downloads, "a.csv", sober(g.ccs())), said=said)


# ---------------------------------------------------------------- what is refused


def test_headings_that_no_source_knows_stand_beside_the_nearest_expected(
    given: Given, downloads: Path
) -> None:
    spoilt = sober(g.ccs()).replace("Users receiving a direct payment", "Users with direct payment")
    said = refused(given.raw, put(downloads, "a.csv", spoilt))
    assert "the nearest is 'ccs': " in said
    assert "expected 'Users receiving a direct payment', found none like it" in said
    assert "a.csv, line 3: " in said


def test_a_heading_that_stands_twice_is_said_to(given: Given, downloads: Path) -> None:
    rows = [[*row, row[0]] if len(row) == 3 else row for row in g.in_control()]
    said = refused(given.raw, put(downloads, "a.csv", g.as_csv(rows)))
    assert "the nearest is 'in_control': 'council_code' and 'council_code' both stand for" in said


def test_a_year_that_nothing_tells_is_asked_for(given: Given, downloads: Path) -> None:
    path = put(downloads, "ascof.csv", sober(g.ascof()))
    assert "may be of 2014-15 to 2022-23 [year-unknown]. Say which with --year" in refused(
        given.raw, path
    )
    (added,) = add(given.raw, path, said=intake.Given(year="2017-18"))
    assert added.parent == given.raw / "ascof/2017-18/final"


def test_a_file_of_several_waves_is_asked_for_its_year(given: Given, downloads: Path) -> None:
    later = g.response(response_id="r2", wave="2014")
    path = put(downloads, "poet-2013-14.csv", g.as_csv(g.poet(g.response(), later)))
    assert "Say which with --year, such as --year 2014." in refused(given.raw, path)


def test_the_same_bytes_are_refused_wherever_they_lie(given: Given, downloads: Path) -> None:
    there = given.put("ccs/2011-12/initial", "old.csv", sober(g.ccs()))
    said = refused(given.raw, put(downloads, "new.csv", sober(g.ccs())))
    assert f"it is there already, byte for byte: {there}" in said
    twice = [put(downloads, name, sober(g.pss_ex1())) for name in ("a.csv", "b.csv")]
    assert f"byte for byte: {twice[0]}" in refused(given.raw, *twice)


def test_another_file_in_the_same_place_is_another_release(given: Given, downloads: Path) -> None:
    path = put(downloads, "ccs.csv", sober(g.ccs()))
    add(given.raw, path)
    newer = put(downloads, "ccs.csv", sober(g.ccs()).replace("9,500", "9,505"))
    assert "name the other release with --release, such as final-v2" in refused(given.raw, newer)
    (added,) = add(given.raw, newer, said=intake.Given(release="final-v2"))
    assert added == given.raw / "ccs/2012-13/final-v2/ccs.csv"


def test_a_second_table_of_the_same_councils_would_undo_the_first(
    given: Given, downloads: Path
) -> None:
    """Cumbria's row contradicts the other, and neither would be loaded; the rest repeats."""
    add(given.raw, put(downloads, "one.csv", sober(g.ccs())))
    other = put(downloads, "two.csv", sober(g.ccs()).replace("9,500", "9,505"))
    said = refused(given.raw, other)
    # of four rows one is contradicted, and three are repeated and stay
    assert "3 rows of ccs/2012-13/final would load, where 4 load without it" in said
    assert "[council-duplicate]" in said


def test_a_later_return_takes_the_place_of_an_earlier_one(given: Given, downloads: Path) -> None:
    """A council's later final stands in the place of the first: nothing is lost."""
    earlier = g.adass_csv(g.adass_return(reference_date="2013-03-30", comments=""))
    add(given.raw, put(downloads, "one.csv", g.as_csv(earlier)), said=HELD)
    later = put(downloads, "two.csv", g.as_csv(g.adass_csv(g.adass_return(comments=""))))
    (planned,) = intake.plan([later], [given.raw], NOTHING, TODAY)
    ((before, after),) = planned.beside
    assert (before.rows_loaded, after.rows_loaded, planned.outcomes[0].rows_loaded) == (1, 0, 1)
    assert "takes the place of rows in adass/2012-13/final/one.csv" in "\n".join(
        intake.lines([planned])
    )


def test_two_returns_of_one_release_go_there_together(given: Given, downloads: Path) -> None:
    paths = [
        put(
            downloads,
            f"{code}.xlsx",
            g.adass_workbook(g.adass_return(council_code=code, council_name=name)),
        )
        for code, name in (("102", "Cumbria"), ("104", "Northumberland"))
    ]
    added = add(given.raw, *paths)
    assert [path.name for path in added] == ["102.xlsx", "104.xlsx"]
    assert read_metadata(added[0].parent).obtained_from == "102.xlsx, 104.xlsx"
    assert {file.rows_loaded for file in given.land().files.values()} == {1}


def test_invented_figures_and_others_never_lie_in_one_release(
    given: Given, downloads: Path
) -> None:
    given.put("adass/2012-13/final", "a.csv", g.adass_csv(g.adass_return()))
    council = g.adass_return(council_code="104", council_name="Northumberland", comments="")
    path = put(downloads, "b.csv", g.as_csv(g.adass_csv(council)))
    said = refused(given.raw, path)
    assert "its evidence_class is 'synthetic', and the file's would not be" in said
    (added,) = add(given.raw, path, said=intake.Given(evidence_class="synthetic"))
    assert added.parent == given.raw / "adass/2012-13/final"


def test_what_is_said_of_a_release_may_not_contradict_its_source_yml(
    given: Given, downloads: Path
) -> None:
    given.put("adass/2012-13/final", "a.csv", g.adass_csv(g.adass_return()))
    council = g.adass_return(council_code="104", council_name="Northumberland")
    path = put(downloads, "b.csv", g.as_csv(g.adass_csv(council)))
    said = refused(given.raw, path, said=intake.Given(licence="CC0-1.0"))
    assert "its licence is 'MIT', and you say 'CC0-1.0'" in said


def test_containers_that_no_source_is_read_from(given: Given, downloads: Path) -> None:
    packed = downloads / "a.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("ccs.csv", sober(g.ccs()))
    assert "a zip archive of 1 files" in refused(given.raw, packed)
    assert "Unpack it" in refused(given.raw, packed)
    columns = put(downloads, "cld.parquet", b"PAR1\x00\x00PAR1")
    assert "it is a Parquet file" in refused(given.raw, columns)


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("empty.csv", b"", "file-empty"),
        ("cut.xlsx", g.adass_workbook(g.adass_return())[:2000], "file-damaged"),
        ("utf16.csv", "a,b".encode("utf-16"), "file-encoding"),
        ("headings.csv", ",".join(g.IN_CONTROL_HEADINGS).encode(), "year-unknown"),
    ],
)
def test_files_that_cannot_be_read(
    name: str, content: bytes, rule: str, given: Given, downloads: Path
) -> None:
    assert f"[{rule}]" in refused(given.raw, put(downloads, name, content))


def test_a_file_that_is_not_there_and_a_folder(given: Given, downloads: Path) -> None:
    assert "[file-not-a-file]" in refused(given.raw, downloads / "nowhere.csv")
    assert "[file-not-a-file]" in refused(given.raw, downloads)


def test_a_name_that_a_refresh_passes_over(given: Given, downloads: Path) -> None:
    path = put(downloads, "README.csv", sober(g.ccs()))
    assert "passes over files called 'README.csv'" in refused(given.raw, path)


def test_one_bad_file_and_none_is_added(given: Given, downloads: Path) -> None:
    good = put(downloads, "a.csv", sober(g.ccs()))
    assert "bad.csv" in refused(given.raw, good, put(downloads, "bad.csv", "x,y\n1,2\n"))


# ---------------------------------------------------------------- what is done


def test_a_plan_writes_nothing(given: Given, downloads: Path) -> None:
    path = put(downloads, "a.csv", sober(g.ccs()))
    raw = given.raw / "new"
    (planned,) = intake.plan([path], [raw], NOTHING, TODAY)
    text = "\n".join(intake.lines([planned]))
    assert f"ccs/2012-13/final in {raw} (a new raw tree)" in text
    assert "4 rows read, 4 would load" in text
    assert "publisher: Health and Social Care Information Centre" in text
    assert not raw.exists()


def test_the_release_that_it_hides_when_trees_are_laid_over_each_other(
    given: Given, downloads: Path, tmp_path: Path
) -> None:
    given.ccs()
    path = put(downloads, "a.csv", sober(g.ccs()))
    (planned,) = intake.plan([path], [given.raw, tmp_path / "mine"], NOTHING, TODAY)
    assert planned.hidden == given.raw
    (added,) = intake.place([planned])
    assert added == tmp_path / "mine/ccs/2012-13/final/a.csv"


@pytest.mark.parametrize("existing", [True, False])
def test_an_addition_that_fails_half_way_leaves_nothing(
    existing: bool, given: Given, downloads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if existing:
        given.put(
            "adass/2012-13/final",
            "0.csv",
            g.adass_csv(g.adass_return(council_code="106", council_name="Gateshead")),
        )
    names = {"102": "Cumbria", "104": "Northumberland"}
    paths = [
        put(
            downloads,
            f"{code}.xlsx",
            g.adass_workbook(g.adass_return(council_code=code, council_name=name)),
        )
        for code, name in names.items()
    ] + [put(downloads, "a.csv", g.as_csv(g.ccs()))]
    planned = intake.plan(paths, [given.raw], NOTHING, TODAY)
    before = tree(given.raw)
    rename, done = Path.rename, []

    def fails(path: Path, to: Path) -> Path:
        if done:
            raise OSError(28, "No space left on device")
        done.append(to)
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(IntakeError, match="No space left on device"):
        intake.place(planned)
    assert done
    assert tree(given.raw) == before
    assert not (given.raw / "ccs").exists()


def test_what_an_addition_that_was_killed_left_aside_is_cleared_away(
    given: Given, downloads: Path
) -> None:
    remains = given.raw / ".adding" / "ccs" / "2012-13" / "final"
    remains.mkdir(parents=True)
    (remains / "a.csv").write_text(sober(g.ccs()))
    assert landing.discover([given.raw]).publications == ()
    assert landing.discover([given.raw]).strays == ()
    add(given.raw, put(downloads, "a.csv", sober(g.ccs())))
    assert sorted(tree(given.raw)) == ["ccs/2012-13/final/a.csv", "ccs/2012-13/final/source.yml"]
