"""How many budgets pass In Control's tests, computed anew from the counts that may be shown.

Belongs here: official holders from the cells, the share that passes, what it implies, and what In
Control itself counted. Does not: any response, as in `poet`; ADASS's own count, which only stands
beside.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from dagster_project.explain import arithmetic, counts
from dagster_project.explain.anchors import joined
from dagster_project.explain.arithmetic import NOTHING, Interval
from dagster_project.explain.checking import Checks
from dagster_project.explain.counts import Summed
from dagster_project.explain.facts import Area, Facts, Rule
from dagster_project.explain.poet import Waves
from dagster_project.explain.tree import Explanation, Figure
from dagster_project.explain.wording import number

_GENUINE = """
    select
        wave, financial_year, area_level, area_id, budget_type, official_holders, official_lower,
        official_upper, n_valid, n_passing, passing_pct, passing_lower_pct, passing_upper_pct,
        implied_count, implied_lower, implied_upper, in_control_count, in_control_as_of,
        adass_estimate, assumption, suppressed, evidence_class, note
    from marts.genuine_budget
    where ($years is null or list_contains($years, financial_year))
        and ($areas is null or list_contains($areas, area_id))
    order by area_level, area_id, wave, budget_type
"""
_IN_CONTROL = """
    select financial_year, area_id, value
    from marts.fct_observation
    where source = 'in_control' and is_latest and area_level = 'council' and value is not null
    order by financial_year
"""
NOT_RECOMPUTED = (
    "n_valid, n_passing: rounded counts of persons' answers, which are not published",
    "adass_estimate: it only stands beside, for comparison",
)
Row = dict[str, Any]


class GenuineBudgets:
    """The genuine budgets of some years."""

    def __init__(self, facts: Facts, waves: Waves) -> None:
        self._facts = facts
        self._waves = waves

    def explained(self, areas: Sequence[str] | None = None) -> Iterator[Explanation]:
        """Those of some areas, or of all."""
        asked = None if areas is None else list(areas)
        for row in self._facts.rows(_GENUINE, areas=asked):
            yield self._explained(row)

    @cached_property
    def _parts(self) -> dict[str, list[Rule]]:
        found: dict[str, list[Rule]] = defaultdict(list)
        for row in self._facts.rows("from marts.genuine_budget_part order by all"):
            found[row["budget_type"]].append(
                Rule(row["weight"], row["source"], row["statistic"], None)
            )
        return found

    @cached_property
    def _members(self) -> dict[str, dict[str, float]]:
        """In Control's counts by council and financial year."""
        found: dict[str, dict[str, float]] = defaultdict(dict)
        for row in self._facts.rows(_IN_CONTROL):
            found[row["area_id"]][row["financial_year"]] = row["value"]
        return found

    def _in_control(self, row: Row) -> float | None:
        """What its members counted last by the end of the year, of a council or of all together."""
        if row["budget_type"] != "all":
            return None
        councils = [row["area_id"]] if row["area_level"] == "council" else list(self._members)
        last = []
        for council in councils:
            known = [
                year for year in self._members.get(council, {}) if year <= row["financial_year"]
            ]
            if known:
                last.append(self._members[council][max(known)])
        return sum(last) if last else None

    def _explained(self, row: Row) -> Explanation:
        area: Area = row["financial_year"], row["area_id"]
        count = counts.summed(self._facts, self._parts[row["budget_type"]], area)
        holders = _holders(count)
        checks = self._checked(row, count, holders)
        name = self._facts.area_name(row["area_level"], row["area_id"])
        return Explanation(
            anchor=joined(row["wave"], "genuine_budget", row["budget_type"]),
            kind="genuine_budget",
            title=f"{name}, POET {row['wave']}: genuine budgets, {row['budget_type']}",
            table="marts.genuine_budget",
            area_level=row["area_level"],
            area_id=row["area_id"],
            area_name=name,
            financial_year=row["financial_year"],
            person_scope="users",
            evidence_class=row["evidence_class"],
            note="; ".join(part for part in (row["note"], row["assumption"]) if part),
            formula=f"{number(holders.value)} x {row['passing_pct']:.0f}% = "
            f"{number(row['implied_count'])}"
            if row["implied_count"] is not None
            else None,
            figures=_figures(row),
            counts=(counts.worded(self._facts, "official_holders", None, area, count, holders),),
            notices=self._waves.notices(row["wave"]),
            files=counts.files_behind(self._facts, count.cells) + self._waves.files(row["wave"]),
            checked=checks.made,
            not_recomputed=NOT_RECOMPUTED,
            disagreements=tuple(checks.disagreements),
        )

    def _checked(self, row: Row, count: Summed, holders: Interval) -> Checks:
        n, passing = row["n_valid"], row["n_passing"]
        expected = {
            "official_holders": holders.value,
            "official_lower": holders.lower,
            "official_upper": holders.upper,
            "implied_count": _times(holders.value, row["passing_pct"]),
            "implied_lower": _times(holders.lower, row["passing_lower_pct"]),
            "implied_upper": _times(holders.upper, row["passing_upper_pct"]),
            "in_control_count": self._in_control(row),
        }
        if passing is not None or n is None:
            # too few of a part are not printed, and the shares have nothing to be held against
            lower, upper = (None, None) if not n else arithmetic.wilson(passing, n)
            share = None if n is None else arithmetic.share(passing, n)
            expected |= {
                "passing_pct": arithmetic.whole_points(share),
                "passing_lower_pct": arithmetic.whole_points(lower),
                "passing_upper_pct": arithmetic.whole_points(upper),
            }
        checks = Checks()
        for column, value in expected.items():
            checks.step(column, row[column], value)
        checks.cells(self._facts, count.cells)
        return checks


def _holders(count: Summed) -> Interval:
    """Never below 0; nothing where a part is surely above its whole."""
    found = count.interval
    if found.upper is not None and found.upper < 0:
        return NOTHING
    value = None if found.value is None else max(found.value, 0.0)
    lower = None if found.lower is None else max(found.lower, 0.0)
    return Interval(value, lower, found.upper)


def _times(holders: float | None, percent: float | None) -> float | None:
    return None if holders is None or percent is None else holders * percent / 100.0


def _figures(row: Row) -> tuple[Figure, ...]:
    def interval(name: str, unit: str, value: str, lower: str, upper: str) -> Figure:
        return Figure(name, unit, row[value], row[lower], row[upper])

    return (
        interval(
            "official_holders", "people", "official_holders", "official_lower", "official_upper"
        ),
        Figure("n_valid", "people", row["n_valid"], None, None),
        Figure("n_passing", "people", row["n_passing"], None, None),
        interval("passing_pct", "percent", "passing_pct", "passing_lower_pct", "passing_upper_pct"),
        interval("implied_count", "people", "implied_count", "implied_lower", "implied_upper"),
        Figure("in_control_count", "people", row["in_control_count"], None, None),
        Figure("adass_estimate", "people", row["adass_estimate"], None, None),
    )
