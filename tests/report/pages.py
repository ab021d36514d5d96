"""Pages of the report as a test reads them: ids, references, tables, what stands in pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path


@dataclass
class Table:
    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)


class Page(HTMLParser):
    """One file, read without a browser and without its scripts."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.ids: list[str] = []
        self.references: list[str] = []
        self.tables: dict[str, Table] = {}
        self.charts: dict[str, dict[str, str]] = {}
        self.headings: list[int] = []
        self.words = ""
        self._inside: list[str] = []
        self._table = self._chart = ""
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        self.references += [given[name] for name in ("href", "src") if name in given]
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        if tag == "figure":
            self._chart = given["id"]
            self.charts[self._chart] = {"svg": "", "link": ""}
        elif given.get("class") == "table":
            self._table = given["id"]
            self.tables[self._table] = Table()
        elif tag == "a" and "figcaption" in self._inside:
            self.charts[self._chart]["link"] = given["href"]
        elif tag == "tr" and self._table:
            self.tables[self._table].rows.append([])
        elif tag in ("td", "th") and self._table:
            self.tables[self._table].rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass
        if tag == "table":
            self._table = ""

    def handle_data(self, data: str) -> None:
        if "script" in self._inside or "style" in self._inside:
            return
        self.words += data
        if "svg" in self._inside:
            self.charts[self._chart]["svg"] += data + "\n"
        elif "caption" in self._inside and self._table:
            self.tables[self._table].caption += data
        elif self._table and {"td", "th"} & set(self._inside):
            self.tables[self._table].rows[-1][-1] += data
