"""What a person asks for, made exact or answered with what there is.

Belongs here: councils by code or name, years, and the words of the error where something is
unknown.
Does not: explaining.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from dagster_project.errors import DenominatorError
from dagster_project.explain.everything import KINDS, OF_VINTAGES, Explainer
from dagster_project.explain.facts import Council, last_day
from dagster_project.explain.tree import Explanation

if TYPE_CHECKING:
    import duckdb

_FIRST_DAY = """
    select min(known_from)
    from (
        select financial_year, known_from from marts.target_attainment_vintages
        union all
        select financial_year, known_from from marts.reconciliation_bridge_vintages
    )
    where financial_year = ?
"""
ENGLAND = "England"
RATE = "rate"
_TABLES = (
    "marts.target_attainment",
    "marts.reconciliation_bridge",
    "marts.direct_payment_share",
    "marts.genuine_budget",
    "marts.poet_outcome",
    "marts.fct_component",
    "marts.rate_change",
    "marts.activity_vs_outcome",
)


@dataclass(frozen=True)
class Question:
    """Which figures are meant; None leaves a thing open."""

    area: str
    year: str
    kinds: tuple[str, ...] = (RATE,)
    basis_id: str | None = None
    definition_id: str | None = None
    person_scope: str | None = None
    target_id: str | None = None
    as_of: date | None = None
    anchor: str | None = None


class UnknownError(DenominatorError):
    """Nothing is called so; the message says what is."""


def answer(connection: "duckdb.DuckDBPyConnection", question: Question) -> list[Explanation]:
    """The explanations asked for. Raises `UnknownError`, never returns nothing."""
    year = _year(connection, question.year)
    if question.as_of is not None:
        _check_day(connection, year, question.as_of, question.kinds)
    explainer = Explainer(connection, [year], question.as_of)
    area = _area(explainer, question.area, year)
    found = list(explainer.of([area], question.kinds))
    if not found:
        raise UnknownError(_nothing_of(question, year, explainer, area))
    return _narrowed(found, question, year)


def _area(explainer: Explainer, asked: str, year: str) -> str:
    """The code of England, a region or a council that answered for the year."""
    councils = explainer.facts.councils.values()
    larger = {ENGLAND.casefold(): ENGLAND}
    for one in councils:
        larger |= dict.fromkeys(
            (one.region_code.casefold(), one.region_name.casefold()), one.region_code
        )
    if asked.strip().casefold() in larger:
        return larger[asked.strip().casefold()]
    in_scope = explainer.facts.in_scope(year)
    council = council_called(asked, [*in_scope, *councils])
    _check_scope(in_scope, council, year)
    return council.council_id


def _year(connection: "duckdb.DuckDBPyConnection", asked: str) -> str:
    years = " union ".join(f"select financial_year from {table}" for table in _TABLES)
    read = connection.execute(f"{years} order by financial_year").fetchall()
    return _known("financial year", asked, [row[0] for row in read])


def _check_day(
    connection: "duckdb.DuckDBPyConnection", year: str, day: date, kinds: Sequence[str]
) -> None:
    """Something of the year has to be out on the day, and the kind has to have vintages."""
    without = [kind for kind in kinds if kind not in OF_VINTAGES]
    if without:
        raise UnknownError(
            f"--as-of explains {' and '.join(OF_VINTAGES)}. Of {', '.join(without)} the file says "
            "only what holds now: leave out --as-of."
        )
    (first,) = connection.execute(_FIRST_DAY, [year]).fetchone() or (None,)
    if first is None:
        raise UnknownError(
            f"No release that makes a rate of {year} has a day of publication, so nothing of it "
            "was known on any day that the file could tell. Leave out --as-of for what holds now."
        )
    if day < first:
        raise UnknownError(
            f"Nothing of {year} was known on {day}: its first release came out on {first}. "
            f"Ask for --as-of {first} or a later day."
        )


def council_called(asked: str, known: Sequence[Council]) -> Council:
    """By its code, or by its name in whatever case; of two of one name the one known first.

    Raises `UnknownError` with the nearest.
    """
    wanted = asked.strip().casefold()
    for one in known:
        if wanted in (one.council_id.casefold(), one.council_name.casefold()):
            return one
    words = {f"{one.council_name} ({one.council_id})": one for one in known}
    held = [label for label in words if len(wanted) > 2 and wanted in label.casefold()]
    names = {one.council_name.casefold(): label for label, one in words.items()}
    near = [names[name] for name in get_close_matches(wanted, names, n=3)]
    near += [
        label for label, one in words.items() if _is_one_mark_off(wanted, one.council_id.casefold())
    ]
    nearest = list(dict.fromkeys(held + near))[:5]
    hint = f"The nearest: {'; '.join(nearest)}." if nearest else "Nothing is spelt like it."
    raise UnknownError(
        f"No council has the code or name '{asked}'. {hint} "
        '`denominator query "from marts.dim_council"` lists them all.'
    )


def _is_one_mark_off(wanted: str, code: str) -> bool:
    """Codes say nothing by their sound: one letter or digit is wrong, and stands in its place."""
    return len(wanted) == len(code) and sum(map(str.__ne__, wanted, code)) == 1


def _check_scope(in_scope: Sequence[Council], council: Council, year: str) -> None:
    if council in in_scope:
        return
    day = last_day(year)
    if council.valid_from > day:
        when = f"it began on {council.valid_from}"
        others = f", after {council.predecessor_ids}" if council.predecessor_ids else ""
    else:
        when = f"it ended on {council.valid_to}"
        others = f"; its duties went to {council.successor_ids}" if council.successor_ids else ""
    raise UnknownError(
        f"{council.council_name} ({council.council_id}) is not in scope for {year}, whose councils "
        f"are those of {day}: {when}{others}."
    )


def _nothing_of(question: Question, year: str, explainer: Explainer, area: str) -> str:
    there = sorted({one.kind for one in explainer.of([area], KINDS)})
    return (
        f"There is no {' or '.join(question.kinds)} of {question.area} for {year}"
        f"{explainer.facts.when}. "
        f"There is: {', '.join(there) or 'nothing at all'}."
    )


def _narrowed(found: list[Explanation], question: Question, year: str) -> list[Explanation]:
    for name, asked in (
        ("basis_id", question.basis_id),
        ("definition_id", question.definition_id),
        ("person_scope", question.person_scope),
    ):
        if asked is None:
            continue
        there = sorted({value for one in found if (value := getattr(one, name)) is not None})
        what = f"{name.removesuffix('_id').replace('_', ' ')} of {question.area} in {year}"
        known = _known(what, asked, there)
        found = [one for one in found if getattr(one, name) == known]
    if question.target_id is not None:
        found = _against(found, question.target_id)
    return found if question.anchor is None else _anchored(found, question.anchor)


def _anchored(found: list[Explanation], asked: str) -> list[Explanation]:
    there = {one.anchor.casefold(): one for one in found}
    wanted = asked.strip().casefold()
    if wanted in there:
        return [there[wanted]]
    nearest = [there[name].anchor for name in get_close_matches(wanted, there, n=3, cutoff=0.4)]
    raise UnknownError(
        f"No figure asked for has the anchor '{asked}'. The nearest: "
        f"{'; '.join(nearest) or 'none'}. Without --anchor all of them are shown; another "
        "kind has to be named with --kind."
    )


def _against(found: list[Explanation], target_id: str) -> list[Explanation]:
    """The same explanations with one target."""
    from dataclasses import replace

    there = sorted(
        {verdict.target_id for one in found for verdict in one.verdicts}
        | {tally.target_id for one in found for tally in one.tallies}
    )
    known = _known("target", target_id, there)
    return [
        replace(
            one,
            verdicts=tuple(verdict for verdict in one.verdicts if verdict.target_id == known),
            tallies=tuple(tally for tally in one.tallies if tally.target_id == known),
        )
        for one in found
    ]


def _known(what: str, asked: str, there: Sequence[str]) -> str:
    """What was asked for, as it is written; or the nearest and all that there is."""
    for one in there:
        if one.casefold() == asked.strip().casefold():
            return one
    near = get_close_matches(asked.casefold(), [one.casefold() for one in there], n=1, cutoff=0.4)
    nearest = next((one for one in there if near and one.casefold() == near[0]), None)
    meant = f"The nearest is {nearest}. " if nearest else ""
    raise UnknownError(
        f"There is no {what} called '{asked}'. {meant}There is: {', '.join(there) or 'none'}."
    )
