"""What a page is put together from: links, tables, charts.

Belongs here: plain values that a template can show. Does not: HTML, Altair, figures' meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dagster_project.report.words import Invented


@dataclass(frozen=True)
class Link:
    """Words that lead somewhere, from the top of the site."""

    text: str
    href: str


Cell = str | Link


@dataclass(frozen=True)
class Column:
    """A column: its heading, and whether it holds figures."""

    label: str
    numeric: bool = False
    tight: bool = False  # never broken over lines


@dataclass(frozen=True)
class Table:
    """A table: the first cell of a row says what the row is about."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    synthetic: Invented
    source: str  # the published table behind it, whose warnings stand beside it
    note: str | None = None

    @cached_property
    def classes(self) -> list[str]:
        """What the style sheet calls each column."""
        return ["n" if one.numeric else "t" if one.tight else "w" for one in self.columns]


@dataclass(frozen=True)
class Chart:
    """A chart to be drawn: its kind, and the rows and words it shows."""

    name: str
    title: str
    subtitle: str
    synthetic: Invented
    table: str  # the table that has its figures
    kind: Callable[[], Any]  # makes the specification, of `charts`
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    live: bool  # whether a script may draw it again in the browser


@dataclass(frozen=True)
class Page:
    """One file of the site."""

    path: str
    title: str
    template: str
    values: Mapping[str, Any]
    tables: Sequence[Table] = ()
    charts: Sequence[Chart] = ()
    section: str = ""  # the entry of the menu it belongs under
    sentences_from: Sequence[str] = ()  # published tables whose figures stand in sentences
    marked: bool = False  # rests on invented figures outside its tables and charts

    @property
    def synthetic(self) -> bool:
        """Whether anything on it rests on invented figures."""
        return (
            self.marked
            or any(one.synthetic.value for one in self.tables)
            or any(one.synthetic.value for one in self.charts)
        )


@dataclass
class Shelf:
    """Tables and charts of a page while it is put together, by name."""

    tables: dict[str, Table] = field(default_factory=dict)
    charts: dict[str, Chart] = field(default_factory=dict)

    def put(self, *parts: Table | Chart | None) -> None:
        """Add what there is; a part without rows is left out by its maker."""
        for part in parts:
            if isinstance(part, Table):
                self.tables[part.name] = part
            elif part is not None:
                self.charts[part.name] = part

    def page(
        self,
        path: str,
        title: str,
        template: str,
        section: str,
        *,
        sentences_from: Sequence[str] = (),
        **values: object,
    ) -> Page:
        """The page."""
        return Page(
            path,
            title,
            template,
            {"tables": self.tables, "charts": self.charts, **values},
            tuple(self.tables.values()),
            tuple(self.charts.values()),
            section,
            sentences_from,
        )


def texts(*labels: str) -> list[Column]:
    """Columns of words."""
    return [Column(label) for label in labels]


def tight(*labels: str) -> list[Column]:
    """Columns of short words, such as years."""
    return [Column(label, tight=True) for label in labels]


def figures(*labels: str) -> list[Column]:
    """Columns of figures."""
    return [Column(label, numeric=True) for label in labels]


def cells(*values: Cell) -> tuple[Cell, ...]:
    """A row."""
    return values


def depth(path: str) -> str:
    """What leads from a page to the top of the site."""
    return "../" * path.count("/")


def ordered(values: Iterable[str]) -> list[str]:
    """Each value once, in the order of the alphabet."""
    return sorted(set(values))
