"""What an explanation is made of, as plain values.

Belongs here: the shape that the terminal, JSON and the report all show, from the figure at the top
to the file at the bottom.
Does not: finding any of it, or how it looks. A field's name is its key in the JSON.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Number = float | None
Said = Literal["flag", "quarantine", "refused"]
Kind = Literal[
    "rate",
    "bridge",
    "component",
    "direct_payment_share",
    "genuine_budget",
    "poet",
    "rate_change",
    "comparison",
    "process_effect",
    "activity_outcome",
]
Lies = Literal["above", "below", "overlapping"]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A raw file as it was received."""

    path: str
    sha256: str
    source: str
    financial_year: str
    release: str
    status: str
    publisher: str | None
    title: str | None
    licence: str | None
    evidence_class: str | None
    published_on: date | None
    retrieved_on: date | None
    url: str | None
    bytes: int
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    cells_flagged: int


@dataclass(frozen=True, slots=True)
class Notice:
    """What a rule said of a row: it was flagged and counts, or quarantined and does not."""

    kind: Said
    rule_id: str
    field: str | None
    token: str | None
    message: str
    path: str
    sha256: str
    locator: str | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two figures that cannot both be right as read."""

    conflict_id: str
    quantity: str
    source_a: str | None
    value_a: Number
    source_b: str | None
    value_b: Number
    source_used: str | None
    why: str | None
    status: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same cell in a release that no longer stands."""

    release: str
    published_on: date | None
    value: Number
    token: str | None
    path: str
    locator: str


@dataclass(frozen=True, slots=True)
class Observation:
    """One printed value: its token as it stands in the file, what it can mean, and where it is."""

    observation_id: str
    source: str
    financial_year: str
    release: str
    published_on: date | None
    definition_id: str | None
    statistic: str
    unit: str
    token: str | None
    status_code: str | None
    value: Number
    lower: Number
    upper: Number
    rounding: str | None
    evidence_class: str
    locator: str
    file: SourceFile
    earlier: tuple[Earlier, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What a count takes from a source, how often, and if it is missing, why."""

    weight: float
    source: str
    statistic: str
    observation: Observation | None
    missing: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """A count computed anew from its parts, with the interval that their rounding leaves."""

    role: str
    description: str | None
    value: Number
    lower: Number
    upper: Number
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A published value and its interval."""

    name: str
    unit: str
    value: Number
    lower: Number
    upper: Number


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rate against a target, as published."""

    target_id: str
    threshold_pct: float
    timing: str
    status: str
    verdict: str | None
    margin_pp: Number


@dataclass(frozen=True, slots=True)
class Offer:
    """What another source gives for it, and why that is not used."""

    offered_by: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many councils of an area met a target, as published."""

    target_id: str
    threshold_pct: float
    timing: str
    status: str
    councils_in_scope: int
    councils_with_data: int
    councils_met: int
    councils_missed: int
    councils_undetermined: int
    share_met_pct: Number
    share_met_lower_pct: Number
    share_met_upper_pct: Number
    share_met_wilson_lower_pct: Number
    share_met_wilson_upper_pct: Number


@dataclass(frozen=True, slots=True)
class Member:
    """A council in a figure of an area; `left_out` says why its counts are not in the sums.

    `verdicts` are pairs of a target and the verdict on it; `to_rate_pct` is where a bridge from
    `rate_pct` leads, or the rate of the year after; `lies` is where a comparator's interval lies to
    the council's own. The council's own explanation of the same figure has the anchor `anchor`.
    """

    council_id: str
    council_name: str
    numerator: Number
    denominator: Number
    rate_pct: Number
    left_out: str | None
    anchor: str
    lower_pct: Number = None
    upper_pct: Number = None
    verdicts: tuple[tuple[str, str | None], ...] = ()
    to_rate_pct: Number = None
    lies: Lies | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """A published figure that this one is made of.

    `anchor` names its own explanation in its area; None where there is none.
    """

    name: str
    kind: Kind
    area_level: str
    area_id: str
    financial_year: str
    anchor: str | None
    unit: str
    value: Number
    lower: Number = None
    upper: Number = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two figures of a council that are set against each other, with their ranks over all."""

    council_id: str
    council_name: str
    activity: Input
    outcome: Input
    activity_rank: float
    outcome_rank: float


@dataclass(frozen=True, slots=True)
class Break:
    """A year before which a series was counted otherwise, as published."""

    break_id: str
    source: str
    first_year_after: str
    reason: str
    citation: str | None


@dataclass(frozen=True, slots=True)
class Vintage:
    """What was known of a year between two days on which something of it was published."""

    vintage_no: int
    known_from: date
    known_until: date | None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the bridge, as published."""

    step_no: int
    step: str
    label: str
    effect_pp: Number
    effect_min_pp: Number
    effect_max_pp: Number
    rate_before_pct: Number
    rate_after_pct: Number


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A step at which what was computed anew is not what was published."""

    step: str
    published: str
    recomputed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A published figure, what it is made of, and whether it comes out the same again."""

    anchor: str
    kind: Kind
    title: str
    table: str
    area_level: str
    area_id: str
    area_name: str
    financial_year: str
    basis_id: str | None = None
    definition_id: str | None = None
    person_scope: str | None = None
    vintage: Vintage | None = None
    evidence_class: str
    note: str | None = None
    formula: str | None = None
    figures: tuple[Figure, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    tallies: tuple[Tally, ...] = ()
    steps: tuple[Step, ...] = ()
    counts: tuple[Count, ...] = ()
    inputs: tuple[Input, ...] = ()
    pairs: tuple[Pair, ...] = ()
    breaks: tuple[Break, ...] = ()
    members: tuple[Member, ...] = ()
    offers: tuple[Offer, ...] = ()
    notices: tuple[Notice, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    files: tuple[SourceFile, ...] = ()
    checked: int = 0
    not_recomputed: tuple[str, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether everything that was computed anew came out as published."""
        return not self.disagreements

    @property
    def is_synthetic(self) -> bool:
        """Whether the figure rests on anything that was invented for the example."""
        return self.evidence_class == "synthetic"
