"""The bridge from one rate to another, its steps computed anew from the councils' components.

Belongs here: the formula with each set of switches turned on, over a council, a region or England,
and what turning one on changes.
Does not: which terms the formula has (marts.bridge_term).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, groupby
from typing import Any, NamedTuple

from dagster_project.explain import arithmetic, counts
from dagster_project.explain.anchors import joined
from dagster_project.explain.arithmetic import Effect
from dagster_project.explain.checking import Checks
from dagster_project.explain.counts import Summed
from dagster_project.explain.facts import Area, Cell, Component, Council, Facts, Rule, weakest
from dagster_project.explain.notices import Notices
from dagster_project.explain.register import Register, RegisterFigure
from dagster_project.explain.tree import Count, Explanation, Figure, Member, Step

_BRIDGES = """
    select
        financial_year, area_level, area_id, from_definition_id, to_definition_id, step_no, step,
        effect_pp, effect_min_pp, effect_max_pp, rate_before_pct, rate_after_pct, councils,
        councils_before, evidence_class, label, note
    from {bridge}
    where ($years is null or list_contains($years, financial_year))
        and ($areas is null or list_contains($areas, area_id))
    order by area_level, area_id, financial_year, from_definition_id, step_no
"""
NARROWING, WIDENING = "components", "coverage"  # from more councils, and to more
NO_EFFECT = Effect(0.0, None, None)
Row = dict[str, Any]
State = frozenset[str]


class Term(NamedTuple):
    """A weighted component of the formula, which counts if its step's switch is on."""

    role: str
    step: str | None
    source: str
    counted: str
    person_scope: str
    weight: float

    @property
    def amount(self) -> "Amount":
        """What is multiplied by the weight."""
        return Amount(self.source, self.counted, self.person_scope)


class Amount(NamedTuple):
    """A component as one source gives it."""

    source: str
    counted: str
    person_scope: str


class Sums(NamedTuple):
    """Both sides of a rate in one state."""

    numerator: float
    denominator: float


class Formula:
    """Numerator and denominator of one form of the bridge."""

    def __init__(self, from_source: str, terms: Sequence[Term]) -> None:
        self.from_source = from_source
        self.terms = tuple(terms)
        self.switches = tuple(dict.fromkeys(term.step for term in terms if term.step is not None))
        self.states = [
            frozenset(on)
            for size in range(len(self.switches) + 1)
            for on in combinations(self.switches, size)
        ]
        self.first, self.last = self.states[0], self.states[-1]

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """Everything that is counted, once."""
        return tuple(dict.fromkeys(term.amount for term in self.terms))

    @cached_property
    def weights(self) -> dict[State, dict[tuple[str, Amount], float]]:
        """What stands where in each state, without what cancels out."""
        found: dict[State, dict[tuple[str, Amount], float]] = {}
        for state in self.states:
            weights: dict[tuple[str, Amount], float] = defaultdict(float)
            for term in self.terms:
                if term.step is None or term.step in state:
                    weights[term.role, term.amount] += term.weight
            found[state] = {place: weight for place, weight in weights.items() if weight != 0}
        return found

    def sums(self, state: State, given: dict[Amount, float]) -> Sums | None:
        """Both sides in a state; None if an amount is missing or they make no rate at an end."""
        sides = {"numerator": 0.0, "denominator": 0.0}
        for (role, amount), weight in self.weights[state].items():
            if amount not in given:
                return None
            sides[role] += weight * given[amount]
        above, below = sides["numerator"], sides["denominator"]
        is_an_end = state in (self.first, self.last)
        if below <= 0 or (is_an_end and above > below):
            return None
        return Sums(above, below)

    def complete(self, given: dict[Amount, float]) -> dict[State, Sums] | None:
        """Both sides in every state; None unless all of them can be made."""
        found = {state: self.sums(state, given) for state in self.states}
        whole = {state: sums for state, sums in found.items() if sums is not None}
        return whole if len(whole) == len(self.states) else None

    def __str__(self) -> str:
        sides = []
        for role, letter in (("numerator", "N"), ("denominator", "D")):
            written = " ".join(_written(term) for term in self.terms if term.role == role)
            sides.append(f"{letter} = {written.removeprefix('+ ')}")
        return "; ".join(sides)


def _written(term: Term) -> str:
    sign = "-" if term.weight < 0 else "+"
    switch = f"[{term.step}] " if term.step else ""
    return f"{sign} {switch}{term.counted} ({term.source}, {term.person_scope})"


class Given(NamedTuple):
    """What one council gives to the bridge."""

    council: Council
    found: dict[Amount, Summed]

    @property
    def values(self) -> dict[Amount, float]:
        """The amounts that are values, not ranges and not missing."""
        values = {
            amount: arithmetic.not_below_nought(count.interval).value
            for amount, count in self.found.items()
        }
        return {amount: value for amount, value in values.items() if value is not None}

    def cells(self, amounts: Iterable[Amount]) -> list[Cell]:
        """The cells behind some amounts."""
        return [cell for amount in amounts for cell in self.found[amount].cells]


class Bridges:
    """The bridges of some years."""

    def __init__(self, facts: Facts, notices: Notices) -> None:
        self._facts = facts
        self._notices = notices
        self._register = Register(facts)
        self._given: dict[tuple[str, str], list[Given]] = {}

    @cached_property
    def _formulas(self) -> dict[str, Formula]:
        rows = self._facts.rows(
            "select form, from_source, role, step, source, counted, person_scope, weight"
            " from marts.bridge_term"
            " order by form, role desc, switch_no nulls first, source, counted"
        )
        return {
            form: Formula(
                source, [Term(**{name: row[name] for name in Term._fields}) for row in group]
            )
            for (form, source), group in groupby(
                rows, key=lambda row: (row["form"], row["from_source"])
            )
        }

    def explained(self, areas: Sequence[str] | None = None) -> Iterator[Explanation]:
        """Every bridge of some areas, or of all: councils, regions, England."""
        asked = None if areas is None else list(areas)
        read = _BRIDGES.format(bridge=self._facts.standing("reconciliation_bridge"))
        rows = self._facts.rows(read, areas=asked)
        for _, group in groupby(rows, key=_key_of):
            steps = list(group)
            figures = self._register.behind(steps[0]["note"])
            if figures:
                yield self._from_totals(steps, figures)
            else:
                yield self._from_components(steps)

    # ------------------------------------------------------------------ from components

    def given(self, year: str, wave: str) -> list[Given]:
        """What each council in scope gives, the wave's own counts and nobody else's."""
        if (year, wave) not in self._given:
            self._given[year, wave] = [
                Given(council, self._amounts((year, council.council_id), wave))
                for council in self._facts.in_scope(year)
            ]
        return self._given[year, wave]

    def _amounts(self, area: Area, wave: str) -> dict[Amount, Summed]:
        formula = self._formulas["components"]
        return {
            amount: counts.summed(
                self._facts,
                self._rules(amount, wave if amount.source == formula.from_source else None),
                area,
            )
            for amount in formula.amounts
        }

    def _rules(self, amount: Amount, definition_id: str | None) -> list[Rule]:
        """What a source's amount is made of, on a definition if it has to be on one."""
        component = Component(amount.counted, amount.person_scope)
        for _, rules in sorted(self._facts.component_rules[component].items()):
            if all(rule.source == amount.source for rule in rules):
                return [
                    rule._replace(definition_id=definition_id or rule.definition_id)
                    for rule in rules
                ]
        raise LookupError(f"marts.component_part has no {amount} of marts.bridge_term")

    def _from_components(self, steps: list[Row]) -> Explanation:
        first = steps[0]
        formula = self._formulas["components"]
        year, wave = first["financial_year"], first["from_definition_id"]
        everybody = self.given(year, wave)
        crossing = [
            one
            for one in everybody
            if _is_in(one.council, first) and formula.complete(one.values) is not None
        ]
        checks = Checks()
        checks.step("councils with all components", bool(steps), bool(crossing))
        if crossing:
            _check(checks, steps, formula, everybody, crossing)
        return self._worded(steps, formula, crossing, everybody, checks)

    def _worded(
        self,
        steps: list[Row],
        formula: Formula,
        crossing: list[Given],
        everybody: list[Given],
        checks: Checks,
    ) -> Explanation:
        first = steps[0]
        year, wave, level = (
            first[name] for name in ("financial_year", "from_definition_id", "area_level")
        )
        # England's bridge starts and ends on more councils than cross it
        behind = everybody if level == "england" else crossing
        cells = [cell for one in behind for cell in one.cells(formula.amounts)]
        alone = crossing[0] if level == "council" and crossing else None
        if alone:
            checks.cells(self._facts, cells)
        area = (year, first["area_id"])
        said = self._notices.of_cells(cells, area) if alone else []
        return Explanation(
            **self._named(steps),
            note=first["note"],
            formula=str(formula),
            counts=tuple(self._count(amount, area, alone, crossing) for amount in formula.amounts),
            members=()
            if alone
            else tuple(
                _member(formula, one, one in crossing, anchor_of(year, wave))
                for one in everybody
                if _is_in(one.council, first)
            ),
            notices=tuple(said),
            files=counts.files_behind(self._facts, cells),
            checked=checks.made,
            disagreements=tuple(checks.disagreements),
        )

    def _named(self, steps: list[Row]) -> dict[str, Any]:
        first, last = steps[0], steps[-1]
        name = self._facts.area_name(first["area_level"], first["area_id"])
        both = f"{first['from_definition_id']} to {first['to_definition_id']}"
        return {
            "anchor": anchor_of(first["financial_year"], first["from_definition_id"]),
            "kind": "bridge",
            "title": f"{name}, {first['financial_year']}: bridge from {both}{self._facts.when}",
            "table": self._facts.named("reconciliation_bridge"),
            "area_level": first["area_level"],
            "area_id": first["area_id"],
            "area_name": name,
            "financial_year": first["financial_year"],
            "vintage": self._facts.vintages.get(first["financial_year"]),
            "definition_id": first["from_definition_id"],
            "evidence_class": first["evidence_class"],
            "figures": (
                Figure("rate_before_pct", "percent", first["rate_before_pct"], None, None),
                Figure("rate_after_pct", "percent", last["rate_after_pct"], None, None),
            ),
            "steps": tuple(
                Step(**{name: row[name] for name in Step.__dataclass_fields__}) for row in steps
            ),
        }

    def _count(
        self, amount: Amount, area: Area, alone: Given | None, crossing: list[Given]
    ) -> Count:
        role = f"{amount.counted} ({amount.source}, {amount.person_scope})"
        if alone is not None:
            found = alone.found[amount]
            return counts.worded(self._facts, role, None, area, found, found.interval)
        total = sum(one.values.get(amount, 0.0) for one in crossing)
        return Count(role, f"sum over {len(crossing)} councils", total, None, None, ())

    # ------------------------------------------------------------------ from published totals

    def _from_totals(self, steps: list[Row], figures: list[RegisterFigure]) -> Explanation:
        """England's bridge where no council has all components: two steps, and nothing finer."""
        formula = self._formulas["published_totals"]
        values = {figure.statistic: figure.published_value for figure in figures}
        given = {
            amount: value
            for amount in formula.amounts
            if (value := values.get(amount.counted)) is not None
        }
        checks = Checks()
        whole = formula.complete(given)
        checks.step("published totals", True, whole is not None)
        if whole is not None:
            rates = {state: _percent([sums]) for state, sums in whole.items()}
            effects = arithmetic.shapley(formula.switches, rates.__getitem__)
            _check_steps(checks, steps, rates[formula.first], effects)
        return Explanation(
            **self._named(steps),
            note=steps[0]["note"],
            formula=str(formula),
            counts=tuple(_register_count(figure) for figure in figures),
            files=self._register.files,
            checked=checks.made,
            disagreements=tuple(checks.disagreements),
        )


def anchor_of(year: str, wave: str) -> str:
    """Of a bridge: `2012-13--bridge--ADASS_2013`."""
    return joined(year, "bridge", wave)


def _key_of(row: Row) -> tuple[Any, ...]:
    return row["area_level"], row["area_id"], row["financial_year"], row["from_definition_id"]


def _is_in(council: Council, row: Row) -> bool:
    here = {
        "council": council.council_id,
        "region": council.region_code,
        "england": "England",
    }
    return bool(here[row["area_level"]] == row["area_id"])


def _percent(sums: Iterable[Sums]) -> float:
    above = below = 0.0
    for one in sums:
        above += one.numerator
        below += one.denominator
    return 100.0 * above / below


def _check(
    checks: Checks,
    steps: list[Row],
    formula: Formula,
    everybody: list[Given],
    crossing: list[Given],
) -> None:
    """Every step, on how many councils it rests, and on what evidence."""
    whole = [formula.complete(one.values) or {} for one in crossing]
    rates = {state: _percent(one[state] for one in whole) for state in formula.states}
    effects = dict(arithmetic.shapley(formula.switches, rates.__getitem__))
    cells = [cell for one in crossing for cell in one.cells(formula.amounts)]
    start, answered, official = rates[formula.first], crossing, crossing
    if steps[0]["area_level"] == "england":
        answered = [one for one in everybody if formula.sums(formula.first, one.values)]
        official = [one for one in everybody if formula.sums(formula.last, one.values)]
        start = _rate_at(formula, formula.first, answered)
        effects[NARROWING] = Effect(rates[formula.first] - start, None, None)
        widened = _rate_at(formula, formula.last, official) - rates[formula.last]
        effects[WIDENING] = Effect(widened, None, None)
        cells += _cells_at(formula, formula.first, answered)
        cells += _cells_at(formula, formula.last, official)
    _check_steps(checks, steps, start, effects)
    for row in steps:
        before = answered if row["step"] == NARROWING else crossing
        after = official if row["step"] == WIDENING else crossing
        checks.step(f"councils_before of {row['step']}", row["councils_before"], len(before))
        checks.step(f"councils of {row['step']}", row["councils"], len(after))
    expected = weakest(cell.evidence_class for cell in cells)
    checks.step("evidence_class", steps[0]["evidence_class"], expected)


def _rate_at(formula: Formula, state: State, councils: list[Given]) -> float:
    sums = (formula.sums(state, one.values) for one in councils)
    return _percent(one for one in sums if one is not None)


def _cells_at(formula: Formula, state: State, councils: list[Given]) -> list[Cell]:
    amounts = {amount for _, amount in formula.weights[state]}
    return [cell for one in councils for cell in one.cells(amounts)]


def _check_steps(
    checks: Checks, steps: list[Row], start: float, effects: Mapping[str, Effect]
) -> None:
    """Effects with their ranges, and rates as running sums."""
    so_far = start
    for row in steps:
        step = row["step"]
        effect = effects.get(step, NO_EFFECT)
        checks.step(f"rate_before_pct of {step}", row["rate_before_pct"], so_far)
        so_far += effect.mean
        checks.step(f"effect_pp of {step}", row["effect_pp"], effect.mean)
        checks.step(f"effect_min_pp of {step}", row["effect_min_pp"], effect.least)
        checks.step(f"effect_max_pp of {step}", row["effect_max_pp"], effect.greatest)
        checks.step(f"rate_after_pct of {step}", row["rate_after_pct"], so_far)


def _member(formula: Formula, one: Given, crosses: bool, anchor: str) -> Member:
    first, last = (formula.sums(state, one.values) for state in (formula.first, formula.last))
    missing = [amount.counted for amount in formula.amounts if amount not in one.values]
    reason = None
    if not crosses:
        reason = f"no value of {', '.join(missing)}" if missing else "a rate at an end is above 100"
    return Member(
        one.council.council_id,
        one.council.council_name,
        first.numerator if first else None,
        first.denominator if first else None,
        _percent([first]) if first else None,
        left_out=reason,
        anchor=anchor,
        to_rate_pct=_percent([last]) if last else None,
    )


def _register_count(figure: RegisterFigure) -> Count:
    return Count(
        f"{figure.statistic} ({figure.figure_source}, figure {figure.figure_id} of the register)",
        figure.citation,
        figure.published_value,
        None,
        None,
        (),
    )
