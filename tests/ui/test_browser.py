"""Dagster's pages in a real browser, as `make dev` shows them: the graph, a run, a failed check.

The browser is Debian's Chromium; playwright only drives it.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest
from needed import missing
from playwright.sync_api import Page, expect, sync_playwright
from servers import LOOPBACK, answered, free_port, process, wait_for
from toy.kit import Toy, new_toy

PATIENCE = 120_000  # milliseconds; a run takes ten seconds on two cores that do nothing else


@dataclass(frozen=True)
class Shown:
    """A toy, and the page of a browser that looks at it."""

    toy: Toy
    page: Page
    address: str


@pytest.fixture(scope="module")
def chromium() -> str:
    found = shutil.which("chromium")
    if found is None:
        missing("no Chromium on this machine: install Debian's package `chromium`")
    return found


@pytest.fixture(scope="module")
def toy(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """Two years, published; after that the second one's file came anew, with a fault in it."""
    toy = new_toy(tmp_path_factory.mktemp("ui"))
    toy.write_raw("2011-12")
    file = toy.write_raw("2012-13")
    refreshed = toy.run("refresh")
    assert refreshed.returncode == 0, refreshed.stderr
    # a code that no council has, in the third row: line 5, below the title and the headings
    good = file.read_text("utf-8")
    file.write_text(good.replace("204,Durham", "999,Nowhere"), "utf-8")
    return toy


@pytest.fixture(scope="module")
def address(toy: Toy) -> Iterator[str]:
    """Where `dagster dev` serves the toy; its sensor is off, or it would be first to refresh."""
    log = Path(toy.environment["DAGSTER_HOME"]) / "log"
    dagster = [sys.executable, "-m", "dagster"]
    stopped = toy.folder / "stop.log"
    with process([*dagster, "sensor", "stop", "raw_files"], toy.environment, stopped):
        wait_for(
            "the sensor's end", lambda: "Stopped sensor raw_files" in stopped.read_text("utf-8")
        )
    port = str(free_port())
    serve = [*dagster, "dev", "--host", LOOPBACK, "--port", port]
    with process(serve, toy.environment, log):
        where = f"http://{LOOPBACK}:{port}"
        wait_for("Dagster's web server", lambda: answered(f"{where}/server_info"))
        yield where


@pytest.fixture(scope="module")
def shown(toy: Toy, address: str, chromium: str) -> Iterator[Shown]:
    # root may not use Chromium's sandbox; no name but the loopback address leads anywhere
    arguments = ["--no-sandbox", f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {LOOPBACK}"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page(viewport={"width": 1500, "height": 950})
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        yield Shown(toy, page, address)
        browser.close()


def at_home(shown: Shown) -> Page:
    """The page that Dagster sends a visitor to, which it does some time after the menu is there."""
    shown.page.goto(shown.address)
    shown.page.wait_for_url(lambda url: urlsplit(url).path != "/")
    return shown.page


def test_the_graph_goes_from_the_raw_files_to_the_release(shown: Shown) -> None:
    page = at_home(shown)
    # by its address: the picture beside Jobs is called lineage too
    page.locator("a[href='/asset-groups']").first.click()
    # each group is in the list on the left first, and in the graph last
    for group in ("raw", "staging", "marts", "quality", "release"):
        expect(page.get_by_text(group, exact=True).last).to_be_visible()
    page.get_by_text("marts", exact=True).last.click()
    expect(page.get_by_text("dim_council", exact=True).last).to_be_visible()
    # nothing stands before it that has to be clicked away
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_year_materialised_by_clicking_is_published(shown: Shown) -> None:
    page, before = at_home(shown), shown.toy.digest
    page.get_by_role("link", name="Jobs").click()
    page.locator("a[href$='/jobs/refresh']").first.click()
    page.get_by_role("button", name="Materialize all").click()
    page.get_by_text("Select a partition or create one").click()
    page.get_by_text("2012-13", exact=True).first.click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Launch 1 run").click()
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.get_by_role("link", name="Runs").first.click()
    ended = page.get_by_text("Success", exact=True).or_(page.get_by_text("Failure", exact=True))
    expect(ended).to_have_count(2)  # the refresh of before, and this one
    assert ended.all_inner_texts() == ["Success", "Success"]
    expect(page.get_by_text("partition: 2012-13")).to_be_visible()

    assert shown.toy.digest != before
    with duckdb.connect(str(shown.toy.warehouse.published), read_only=True) as published:
        rows = "select financial_year, rows_loaded, rows_quarantined from quality.source_file order by 1"
        assert published.execute(rows).fetchall() == [("2011-12", 3, 0), ("2012-13", 2, 1)]


def test_a_failed_check_says_which_file_which_line_and_what_to_do(shown: Shown) -> None:
    page = at_home(shown)
    page.get_by_role("link", name="Catalog").click()
    page.locator("a[href$='/assets/raw/ccs']").first.click()
    page.get_by_text("Checks", exact=True).first.click()
    page.get_by_text("council_unknown", exact=True).first.click()
    # the rule in words
    expect(page.get_by_text("a council's code is in the register of councils")).to_be_visible()
    # and what became of it in the run just made
    expect(page.locator("body")).to_contain_text(
        re.compile(r"Latest execution\s*Evaluation result\s*Failed")
    )
    for said in ("effect quarantine", "failed 1", "sample ccs/2012-13/final/ccs.csv, line 5:"):
        expect(page.get_by_role("row", name=said)).to_be_visible()
    sample = page.get_by_role("row", name="sample").inner_text()
    assert "no council has the code '999'" in sample
    assert "If the council is new, add it there." in sample
