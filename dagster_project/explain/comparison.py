"""A council's place among its comparators, computed anew from everybody's rates.

Belongs here: who the comparators are and by whose list or rule, where the interval of each lies,
and the place that this leaves. Does not: the rates themselves (`rates`), which have explanations
of their own.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from statistics import median
from typing import Any, NamedTuple

from dagster_project.explain.anchors import anchor, joined
from dagster_project.explain.arithmetic import Rate
from dagster_project.explain.checking import Checks
from dagster_project.explain.facts import Council, Facts, RateKey, weakest
from dagster_project.explain.rates import Rates, Recomputed, files_of, rate_name
from dagster_project.explain.tree import Explanation, Figure, Input, Lies, Member, SourceFile

_COMPARISONS = """
    select
        council_id, council_name, financial_year, basis_id, definition_id, person_scope, rate_pct,
        rate_lower_pct, rate_upper_pct, comparator_kind, comparators, comparators_with_data,
        comparator_median_pct, place_best, place_worst, evidence_class
    from marts.council_comparison
    where ($years is null or list_contains($years, financial_year))
        and ($areas is null or list_contains($areas, council_id))
    order by council_id, financial_year, basis_id
"""
_CARDS = """
    select * from marts.council_scorecard
    where $years is null or list_contains($years, financial_year)
"""
_LISTED = """
    select comparator_kind, council_id, comparator_id, source_file, source_sha256
    from marts.comparator_list
    where precedence = (select min(precedence) from marts.comparator_list)
    order by all
"""
SAME_TYPE = "same_type"
LISTS = {"own_list": "the list of the last refresh", "neighbours": "the list of neighbours"}
SHOWN_ON_THE_CARD = (
    "rate_pct",
    "rate_lower_pct",
    "rate_upper_pct",
    "comparators_with_data",
    "comparator_median_pct",
    "place_best",
    "place_worst",
)
THE_RATE = "which rate stands for a basis in a year (dbt/seeds/scorecard_rates.csv)"
Row = dict[str, Any]


class Chosen(NamedTuple):
    """Whom a council is compared with, by which kind of list, and the file of that list."""

    kind: str | None
    councils: list[Council]
    files: tuple[SourceFile, ...]


class Beside(NamedTuple):
    """A comparator with its rate, and where its interval lies; None where it has none."""

    council: Council
    found: Recomputed
    lies: Lies | None


class Comparisons:
    """The places of some years."""

    def __init__(self, facts: Facts, rates: Rates) -> None:
        self._facts = facts
        self._rates = rates

    def explained(self, areas: Sequence[str] | None = None) -> Iterator[Explanation]:
        """Those of some councils, or of all."""
        asked = None if areas is None else list(areas)
        for row in self._facts.rows(_COMPARISONS, areas=asked):
            yield self._explained(row)

    @cached_property
    def _cards(self) -> dict[tuple[str, str], Row]:
        cards = self._facts.rows(_CARDS)
        return {(card["financial_year"], card["council_id"]): card for card in cards}

    @cached_property
    def _listed(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self._facts.rows(_LISTED):
            found[row["council_id"]].append(row)
        return found

    @cached_property
    def _of_one_type(self) -> dict[tuple[str, str], list[Council]]:
        """The councils in scope of a year and a type, which may change with the year."""
        found: dict[tuple[str, str], list[Council]] = defaultdict(list)
        for (year, council_id), card in self._cards.items():
            found[year, card["council_type"]].append(self._facts.councils[council_id])
        return found

    def _chosen(self, council_id: str, year: str) -> Chosen:
        """Those a list names that are in scope; if it names none, the others of its type."""
        in_scope = {one.council_id: one for one in self._facts.in_scope(year)}
        listed = [row for row in self._listed[council_id] if row["comparator_id"] in in_scope]
        if listed:
            files = {(row["source_file"], row["source_sha256"]) for row in listed}
            return Chosen(
                listed[0]["comparator_kind"],
                [in_scope[row["comparator_id"]] for row in listed],
                tuple(self._facts.files[one] for one in sorted(files)),
            )
        card = self._cards.get((year, council_id))
        alike = self._of_one_type[year, card["council_type"]] if card else []
        others = [one for one in alike if one.council_id != council_id]
        return Chosen(SAME_TYPE if others else None, others, ())

    def _explained(self, row: Row) -> Explanation:
        key = RateKey(row["basis_id"], row["definition_id"], row["person_scope"])
        year, council_id = row["financial_year"], row["council_id"]
        chosen = self._chosen(council_id, year)
        offer = self._rates.offer(key, year)
        checks = Checks()
        if offer is None:
            checks.step("rate", "a place is published", "there is no such rate in this year")
            return self._worded(row, key, chosen, checks)
        own = self._rates.recomputed(key, offer, (year, council_id))
        beside = [
            _beside(own.rate, one, self._rates.recomputed(key, offer, (year, one.council_id)))
            for one in chosen.councils
        ]
        expected = _place(own, beside) | {"comparator_kind": chosen.kind}
        for column, value in expected.items():
            checks.step(column, row[column], value)
        self._check_card(checks, row, expected)
        return self._worded(
            row,
            key,
            chosen,
            checks,
            formula=_formula(row, beside),
            inputs=(_input(row, key, own.rate),),
            members=tuple(_member(one, _rate_anchor(year, key)) for one in beside),
            files=(*chosen.files, *files_of(self._facts, own)),
        )

    def _check_card(self, checks: Checks, row: Row, expected: dict[str, object]) -> None:
        """The scorecard repeats the place in columns of its own."""
        card = self._cards.get((row["financial_year"], row["council_id"]))
        for column in SHOWN_ON_THE_CARD:
            name = f"{row['basis_id']}_{column}"
            if card is not None and name in card:
                checks.step(f"{name} of council_scorecard", card[name], expected[column])

    def _worded(
        self, row: Row, key: RateKey, chosen: Chosen, checks: Checks, **parts: Any
    ) -> Explanation:
        name = f"{row['council_name']} ({row['council_id']})"
        year = row["financial_year"]
        return Explanation(
            anchor=joined(year, "comparison", *key),
            kind="comparison",
            title=f"{name}, {year}: place among comparators, {rate_name(key)}",
            table="marts.council_comparison",
            area_level="council",
            area_id=row["council_id"],
            area_name=row["council_name"],
            financial_year=year,
            basis_id=key.basis_id,
            definition_id=key.definition_id,
            person_scope=key.person_scope,
            evidence_class=row["evidence_class"],
            note=self._whose(row, chosen),
            figures=(
                Figure("place_best", "place", row["place_best"], None, None),
                Figure("place_worst", "place", row["place_worst"], None, None),
                Figure(
                    "comparator_median_pct", "percent", row["comparator_median_pct"], None, None
                ),
            ),
            checked=checks.made,
            not_recomputed=(THE_RATE,),
            disagreements=tuple(checks.disagreements),
            **parts,
        )

    def _whose(self, row: Row, chosen: Chosen) -> str:
        """By whose list the comparators were chosen."""
        if chosen.kind is None:
            return "compared with nobody: there is no other council of its type"
        if chosen.kind == SAME_TYPE:
            card = self._cards[row["financial_year"], row["council_id"]]
            return f"compared with every other council of its type ({card['council_type']})"
        files = " and ".join(file.path for file in chosen.files)
        return f"compared with the councils that {LISTS[chosen.kind]} names for it: {files}"


def _rate_anchor(year: str, key: RateKey) -> str:
    return anchor(year, key.basis_id, key.person_scope, key.definition_id)


def _beside(own: Rate, council: Council, found: Recomputed) -> Beside:
    rate = found.rate
    lies: Lies | None = "overlapping"
    if rate.lower is None or rate.upper is None:
        lies = None
    elif own.upper is not None and rate.lower > own.upper:
        lies = "above"
    elif own.lower is not None and rate.upper < own.lower:
        lies = "below"
    return Beside(council, found, lies)


def _place(own: Recomputed, beside: list[Beside]) -> dict[str, object]:
    """1 and all that lie wholly above, to 1 and all that do not lie wholly below."""
    shown = [one for one in beside if one.lies is not None]
    above, below = (sum(1 for one in shown if one.lies == where) for where in ("above", "below"))
    rates = [one.found.rate.value for one in shown if one.found.rate.value is not None]
    has_place = own.rate.lower is not None and bool(shown)
    classes = [one.found.evidence_class for one in shown] + [own.evidence_class]
    return {
        "rate_pct": own.rate.value,
        "rate_lower_pct": own.rate.lower,
        "rate_upper_pct": own.rate.upper,
        "comparators": len(beside),
        "comparators_with_data": len(shown),
        "comparator_median_pct": median(rates) if rates else None,
        "place_best": 1 + above if has_place else None,
        "place_worst": 1 + len(shown) - below if has_place else None,
        "evidence_class": weakest(one for one in classes if one),
    }


def _formula(row: Row, beside: list[Beside]) -> str | None:
    if row["place_best"] is None:
        return None
    shown = [one for one in beside if one.lies is not None]
    above, below = (sum(1 for one in shown if one.lies == where) for where in ("above", "below"))
    return (
        f"best place 1 + {above} wholly above = {1 + above}; worst place 1 + {len(shown)} with an "
        f"interval - {below} wholly below = {1 + len(shown) - below}"
    )


def _input(row: Row, key: RateKey, rate: Rate) -> Input:
    year = row["financial_year"]
    return Input(
        "its own rate",
        "rate",
        "council",
        row["council_id"],
        year,
        _rate_anchor(year, key),
        "percent",
        rate.value,
        rate.lower,
        rate.upper,
    )


def _member(one: Beside, name: str) -> Member:
    numerator, denominator = one.found.shown
    rate = one.found.rate
    left_out = "the rate is above 100" if rate.above_100 else "it has no interval"
    return Member(
        one.council.council_id,
        one.council.council_name,
        numerator.value,
        denominator.value,
        rate.value,
        left_out=left_out if one.lies is None else None,
        anchor=name,
        lower_pct=rate.lower,
        upper_pct=rate.upper,
        lies=one.lies,
    )
