"""What the published file says of some years, read in a handful of queries and put in order.

Belongs here: the SQL on observations, files and rules, and finding an observation by what a rule
asks for.
Does not: arithmetic, and what becomes of an observation in a figure.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from dagster_project.explain.arithmetic import Interval, Rounding
from dagster_project.explain.tree import Break, Earlier, Observation, SourceFile, Vintage

if TYPE_CHECKING:
    import duckdb

# In this order: what rests on several is as weak as the weakest of them.
EVIDENCE = ("published", "returned", "imputed", "synthetic")

_CELLS = """
    select
        observation_id, source, financial_year, release, published_on, area_id, definition_id,
        statistic, unit, value, value_lower, value_upper, rounding, status_code, token,
        evidence_class, source_file, source_sha256, source_locator
    from marts.fct_observation
    where {which} and coalesce(breakdown, 'total') = 'total'
        and area_level in ('council', 'england')
        and (list_contains($statistics, statistic) or unit = 'percent')
        and ($years is null or list_contains($years, financial_year))
    order by observation_id
"""
_NOW, _BEFORE_NOW = "is_latest", "not is_latest"
_ON_THE_DAY = "known_from <= $day and ($day < known_until or known_until is null)"
_BEFORE_THE_DAY = f"published_on <= $day and not coalesce({_ON_THE_DAY}, false)"
_VINTAGES = f"""
    select financial_year, vintage_no, known_from, known_until
    from marts.target_attainment_vintages where {_ON_THE_DAY}
    union
    select financial_year, vintage_no, known_from, known_until
    from marts.reconciliation_bridge_vintages where {_ON_THE_DAY}
"""


class Cell(NamedTuple):
    """A row of fct_observation, as it was read."""

    observation_id: str
    source: str
    financial_year: str
    release: str
    published_on: date | None
    area_id: str
    definition_id: str | None
    statistic: str
    unit: str
    value: float | None
    lower: float | None
    upper: float | None
    rounding: str | None
    status_code: str | None
    token: str | None
    evidence_class: str
    path: str
    sha256: str
    locator: str

    @property
    def interval(self) -> Interval:
        """The value and what it can be, as published."""
        return Interval(self.value, self.lower, self.upper)


class Council(NamedTuple):
    """A council and the days between which it had these duties."""

    council_id: str
    council_name: str
    region_code: str
    region_name: str
    valid_from: date
    valid_to: date | None
    predecessor_ids: str | None
    successor_ids: str | None


class Rule(NamedTuple):
    """A part of a count: so many times a statistic of a source, on a definition if it names one.

    A part of negative weight may name the statistic it is `taken_from`.
    """

    weight: float
    source: str
    statistic: str
    definition_id: str | None
    taken_from: str | None = None


class RateKey(NamedTuple):
    """Which rate: a published definition, or a common basis of which the definition is None."""

    basis_id: str
    definition_id: str | None
    person_scope: str


class Component(NamedTuple):
    """What is counted, and of whom."""

    name: str
    person_scope: str


Area = tuple[str, str]  # financial year, area_id
Counted = dict[str, list[Rule]]  # by role


def year_before(year: str) -> str:
    """The financial year before: 2011-12 of 2012-13."""
    start = int(year[:4]) - 1
    return f"{start}-{(start + 1) % 100:02d}"


def last_day(year: str) -> date:
    """31 March, on which it is settled who answers for a year."""
    return date(int(year[:4]) + 1, 3, 31)


def weakest(classes: Iterable[str]) -> str | None:
    """The weakest class of evidence among some; None of none."""
    return max(classes, key=EVIDENCE.index, default=None)


def records(
    connection: "duckdb.DuckDBPyConnection", sql: str, parameters: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The rows of one of our statements, by column name."""
    result = connection.execute(sql, parameters or {})
    columns = [column[0] for column in result.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]


class Facts:
    """The published file, as far as some financial years need it (None: every year).

    With `as_of` it is what was known on that day: cells, rates and bridges of its vintages.
    """

    def __init__(
        self,
        connection: "duckdb.DuckDBPyConnection",
        years: Sequence[str] | None = None,
        as_of: date | None = None,
    ) -> None:
        self.connection = connection
        self.years = None if years is None else list(years)
        self.as_of = as_of
        self._observations: dict[str, Observation] = {}
        self._in_scope: dict[str, list[Council]] = {}

    def rows(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of a statement, which may ask for `$years` and for `$day`."""
        if "$years" in sql:
            parameters["years"] = self.years
        if "$day" in sql:
            parameters["day"] = self.as_of
        return records(self.connection, sql, parameters)

    # ------------------------------------------------------------------ now, or on a day

    def standing(self, table: str) -> str:
        """What a table of the marts says now, or what it said on the day."""
        if self.as_of is None:
            return f"marts.{table}"
        return f"(from marts.{table}_vintages where {_ON_THE_DAY})"

    def named(self, table: str) -> str:
        """The table that `standing` reads."""
        return f"marts.{table}" if self.as_of is None else f"marts.{table}_vintages"

    @property
    def when(self) -> str:
        """What a title says of the day; nothing if what is known now is meant."""
        return "" if self.as_of is None else f", as known on {self.as_of}"

    @cached_property
    def vintages(self) -> dict[str, Vintage]:
        """The vintage of each year that the day falls into; none if what is known now is meant."""
        if self.as_of is None:
            return {}
        return {row.pop("financial_year"): Vintage(**row) for row in self.rows(_VINTAGES)}

    def had_come_out(self, published_on: date | None) -> bool:
        """Whether something with that day of publication counts."""
        return self.as_of is None or (published_on is not None and published_on <= self.as_of)

    # ------------------------------------------------------------------ rules

    @cached_property
    def rate_rules(self) -> dict[RateKey, dict[int, Counted]]:
        """What each rate is made of, by offer and role."""
        found: dict[RateKey, dict[int, Counted]] = defaultdict(lambda: defaultdict(dict))
        for row in self.rows("from marts.rate_part order by all"):
            key = RateKey(row["basis_id"], row["definition_id"], row["person_scope"])
            on = None if row["source"] in self._without_definition else row["definition_id"]
            found[key][row["offer"]].setdefault(row["role"], []).append(
                Rule(row["weight"], row["source"], row["statistic"], on, row["taken_from"])
            )
        return found

    @cached_property
    def rate_years(self) -> dict[RateKey, tuple[str | None, str | None]]:
        """The first and last year of each rate; None where it has none."""
        asked = (
            "select distinct basis_id, definition_id, person_scope, valid_from_year, valid_to_year"
            " from marts.rate_part"
        )
        return {
            RateKey(row["basis_id"], row["definition_id"], row["person_scope"]): (
                row["valid_from_year"],
                row["valid_to_year"],
            )
            for row in self.rows(asked)
        }

    @cached_property
    def _without_definition(self) -> set[str]:
        """Sources whose counts are components of several definitions and are on none."""
        asked = "select distinct source from marts.fct_observation where definition_id is null"
        return {row["source"] for row in self.rows(asked)}

    @cached_property
    def component_rules(self) -> dict[Component, dict[int, list[Rule]]]:
        """What each component is made of, by offer."""
        found: dict[Component, dict[int, list[Rule]]] = defaultdict(lambda: defaultdict(list))
        for row in self.rows("from marts.component_part order by all"):
            found[Component(row["component"], row["person_scope"])][row["offer"]].append(
                Rule(row["weight"], row["source"], row["statistic"], row["definition_id"])
            )
        return found

    @cached_property
    def _alternatives(self) -> dict[frozenset[Rule], list[tuple[Component, list[Rule]]]]:
        return {
            frozenset(rules): [(component, other) for other in offers.values() if other != rules]
            for component, offers in self.component_rules.items()
            for rules in offers.values()
        }

    def counted_alike(self, rules: Sequence[Rule]) -> list[tuple[Component, list[Rule]]]:
        """How else the component is counted that these rules make."""
        return self._alternatives.get(frozenset(rules), [])

    @cached_property
    def share_rules(self) -> dict[tuple[str, str, str], dict[str, list[Rule]]]:
        """Which statistics serve a direct payment share: by source, measure, scope; by role."""
        found: dict[tuple[str, str, str], dict[str, list[Rule]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for row in self.rows("from marts.direct_payment_part order by all"):
            found[row["source"], row["measure"], row["person_scope"]][row["role"]].append(
                Rule(1.0, row["source"], row["statistic"], row["definition_id"])
            )
        return found

    @cached_property
    def statistics(self) -> list[str]:
        """Every statistic that some rule asks for."""
        asked = self.rows(
            "select statistic from marts.rate_part union select statistic from marts.component_part"
            " union select statistic from marts.direct_payment_part order by all"
        )
        return [row["statistic"] for row in asked]

    @cached_property
    def roundings(self) -> dict[str, Rounding]:
        """What a printed value stands for, by the name of its rounding."""
        return {
            row["rounding"]: Rounding(
                row["below"], row["above"], row["zero_is_exact"], row["smallest_printed"]
            )
            for row in self.rows("from marts.rounding_kind")
        }

    # ------------------------------------------------------------------ names

    @cached_property
    def councils(self) -> dict[str, Council]:
        """Every council by its code."""
        columns = ", ".join(Council._fields)
        named = self.rows(f"select {columns} from marts.dim_council order by council_id")
        return {row["council_id"]: Council(**row) for row in named}

    def area_name(self, level: str, area_id: str) -> str:
        """What an area is called."""
        if level == "council":
            return f"{self.councils[area_id].council_name} ({area_id})"
        return f"{self._regions[area_id]} ({area_id})" if level == "region" else area_id

    @cached_property
    def _regions(self) -> dict[str, str]:
        return {one.region_code: one.region_name for one in self.councils.values()}

    def in_scope(self, year: str) -> list[Council]:
        """The councils that answered for a year: those of its 31 March."""
        known = self._in_scope.get(year)
        if known is None:
            day = last_day(year)
            known = self._in_scope[year] = [
                council
                for council in self.councils.values()
                if council.valid_from <= day
                and (council.valid_to is None or day <= council.valid_to)
            ]
        return known

    @cached_property
    def bases(self) -> dict[tuple[str, str | None], dict[str, Any]]:
        """The common bases by name and scope."""
        named = self.rows("from marts.dim_basis")
        return {(row["basis_id"], row["person_scope"]): row for row in named}

    @cached_property
    def definitions(self) -> dict[str, dict[str, Any]]:
        """The definitions by name."""
        return {row["definition_id"]: row for row in self.rows("from marts.dim_definition")}

    @cached_property
    def targets(self) -> dict[str, dict[str, Any]]:
        """The targets by name."""
        return {row["target_id"]: row for row in self.rows("from marts.dim_target")}

    @cached_property
    def breaks(self) -> list[tuple[Break, frozenset[str]]]:
        """The breaks in series, each with the definitions that it concerns."""
        named = self.rows("from marts.dim_series_break order by break_id")
        return [
            (
                Break(**{name: row[name] for name in Break.__dataclass_fields__}),
                frozenset(row["definition_ids"].split(";")),
            )
            for row in named
        ]

    @cached_property
    def comparability(self) -> dict[tuple[str, str], tuple[str, str]]:
        """The verdict on two definitions, and why."""
        named = self.rows("from marts.definition_comparability")
        return {
            (row["definition_a"], row["definition_b"]): (row["verdict"], row["reasons"])
            for row in named
        }

    # ------------------------------------------------------------------ files and observations

    @cached_property
    def files(self) -> dict[tuple[str, str], SourceFile]:
        """Every file that was received, by path and digest."""
        columns = ", ".join(SourceFile.__dataclass_fields__)
        found = [
            SourceFile(**row) for row in self.rows(f"select {columns} from quality.source_file")
        ]
        return {(one.path, one.sha256): one for one in found}

    @cached_property
    def _standing(self) -> dict[Area, dict[tuple[str, str], list[Cell]]]:
        return self._cells(_NOW if self.as_of is None else _ON_THE_DAY)

    @cached_property
    def _superseded(self) -> dict[Area, dict[tuple[str, str], list[Cell]]]:
        return self._cells(_BEFORE_NOW if self.as_of is None else _BEFORE_THE_DAY)

    def _cells(self, which: str) -> dict[Area, dict[tuple[str, str], list[Cell]]]:
        found: dict[Area, dict[tuple[str, str], list[Cell]]] = defaultdict(dict)
        asked: dict[str, Any] = {"statistics": self.statistics, "years": self._years_and_before}
        if "$day" in which:
            asked["day"] = self.as_of
        read = self.connection.execute(_CELLS.format(which=which), asked).fetchall()
        for row in read:
            cell = Cell(*row)
            by_statistic = found[cell.financial_year, cell.area_id]
            by_statistic.setdefault((cell.source, cell.statistic), []).append(cell)
        return found

    @property
    def _years_and_before(self) -> list[str] | None:
        """A change is told from the year before."""
        if self.years is None:
            return None
        return sorted({*self.years, *map(year_before, self.years)})

    def areas(self, year: str) -> list[Area]:
        """Every area that a file of the year has a row for, but England."""
        return [area for area in self._standing if area[0] == year and area[1] != "England"]

    def find(self, rule: Rule, area: Area) -> list[Cell]:
        """What stands for a part now; a rule or a row without a definition takes any."""
        return [
            cell
            for cell in self._standing.get(area, {}).get((rule.source, rule.statistic), ())
            if None in (rule.definition_id, cell.definition_id)
            or rule.definition_id == cell.definition_id
        ]

    def printed_rates(self, definition_id: str, area: Area) -> list[Cell]:
        """What a publisher prints as the rate of a definition, beside its counts."""
        return [
            cell
            for cells in self._standing.get(area, {}).values()
            for cell in cells
            if cell.unit == "percent" and cell.definition_id == definition_id
        ]

    def observation(self, cell: Cell) -> Observation:
        """A cell with the file it stands in and what earlier releases said."""
        known = self._observations.get(cell.observation_id)
        if known is None:
            known = self._observations[cell.observation_id] = Observation(
                cell.observation_id,
                cell.source,
                cell.financial_year,
                cell.release,
                cell.published_on,
                cell.definition_id,
                cell.statistic,
                cell.unit,
                cell.token,
                cell.status_code,
                cell.value,
                cell.lower,
                cell.upper,
                cell.rounding,
                cell.evidence_class,
                cell.locator,
                self.files[cell.path, cell.sha256],
                tuple(self._earlier(cell)),
            )
        return known

    def _earlier(self, cell: Cell) -> Iterable[Earlier]:
        area = cell.financial_year, cell.area_id
        for old in self._superseded.get(area, {}).get((cell.source, cell.statistic), ()):
            if old.definition_id == cell.definition_id:
                yield Earlier(
                    old.release, old.published_on, old.value, old.token, old.path, old.locator
                )
