"""Who and by which rules: councils, definitions, bases, targets, breaks, releases.

Belongs here: the tables that give figures their names. Does not: any figure.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Council:
    """A council with adult social services duties, for as long as it had them."""

    council_id: str
    council_name: str
    gss_code: str
    region_code: str
    region_name: str
    council_type: str
    valid_from: date
    valid_to: date | None
    predecessor_ids: str | None
    successor_ids: str | None


@dataclass(frozen=True)
class Definition:
    """How one source counts."""

    definition_id: str
    publisher: str
    measure_code: str | None
    title: str
    valid_from_year: str | None
    valid_to_year: str | None
    person_scope: str
    numerator: str
    denominator: str
    denominator_base: str
    one_off: str
    direct_payments: str
    time_basis: str
    rounding: str
    verification: str
    citation: str
    note: str | None


@dataclass(frozen=True)
class Basis:
    """What a rate is put on."""

    basis_id: str
    person_scope: str | None
    title: str
    numerator: str
    denominator: str
    note: str | None


@dataclass(frozen=True)
class Target:
    """A national target."""

    target_id: str
    title: str
    threshold_pct: float
    reference_date: date
    stated_base: str
    status: str
    status_reason: str
    citation: str

    @property
    def withdrawn(self) -> bool:
        """Whether it was dropped before its day."""
        return self.status == "withdrawn"


@dataclass(frozen=True)
class Break:
    """A year in which a series stopped meaning what it had meant."""

    break_id: str
    source: str
    definition_ids: str
    first_year_after: str
    reason: str
    citation: str


@dataclass(frozen=True)
class Comparability:
    """Whether two definitions may be compared."""

    definition_a: str
    definition_b: str
    verdict: str
    reasons: str | None


@dataclass(frozen=True)
class Release:
    """Which release this is."""

    release_id: str
    code_version: str
    inputs_digest: str


@dataclass(frozen=True)
class Topic:
    """What the database says of itself."""

    position: int
    topic: str
    text: str


@dataclass(frozen=True)
class Table:
    """A published table."""

    schema_name: str
    table_name: str
    comment: str | None
    estimated_size: int


@dataclass(frozen=True)
class Warning:
    """What figures must not be used for, in the words of the controlled list."""

    warning_id: str
    title: str
    text: str
    citation: str | None


@dataclass(frozen=True)
class Warned:
    """A column that a warning stands beside."""

    table_name: str
    column_name: str
    warning_id: str
