"""The report in a real browser, as a person finds it: from a folder, without a network.

The browser is Debian's Chromium; playwright only drives it. One council's pages stand for all of
their kind: they are made by the same template.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from needed import missing
from playwright.sync_api import Browser, Page, expect, sync_playwright
from released import Released

pytestmark = pytest.mark.xdist_group("example")

COUNCIL = "102"  # Cumbria
COMPARED = "compare/2012-13-ongoing-per-eligible-users"
ANSWERED = "outcomes/2013-adult-holder"
KINDS = (
    "index",
    "bridge",
    "councils",
    COMPARED,
    f"councils/{COUNCIL}",
    f"councils/{COUNCIL}-all",
    f"councils/{COUNCIL}-figures",
    "regions/NW-figures",
    "england/2012-13-ongoing-per-eligible-users",
    "england/2012-13-bridge-adass-2013",
    "outcomes",
    ANSWERED,
    f"{ANSWERED}-effects",
    "in-control",
    "quality",
    "reproduction",
    "definitions",
    "methods",
    "downloads",
)
# those that show figures over years, councils or groups, and so have a picture of them
WITH_CHARTS = (
    "index",
    "bridge",
    COMPARED,
    f"councils/{COUNCIL}",
    f"councils/{COUNCIL}-all",
    ANSWERED,
    f"{ANSWERED}-effects",
    "in-control",
)
WIDTHS = (320, 768, 1280, 1920)
PATIENCE = 60_000  # milliseconds; each takes one or two on cores that do nothing else
SHEETS = 3  # of paper, for what a council puts into its Local Account
A4 = 794 - 2 * 53  # pixels between margins of 14 mm, at 96 to the inch

# What is wider than the page, and what a page of paper would cut off.
TOO_WIDE = """() => [...document.querySelectorAll('body *')].filter(element => {
    const box = element.getBoundingClientRect();
    const scrolls = element.closest('.table, .picture');
    return box.width > 0 && box.right > document.documentElement.clientWidth + 1 && !scrolls;
}).slice(0, 5).map(element => element.tagName + '.' + element.className)"""
CUT = """() => [...document.querySelectorAll('table, svg')].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.right > document.documentElement.clientWidth + 1;
}).map(element => element.closest('[id]')?.id + ' ' + element.tagName)"""
# Lines that may be cut by the end of a sheet, and headings that may be left alone at it.
TORN = """() => [
    ...[...document.querySelectorAll('tr')].filter(
        line => getComputedStyle(line).breakInside !== 'avoid'),
    ...[...document.querySelectorAll('main h2, main h3, caption, thead')].filter(
        head => getComputedStyle(head).breakAfter !== 'avoid'),
].map(element => element.outerHTML.slice(0, 80))"""
FOCUSED = """() => {
    const element = document.activeElement, style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return {
        what: element.tagName + ' ' + (element.innerText || element.id || '').slice(0, 30),
        outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        visible: box.width > 0 && box.right > 0 && box.left < innerWidth,
    };
}"""


@dataclass
class Shown:
    """A page in the browser, and everything that went wrong on it."""

    site: Path
    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, kind: str) -> Page:
        self.complaints.clear()
        self.page.goto((self.site / f"{kind}.html").as_uri())
        return self.page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium")
    if found is None:
        missing("no Chromium on this machine: install Debian's package `chromium`")
    # root may not use Chromium's sandbox; no name leads anywhere
    arguments = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND"]
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def shown(site: Path, browser: Browser) -> Shown:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    found = Shown(site, page)
    page.on("console", lambda said: found.complaints.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.on("requestfailed", lambda request: found.complaints.append(f"failed: {request.url}"))
    page.on("request", lambda request: _must_be_a_file(found, request.url))
    return found


def _must_be_a_file(shown: Shown, url: str) -> None:
    if not url.startswith((shown.site.as_uri(), "data:", "blob:")):
        shown.complaints.append(f"asked for {url}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_each_kind(kind: str, shown: Shown) -> None:
    """It opens without a complaint, fits every width, and axe-core finds nothing against it."""
    page = shown.open(kind)
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("nav [aria-current=page]")).to_have_count(1)
    if kind in WITH_CHARTS:
        _charts_are_drawn(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        scrolled = page.evaluate("document.documentElement.scrollWidth")
        assert scrolled <= width, (width, page.evaluate(TOO_WIDE))
    page.set_viewport_size({"width": 1280, "height": 900})
    assert shown.complaints == []
    # axe would ask for the style sheet once more, which no page that lies in a folder may do
    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False})
    assert found.violations_count == 0, found.generate_report()


def _charts_are_drawn(page: Page) -> None:
    charts = page.locator("figure.chart")
    assert charts.count() > 0
    lively = page.locator("figure.chart:has(script)")
    expect(page.locator("figure.chart[data-live]")).to_have_count(lively.count())
    for chart in charts.all():
        picture = chart.locator("svg, canvas").first
        expect(picture).to_be_visible()
        box = picture.bounding_box()
        assert box is not None and box["width"] > 200 and box["height"] > 60
        # marks, and beside them the words that the figures are invented, in the picture itself
        assert chart.locator("svg path, svg rect, svg circle, svg line").count() > 5
        assert "SYNTHETIC" in (chart.locator("svg").first.text_content() or "").upper()


@pytest.mark.parametrize("kind", ["index", f"councils/{COUNCIL}", ANSWERED])
def test_on_paper_nothing_is_cut_off(kind: str, shown: Shown) -> None:
    page = shown.open(kind)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4, "height": 1000})
    try:
        assert page.evaluate(CUT) == []
        expect(page.locator("nav").first).to_be_hidden()
        expect(page.get_by_text(re.compile("synthetic", re.IGNORECASE)).first).to_be_visible()
        printed = page.pdf(prefer_css_page_size=True)
        assert printed.count(b"/Type /Page\n") >= 1
    finally:
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("order", ["desc", "asc"])
def test_a_council_s_page_prints_as_a_local_account(
    order: str, example: Released, shown: Shown
) -> None:
    """On at most three sheets, for the council with the most figures and for that with the least:
    figures with verdicts, how many answered, the mark of what is invented, and release."""
    (most,) = example.rows(
        "select council_id, count(distinct wave) as waves from (select council_id, count(rate_pct) "
        "as known from marts.target_attainment group by all) as rates left join "
        "marts.poet_outcome on group_type = 'council' and group_value = council_id "
        f"group by council_id, known order by waves {order}, known {order} limit 1"
    )
    page = shown.open(f"councils/{most['council_id']}")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4, "height": 1000})
    try:
        assert 2 <= page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") <= SHEETS
        said = page.locator("body").inner_text()
        for words in ("SYNTHETIC", "70% by Mar 2013", "Missed", "must not be used for", "Release"):
            assert words in said
        assert ("Valid answers (n)" in said) == (most["waves"] > 0)
        assert page.evaluate(CUT) == []
        assert page.evaluate(TORN) == []
    finally:
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize(("typed", "council"), [("Cumb", "102"), ("104", "104")])
def test_a_council_is_found_by_keys_alone(typed: str, council: str, shown: Shown) -> None:
    page = shown.open("councils")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "INPUT":
            break
    page.keyboard.type(typed)
    page.keyboard.press("Tab")
    for _ in range(5):
        where = page.evaluate("document.activeElement.getAttribute('href') || ''")
        if where.endswith(f"councils/{council}.html"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url((shown.site / "councils" / f"{council}.html").as_uri())
    assert shown.complaints == []


def test_the_keyboard_goes_through_a_page_in_its_order_and_is_seen(shown: Shown) -> None:
    page = shown.open(f"councils/{COUNCIL}")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#main")
    stops = [page.evaluate(FOCUSED)]
    for _ in range(25):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
    assert [stop for stop in stops if not (stop["outlined"] and stop["visible"])] == []
    expect(page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])")).to_have_count(0)
    page = shown.open(f"councils/{COUNCIL}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_every_page_of_the_menu_opens_from_every_depth(shown: Shown) -> None:
    labels = [link.inner_text() for link in shown.open("index").locator("nav a").all()]
    assert len(labels) > 5
    for label in labels:
        page = shown.open(f"councils/{COUNCIL}")
        page.locator("nav").get_by_role("link", name=label, exact=True).click()
        expect(page.locator("nav [aria-current=page]")).to_have_text(label)
    assert shown.complaints == []


def test_a_figure_leads_to_its_explanation(shown: Shown) -> None:
    page = shown.open(f"councils/{COUNCIL}")
    link = page.locator(f"main a[href*='{COUNCIL}-figures.html#']").first
    anchor = (link.get_attribute("href") or "").partition("#")[2]
    link.click()
    explained = page.locator(f"[id='{anchor}']")
    expect(explained).to_be_in_viewport()
    # down to a file and a place in it
    expect(explained).to_contain_text(re.compile(r"\b(line|row|sheet)\b"))


def test_without_script_the_figures_and_the_list_of_councils_are_there(
    site: Path, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    expect(page.locator("main table").first).to_be_visible()
    expect(page.locator("main svg").first).to_be_visible()
    page.goto((site / "councils.html").as_uri())
    page.get_by_role("link", name=re.compile("^Cumbria")).first.click()
    expect(page.locator("h1")).to_contain_text("Cumbria")
    expect(page.locator("main table").first).to_contain_text("%")
    context.close()


def test_a_page_is_painted_before_any_script_has_come(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    held = []
    page.route("**/*.js", lambda route: held.append(route))  # never answered
    page.goto((site / "index.html").as_uri(), wait_until="commit")
    expect(page.locator("main svg").first).to_be_visible()
    page.wait_for_function(
        "performance.getEntriesByName('first-contentful-paint').length > 0", timeout=PATIENCE
    )
    assert held
    page.close()
