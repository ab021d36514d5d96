"""Responses to four waves of POET, before anybody made a mistake in filling them in.

Belongs here: who answered in which council, and what. Every answer comes from a leaning that mixes
the person's experience of the process, the council's, and chance; the answers are handed out along
it until the shares of `poet_shares.csv` are reached to the person. So published shares hold
whatever the draw, and what goes with what is left to the leanings.
Does not: the mistakes (`poet_mistakes`), words and files (`poet_files`).

Held to what is known: respondents by wave and instrument, councils, councils with more than 50
holders, the shares. The odds ratios of 2014 (process found easy: nearly three; views included:
nearly two) follow from the weights below. Invented beyond that: every share for which the register
has no figure; who passes all three of In Control's tests (23% in 2011, as 46,000 of 200,000 are,
27% in 2013, 31% in 2014, and 25% in 2017, when half knew the amount); and how a council does, which
is drawn without looking at how many budgets it counts.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import sqrt
from pathlib import Path

from dagster_project.sources.seeds import seed

from .areas import councils
from .draws import bell, bells, between, unit, units
from .fitting import fit

SHARES = Path(__file__).with_name("poet_shares.csv")
BLANK = ""
DONT_KNOW = "dont_know"

# How strongly a leaning follows the person's experience of the process. What two items have to do
# with each other is about the product of their weights.
EASE_WEIGHT = 0.66
OUTCOME_WEIGHT = 0.56
OTHER_WEIGHTS = {
    "views_included": 0.32,
    "help_to_plan": 0.35,
    "test_knows_money": 0.55,
    "test_own_ways_and_times": 0.60,
    "test_knows_outcomes": 0.60,
}
COUNCIL_PART = 0.35  # of an experience: the same for everybody in one council and wave
MOOD_WEIGHT = 0.40  # outcomes go together beyond what experience explains
# 2011: a direct payment did better than a managed budget. In later waves it made little difference.
DIRECT_PAYMENT_LIFT = {2011: 0.50}
# The ends of a scale get this part of their side: "a lot better" of all who say better.
STRONG_PART = 0.40
NOT_ANSWERED, NOT_KNOWN = 0.045, 0.02
ALL_BLANK, STRAIGHT_LINED = 0.010, 0.012

MANAGEMENT = {
    "dp_self": 0.26,
    "dp_friend_family": 0.17,
    "dp_third_party": 0.08,
    "council_managed": 0.22,
    "provider_isf": 0.07,
    "mixed": 0.06,
    DONT_KNOW: 0.04,
    BLANK: 0.10,
}
DIRECT_PAYMENTS = ("dp_self", "dp_friend_family", "dp_third_party", "mixed")
COMPLETED_BY = {"self": 0.56, "with_help": 0.27, "proxy": 0.14, BLANK: 0.03}
CARE_GROUPS = {
    "learning_disability": 0.34,
    "physical_disability": 0.34,
    "mental_health": 0.20,
    "sensory": 0.07,
    "other": 0.05,
}
KEPT_AS_GIVEN = {
    "gender": {"F": 0.58, "M": 0.39, BLANK: 0.03},
    "ethnicity": {"White": 0.80, "Asian": 0.07, "Black": 0.06, "Mixed": 0.03, BLANK: 0.04},
    "pb_length": {"<1": 0.30, "1-3": 0.44, "3+": 0.20, BLANK: 0.06},
    "previous_support": {"council": 0.55, "none": 0.33, BLANK: 0.12},
}
FREE_TEXT = (
    "My assistant comes at the times that suit me.",
    "The forms took too long.",
    "I can go swimming again, which I had given up.",
    "Nobody told me what the money could be spent on.",
    "More choice, but a lot of paperwork.",
    "The review was cancelled twice.",
    "I meet friends at the café on Fridays.",
    "It would help to know the amount earlier.",
)


@dataclass(frozen=True)
class Block:
    """So many responses in so many councils, each council between two numbers of them."""

    councils: int
    responses: int
    least: int
    greatest: int


@dataclass(frozen=True)
class Survey:
    """One instrument in one wave, and how its responses spread over the councils that took part."""

    wave: int
    instrument: str
    blocks: tuple[Block, ...]


SURVEYS = (
    # 832 holders in ten demonstrator councils; six others beside them, one with very few.
    Survey(
        2011, "adult_holder", (Block(10, 832, 65, 120), Block(5, 274, 30, 64), Block(1, 8, 8, 8))
    ),
    Survey(2011, "carer", (Block(15, 944, 20, 120), Block(1, 6, 6, 6))),
    # 20 councils with more than 50 holders; one with fewer, one with very few.
    Survey(
        2013,
        "adult_holder",
        (Block(20, 1981, 55, 160), Block(1, 34, 34, 34), Block(1, 7, 7, 7)),
    ),
    Survey(2013, "carer", (Block(15, 1226, 53, 120), Block(7, 160, 8, 45))),
    Survey(2013, "phb_holder", (Block(8, 195, 9, 45),)),
    Survey(2013, "phb_carer", (Block(6, 117, 8, 40),)),
    Survey(
        2014,
        "adult_holder",
        (Block(24, 2638, 55, 200), Block(1, 35, 35, 35), Block(1, 6, 6, 6)),
    ),
    Survey(2014, "carer", (Block(24, 1310, 20, 110), Block(2, 18, 5, 13))),
    Survey(2014, "phb_holder", (Block(7, 140, 8, 40),)),
    Survey(2014, "phb_carer", (Block(5, 80, 8, 30),)),
    Survey(2014, "ehc_child", (Block(6, 110, 8, 40),)),
    Survey(2014, "ehc_parent", (Block(6, 130, 8, 45),)),
    Survey(
        2017,
        "adult_holder",
        (Block(16, 2851, 60, 320), Block(1, 40, 40, 40), Block(1, 9, 9, 9)),
    ),
    Survey(2017, "carer", (Block(17, 1390, 30, 160), Block(1, 10, 10, 10))),
)
WAVES = tuple(sorted({survey.wave for survey in SURVEYS}))


@dataclass
class Response:
    """One response: what the file says of the person, and the answers by item."""

    survey: Survey
    council_id: str
    key: tuple[object, ...]
    about: dict[str, str]
    answers: dict[str, str] = field(default_factory=dict)
    all_blank: bool = False
    straight: bool = False


@dataclass(frozen=True)
class Scale:
    """The answers of a scale from best to worst, by side."""

    favourable: tuple[str, ...]
    neither: tuple[str, ...]
    adverse: tuple[str, ...]


# --- who answered --------------------------------------------------------------------------------


@cache
def pool() -> tuple[str, ...]:
    """Councils in the order in which they joined; every wave has the first so many.

    Small ones are left out: POET was not offered to a dozen people.
    """
    able = [one for one in councils("2010-11") if one.adults_thousand >= 100]
    return tuple(sorted((c.council_id for c in able), key=lambda c: unit("poet", "joined", c)))


@cache
def responses(survey: Survey) -> tuple[Response, ...]:
    """Every response of a survey, by council, with its answers."""
    everyone = tuple(
        _person(survey, council_id, at)
        for council_id, count in by_council(survey).items()
        for at in range(count)
    )
    _answer(survey, everyone)
    return everyone


def by_council(survey: Survey) -> dict[str, int]:
    """How many responses came from each council."""
    counts: dict[str, int] = {}
    for block in survey.blocks:
        inside = pool()[len(counts) : len(counts) + block.councils]
        limits = dict.fromkeys(inside, (block.least, block.greatest))
        start = {
            key: between(block.least, block.greatest, "poet", survey.wave, survey.instrument, key)
            for key in inside
        }
        counts |= fit(start, limits, block.responses)
    return counts


def _person(survey: Survey, council_id: str, at: int) -> Response:
    key = ("poet", survey.wave, survey.instrument, council_id, at)
    child = survey.instrument == "ehc_child"
    older = unit(*key, "age") < 0.45
    about = {
        "completed_by": _one_of(COMPLETED_BY, *key, "completed_by"),
        "age_band": "under_18" if child else "65_over" if older else "18_64",
        "care_groups": _care_groups(older and not child, *key),
        "management": _one_of(MANAGEMENT, *key, "management"),
        "weekly_amount_gbp": _amount(survey, *key),
        "free_text": FREE_TEXT[int(unit(*key, "words") * 8)]
        if unit(*key, "text") < 0.05
        else BLANK,
    }
    about |= {name: _one_of(parts, *key, name) for name, parts in KEPT_AS_GIVEN.items()}
    kind = unit(*key, "kind")
    straight = ALL_BLANK <= kind < ALL_BLANK + STRAIGHT_LINED
    return Response(survey, council_id, key, about, {}, kind < ALL_BLANK, straight)


def _one_of(parts: Mapping[str, float], *key: object) -> str:
    """One of the answers, each as often as its part says; the last takes what is left."""
    at = unit(*key)
    for answer, part in parts.items():
        if at < part:
            return answer
        at -= part
    return answer


def _care_groups(older: bool, *key: object) -> str:
    """The groups ticked, several in one case of six, none in one of thirty."""
    if unit(*key, "no group") < 0.03:
        return BLANK
    first = "older_people" if older else _one_of(CARE_GROUPS, *key, "group")
    second = _one_of(CARE_GROUPS, *key, "second group")
    both = unit(*key, "both groups") < 0.17 and second != first
    return f"{first};{second}" if both else first


def _amount(survey: Survey, *key: object) -> str:
    holder = survey.instrument in ("adult_holder", "phb_holder")
    if not holder or unit(*key, "amount given") > 0.4:
        return BLANK
    return str(int(between(4, 60, *key, "amount")) * 10)


# --- what they answered --------------------------------------------------------------------------


@cache
def shares(wave: int, instrument: str) -> dict[str, tuple[float, float]]:
    """Favourable and adverse shares in percent of valid answers, by item asked."""
    with SHARES.open(encoding="utf-8", newline="") as lines:
        return {
            row["item"]: (float(row["favourable_pct"]), float(row["adverse_pct"]))
            for row in csv.DictReader(lines)
            if (row["wave"], row["instrument"]) == (str(wave), instrument)
        }


@cache
def scales() -> dict[str, Scale]:
    """Every scale with sides, by name."""
    sides: dict[str, dict[str, list[str]]] = {}
    for row in seed("poet_answers"):
        if row["favourable"] and row["is_valid"] == "true":
            one = sides.setdefault(row["scale"], {"good": [], "neither": [], "bad": []})
            good, bad = row["favourable"] == "true", row["adverse"] == "true"
            one["good" if good else "bad" if bad else "neither"].append(row["answer"])
    return {
        name: Scale(tuple(one["good"]), tuple(one["neither"]), tuple(one["bad"]))
        for name, one in sides.items()
    }


@cache
def scale_of(wave: int, instrument: str, item: str) -> Scale:
    """The scale an item was asked on."""
    asked = (str(wave), instrument, item)
    [name] = [
        row["scale"]
        for row in seed("poet_items")
        if (row["wave"], row["instrument"], row["item"]) == asked
    ]
    return scales()[name]


def _answer(survey: Survey, everyone: Sequence[Response]) -> None:
    """Give every response its answers, item by item."""
    items = shares(survey.wave, survey.instrument)
    leanings = [_leanings(one, tuple(items)) for one in everyone]
    chances = [units(len(items), *one.key, "answered") for one in everyone]
    for at, (item, sides) in enumerate(items.items()):
        scale = scale_of(survey.wave, survey.instrument, item)
        outcome = item.startswith("out_")
        valid: list[tuple[float, Response]] = []
        for one, leaning, chance in zip(everyone, leanings, chances, strict=True):
            if outcome and one.all_blank:
                one.answers[item] = BLANK
            elif outcome and one.straight:
                one.answers[item] = _same_everywhere(scale, *one.key)
            elif chance[at] < NOT_ANSWERED:
                one.answers[item] = BLANK
            elif chance[at] < NOT_ANSWERED + NOT_KNOWN:
                one.answers[item] = DONT_KNOW
            else:
                valid.append((leaning[at], one))
        fixed = [one.answers[item] for one in everyone if outcome and one.straight]
        _hand_out(item, _quotas(scale, sides, len(valid) + len(fixed)), fixed, valid)


def _same_everywhere(scale: Scale, *key: object) -> str:
    return scale.favourable[-1] if unit(*key, "straight") < 0.6 else scale.neither[0]


def _leanings(one: Response, items: Sequence[str]) -> list[float]:
    """How favourable a person is inclined to answer each item; only the order counts."""
    own, mood, *chance = bells(2 + len(items), *one.key, "leaning")
    council = _council(one.survey.wave, one.council_id)
    experience = COUNCIL_PART * council + _rest(COUNCIL_PART) * own
    direct = one.about["management"] in DIRECT_PAYMENTS
    lift = DIRECT_PAYMENT_LIFT.get(one.survey.wave, 0.0) if direct else 0.0
    drawn = []
    for item, noise in zip(items, chance, strict=True):
        if item.startswith("out_"):
            weight = OUTCOME_WEIGHT
            rest = _rest(weight, MOOD_WEIGHT) * noise + MOOD_WEIGHT * mood + lift
        else:
            weight = EASE_WEIGHT if item.startswith("proc_") else OTHER_WEIGHTS[item]
            rest = _rest(weight) * noise
        drawn.append(weight * experience + rest)
    return drawn


@cache
def _council(wave: int, council_id: str) -> float:
    return bell("poet", "council", wave, council_id)


@cache
def _rest(*weights: float) -> float:
    """The weight of chance that keeps the whole at a spread of one. A root is exact everywhere."""
    return sqrt(1.0 - sum(weight * weight for weight in weights))


def _quotas(scale: Scale, sides: tuple[float, float], people: int) -> dict[str, int]:
    """How many people give each answer, from the best answer to the worst."""
    good, bad = (round(people * pct / 100) for pct in sides)
    bad = people - good if not scale.neither else bad
    middle = dict.fromkeys(scale.neither, people - good - bad)
    return _split(scale.favourable, good, strong=0) | middle | _split(scale.adverse, bad, strong=1)


def _split(answers: Sequence[str], people: int, strong: int) -> dict[str, int]:
    """One side of a scale: all to its only answer, or the strong one gets its part."""
    if len(answers) == 1:
        return {answers[0]: people}
    part = round(people * STRONG_PART)
    counts = (part, people - part)
    return dict(zip(answers, counts if strong == 0 else counts[::-1], strict=True))


def _hand_out(
    item: str,
    quotas: dict[str, int],
    fixed: Sequence[str],
    valid: Sequence[tuple[float, Response]],
) -> None:
    """The best answers to those who lean that way most, until each quota is used up."""
    for answer in fixed:
        quotas[answer] -= 1
    order = sorted(valid, key=lambda pair: (-pair[0], pair[1].key))
    answers = [answer for answer, people in quotas.items() for _ in range(people)]
    for (_, one), answer in zip(order, answers, strict=True):
        one.answers[item] = answer
