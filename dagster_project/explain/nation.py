"""England's figures, computed anew from the councils' rates.

Belongs here: who met a target, the share of them and its bounds, the ratio of sums and the mean of
rates. Does not: a council's own rate (`rates`), the estimate for silent councils (`estimate`).
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from dagster_project.explain import arithmetic
from dagster_project.explain.anchors import anchor
from dagster_project.explain.arithmetic import Interval
from dagster_project.explain.checking import Checks
from dagster_project.explain.estimate import Asked, estimated
from dagster_project.explain.facts import Council, Facts, RateKey, weakest
from dagster_project.explain.notices import Notices
from dagster_project.explain.rates import ROLES, Rates, Recomputed, files_of, rate_name
from dagster_project.explain.tree import Count, Explanation, Figure, Member, Tally
from dagster_project.explain.wording import number

_NATIONAL = """
    select
        financial_year, basis_id, definition_id, person_scope, target_id, timing,
        councils_in_scope, councils_with_data, councils_met, councils_missed,
        councils_undetermined, share_met_pct, share_met_lower_pct, share_met_upper_pct,
        share_met_wilson_lower_pct, share_met_wilson_upper_pct, pooled_rate_pct, mean_rate_pct,
        estimated_rate_pct, estimated_rate_se_pp, estimate_note, evidence_class
    from {attainment}
    where $years is null or list_contains($years, financial_year)
    order by financial_year, basis_id, definition_id nulls first, person_scope, target_id
"""
Row = dict[str, Any]
Answers = list[tuple[Council, Recomputed]]


def national_rates(facts: Facts, rates: Rates, notices: Notices) -> Iterator[Explanation]:
    """England's figure on every basis, with its councils and its tally against every target."""
    read = _NATIONAL.format(attainment=facts.standing("national_attainment"))
    for (year, *names), group in groupby(facts.rows(read), key=_key_of):
        key = RateKey(*names)
        offer = rates.offer(key, year)
        answers = [
            (council, rates.recomputed(key, offer, (year, council.council_id)))
            for council in facts.in_scope(year)
            if offer is not None
        ]
        yield _explained(facts, notices, key, year, answers, list(group))


def _key_of(row: Row) -> tuple[Any, ...]:
    return row["financial_year"], row["basis_id"], row["definition_id"], row["person_scope"]


def _explained(
    facts: Facts, notices: Notices, key: RateKey, year: str, answers: Answers, rows: list[Row]
) -> Explanation:
    first = rows[0]
    pooled = [found for _, found in answers if _is_pooled(found)]
    sums = [sum(found.shown[side].value or 0.0 for found in pooled) for side in (0, 1)]
    name = anchor(year, key.basis_id, key.person_scope, key.definition_id)
    checks = _checked(facts, key, year, answers, rows)
    shown = (
        f"{number(sums[0])} / {number(sums[1])} = {number(arithmetic.share(*sums))}% over "
        f"{len(pooled)} councils"
    )
    return Explanation(
        anchor=name,
        kind="rate",
        title=f"England, {year}: {rate_name(key)}{facts.when}",
        table=facts.named("national_attainment"),
        area_level="england",
        area_id="England",
        area_name="England",
        financial_year=year,
        vintage=facts.vintages.get(year),
        basis_id=key.basis_id,
        definition_id=key.definition_id,
        person_scope=key.person_scope,
        evidence_class=first["evidence_class"],
        note=first["estimate_note"],
        formula=shown if pooled else None,
        figures=(
            Figure("pooled_rate_pct", "percent", first["pooled_rate_pct"], None, None),
            Figure("mean_rate_pct", "percent", first["mean_rate_pct"], None, None),
            Figure("estimated_rate_pct", "percent", first["estimated_rate_pct"], None, None),
            Figure("estimated_rate_se_pp", "points", first["estimated_rate_se_pp"], None, None),
        ),
        tallies=tuple(_tally(facts, row) for row in rows),
        counts=tuple(
            Count(role, f"sum over {len(pooled)} councils", total, None, None, ())
            for role, total in zip(ROLES, sums, strict=True)
            if pooled
        ),
        members=tuple(_member(facts, name, one, found, rows) for one, found in answers),
        conflicts=tuple(notices.conflicts_on(key.definition_id, year)),
        files=files_of(facts, *(found for _, found in answers)),
        checked=checks.made,
        disagreements=tuple(checks.disagreements),
    )


def _is_pooled(found: Recomputed) -> bool:
    """Whether a council is in the sums: it has a rate, and that is not above 100."""
    return found.rate.value is not None and not found.rate.above_100


def _tally(facts: Facts, row: Row) -> Tally:
    target = facts.targets[row["target_id"]]
    published = {name: row[name] for name in Tally.__dataclass_fields__ if name in row}
    return Tally(threshold_pct=target["threshold_pct"], status=target["status"], **published)


def _member(
    facts: Facts, name: str, council: Council, found: Recomputed, rows: list[Row]
) -> Member:
    verdicts = tuple(
        (
            row["target_id"],
            arithmetic.verdict(found.rate, facts.targets[row["target_id"]]["threshold_pct"]),
        )
        for row in rows
    )
    numerator, denominator = found.shown
    return Member(
        council.council_id,
        council.council_name,
        numerator.value,
        denominator.value,
        found.rate.value,
        left_out=_why_left_out(found, numerator, denominator),
        anchor=name,
        lower_pct=found.rate.lower,
        upper_pct=found.rate.upper,
        verdicts=verdicts,
    )


def _why_left_out(found: Recomputed, numerator: Interval, denominator: Interval) -> str | None:
    if found.rate.above_100:
        return "the rate is above 100: its counts contradict each other"
    if found.rate.value is not None:
        return None
    if numerator.is_known and denominator.is_known:
        return "a count is a range" if found.rate.upper is not None else "nobody below the line"
    unknown = [
        role
        for role, count in zip(ROLES, (numerator, denominator), strict=True)
        if not count.is_known
    ]
    return f"the {' and the '.join(unknown)} {'are' if len(unknown) > 1 else 'is'} not known"


def _checked(facts: Facts, key: RateKey, year: str, answers: Answers, rows: list[Row]) -> Checks:
    checks = Checks()
    pooled = [found for _, found in answers if _is_pooled(found)]
    above, below = (sum(found.shown[side].value or 0.0 for found in pooled) for side in (0, 1))
    guess = estimated(facts, Asked(key, year, answers))
    common = {
        "pooled_rate_pct": arithmetic.share(above, below),
        "mean_rate_pct": sum(found.rate.value or 0.0 for found in pooled) / len(pooled)
        if pooled
        else None,
        "estimated_rate_pct": guess.rate_pct,
        "estimated_rate_se_pp": guess.se_pp,
        "evidence_class": weakest(
            found.evidence_class for _, found in answers if found.evidence_class
        ),
    }
    for row in rows:
        threshold = facts.targets[row["target_id"]]["threshold_pct"]
        given = [arithmetic.verdict(found.rate, threshold) for _, found in answers]
        for column, value in (common | _tallied(given)).items():
            checks.step(f"{column} against {row['target_id']}", row[column], value)
    return checks


def _tallied(verdicts: list[str | None]) -> dict[str, float | None]:
    """Counts of verdicts and the share that met, which the silent may lower or raise."""
    met, missed, open_ = (verdicts.count(one) for one in ("met", "missed", "undetermined"))
    in_scope, with_data = len(verdicts), met + missed + open_
    limits = arithmetic.wilson(met, with_data)
    return {
        "councils_in_scope": in_scope,
        "councils_with_data": with_data,
        "councils_met": met,
        "councils_missed": missed,
        "councils_undetermined": open_,
        "share_met_pct": arithmetic.share(met, with_data),
        "share_met_lower_pct": arithmetic.share(met, in_scope),
        "share_met_upper_pct": arithmetic.share(in_scope - missed, in_scope),
        "share_met_wilson_lower_pct": limits[0],
        "share_met_wilson_upper_pct": limits[1],
    }
