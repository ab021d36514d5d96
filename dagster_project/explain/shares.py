"""Direct payment shares, computed anew from the cells.

Belongs here: the amounts of a council, sums over those that give direct payments and total, and the
shares of them. Does not: which statistic serves which amount (marts.direct_payment_part).
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from dagster_project.explain import arithmetic, counts
from dagster_project.explain.anchors import joined
from dagster_project.explain.arithmetic import Interval
from dagster_project.explain.checking import Checks
from dagster_project.explain.counts import Summed
from dagster_project.explain.facts import Area, Cell, Council, Facts, weakest
from dagster_project.explain.notices import Notices
from dagster_project.explain.tree import Count, Explanation, Figure, Member
from dagster_project.explain.wording import number

_SHARES = """
    select
        financial_year, area_level, area_id, source, measure, person_scope, councils,
        direct_payment, managed, mixed, total, direct_payment_share_pct, managed_share_pct,
        mixed_share_pct, evidence_class
    from marts.direct_payment_share
    where ($years is null or list_contains($years, financial_year))
        and ($areas is null or list_contains($areas, area_id))
    order by area_level, area_id, financial_year, source, measure, person_scope
"""
# The roles of marts.direct_payment_part, and the columns of direct_payment_share that they serve.
AMOUNTS = {"direct": "direct_payment", "managed": "managed", "mixed": "mixed", "total": "total"}
Row = dict[str, Any]


class Answer(NamedTuple):
    """What one council gives to a share."""

    council: Council
    found: dict[str, Summed]

    @property
    def cells(self) -> list[Cell]:
        """Every cell behind it."""
        return [cell for count in self.found.values() for cell in count.cells]

    def value(self, role: str) -> float | None:
        """An amount; of several cells the greatest, as where two waves fall into one year."""
        cells = self.found[role].cells if role in self.found else []
        return max((cell.value for cell in cells if cell.value is not None), default=None)

    @property
    def is_complete(self) -> bool:
        """Whether it counts in an area's sums."""
        return self.value("direct") is not None and self.value("total") is not None


class Shares:
    """The direct payment shares of some years."""

    def __init__(self, facts: Facts, notices: Notices) -> None:
        self._facts = facts
        self._notices = notices
        self._answers: dict[tuple[str, ...], list[Answer]] = {}

    def explained(self, areas: Sequence[str] | None = None) -> Iterator[Explanation]:
        """Every share of some areas, or of all."""
        asked = None if areas is None else list(areas)
        for row in self._facts.rows(_SHARES, areas=asked):
            yield self._explained(row)

    def _of_year(self, row: Row) -> list[Answer]:
        key = (row["financial_year"], row["source"], row["measure"], row["person_scope"])
        if key not in self._answers:
            year, *share = key
            rules = self._facts.share_rules[share[0], share[1], share[2]]
            self._answers[key] = [
                Answer(
                    council,
                    {
                        role: counts.of_any(self._facts, asked, (year, council.council_id))
                        for role, asked in rules.items()
                    },
                )
                for council in self._facts.in_scope(year)
            ]
        return self._answers[key]

    def _explained(self, row: Row) -> Explanation:
        here = [one for one in self._of_year(row) if _is_in(one.council, row)]
        alone = here[0] if row["area_level"] == "council" and here else None
        counted = here if alone else [one for one in here if one.is_complete]
        amounts = {role: _sum(role, counted) for role in AMOUNTS}
        checks = _checked(self._facts, row, counted, amounts)
        year, area_id = row["financial_year"], row["area_id"]
        name = self._facts.area_name(row["area_level"], area_id)
        anchor = joined(
            year, "direct_payment_share", row["source"], row["measure"], row["person_scope"]
        )
        cells = [cell for one in counted for cell in one.cells]
        share = number(row["direct_payment_share_pct"])
        return Explanation(
            anchor=anchor,
            kind="direct_payment_share",
            title=f"{name}, {year}: direct payments of {row['source']}, {row['measure']}, "
            f"{row['person_scope']}",
            table="marts.direct_payment_share",
            area_level=row["area_level"],
            area_id=area_id,
            area_name=name,
            financial_year=year,
            person_scope=row["person_scope"],
            evidence_class=row["evidence_class"],
            formula=f"{number(amounts['direct'])} / {number(amounts['total'])} = {share}%"
            if row["direct_payment_share_pct"] is not None
            else None,
            figures=_figures(row),
            counts=tuple(
                self._count(role, amounts[role], alone, counted, (year, area_id))
                for role in AMOUNTS
                if any(role in one.found for one in counted)
            ),
            members=() if alone else tuple(_member(one, anchor) for one in here if one.cells),
            notices=tuple(self._notices.of_cells(cells, (year, area_id)) if alone else ()),
            files=counts.files_behind(self._facts, cells),
            checked=checks.made,
            disagreements=tuple(checks.disagreements),
        )

    def _count(
        self,
        role: str,
        total: float | None,
        alone: Answer | None,
        counted: list[Answer],
        area: Area,
    ) -> Count:
        name = AMOUNTS[role]
        if alone is None:
            return Count(name, f"sum over {len(counted)} councils", total, None, None, ())
        shown = Interval(total, None, None)
        return counts.worded(self._facts, name, None, area, alone.found[role], shown)


def _is_in(council: Council, row: Row) -> bool:
    here = {"council": council.council_id, "region": council.region_code, "england": "England"}
    return bool(here[row["area_level"]] == row["area_id"])


def _sum(role: str, counted: list[Answer]) -> float | None:
    """A sum of which a council gives nothing is not the area's."""
    values = [one.value(role) for one in counted]
    given = [value for value in values if value is not None]
    return sum(given) if given and len(given) == len(values) else None


def _checked(
    facts: Facts, row: Row, counted: list[Answer], amounts: dict[str, float | None]
) -> Checks:
    checks = Checks()
    for role, column in AMOUNTS.items():
        checks.step(column, row[column], amounts[role])
        if role != "total":
            expected = arithmetic.share(amounts[role], amounts["total"])
            checks.step(f"{column}_share_pct", row[f"{column}_share_pct"], expected)
    checks.step("councils", row["councils"], len(counted))
    cells = [cell for one in counted for cell in one.cells]
    checks.step(
        "evidence_class", row["evidence_class"], weakest(cell.evidence_class for cell in cells)
    )
    if row["area_level"] == "council":
        checks.cells(facts, cells)
    return checks


def _figures(row: Row) -> tuple[Figure, ...]:
    unit = "gbp" if row["measure"] == "spend" else "people"
    shares = (f"{column}_share_pct" for column in AMOUNTS.values() if column != "total")
    return (
        *(Figure(column, unit, row[column], None, None) for column in AMOUNTS.values()),
        *(Figure(name, "percent", row[name], None, None) for name in shares),
    )


def _member(one: Answer, anchor: str) -> Member:
    direct, total = one.value("direct"), one.value("total")
    missing = [
        AMOUNTS[role] for role, value in (("direct", direct), ("total", total)) if value is None
    ]
    return Member(
        one.council.council_id,
        one.council.council_name,
        direct,
        total,
        arithmetic.share(direct, total),
        left_out=f"no value of {' and '.join(missing)}" if missing else None,
        anchor=anchor,
    )
