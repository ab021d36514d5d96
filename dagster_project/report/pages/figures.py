"""Where each figure comes from: explanations as pages, some for a council or region, one for each
figure of England, and the links that lead to them.

Belongs here: which explanation stands on which page, and its lines.
Does not: following a figure to its cells and computing it anew (`explain`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dagster_project.explain import Explanation
from dagster_project.explain.tree import (
    Count,
    Figure,
    Input,
    Member,
    Notice,
    Observation,
    Pair,
    Part,
    SourceFile,
    Verdict,
)
from dagster_project.report import words
from dagster_project.report.data import grouped
from dagster_project.report.names import Series, of
from dagster_project.report.pages.outcomes import GROUPS, METHODS
from dagster_project.report.pages.view import Explained, View
from dagster_project.report.parts import Cell, Link, Page

_UNITS = {"percent": "%", "points": " points"}
_ABBREVIATIONS = {
    "sds": "with self-directed support",
    "dp": "with a direct payment",
    "pb": "personal budget",
}
_QUESTION = re.compile(r"^q(\d+)$")
# A word in running text, which may be a code; what stands in a path or file name is none.
_WORD = re.compile(r"(?<![\w/.-])[A-Za-z]\w+(?![\w/-]|\.\w)")
_MEASURES = (
    ("odds_ratio", "odds ratio"),
    ("risk_ratio", "risk ratio"),
    ("risk_difference_pp", "difference"),
)
_LIES = (
    ("above", "Wholly above it"),
    ("overlapping", "Not to be told apart from it"),
    ("below", "Wholly below it"),
    (None, "Without an interval"),
)
_ANSWERS = ("poet", "genuine_budget")
_COMPARED = ("rate_change", "comparison")


@dataclass(frozen=True)
class Line:
    """A line of an explanation and those under it."""

    text: str
    links: tuple[Link, ...] = ()
    under: tuple[Line, ...] = ()


def places(explanations: Sequence[Explanation]) -> dict[Explained, str]:
    """Where each explanation stands, for the links of the other pages."""
    return {
        Explained(one.area_level, one.area_id, one.anchor): f"{path}#{one.anchor}"
        for path, found in _by_page(explanations).items()
        for one in found
    }


def _by_page(explanations: Sequence[Explanation]) -> dict[str, list[Explanation]]:
    """Those that have a page. Of correlations only the last wave that has any is shown."""
    waves = [_wave(one) for one in explanations if _is_correlation(one)]
    last = max(waves, default=None)
    found = grouped(
        (one for one in explanations if one.kind != "activity_outcome" or _wave(one) == last),
        _path,
    )
    return {path: list(some) for path, some in found.items() if path is not None}


def _wave(one: Explanation) -> int:
    return int(one.anchor.partition("--")[0][:4])


def _is_correlation(one: Explanation) -> bool:
    return _path(one) is not None and one.kind == "activity_outcome"


def _path(one: Explanation) -> str | None:
    """Its page. Without one are those that no other page shows: changes in regions, what was said
    by answers to other questions, correlations of other people's answers or without a coefficient.
    """
    if one.area_level == "council":
        return f"councils/{one.area_id}-{_which(one)}.html"
    if one.area_level == "region":
        return None if one.kind == "rate_change" else f"regions/{one.area_id}-figures.html"
    return _path_of_england(one)


def _which(one: Explanation) -> str:
    if one.kind in _ANSWERS:
        return "answers"
    return "compared" if one.kind in _COMPARED else "figures"


def _path_of_england(one: Explanation) -> str | None:
    period, kind, *rest = one.anchor.split("--")
    if one.kind == "poet":
        who, domain, *group = rest
        if group and group[0] not in GROUPS:
            return None
        of_groups = (domain, "groups") if group else ()
        return f"england/{_slug('-'.join((kind, period, who, *of_groups)))}.html"
    if one.kind == "process_effect":
        return f"england/{_slug(f'effects-{period}-{rest[0]}')}.html"
    if one.kind == "activity_outcome":
        shown = rest[0] == "adult_holder" and one.figures[1].value is not None
        return f"england/{_slug(f'across-{period}-{rest[1]}')}.html" if shown else None
    return f"england/{_slug('changes' if one.kind == 'rate_change' else one.anchor)}.html"


def _slug(text: str) -> str:
    return text.lower().replace("_", "-").replace("--", "-")


def pages(view: View, explanations: Sequence[Explanation]) -> Iterator[Page]:
    """A page for each place."""
    for path, found in _by_page(explanations).items():
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
            "not_again": list(
                dict.fromkeys(words.sentence(what) for one in found for what in one.not_recomputed)
            ),
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
        who, domain, *group = names
        whose = f", {': '.join(map(words.plain, group))}" if group else ""
        return (
            f"{one.area_name}, POET {period}, {words.instrument(who)}{whose}: "
            f"{view.names.domain(domain)}"
        )
    if one.kind == "process_effect":
        who, condition, domain = names
        return (
            f"POET {period}, {words.instrument(who)}: “{view.names.condition(condition)}” with "
            f"“{view.names.domain(domain)}”"
        )
    if one.kind == "activity_outcome":
        domain = view.names.domain(names[1])
        return f"POET {period}, over councils: “{domain}” with {_with(view, names[2:])}"
    if one.basis_id and one.person_scope:
        named = view.names.series(Series(one.basis_id, one.definition_id, one.person_scope))
        what = "the change of" if one.kind == "rate_change" else "place among comparators,"
        return f"{one.area_name}, {period}: {what} {named}"
    return one.title


def _with(view: View, names: Sequence[str]) -> str:
    """The activity of a correlation: a direct payment share, or a rate on a basis or definition."""
    activity, *on, people = names
    if activity == "direct_payment_share":
        people, source, measure = names[1:]
        return f"the share of direct payments, {source.upper()} {measure}, {words.people(people)}"
    return view.names.series(Series(activity, on[0] if on else None, people))


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
    """What stands under the title of a figure: its name in the database first."""
    lines = [
        Line(f"{one.anchor} of {one.table}"),
        *(_published(one)),
        *(Line(_verdict(view, verdict)) for verdict in one.verdicts),
        *([Line(_in_words(view, one.formula))] if one.formula else []),
        *([Line(f"Note: {one.note}")] if one.note else []),
        *(
            Line(f"Break in {it.first_year_after}, {it.source.upper()}: {it.reason} {it.citation}")
            for it in one.breaks
        ),
        *(_input(view, it) for it in one.inputs),
        *(_pair(view, pair) for pair in one.pairs),
        *(
            Line(
                f"Step {step.step_no}, {step.label}: {words.points(step.effect_pp)} points, to "
                f"{words.percent(step.rate_after_pct)}"
            )
            for step in one.steps
        ),
        *(_count(view, count, numbers) for count in one.counts),
        *(
            Line(_in_words(view, f"Also offered by {it.offered_by}: {it.text}; {it.reason}"))
            for it in one.offers
        ),
        *(_notice(notice) for notice in one.notices if one.kind != "process_effect"),
        *(
            Line(
                f"Conflict: {it.source_a} {words.exact(it.value_a)} against {it.source_b} "
                f"{words.exact(it.value_b)}, {it.quantity}: {it.status}. {it.why or ''}"
            )
            for it in one.conflicts
        ),
    ]
    if one.kind == "comparison":
        lines += _comparators(view, one)
    elif one.members:
        lines.append(
            Line(
                f"The sums are over {words.quantity(len(one.members), 'council')}",
                under=tuple(_member(view, one, member) for member in one.members),
            )
        )
    if one.files and not (one.counts or one.inputs):
        lines.append(Line("Counted from", under=tuple(_file(file, numbers) for file in one.files)))
    return [*lines, *_checks(one)]


def _published(one: Explanation) -> list[Line]:
    if not one.figures:
        return []
    if one.kind != "process_effect":
        return [Line("Published: " + "; ".join(map(_figure, one.figures)))]
    found = {figure.name: figure for figure in one.figures}
    people, councils = (words.count(found[name].value) for name in ("n", "councils"))
    methods = [name.partition(" of ")[2] for name in found if name.startswith("odds_ratio")]
    return [
        Line(f"{people} people with both answers, from {councils} councils"),
        *(Line(f"{_method(one)}: {_measures(found, one)}") for one in methods),
    ]


def _method(code: str) -> str:
    return f"{words.sentence(METHODS.get(code, words.plain(code)))} ({code})"


def _measures(found: dict[str, Figure], method: str) -> str:
    shown = [f"{name} {_value(found[f'{code} of {method}'])}" for code, name in _MEASURES]
    q_value = found[f"q_value of {method}"].value
    return "; ".join([*shown, f"q-value {words.number(q_value, 2)}"])


def _figure(figure: Figure) -> str:
    named = words.plain(figure.name.removesuffix("_pct").removesuffix("_pp"))
    return f"{named} {_value(figure)}"


def _value(figure: Figure) -> str:
    """With its unit and its interval, if it has one."""
    if figure.value is None and figure.lower is None:
        return words.NOT_AVAILABLE
    whole = all(end is None or end % 1 == 0 for end in (figure.value, figure.lower, figure.upper))
    span = (
        f" ({words.span(figure.lower, figure.upper, 0 if whole else 2)})"
        if figure.lower is not None and figure.lower != figure.upper
        else ""
    )
    return f"{words.exact(figure.value)}{_UNITS.get(figure.unit, '')}{span}"


def _input(view: View, it: Input) -> Line:
    value = f"{words.number(it.value, 2)}%"
    shown = view.explained(it.area_level, it.area_id, it.anchor or "", value)
    span = (
        f", between {words.number(it.lower, 2)}% and {words.number(it.upper, 2)}%"
        if it.lower is not None and it.lower != it.upper
        else ""
    )
    named = words.sentence(it.name)
    if isinstance(shown, Link):
        return Line(f"{named}{span}:", (shown,))
    return Line(f"{named}{span}: {shown}")


def _pair(view: View, pair: Pair) -> Line:
    """A council with its two figures, each with its rank from the lowest."""
    links, told = [], []
    for it, rank in ((pair.activity, pair.activity_rank), (pair.outcome, pair.outcome_rank)):
        value = f"{words.number(it.value, 2)}%"
        shown = view.explained(it.area_level, it.area_id, it.anchor or "", value)
        if isinstance(shown, Link):
            links.append(shown)
        else:
            told.append(shown)
        told.append(f"rank {words.exact(rank)}")
    return Line(f"{pair.council_name}, {', '.join(told)}:", tuple(links))


def _comparators(view: View, one: Explanation) -> Iterator[Line]:
    """The comparators by where their intervals lie; the page of the basis has each one's rate."""
    if one.basis_id is None or one.person_scope is None:
        return
    series = Series(one.basis_id, one.definition_id, one.person_scope)
    for lies, said in _LIES:
        names = [member.council_name for member in one.members if member.lies == lies]
        if names:
            yield Line(f"{said} ({len(names)}): {', '.join(names)}")
    if (one.financial_year, series) in {(row.financial_year, of(row)) for row in view.in_front}:
        page = f"compare/{one.financial_year}-{series.slug}.html"
        yield Line("The rate of each, with what it is made of:", (Link("all councils", page),))


def _in_words(view: View, text: str) -> str:
    """Codes in a sentence as words; a definition's code stays beside its name."""

    def worded(found: re.Match[str]) -> str:
        word = found[0]
        if word in view.data.definitions:
            return f"{view.names.definition(word)} ({word})"
        if word in view.sources:
            return words.plain(word).upper()
        return words.plain(word) if "_" in word and word.islower() else word

    return _WORD.sub(worded, text)


def _verdict(view: View, verdict: Verdict) -> str:
    target = view.data.targets[verdict.target_id]
    withdrawn = ", which was withdrawn" if target.withdrawn else ""
    return f"Against “{target.title}”{withdrawn}: {words.verdict(verdict.verdict).lower()}"


def _count(view: View, count: Count, numbers: dict[str, int]) -> Line:
    what = f" ({count.description})" if count.description else ""
    return Line(
        f"{words.sentence(_in_words(view, count.role))}{what}: {words.exact(count.value)}"
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
    """A statistic in words, with abbreviations written out, and its code beside them."""
    said = " ".join(_ABBREVIATIONS.get(word, word) for word in code.split("_"))
    question, _, rest = said.partition(" ")
    if _QUESTION.match(question):
        said = f"question {question[1:]}, {rest}"
    return said if said == code else f"{said} [{code}]"


def _observation(named: str, cell: Observation, numbers: dict[str, int]) -> Line:
    number = numbers[cell.file.sha256]
    printed = "an empty cell" if cell.token in (None, "") else f"“{cell.token}”"
    return Line(
        f"{named}: {words.exact(cell.value)}{_between(cell.value, cell.lower, cell.upper)}, "
        f"printed as {printed} in {cell.financial_year} {cell.release}, {cell.locator} of",
        (Link(f"file {number}", f"#file-{number}"),),
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
        (Link(f"file {number}", f"#file-{number}"),),
    )


def _notice(notice: Notice) -> Line:
    where = f" ({notice.path}, {notice.locator})" if notice.locator else f" ({notice.path})"
    return Line(f"{words.sentence(notice.kind)} {notice.rule_id}: {notice.message}{where}")


def _member(view: View, one: Explanation, member: Member) -> Line:
    rate = f"{words.exact(member.numerator)} of {words.exact(member.denominator)}"
    said = member.left_out or f"{rate}, {words.percent(member.rate_pct)}"
    cell = view.explained("council", member.council_id, member.anchor, member.council_name)
    if isinstance(cell, Link):
        return Line(f"{said}:", (cell,))
    return Line(f"{said}: {cell}")


def _checks(one: Explanation) -> list[Line]:
    if one.disagreements:
        return [
            Line(f"DOES NOT AGREE at {it.step}: published {it.published}, again {it.recomputed}")
            for it in one.disagreements
        ]
    if not one.checked:
        return []
    return [
        Line(
            f"Computed again on the way: {words.quantity(one.checked, 'comparison')}, all as "
            "published."
        )
    ]
