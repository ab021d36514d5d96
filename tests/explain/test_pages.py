"""Where explanations stand in the report, and in whose words; nothing is written or drawn here."""

from __future__ import annotations

from collections import Counter

import duckdb
import pytest

from dagster_project.explain import Explanation
from dagster_project.report.data import Data
from dagster_project.report.pages import councils, figures, outcomes
from dagster_project.report.pages.figures import Line
from dagster_project.report.pages.view import View
from dagster_project.report.parts import Link, Page

pytestmark = pytest.mark.xdist_group("example")

YEAR = "2012-13"
EFFECT = "2013--process_effect--adult_holder--help_to_plan--dignity"
PLACE = f"{YEAR}--comparison--any_per_community--users"


@pytest.fixture(scope="module")
def usual(everything: list[Explanation]) -> list[Explanation]:
    """What the report is given."""
    return [figure for figure in everything if figure.kind != "component"]


@pytest.fixture(scope="module")
def view(opened: duckdb.DuckDBPyConnection, usual: list[Explanation]) -> View:
    return View(Data(opened), figures.places(usual))


def one(usual: list[Explanation], area: str, anchor: str) -> Explanation:
    (found,) = [it for it in usual if it.area_id == area and it.anchor == anchor]
    return found


def lines(view: View, figure: Explanation) -> list[Line]:
    (page,) = figures.pages(view, [figure])
    assert isinstance(page, Page)
    ((_, _, found),) = page.values["figures"]
    return list(found)


def said(found: list[Line]) -> str:
    return "\n".join(f"{it.text}\n{said(list(it.under))}" for it in found)


def test_every_kind_has_a_place(view: View, usual: list[Explanation]) -> None:
    """Without one are groups of respondents, regions' changes, correlations no page shows."""
    shown, left = Counter[str](), Counter[str]()
    for figure in usual:
        place = view.explained(figure.area_level, figure.area_id, figure.anchor, "here")
        (shown if isinstance(place, Link) else left)[figure.kind] += 1
    assert set(shown) == {figure.kind for figure in usual}
    assert set(left) == {"poet", "rate_change", "activity_outcome"}
    regions = [it for it in usual if it.kind == "rate_change" and it.area_level == "region"]
    assert left["rate_change"] == len(regions)


def test_effects_correlations_and_places_lead_to_their_explanations(view: View) -> None:
    links: Counter[str] = Counter()
    for page in (*outcomes.pages(view), *councils.pages(view)):
        for table in page.tables:
            held = [cell for row in table.rows for cell in row if isinstance(cell, Link)]
            links[table.source] += sum("--" in cell.href for cell in held)
    counted = {
        "poet_process_effect": "poet_process_effect where method = 'logit_cluster' and"
        " odds_ratio is not null",
        "activity_vs_outcome": "activity_vs_outcome where wave = 2014 and"
        " instrument = 'adult_holder' and rank_correlation is not null",
    }
    for source, rows in counted.items():
        asked = view.data.connection.execute(f"select count(*) from marts.{rows}").fetchone()
        assert asked == (links[source],)
    # a rate and a place in each line
    assert links["council_comparison"] > 2 * 1_000


def test_codes_are_told_in_words_with_the_code_beside(view: View, usual: list[Explanation]) -> None:
    rate = one(usual, "102", f"{YEAR}--any_per_community--users")
    text = said(lines(view, rate))
    assert f"{YEAR}--any_per_community--users of marts.target_attainment" in text
    assert "CCS users with self-directed support [users_sds]: 5,610" in text
    both = one(usual, "102", f"{YEAR}--any_per_community--users_and_carers")
    assert (
        "Also offered by ASCOF ASCOF 1C(1) (ASCOF_1C1_RAP): self directed support, users and "
        "carers: 7,089; the numerator here is what CCS gives"
    ) in said(lines(view, both))


def test_a_path_is_not_put_into_words(view: View, usual: list[Explanation]) -> None:
    figure = one(usual, "102", f"{YEAR}--published--ASCOF_1C1_RAP--users_and_carers")
    assert "ascof/2012-13/final/synthetic-ascof-2012-13-final.csv" in said(lines(view, figure))
    assert figures._in_words(view, "in adass/a_b/c_d.csv, a_b of adass") == (
        "in adass/a_b/c_d.csv, a b of ADASS"
    )


def test_a_place_names_who_lies_where(view: View, usual: list[Explanation]) -> None:
    figure = one(usual, "102", PLACE)
    found = lines(view, figure)
    above = [it.council_name for it in figure.members if it.lies == "above"]
    assert f"Wholly above it ({len(above)}): {', '.join(above)}" in said(found)
    hrefs = [link.href for it in found for link in it.links]
    assert f"councils/102-figures.html#{YEAR}--any_per_community--users" in hrefs
    assert f"compare/{YEAR}-any-per-community-users.html" in hrefs


def test_an_effect_has_both_methods_and_what_is_not_computed(
    view: View, usual: list[Explanation]
) -> None:
    figure = one(usual, "England", EFFECT)
    text = said(lines(view, figure))
    assert "Over all councils (logit_cluster): odds ratio " in text
    assert "Within councils (mantel_haenszel): odds ratio " in text
    (page,) = figures.pages(view, [figure])
    assert any("fourfold tables by council" in what for what in page.values["not_again"])
    assert [file.source for _, file in page.values["files"]] == ["poet", "poet"]


def test_a_pair_of_a_correlation_leads_to_both_figures(
    view: View, usual: list[Explanation]
) -> None:
    figure = next(it for it in usual if it.kind == "activity_outcome" and len(it.pairs) > 10)
    pair = figure.pairs[0]
    line = figures._pair(view, pair)
    assert line.text.startswith(f"{pair.council_name}, rank {pair.activity_rank:g}")
    which = [link.href.partition("--")[0].partition("/")[2] for link in line.links]
    assert [name.partition("#")[0] for name in which] == [
        f"{pair.council_id}-figures.html",
        f"{pair.council_id}-answers.html",
    ]
