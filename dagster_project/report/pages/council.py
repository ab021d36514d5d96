"""Two pages for each council: what it would put into a Local Account, and all of its figures.

Belongs here: what stands on which. The first prints on two or three sheets as it stands on the
screen; what is long is on the second.
Does not: the tables themselves (`council_tables`, `answers`), councils beside each other
(`councils`), where a figure comes from (`figures`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from dagster_project.report import words
from dagster_project.report.charts.draw import chart
from dagster_project.report.charts.waterfall import waterfall
from dagster_project.report.data import grouped, synthetic
from dagster_project.report.data.places import Council
from dagster_project.report.data.rates import (
    Attainment,
    Change,
    Comparison,
    DirectPayments,
    Return,
    Step,
)
from dagster_project.report.data.received import Conflict, Flag, Revision
from dagster_project.report.data.surveys import Genuine, Outcome
from dagster_project.report.names import of
from dagster_project.report.pages import answers, bridge, council_tables
from dagster_project.report.pages.tracks import over_the_years
from dagster_project.report.pages.view import View
from dagster_project.report.parts import Cell, Chart, Page, Shelf, Table, ordered

# Social care's own questionnaires: what holders of health budgets and children with plans said is
# on the page of all figures.
_SOCIAL_CARE = ("adult_holder", "carer")


class _OfArea(Protocol):
    @property
    def area_level(self) -> str: ...
    @property
    def area_id(self) -> str: ...


OfArea = TypeVar("OfArea", bound=_OfArea)


class _OfYear(Protocol):
    @property
    def financial_year(self) -> str | None: ...


OfYear = TypeVar("OfYear", bound=_OfYear)


def pages(view: View) -> Iterator[Page]:
    """Pages for every council there was; one without a figure has only the first."""
    everyone = _Everyone(view)
    for council in view.data.councils.values():
        own = everyone.of(council)
        yield _account(view, own)
        if own.rates:
            yield _all(view, own)


@dataclass(frozen=True)
class _Own:
    """One council's rows."""

    council: Council
    rates: Sequence[Attainment]
    changes: Sequence[Change]
    comparisons: Sequence[Comparison]
    steps: Sequence[Step]
    outcomes: Sequence[Outcome]
    genuine: Sequence[Genuine]
    direct_payments: Sequence[DirectPayments]
    flags: Sequence[Flag]
    conflicts: Sequence[Conflict]

    @property
    def all_path(self) -> str:
        """Where the page of all its figures lies."""
        return f"councils/{self.council.council_id}-all.html"

    @cached_property
    def last_year(self) -> str | None:
        """Its last year with a rate."""
        return max(
            (row.financial_year for row in self.rates if row.rate_pct is not None), default=None
        )

    @cached_property
    def last_bridge(self) -> Sequence[Step]:
        """The steps of its last bridge."""
        return [row for row in self.steps if row.financial_year == self.steps[-1].financial_year]


class _Everyone:
    """All councils' rows, by council."""

    def __init__(self, view: View) -> None:
        data = view.data
        self._attainment = grouped(data.attainment, lambda row: row.council_id)
        self._changes = _by_area(data.changes)
        self._comparisons = grouped(data.comparisons, lambda row: row.council_id)
        self._steps = _by_area(data.steps)
        self._outcomes = grouped(
            (row for row in data.outcomes if row.group_type == "council"),
            lambda row: row.group_value,
        )
        self._genuine = _by_area(data.genuine)
        self._direct_payments = _by_area(data.direct_payments)
        self._flags = grouped(data.flags, lambda row: row.area_code)
        self._conflicts = grouped(data.conflicts, lambda row: row.area_id)

    def of(self, council: Council) -> _Own:
        """One council's."""
        own = council.council_id
        return _Own(
            council,
            self._attainment.get(own, ()),
            self._changes.get(own, ()),
            self._comparisons.get(own, ()),
            self._steps.get(own, ()),
            self._outcomes.get(own, ()),
            self._genuine.get(own, ()),
            self._direct_payments.get(own, ()),
            self._flags.get(own, ()),
            self._conflicts.get(own, ()),
        )


def _by_area(rows: Iterable[OfArea]) -> dict[str, tuple[OfArea, ...]]:
    return grouped((row for row in rows if row.area_level == "council"), lambda row: row.area_id)


def _account(view: View, own: _Own) -> Page:
    """What a Local Account needs: its latest figures, and what has to be known about them."""
    shelf = Shelf()
    broken = over_the_years(view, shelf, own.changes, "", "by-year")
    shown = ordered(year for year in (view.year, own.last_year) if year is not None)
    counted, payments = _parted(view, own.rates)
    said = _last_wave(own)
    shelf.put(
        council_tables.attainment(
            view,
            "front",
            f"Figures on every basis, {' and '.join(shown)}",
            [row for row in counted if row.financial_year in shown],
        ),
        council_tables.by_year(view, counted),
        council_tables.payments_alone(
            view, [row for row in payments if row.financial_year in shown]
        ),
        council_tables.comparators(view, own.comparisons),
        *(answers.outcomes(view, f"poet-{name}", rows) for name, rows in said.items()),
        *(answers.favourable_chart(view, f"poet-{name}", rows) for name, rows in said.items()),
        answers.genuine(view, [row for row in own.genuine if row.wave == own.genuine[-1].wave]),
    )
    notes = _notes(view, own, shown)
    return shelf.page(
        f"councils/{own.council.council_id}.html",
        own.council.council_name,
        "council.html",
        "Councils",
        sentences_from=["reconciliation_bridge", "council_return"] if own.rates else [],
        council=own.council,
        before=_others(view, own.council.predecessor_ids),
        after=_others(view, own.council.successor_ids),
        answer=answer(view, own.rates),
        broken=broken,
        everything=own.all_path if own.rates else None,
        bridge=bridge.sentence(view, own.last_bridge) if own.steps else None,
        answered=bool(own.outcomes),
        said=[f"poet-{name}" for name in said],
        notes=notes,
        places=_places(shelf, notes),
    )


def _places(shelf: Shelf, notes: Sequence[str]) -> list[tuple[str, str]]:
    """What the page leads to further down, of what there is on it."""
    there = {
        "rates": ("Its figures", bool({"front", "payments-alone"} & set(shelf.tables))),
        "years": ("Over the years", "by-year" in shelf.tables),
        "mind": ("What these figures must not be used for", True),
        "comparison": ("Beside its comparators", "comparators" in shelf.tables),
        "people": ("What people said", True),
        "notes": ("Notes on its data", bool(notes)),
    }
    return [(id, title) for id, (title, is_there) in there.items() if is_there]


def _all(view: View, own: _Own) -> Page:
    """Everything there is of the council, every year, at whatever length."""
    shelf = Shelf()
    name = own.council.council_name
    shelf.put(
        council_tables.attainment(view, "figures", "Figures on every basis, every year", own.rates),
        *_bridge(view, own),
        answers.outcomes(view, "poet", own.outcomes),
        answers.genuine(view, own.genuine),
        council_tables.direct_payments(view, own.direct_payments),
        council_tables.returns(view, own.council.council_id),
        council_tables.flags(own.flags),
        council_tables.conflicts(own.conflicts),
        council_tables.revisions(view, own.council.council_id),
    )
    return shelf.page(
        own.all_path,
        f"{name}: all figures",
        "council_all.html",
        "Councils",
        council=view.council(own.council.council_id),
    )


def _others(view: View, council_ids: str | None) -> list[Cell]:
    return [view.council(one) for one in (council_ids or "").split(";") if one]


def _parted(
    view: View, rates: Sequence[Attainment]
) -> tuple[Sequence[Attainment], Sequence[Attainment]]:
    """Those that a target may be held against, and those of direct payments alone."""
    alone = [row for row in rates if view.names.measures_direct_payments(of(row))]
    return [row for row in rates if row not in alone], alone


def _last_wave(own: _Own) -> dict[str, tuple[Outcome, ...]]:
    """Social care's own questionnaires of the last wave that had any, by questionnaire."""
    rows = [row for row in own.outcomes if row.instrument in _SOCIAL_CARE]
    last = max((row.wave for row in rows), default=None)
    return grouped(
        (row for row in rows if row.wave == last), lambda row: row.instrument.replace("_", "-")
    )


def answer(view: View, rates: Sequence[Attainment]) -> str:
    """What became of the target here, in a sentence or two."""
    goal = words.exact(view.target.threshold_pct)
    front = [
        row
        for row in _parted(view, rates)[0]
        if row.financial_year == view.year and row.target_id == view.target.target_id
    ]
    told = [row for row in front if row.verdict in ("met", "missed", "undetermined")]
    if not rates:
        return "There is no figure of this council in this release."
    if not told:
        return f"There is no figure for {view.year}, the year the {goal}% target is judged in."
    met = [row for row in told if row.verdict == "met"]
    known = [row.rate_pct for row in told if row.rate_pct is not None]
    span = (
        f" Its rates run from {words.percent(min(known))} to {words.percent(max(known))}."
        if len(known) > 1
        else ""
    )
    unsure = sum(row.verdict == "undetermined" for row in told)
    open_ = f" On {words.quantity(unsure, 'basis', 'bases')} it cannot be told." if unsure else ""
    silent = len(front) - len(told)
    lacking = (
        f" For {words.quantity(silent, 'basis', 'bases')} there is no figure or no verdict."
        if silent
        else ""
    )
    return (
        f"In {view.year} this council met the {goal}% target on {len(met)} of "
        f"{words.quantity(len(told), 'basis', 'bases')} with a figure.{open_}{span}{lacking}"
    )


def _notes(view: View, own: _Own, years: Collection[str]) -> list[str]:
    """What it returned itself, and what was doubted, disputed or revised, of the years shown."""
    council_id = own.council.council_id
    return [
        *(_returned(row) for row in _of(years, view.data.returns.get(council_id, ()))),
        *(_doubted(row) for row in _of(years, own.flags)),
        *(_disputed(row) for row in _of(years, own.conflicts)),
        *_revised(_of(years, view.data.revisions.get(council_id, ()))),
    ]


def _of(years: Collection[str], rows: Iterable[OfYear]) -> list[OfYear]:
    return [row for row in rows if row.financial_year in years]


def _returned(row: Return) -> str:
    said = row.q9_target_met_self_declared
    declared = f" It said itself that the target was met: {said}." if said else ""
    own_words = f" In its words: “{row.stated_reason}”." if row.stated_reason else ""
    return (
        f"{row.financial_year}: its return to ADASS is {row.status} and counts people on "
        f"{words.day(row.reference_date)}.{declared}{own_words}"
    )


def _doubted(row: Flag) -> str:
    return (
        f"{row.financial_year}, {row.source.upper()}, {words.plain(row.field)} "
        f"({row.token}): {words.plain(row.message)}."
    )


def _disputed(row: Conflict) -> str:
    return (
        f"{row.financial_year}, {row.quantity or words.plain(row.topic)}: "
        f"{words.plain(row.source_a)} gives {words.exact(row.value_a)} and "
        f"{words.plain(row.source_b)} {words.exact(row.value_b)}. {row.why or ''}"
    ).strip()


def _revised(rows: Sequence[Revision]) -> list[str]:
    if not rows:
        return []
    return [f"Newer releases changed {words.quantity(len(rows), 'value')} of the years shown."]


def _bridge(view: View, own: _Own) -> tuple[Chart, Table] | tuple[()]:
    """The last bridge of the council as a waterfall, all of them as a table."""
    if not own.steps:
        return ()
    last = own.last_bridge
    return (
        chart(
            waterfall,
            "bridge-chart",
            f"From {view.names.definition(last[0].from_definition_id)} to "
            f"{view.names.definition(last[0].to_definition_id)}, {last[0].financial_year}",
            "bridge",
            rows=bridge.bars(view, last),
            synthetic=synthetic(last),
            subtitle="Percent. Thin lines: least and greatest effect over all orders of the steps.",
        ),
        bridge.steps_table(view, "bridge", f"The bridge of {own.council.council_name}", own.steps),
    )
