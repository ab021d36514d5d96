"""From pages to files, put in place in one step.

Belongs here: rendering, assets, writing aside and swapping, the order of it all.
Does not: what stands on a page (`pages`), what it looks like (`templates`, `assets`).
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from importlib.resources import files
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project import atomic
from dagster_project.errors import DenominatorError
from dagster_project.paths import Warehouse
from dagster_project.report import words
from dagster_project.report.charts.draw import Picture
from dagster_project.report.charts.studio import Studio
from dagster_project.report.data import Data
from dagster_project.report.data.places import Warning
from dagster_project.report.parts import Link, Page, depth

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

MENU = (
    ("The answer", "index.html"),
    ("The bridge", "bridge.html"),
    ("Councils", "councils.html"),
    ("Outcomes", "outcomes.html"),
    ("In Control", "in-control.html"),
    ("Quality", "quality.html"),
    ("Definitions", "definitions.html"),
    ("Methods", "methods.html"),
    ("Downloads", "downloads.html"),
)
LIBRARY = "assets/charts.js"
_AHEAD = 24  # pages whose pictures are drawn before they are written
_MARK = ".denominator-report"  # lies in a folder that may be replaced
_OF_THE_EXAMPLE = "synthetic_example"  # said of a page only where it holds


class ReportError(DenominatorError):
    """The report cannot be written there."""


@dataclass(frozen=True)
class Site:
    """How many files were written, and how large they are together."""

    pages: int
    bytes: int


def beside(warehouse: Warehouse, release_id: str, to: Path) -> tuple[str, ...]:
    """The database and the exports of the release that lie beside the report, as it sees them.

    A report that is written elsewhere will be copied about alone: it has none.
    """
    if to.absolute().parent != warehouse.root:
        return ()
    found = [warehouse.published, *sorted((warehouse.exports / release_id).rglob("*"))]
    return tuple(
        f"../{file.relative_to(warehouse.root).as_posix()}" for file in found if file.is_file()
    )


def write(data: Data, pages: Iterable[Page], to: Path) -> Site:
    """Write every page and asset into a new folder, which then replaces the old one."""
    _refuse_foreign(to)
    with atomic.folder(to) as made:
        return _fill(made, data, pages)


def _refuse_foreign(to: Path) -> None:
    if to.exists() and (not to.is_dir() or (any(to.iterdir()) and not (to / _MARK).is_file())):
        raise ReportError(
            f"{to} holds something other than a report, and the report replaces the whole folder. "
            "Name another folder with --to."
        )


def _fill(aside: Path, data: Data, pages: Iterable[Page]) -> Site:
    render = _Renderer(data)
    coming = iter(pages)
    first = list(islice(coming, _AHEAD))
    count = 0
    with Studio(many=len(first) == _AHEAD) as studio:
        library = studio.library()
        for page, pictures in _drawn(studio, chain(first, coming)):
            _put(aside / page.path, render(page, pictures))
            count += 1
        _put(aside / LIBRARY, library.result())
    for name in ("style.css", "report.js"):
        _put(aside / "assets" / name, _own("assets", name))
    _put(aside / _MARK, f"{data.release.release_id}\n")
    return Site(count, sum(file.stat().st_size for file in aside.rglob("*") if file.is_file()))


def _drawn(studio: Studio, pages: Iterable[Page]) -> Iterator[tuple[Page, dict[str, Picture]]]:
    """Pages with their pictures, which are drawn while later pages are made."""
    waiting: deque[tuple[Page, dict[str, Future[Picture]]]] = deque()
    for page in pages:
        waiting.append((page, _order(studio, page)))
        if len(waiting) > _AHEAD:
            yield _done(*waiting.popleft())
    while waiting:
        yield _done(*waiting.popleft())


def _done(page: Page, ordered: Mapping[str, Future[Picture]]) -> tuple[Page, dict[str, Picture]]:
    return page, {name: picture.result() for name, picture in ordered.items()}


def _order(studio: Studio, page: Page) -> dict[str, Future[Picture]]:
    return {chart.name: studio.order(chart) for chart in page.charts}


def _put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("utf-8"))


def _own(*place: str) -> str:
    return files("dagster_project.report").joinpath(*place).read_text("utf-8")


class _Renderer:
    """Pages as HTML."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._environment = _environment()

    def __call__(self, page: Page, pictures: Mapping[str, Picture]) -> str:
        template = self._environment.get_template(page.template)
        return template.render(
            page=page,
            top=depth(page.path),
            menu=MENU,
            pictures=pictures,
            library=LIBRARY if any(chart.live for chart in page.charts) else None,
            release=self._data.release,
            warnings=self._warnings(page),
            minded=[],  # tables below one of which their warnings have been named
            **page.values,
        )

    def _warnings(self, page: Page) -> dict[str, list[Warning]]:
        """What the figures of each table must not be used for, by published table."""
        return {
            source: [
                self._data.warnings[name]
                for name in self._data.warned.get(source, ())
                if page.synthetic or name != _OF_THE_EXAMPLE
            ]
            for source in sorted({*page.sentences_from, *(table.source for table in page.tables)})
        }


def _environment() -> jinja2.Environment:
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: _own("templates", name)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["picture"] = Markup  # drawn here, from escaped words
    environment.filters["as_json"] = _inlined
    environment.tests["link"] = lambda value: isinstance(value, Link)
    environment.globals["words"] = words
    return environment


def _inlined(value: Any) -> Markup:
    """JSON that no text in it can end the script element of."""
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
