"""Where each figure comes from: explanations as pages, one for a council or region, one for each
figure of England, and the links that lead to them.

Belongs here: which explanation stands on which page, and its lines.
Does not: following a figure to its cells and computing it anew (`explain`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dagster_project.explain import Explanation
from dagster_project.explain.tree import (
    Count,
    Member,
    Notice,
    Observation,
    Part,
    SourceFile,
    Verdict,
)
from dagster_project.report import words
from dagster_project.report.data import grouped
from dagster_project.report.names import Series
from dagster_project.report.pages.view import Explained, View
from dagster_project.report.parts import Cell, Link, Page

_UNITS = {"percent": "%", "points": " points"}
_ABBREVIATIONS = {"sds": "with self-directed support", "dp": "with a direct payment"}


@dataclass(frozen=True)
class Line:
    """A line of an explanation and those under it."""

    text: str
    link: Link | None = None
    under: tuple[Line, ...] = ()


def places(explanations: Sequence[Explanation]) -> dict[Explained, str]:
    """Where each explanation stands, for the links of the other pages."""
    return {
        Explained(one.area_level, one.area_id, one.anchor): f"{path}#{one.anchor}"
        for one in explanations
        if (path := _path(one)) is not None
    }


def _path(one: Explanation) -> str | None:
    """Its page. Groups of respondents have none: nothing is known of them but two counts."""
    if one.area_level == "council":
        which = "answers" if one.kind in ("poet", "genuine_budget") else "figures"
        return f"councils/{one.area_id}-{which}.html"
    if one.area_level == "region":
        return f"regions/{one.area_id}-figures.html"
    wave, kind, *rest = one.anchor.split("--")
    if one.kind == "poet":
        return f"england/{_slug(f'{kind}-{wave}-{rest[0]}')}.html" if len(rest) == 2 else None
    return f"england/{_slug(one.anchor)}.html"


def _slug(text: str) -> str:
    return text.lower().replace("_", "-").replace("--", "-")


def pages(view: View, explanations: Sequence[Explanation]) -> Iterator[Page]:
    """A page for each place."""
    for path, found in grouped(explanations, _path).items():
        if path is not None:
            yield _page(view, path, found)


def _page(view: View, path: str, found: Sequence[Explanation]) -> Page:
    files = {file.sha256: file for one in found for file in _files(one)}
    numbers = {sha256: number for number, sha256 in enumerate(sorted(files), start=1)}
    first = found[0]
    title = (
        _title(view, first)
        if len(found) == 1
        else f"{first.area_name}: where its figures come from"
    )
    return Page(
        path,
        title,
        "figures.html",
        {
            "up": _up(view, first),
            "figures": [(one, _title(view, one), _lines(view, one, numbers)) for one in found],
            "files": [(numbers[key], files[key]) for key in sorted(files)],
            "wrong": [one for one in found if not one.agrees],
        },
        marked=any(one.is_synthetic for one in found),
        section="Councils" if first.area_level == "council" else "The answer",
    )


def _title(view: View, one: Explanation) -> str:
    """What it is called on the other pages."""
    period, _, *names = one.anchor.split("--")
    if one.kind == "rate" and one.basis_id and one.person_scope:
        series = Series(one.basis_id, one.definition_id, one.person_scope)
        return f"{one.area_name}, {one.financial_year}: {view.names.series(series)}"
    if one.kind == "bridge":
        return f"{one.area_name}, {period}: the bridge from {view.names.definition(names[0])}"
    if one.kind == "direct_payment_share":
        source, measure, people = names
        return (
            f"{one.area_name}, {period}: share of direct payments, {source.upper()} {measure}, "
            f"{words.people(people)}"
        )
    if one.kind == "genuine_budget":
        return f"{one.area_name}, POET {period}: {words.plain(names[0])} budgets, and genuine ones"
    if one.kind == "poet":
        who, domain = names[:2]
        return (
            f"{one.area_name}, POET {period}, {words.instrument(who)}: {view.names.domain(domain)}"
        )
    return one.title


def _up(view: View, one: Explanation) -> Cell:
    if one.area_level == "council":
        return view.council(one.area_id)
    if one.area_level == "region":
        return Link("The bridge", "bridge.html#regions")
    return Link("England", "index.html")


def _files(one: Explanation) -> Iterator[SourceFile]:
    yield from one.files
    for count in one.counts:
        for part in count.parts:
            if part.observation is not None:
                yield part.observation.file


def _lines(view: View, one: Explanation, numbers: dict[str, int]) -> list[Line]:
    """What stands under the title of a figure."""
    lines = [
        *([Line(_figures(one))] if one.figures else []),
        *(Line(_verdict(view, verdict)) for verdict in one.verdicts),
        *([Line(one.formula)] if one.formula else []),
        *([Line(f"Note: {one.note}")] if one.note else []),
        *(
            Line(
                f"Step {step.step_no}, {step.label}: {words.points(step.effect_pp)} points, to "
                f"{words.percent(step.rate_after_pct)}"
            )
            for step in one.steps
        ),
        *(_count(count, numbers) for count in one.counts),
        *(Line(f"Also offered by {it.offered_by}: {it.text}; {it.reason}") for it in one.offers),
        *(_notice(notice, numbers) for notice in one.notices),
        *(
            Line(
                f"Conflict: {it.source_a} {words.exact(it.value_a)} against {it.source_b} "
                f"{words.exact(it.value_b)}, {it.quantity}: {it.status}. {it.why or ''}"
            )
            for it in one.conflicts
        ),
    ]
    if one.members:
        lines.append(
            Line(
                f"The sums are over {words.quantity(len(one.members), 'council')}",
                under=tuple(_member(view, one, member) for member in one.members),
            )
        )
    if not one.counts and one.files:
        lines.append(Line("Counted from", under=tuple(_file(file, numbers) for file in one.files)))
    return [*lines, *_checks(one)]


def _figures(one: Explanation) -> str:
    return "Published: " + "; ".join(
        f"{words.plain(figure.name.removesuffix('_pct').removesuffix('_pp'))} "
        f"{words.exact(figure.value)}{_UNITS.get(figure.unit, '')}"
        + (
            f" ({words.span(figure.lower, figure.upper, 2)})"
            if figure.lower is not None and figure.lower != figure.upper
            else ""
        )
        for figure in one.figures
    )


def _verdict(view: View, verdict: Verdict) -> str:
    target = view.data.targets[verdict.target_id]
    withdrawn = ", which was withdrawn" if target.withdrawn else ""
    return f"Against “{target.title}”{withdrawn}: {words.verdict(verdict.verdict).lower()}"


def _count(count: Count, numbers: dict[str, int]) -> Line:
    what = f" ({count.description})" if count.description else ""
    return Line(
        f"{words.sentence(words.plain(count.role))}{what}: {words.exact(count.value)}"
        + _between(count.value, count.lower, count.upper),
        under=tuple(_part(part, numbers) for part in count.parts),
    )


def _between(value: float | None, lower: float | None, upper: float | None) -> str:
    if lower is None or upper is None or lower == upper == value:
        return ""
    return f", between {words.exact(lower)} and {words.exact(upper)}"


def _part(part: Part, numbers: dict[str, int]) -> Line:
    times = "" if part.weight == 1 else f"{words.exact(part.weight)} x "
    named = f"{times}{part.source.upper()} {_statistic(part.statistic)}"
    if part.observation is None:
        return Line(f"{named}: {part.missing or 'nothing is known'}")
    return _observation(named, part.observation, numbers)


def _statistic(code: str) -> str:
    """A statistic in words, with the abbreviations of the community care statistics written out."""
    return " ".join(_ABBREVIATIONS.get(word, word) for word in code.split("_"))


def _observation(named: str, cell: Observation, numbers: dict[str, int]) -> Line:
    number = numbers[cell.file.sha256]
    printed = "an empty cell" if cell.token in (None, "") else f"“{cell.token}”"
    return Line(
        f"{named}: {words.exact(cell.value)}{_between(cell.value, cell.lower, cell.upper)}, "
        f"printed as {printed} in {cell.financial_year} {cell.release}, {cell.locator} of",
        Link(f"file {number}", f"#file-{number}"),
        tuple(
            Line(
                f"Before, in {old.release}: {words.exact(old.value)}, printed as “{old.token}”, "
                f"{old.path}, {old.locator}"
            )
            for old in cell.earlier
        ),
    )


def _file(file: SourceFile, numbers: dict[str, int]) -> Line:
    number = numbers[file.sha256]
    return Line(
        f"{words.count(file.rows_loaded)} of {words.count(file.rows_read)} rows of",
        Link(f"file {number}", f"#file-{number}"),
    )


def _notice(notice: Notice, numbers: dict[str, int]) -> Line:
    where = f" ({notice.path}, {notice.locator})" if notice.locator else f" ({notice.path})"
    return Line(f"{words.sentence(notice.kind)} {notice.rule_id}: {notice.message}{where}")


def _member(view: View, one: Explanation, member: Member) -> Line:
    rate = f"{words.exact(member.numerator)} of {words.exact(member.denominator)}"
    said = member.left_out or f"{rate}, {words.percent(member.rate_pct)}"
    cell = view.explained("council", member.council_id, member.anchor, member.council_name)
    if isinstance(cell, Link):
        return Line(f"{said}:", cell)
    return Line(f"{said}: {cell}")


def _checks(one: Explanation) -> list[Line]:
    if one.disagreements:
        return [
            Line(f"DOES NOT AGREE at {it.step}: published {it.published}, again {it.recomputed}")
            for it in one.disagreements
        ]
    not_again = "".join(f" Not computed again: {what}." for what in one.not_recomputed)
    if not one.checked:
        return [Line(not_again.strip())] if not_again else []
    return [
        Line(
            f"Computed again on the way: {words.quantity(one.checked, 'comparison')}, all as "
            f"published.{not_again}"
        )
    ]
