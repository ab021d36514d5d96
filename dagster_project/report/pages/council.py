"""A page for each council: its figures on every basis, with all that has to be known about them.

Belongs here: what stands on it, fit to be printed for a Local Account.
Does not: councils beside each other (`councils`), where a figure comes from (`figures`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from dagster_project.report import words
from dagster_project.report.charts.draw import chart
from dagster_project.report.charts.survey import shares
from dagster_project.report.charts.waterfall import waterfall
from dagster_project.report.data import grouped, synthetic
from dagster_project.report.data.places import Council
from dagster_project.report.data.rates import Attainment, Change, Comparison, DirectPayments, Step
from dagster_project.report.data.received import Conflict, Flag
from dagster_project.report.data.surveys import Genuine, Outcome
from dagster_project.report.names import of
from dagster_project.report.pages.bridge import bars, steps_table
from dagster_project.report.pages.rates import evidence, share_of_payments
from dagster_project.report.pages.tracks import over_the_years
from dagster_project.report.pages.view import View
from dagster_project.report.parts import (
    Cell,
    Chart,
    Page,
    Shelf,
    Table,
    cells,
    figures,
    texts,
    tight,
)


def pages(view: View) -> Iterator[Page]:
    """A page for every council there was, those without a figure too."""
    everyone = _Everyone(view)
    for council in view.data.councils.values():
        yield _page(view, everyone, council)


class _Everyone:
    """All councils' rows, by council."""

    def __init__(self, view: View) -> None:
        self._view = view

    @cached_property
    def attainment(self) -> Mapping[str, tuple[Attainment, ...]]:
        return grouped(self._view.data.attainment, lambda row: row.council_id)

    @cached_property
    def changes(self) -> Mapping[str, tuple[Change, ...]]:
        rows = (row for row in self._view.data.changes if row.area_level == "council")
        return grouped(rows, lambda row: row.area_id)

    @cached_property
    def comparisons(self) -> Mapping[str, tuple[Comparison, ...]]:
        return grouped(self._view.data.comparisons, lambda row: row.council_id)

    @cached_property
    def steps(self) -> Mapping[str, tuple[Step, ...]]:
        rows = (row for row in self._view.data.steps if row.area_level == "council")
        return grouped(rows, lambda row: row.area_id)

    @cached_property
    def outcomes(self) -> Mapping[str, tuple[Outcome, ...]]:
        rows = (row for row in self._view.data.outcomes if row.group_type == "council")
        return grouped(rows, lambda row: row.group_value)

    @cached_property
    def genuine(self) -> Mapping[str, tuple[Genuine, ...]]:
        rows = (row for row in self._view.data.genuine if row.area_level == "council")
        return grouped(rows, lambda row: row.area_id)

    @cached_property
    def direct_payments(self) -> Mapping[str, tuple[DirectPayments, ...]]:
        rows = (row for row in self._view.data.direct_payments if row.area_level == "council")
        return grouped(rows, lambda row: row.area_id)

    @cached_property
    def flags(self) -> Mapping[str | None, tuple[Flag, ...]]:
        return grouped(self._view.data.flags, lambda row: row.area_code)

    @cached_property
    def conflicts(self) -> Mapping[str | None, tuple[Conflict, ...]]:
        return grouped(self._view.data.conflicts, lambda row: row.area_id)


def _page(view: View, everyone: _Everyone, council: Council) -> Page:
    shelf = Shelf()
    own = council.council_id
    rates = everyone.attainment.get(own, ())
    broken = over_the_years(view, shelf, everyone.changes.get(own, ()), "", "figures")
    shelf.put(
        _attainment(
            view,
            "front",
            f"Figures on every basis, {view.year}",
            [row for row in rates if row.financial_year == view.year],
        ),
        _attainment(view, "figures", "Figures on every basis, every year", rates),
        _comparators(view, everyone.comparisons.get(own, ())),
        _outcomes(view, everyone.outcomes.get(own, ())),
        _outcomes_chart(view, everyone.outcomes.get(own, ())),
        _genuine(view, everyone.genuine.get(own, ())),
        _direct_payments(view, everyone.direct_payments.get(own, ())),
        _returns(view, own),
        _flags(everyone.flags.get(own, ())),
        _conflicts(everyone.conflicts.get(own, ())),
        _revisions(view, own),
    )
    _bridge(view, shelf, council, everyone.steps.get(own, ()))
    return shelf.page(
        f"councils/{own}.html",
        council.council_name,
        "council.html",
        "Councils",
        council=council,
        before=_others(view, council.predecessor_ids),
        after=_others(view, council.successor_ids),
        answer=answer(view, rates),
        broken=broken,
    )


def _others(view: View, council_ids: str | None) -> list[Cell]:
    return [view.council(one) for one in (council_ids or "").split(";") if one]


def answer(view: View, rates: Sequence[Attainment]) -> str:
    """What became of the target here, in a sentence or two."""
    goal = words.exact(view.target.threshold_pct)
    front = [
        row
        for row in rates
        if row.financial_year == view.year
        and row.target_id == view.target.target_id
        and not view.names.measures_direct_payments(of(row))
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
    silent = len(front) - len(told)
    lacking = (
        f" For {words.quantity(silent, 'basis', 'bases')} there is no figure or no verdict."
        if silent
        else ""
    )
    return (
        f"In {view.year} this council met the {goal}% target on {len(met)} of "
        f"{words.quantity(len(told), 'basis', 'bases')} with a figure.{span}{lacking}"
    )


def _attainment(view: View, name: str, caption: str, rates: Sequence[Attainment]) -> Table | None:
    """One line for each year and basis, with a verdict for each target."""
    if not rates:
        return None
    lines = grouped(rates, lambda row: (row.financial_year, of(row)))
    dated = len({row.financial_year for row in rates}) > 1
    targets = list(view.data.targets.values())
    notes = list(dict.fromkeys(row.note for row in rates if row.note))
    return Table(
        name,
        caption,
        [
            *texts("Basis or definition"),
            *(tight("Year") if dated else []),
            *figures("Numerator", "Denominator", "Rate, %", "Interval, %"),
            *tight(
                *(
                    f"{words.exact(target.threshold_pct)}% by {target.reference_date:%b %Y}"
                    f"{' (withdrawn)' if target.withdrawn else ''}"
                    for target in targets
                ),
                "Evidence",
            ),
        ],
        [
            _line(view, members, [target.target_id for target in targets], notes, dated)
            for members in lines.values()
        ],
        synthetic(rates),
        "target_attainment",
        "The interval is what the rounding of the counts leaves open; it is not sampling error. A "
        "verdict in brackets is of a year before the target was due. Each rate leads to what it is "
        "made of. "
        + " ".join(f"[note {at}] {words.sentence(note)}." for at, note in enumerate(notes, 1)),
    )


def _line(
    view: View,
    members: Sequence[Attainment],
    targets: Sequence[str],
    notes: Sequence[str],
    dated: bool,
) -> tuple[Cell, ...]:
    row = members[0]
    verdicts = {member.target_id: member for member in members}
    return cells(
        view.series(of(row)),
        *([row.financial_year] if dated else []),
        words.count(row.numerator),
        words.count(row.denominator),
        view.rate(
            "council",
            row.council_id,
            row,
            words.number(row.rate_pct)
            + (f" [note {notes.index(row.note) + 1}]" if row.note else ""),
        ),
        words.span(row.rate_lower_pct, row.rate_upper_pct),
        *(_verdict(verdicts.get(target)) for target in targets),
        evidence(row.evidence_class),
    )


def _verdict(row: Attainment | None) -> str:
    if row is None:
        return ""
    said = words.verdict(row.verdict)
    return f"({said.lower()})" if row.timing == "before" else said


def _comparators(view: View, rows: Sequence[Comparison]) -> Table | None:
    """Its place among its comparators in the year in front and in its last year."""
    wanted = {view.year, rows[-1].financial_year} if rows else set()
    shown = [row for row in rows if row.financial_year in wanted]
    if not shown:
        return None
    kind = words.plain(shown[-1].comparator_kind)
    return Table(
        "comparators",
        f"Beside {shown[-1].comparators} comparators ({kind})",
        [
            *texts("Basis or definition"),
            *tight("Year"),
            *figures(
                "Rate, %", "Interval, %", "Median of comparators, %", "With a figure", "Place"
            ),
        ],
        [
            cells(
                view.series(of(row)),
                row.financial_year,
                words.number(row.rate_pct),
                words.span(row.rate_lower_pct, row.rate_upper_pct),
                words.number(row.comparator_median_pct),
                f"{row.comparators_with_data} of {row.comparators}",
                words.place(row.place_best, row.place_worst, row.comparators_with_data),
            )
            for row in shown
        ],
        synthetic(shown),
        "council_comparison",
        "1 is the highest rate. A place is a range where intervals overlap. Councils without a "
        "figure take no place, and nothing estimated is placed.",
    )


def _outcomes(view: View, rows: Sequence[Outcome]) -> Table | None:
    if not rows:
        return None
    return Table(
        "poet",
        "What people who answered POET said",
        [
            *tight("Survey"),
            *texts("Who answered", "Outcome"),
            *figures("Valid answers (n)", "Better, %", "95% limits, %", "Worse, %"),
        ],
        [
            cells(
                str(row.wave),
                words.sentence(words.instrument(row.instrument)),
                view.names.domain(row.domain),
                *(
                    _hidden(4)
                    if row.suppressed
                    else [
                        words.count(row.n_valid),
                        view.figure(
                            "council",
                            row.group_value,
                            words.number(row.better_pct),
                            row.wave,
                            "poet",
                            row.instrument,
                            row.domain,
                        ),
                        words.span(row.better_lower_pct, row.better_upper_pct),
                        words.number(row.worse_pct),
                    ]
                ),
            )
            for row in rows
        ],
        synthetic(rows),
        "poet_outcome",
        "Respondents chose to answer. Limits are Wilson's and tell chance alone.",
    )


def _outcomes_chart(view: View, rows: Sequence[Outcome]) -> Chart | None:
    """The last wave's adult holders, whose figures may be shown."""
    shown = [row for row in rows if not row.suppressed and row.better_pct is not None]
    if not shown:
        return None
    last = max(row.wave for row in shown)
    one = min(row.instrument for row in shown if row.wave == last)
    shown = [row for row in shown if (row.wave, row.instrument) == (last, one)]
    return outcome_chart(
        view, "poet-chart", f"Better, POET {last}, {words.instrument(one)}", "poet", shown
    )


def outcome_chart(
    view: View,
    name: str,
    title: str,
    table: str,
    rows: Sequence[Outcome],
    *,
    live: bool = False,
) -> Chart:
    """Shares of one group over the outcomes, the greatest first."""
    ranked = sorted(rows, key=lambda row: (-(row.better_pct or 0.0), row.domain))
    return chart(
        shares,
        name,
        title,
        table,
        rows={
            "rows": [
                {
                    "name": view.names.domain(row.domain),
                    "order": order,
                    "value": row.better_pct,
                    "lower": row.better_lower_pct,
                    "upper": row.better_upper_pct,
                    "label": f"{words.percent(row.better_pct)} (n = {words.count(row.n_valid)})",
                    "words": f"{words.percent(row.better_pct)}, 95% limits "
                    f"{words.span(row.better_lower_pct, row.better_upper_pct)}, "
                    f"n = {words.count(row.n_valid)}",
                }
                for order, row in enumerate(ranked)
            ]
        },
        synthetic=synthetic(ranked),
        subtitle="Percent of valid answers, with 95% limits.",
        live=live,
    )


def _hidden(columns: int) -> list[Cell]:
    return [words.SUPPRESSED] * columns


def _genuine(view: View, rows: Sequence[Genuine]) -> Table | None:
    if not rows:
        return None
    return Table(
        "genuine",
        "Budgets that pass In Control's three tests, by the answers to POET",
        [
            *tight("Survey", "Year"),
            *texts("Budgets"),
            *figures("Official holders", "Answered all three (n)", "Passing, %", "Implied count"),
        ],
        [
            cells(
                str(row.wave),
                row.financial_year,
                words.sentence(words.plain(row.budget_type)),
                words.count(row.official_holders),
                *(
                    _hidden(3)
                    if row.suppressed
                    else [
                        words.count(row.n_valid),
                        view.figure(
                            row.area_level,
                            row.area_id,
                            f"{words.number(row.passing_pct)} "
                            f"({words.span(row.passing_lower_pct, row.passing_upper_pct)})",
                            row.wave,
                            "genuine_budget",
                            row.budget_type,
                        ),
                        f"{words.count(row.implied_count)} "
                        f"({words.span(row.implied_lower, row.implied_upper, 0)})",
                    ]
                ),
            )
            for row in rows
        ],
        synthetic(rows),
        "genuine_budget",
        rows[0].assumption,
    )


def _direct_payments(view: View, rows: Sequence[DirectPayments]) -> Table | None:
    shown = [row for row in rows if row.direct_payment_share_pct is not None]
    if not shown:
        return None
    return Table(
        "direct-payments",
        "Direct payments",
        [
            *tight("Year"),
            *texts("Source", "Share of"),
            *figures("Direct payments", "All", "Share, %"),
        ],
        [share_of_payments(view, row) for row in shown],
        synthetic(shown),
        "direct_payment_share",
    )


def _bridge(view: View, shelf: Shelf, council: Council, rows: Sequence[Step]) -> None:
    """The last bridge of the council as a waterfall, all of them as a table."""
    if not rows:
        return
    last = [row for row in rows if row.financial_year == rows[-1].financial_year]
    shelf.put(
        chart(
            waterfall,
            "bridge-chart",
            f"From {view.names.definition(last[0].from_definition_id)} to "
            f"{view.names.definition(last[0].to_definition_id)}, {last[0].financial_year}",
            "bridge",
            rows=bars(view, last),
            synthetic=synthetic(last),
            subtitle="Percent. Thin lines: least and greatest effect over all orders of the steps.",
        ),
        steps_table(view, "bridge", f"The bridge of {council.council_name}", rows),
    )


def _returns(view: View, council_id: str) -> Table | None:
    rows = view.data.returns.get(council_id, ())
    if not rows:
        return None
    return Table(
        "returns",
        "Its own returns to ADASS",
        [
            *tight("Year"),
            *texts(
                "Definition", "Status", "Counts are of", "Target met, as it said", "In its words"
            ),
        ],
        [
            cells(
                row.financial_year,
                view.names.definition(row.definition_id),
                row.status,
                words.day(row.reference_date),
                row.q9_target_met_self_declared or words.NOT_AVAILABLE,
                row.stated_reason or "",
            )
            for row in rows
        ],
        synthetic(rows),
        "council_return",
    )


def _flags(rows: Sequence[Flag]) -> Table | None:
    if not rows:
        return None
    return Table(
        "flags",
        "Values loaded as given that are odd",
        [*tight("Year"), *texts("Source", "What", "Rule", "As printed", "Why it is odd", "Where")],
        [
            cells(
                row.financial_year,
                row.source.upper(),
                words.plain(row.field),
                row.rule_id,
                row.token or "",
                row.message,
                f"{row.source_file}, {row.source_locator}",
            )
            for row in rows
        ],
        synthetic(rows),
        "flagged_value",
    )


def _conflicts(rows: Sequence[Conflict]) -> Table | None:
    if not rows:
        return None
    return Table(
        "conflicts",
        "Figures that cannot both be right as read",
        [
            *tight("Year"),
            *texts("What", "One source"),
            *figures("Gives"),
            *texts("Another"),
            *figures("Gives"),
            *texts("What is known"),
        ],
        [
            cells(
                row.financial_year or "",
                row.quantity or row.topic,
                (row.source_a or "").upper(),
                words.exact(row.value_a),
                (row.source_b or "").upper(),
                words.exact(row.value_b),
                " ".join(part for part in (row.why, row.why_used) if part),
            )
            for row in rows
        ],
        synthetic(rows),
        "source_conflict",
    )


def _revisions(view: View, council_id: str) -> Table | None:
    rows = view.data.revisions.get(council_id, ())
    if not rows:
        return None
    return Table(
        "revisions",
        "What newer releases changed",
        [
            *tight("Year"),
            *texts("Changed by", "Figure", "Releases"),
            *figures("Was", "Is"),
        ],
        [
            cells(
                row.financial_year or "",
                words.plain(row.changed_by),
                " ".join(
                    part
                    for part in (
                        (row.source or "").upper(),
                        view.names.definition(row.definition_id),
                        words.plain(row.statistic),
                    )
                    if part
                ),
                f"{row.older_release} to {row.newer_release}",
                words.exact(row.older_value),
                words.exact(row.newer_value),
            )
            for row in rows
        ],
        synthetic(rows),
        "revision",
    )
