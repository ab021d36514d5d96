"""Tables of one council's own rows.

Belongs here: its figures, places, returns and what was doubted of them, as tables.
Does not: which of them stand on which of its pages (`council`), what people answered (`answers`).
"""

from __future__ import annotations

from collections.abc import Sequence

from dagster_project.report import words
from dagster_project.report.data import grouped, synthetic
from dagster_project.report.data.rates import Attainment, Comparison, DirectPayments
from dagster_project.report.data.received import Conflict, Flag
from dagster_project.report.names import of
from dagster_project.report.pages.rates import evidence, share_of_payments
from dagster_project.report.pages.view import View
from dagster_project.report.parts import Cell, Table, cells, figures, texts, tight
from dagster_project.report.words import Invented


def attainment(view: View, name: str, caption: str, rates: Sequence[Attainment]) -> Table | None:
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
        "verdict in brackets is of another year than that in which the target was due. Each rate "
        "leads to what it is made of. "
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
    return said if row.timing == "due" else f"({said.lower()})"


def by_year(view: View, rates: Sequence[Attainment]) -> Table | None:
    """Rates alone, a column a year: the figures of the charts over the years."""
    if not rates:
        return None
    years = sorted({row.financial_year for row in rates})
    lines = grouped(rates, of)
    how = synthetic(rates)
    return Table(
        "by-year",
        "Rates in percent, year by year",
        [*texts("Basis or definition"), *figures(*years)],
        [
            cells(
                view.series(series),
                *(_of_year(view, members, year, how) for year in years),
            )
            for series, members in lines.items()
        ],
        how,
        "target_attainment",
        "An empty cell: in that year nobody counted on that basis. Years of a line may be compared "
        "only where the chart joins them."
        + (f" [s] marks {words.SYNTHETIC} figures." if how is Invented.PART else ""),
    )


def _of_year(view: View, members: Sequence[Attainment], year: str, how: Invented) -> Cell:
    """The rate of that year; each target has a row, and all have the same rate."""
    row = next((one for one in members if one.financial_year == year), None)
    if row is None:
        return ""
    made = how is Invented.PART and row.evidence_class == "synthetic"
    text = words.number(row.rate_pct) + (" [s]" if made else "")
    return view.rate("council", row.council_id, row, text)


def payments_alone(view: View, rates: Sequence[Attainment]) -> Table | None:
    """Measures of direct payments alone, without a verdict."""
    known = {(row.financial_year, of(row)): row for row in rates}.values()
    if not known:
        return None
    return Table(
        "payments-alone",
        "Direct payments alone, which no target was about",
        [
            *texts("Definition"),
            *tight("Year"),
            *figures("Numerator", "Denominator", "Rate, %", "Interval, %"),
            *tight("Evidence"),
        ],
        [
            cells(
                view.series(of(row)),
                row.financial_year,
                words.count(row.numerator),
                words.count(row.denominator),
                view.rate("council", row.council_id, row, words.number(row.rate_pct)),
                words.span(row.rate_lower_pct, row.rate_upper_pct),
                evidence(row.evidence_class),
            )
            for row in known
        ],
        synthetic(list(known)),
        "target_attainment",
    )


def comparators(view: View, rows: Sequence[Comparison]) -> Table | None:
    """Its place among its comparators in the year in front and in its last year."""
    wanted = {view.year, rows[-1].financial_year} if rows else set()
    shown = [row for row in rows if row.financial_year in wanted]
    if not shown:
        return None
    kind = words.plain(shown[-1].comparator_kind)
    return Table(
        "comparators",
        f"Beside its comparators ({kind})",
        [
            *texts("Basis or definition"),
            *tight("Year"),
            *figures(
                "Rate, %",
                "Interval, %",
                "England, %",
                "Median of comparators, %",
                "With a figure",
                "Place",
            ),
        ],
        [
            cells(
                view.series(of(row)),
                row.financial_year,
                words.number(row.rate_pct),
                words.span(row.rate_lower_pct, row.rate_upper_pct),
                _england(view, row),
                words.number(row.comparator_median_pct),
                f"{row.comparators_with_data} of {row.comparators}",
                view.place(row),
            )
            for row in shown
        ],
        synthetic(shown),
        "council_comparison",
        "England is all people counted over all people in the base, of the councils with data. "
        "Place 1 is the highest rate; a place is a range where intervals overlap. Councils without "
        "a figure take no place, and nothing estimated is placed.",
    )


def _england(view: View, row: Comparison) -> Cell:
    """England's pooled rate of that year and basis."""
    rate = view.england.get((row.financial_year, of(row)))
    if rate is None:
        return words.NOT_AVAILABLE
    return view.rate("england", "England", rate, words.number(rate.pooled_rate_pct))


def direct_payments(view: View, rows: Sequence[DirectPayments]) -> Table | None:
    """How much of what is counted was direct payments, every year and source."""
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


def returns(view: View, council_id: str) -> Table | None:
    """What it sent to ADASS, and what it said of it."""
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


def flags(rows: Sequence[Flag]) -> Table | None:
    """Values of it that are odd, with the place each stands in."""
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


def conflicts(rows: Sequence[Conflict]) -> Table | None:
    """Figures of it on which sources disagree."""
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


def revisions(view: View, council_id: str) -> Table | None:
    """Figures of it that a newer release changed."""
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
