"""The written report of the example: whole without a script, true to the database, light."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from released import Released
from report.pages import Page

from dagster_project.paths import Warehouse
from dagster_project.publish.read import opened
from dagster_project.publish.synthetic import SENTENCE
from dagster_project.report import site as writing
from dagster_project.report.data import Data
from dagster_project.report.pages import bridge, figures, notes
from dagster_project.report.pages.view import View

pytestmark = pytest.mark.xdist_group("example")

LARGEST = 300_000  # bytes of a page, besides the library that all share


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


def test_every_link_and_anchor_resolves(site: Path, pages: dict[Path, Page]) -> None:
    anchors = {path: set(page.ids) for path, page in pages.items()}
    broken = []
    for path, page in pages.items():
        for reference in page.references:
            file, _, anchor = reference.partition("#")
            target = (path.parent / file).resolve() if file else path
            if reference != "data:," and not (
                target.is_file() and (not anchor or anchor in anchors[target])
            ):
                broken.append((path.relative_to(site), reference))
    assert broken == []


def test_an_id_stands_once_on_a_page(pages: dict[Path, Page]) -> None:
    twice = [path.name for path, page in pages.items() if len(page.ids) != len(set(page.ids))]
    assert twice == []


def test_nothing_is_fetched_from_a_network(site: Path, pages: dict[Path, Page]) -> None:
    outside = [one for page in pages.values() for one in page.references if ":" in one]
    assert set(outside) == {"data:,"}
    assert "url(" not in (site / "assets/style.css").read_text("utf-8")


def test_a_page_is_light(site: Path) -> None:
    heavy = [
        (file.name, file.stat().st_size)
        for file in site.rglob("*")
        if file.is_file() and file.name != "charts.js" and file.stat().st_size >= LARGEST
    ]
    assert heavy == []


def test_a_chart_says_what_it_is_and_has_its_table(pages: dict[Path, Page]) -> None:
    charts = [(page, name) for page in pages.values() for name in page.charts]
    assert charts
    for page, name in charts:
        chart = page.charts[name]
        table = chart["link"].removeprefix("#")
        assert page.tables[table].rows[1:], (page.path, name)
        # all figures of the example are invented: the picture says so in words, and so does
        # the table's caption
        assert "SYNTHETIC: figures invented for the example" in chart["svg"], (page.path, name)
        assert page.tables[table].caption.startswith("SYNTHETIC"), (page.path, name)


def test_headings_go_down_by_one(pages: dict[Path, Page]) -> None:
    for page in pages.values():
        assert page.headings[0] == 1 and page.headings.count(1) == 1, page.path
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after <= before + 1 for before, after in steps), page.path


def test_every_page_that_shows_invented_figures_says_so(
    site: Path, pages: dict[Path, Page]
) -> None:
    without = {
        str(path.relative_to(site)) for path, page in pages.items() if SENTENCE not in page.words
    }
    # these show no figure of the data at all
    councils = {one for one in without if one.startswith("councils/")}
    assert without - councils == {
        "councils.html", "definitions.html", "downloads.html", "methods.html"
    }  # fmt: skip
    for one in councils:
        assert "There is no figure of this council" in pages[site / one].words


def test_pages_of_councils_have_the_figures_of_the_database(
    example: Released, site: Path, pages: dict[Path, Page]
) -> None:
    wanted: dict[str, list[tuple[str, str, str]]] = {}
    for row in example.rows(
        "select distinct council_id, financial_year, basis_id, definition_id, person_scope, "
        "numerator, denominator, rate_pct from marts.target_attainment"
    ):
        figures = tuple(shown(row[name]) for name in ("numerator", "denominator"))
        rate = "[x]" if row["rate_pct"] is None else f"{row['rate_pct']:.1f}"
        wanted.setdefault(row["council_id"], []).append((*figures, rate))
    assert len(wanted) == 152
    for council, figures in wanted.items():
        table = pages[site / f"councils/{council}-all.html"].tables["figures"]
        found = [(row[2], row[3], row[4].partition(" [note")[0]) for row in table.rows[1:]]
        assert sorted(found) == sorted(figures), council


def test_a_council_s_sentence_counts_the_lines_of_its_table(
    site: Path, pages: dict[Path, Page]
) -> None:
    said = re.compile(r"target on (\d+) of (\d+) bas(?:is|es) with a figure")
    lacking = re.compile(r"For (\d+) bas(?:is|es) there is no figure or no verdict")
    counted = 0
    for path in sorted((site / "councils").glob("???.html")):
        page = pages[path]
        if (found := said.search(page.words)) is None:
            continue
        without = lacking.search(page.words)
        head, *rows = page.tables["front"].rows
        verdicts = [row[head.index("70% by Mar 2013")] for row in rows if row[1] == "2012-13"]
        silent = int(without[1]) if without else 0
        assert (verdicts.count("Met"), len(verdicts) - silent, silent) == (
            int(found[1]), int(found[2]), silent
        ), path.name  # fmt: skip
        counted += 1
    assert counted > 100


def test_the_table_of_the_charts_has_every_rate_once(
    example: Released, pages: dict[Path, Page], site: Path
) -> None:
    rows = example.rows(
        "select distinct financial_year, basis_id, definition_id, person_scope, rate_pct "
        "from marts.target_attainment where council_id = '102' and (definition_id is null or "
        "definition_id not in (select definition_id from marts.dim_definition "
        "where direct_payments = 'is_the_measure'))"
    )
    head, *lines = pages[site / "councils/102.html"].tables["by-year"].rows
    for year in {row["financial_year"] for row in rows}:
        at = head.index(year)
        assert sorted(line[at] for line in lines if line[at]) == sorted(
            "[x]" if row["rate_pct"] is None else f"{row['rate_pct']:.1f}"
            for row in rows
            if row["financial_year"] == year
        ), year


def test_england_stands_beside_a_council(
    example: Released, pages: dict[Path, Page], site: Path
) -> None:
    (row,) = example.rows(
        "select pooled_rate_pct from marts.national_attainment where financial_year = '2012-13' "
        "and definition_id = 'ASCOF_1C1_RAP' and target_id = 'LAMB_2013_70'"
    )
    head, *lines = pages[site / "councils/102.html"].tables["comparators"].rows
    shown = [
        line[head.index("England, %")]
        for line in lines
        if line[0].startswith("ASCOF 1C(1)") and line[1] == "2012-13"
    ]
    assert shown == [f"{row['pooled_rate_pct']:.1f}"]


def test_figures_in_sentences_have_their_warnings_too(pages: dict[Path, Page], site: Path) -> None:
    page = pages[site / "outcomes.html"]  # odds ratios in sentences, in no table of the page
    assert "odds ratio" in page.words
    assert "mind-odds_are_not_risks" in page.ids


def test_what_comes_out_again_of_invented_figures_is_told_apart(
    example: Released, pages: dict[Path, Page], site: Path
) -> None:
    (row,) = example.rows(
        "select count(*) as reproduced, count(*) filter (evidence_class = 'synthetic') as made "
        "from quality.published_reproduction where verdict = 'reproduced'"
    )
    assert row["made"] > 100
    for name in ("quality.html", "reproduction.html"):
        assert (
            f"Reproduced: {row['reproduced']} figures, {row['made']} of them computed from "
            "SYNTHETIC figures, which were made to agree"
        ) in pages[site / name].words


def test_every_rate_of_a_council_leads_to_its_explanation(site: Path) -> None:
    text = (site / "councils/102-all.html").read_text("utf-8")
    page = Page(site / "councils/102-all.html")
    rates = [row for row in page.tables["figures"].rows[1:] if not row[4].startswith("[x]")]
    links = text.partition('id="figures"')[2].count('href="../councils/102-figures.html#')
    assert rates and links >= len(rates)


def test_every_share_of_a_group_leads_to_its_explanation(example: Released, site: Path) -> None:
    """What is shown of the groups of a wave, each to the place that says how many of how many."""
    shares = example.rows(
        "select domain, group_type, group_value, n_valid, n_better from marts.poet_outcome "
        "where wave = 2013 and instrument = 'adult_holder' and not suppressed "
        "and group_type in ('age_band', 'care_group', 'management')"
    )
    references = set(Page(site / "outcomes/2013-adult-holder.html").references)
    assert len(shares) > 100
    for row in shares:
        name = f"poet-2013-adult-holder-{row['domain'].replace('_', '-')}-groups.html"
        anchor = f"2013--poet--adult_holder--{row['domain']}--{row['group_type']}"
        place = f"{anchor}--{row['group_value']}"
        assert f"../england/{name}#{place}" in references
        explained = (site / "england" / name).read_text("utf-8").partition(f'id="{place}"')[2]
        counts = "" if row["n_better"] is None else f"{row['n_better']:,} "
        assert f"{counts}of {row['n_valid']:,} = " in explained.partition("</section>")[0]


def test_england_stands_on_the_first_page_as_in_the_database(
    example: Released, pages: dict[Path, Page], site: Path
) -> None:
    rows = example.rows(
        "select councils_met, councils_with_data, councils_in_scope, share_met_pct, "
        "pooled_rate_pct from marts.national_attainment where definition_id = 'ADASS_2013' "
        "and target_id = 'LAMB_2013_70'"
    )
    (row,) = rows
    (line,) = [
        line
        for line in pages[site / "index.html"].tables["year-in-front"].rows
        if line[0].startswith("ADASS 2013")
    ]
    assert line[2:6] == [
        f"{row['pooled_rate_pct']:.1f}",
        str(row["councils_met"]),
        f"{row['councils_with_data']} of {row['councils_in_scope']}",
        f"{row['share_met_pct']:.1f}",
    ]


def test_a_hidden_group_shows_no_figure(example: Released, site: Path) -> None:
    (row,) = example.rows(
        "select group_value, wave, instrument from marts.poet_outcome where suppressed "
        "and group_type = 'council' order by all limit 1"
    )
    table = Page(site / f"councils/{row['group_value']}-all.html").tables["poet"]
    hidden = [line[3:] for line in table.rows if "[c]" in line]
    assert hidden and all(line == ["[c]"] * 4 for line in hidden)


def test_the_same_release_gives_the_same_bytes(example: Released, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        with opened(Warehouse.at(example.warehouse)) as connection:
            data = Data(connection)
            view = View(data, {})
            some = [*bridge.pages(view), *notes.pages(view)]
            writing.write(data, some, folder)
    one, two = (
        {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*.html")}
        for folder in folders
    )
    assert one == two and len(one) == 3


def test_the_folder_is_replaced_whole_or_not_at_all(example: Released, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    with opened(Warehouse.at(example.warehouse)) as connection:
        data = Data(connection)
        view = View(data, {})
        writing.write(data, notes.pages(view), folder)
        before = {file.name for file in folder.iterdir()}

        def broken() -> Any:
            yield from notes.pages(view)
            raise RuntimeError("in the middle")

        with pytest.raises(RuntimeError):
            writing.write(data, broken(), folder)
    assert {file.name for file in folder.iterdir()} == before
    assert [file.name for file in tmp_path.iterdir()] == ["report"]


def test_a_folder_of_something_else_is_left_alone(example: Released, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with opened(Warehouse.at(example.warehouse)) as connection:
        data = Data(connection)
        with pytest.raises(writing.ReportError, match="--to"):
            writing.write(data, [], tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_downloads_lead_to_what_lies_beside(tmp_path: Path) -> None:
    warehouse = Warehouse.at(tmp_path)
    (warehouse.exports / "r1").mkdir(parents=True)
    (warehouse.exports / "r1" / "indicators.ods").touch()
    (warehouse.exports / "r0").mkdir()
    (warehouse.exports / "r0" / "old.ods").touch()
    warehouse.published.touch()
    assert writing.beside(warehouse, "r1", tmp_path / "report") == (
        "../indicators.duckdb",
        "../exports/r1/indicators.ods",
    )
    assert writing.beside(warehouse, "r1", tmp_path / "elsewhere" / "report") == ()


def test_explanations_have_places_of_their_own() -> None:
    assert figures._slug("2012-13--published--ADASS_2013--users") == (
        "2012-13-published-adass-2013-users"
    )


def shown(value: float | None) -> str:
    return "[x]" if value is None else f"{value:,.0f}"
