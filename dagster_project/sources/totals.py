"""Rules about a table as a whole: which councils it lacks, and whether England is their sum.

Belongs here: comparing England's row with the councils', and the councils with the register. Does
not: what one row says (`rules`), how large a count can be (`scale`).

A table of a publisher has every council that held its duties on 31 March. One that is cut off at
the end of a line looks whole, and so does one in which two digits changed places; England's row
tells. Both are flags: England's row often has estimates for councils that sent nothing, and which
of two figures is wrong is not known. What is quarantined or has a mark in place of a number is a
gap that the table names itself, and England may be larger by what the gap can hold.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dagster_project.sources.councils import register
from dagster_project.sources.scale import adults_of
from dagster_project.sources.seeds import seed
from dagster_project.sources.source import Broken, Context, Rule, Severity

# Each rounding to 5 is off by -2 to 2, with a variance of 2; a sum of many is hardly ever further
# off than six standard deviations.
_VARIANCE_OF_5, _DEVIATIONS, _LARGEST_OF_5 = 2.0, 6.0, 2.0
# Where fewer councils have a number, a tenth of the adults: no count published so far has been so
# large a share of a council.
_FEWEST_SHARES, _TIMES_THE_HIGHEST, _HIGHEST_SHARE = 20, 2.0, 0.1
_SHOWN = 12


@dataclass(frozen=True)
class Counted:
    """The rows of one count of people: every area once, the same thing counted in each.

    `frame` has the rows of a publication, quarantined ones too, under their labels. `family` is
    what a table has whole or lacks together: the counts of one list of councils.
    """

    name: str
    family: str
    field: str
    frame: pd.DataFrame


Counts = Callable[[pd.DataFrame, Context], Iterator[Counted]]


def counts_in_columns(*fields: str) -> Counts:
    """The counts of a table that has an area a row and a column for each count."""

    def counts(frame: pd.DataFrame, _: Context) -> Iterator[Counted]:
        for field in fields:
            yield Counted(field, "the table", field, frame)

    return counts


@dataclass(frozen=True)
class _Sum:
    """England and its councils in one count."""

    counted: Counted
    england: tuple[Any, float] | None
    has_england: bool
    missing: frozenset[str]
    unnamed: int
    gaps: tuple[str, ...]
    low: float
    high: float
    tolerance: float
    room: float

    @property
    def is_reached(self) -> bool:
        """Whether the councils that are there make up England's count."""
        return self.england is not None and not self.is_above and not self.is_below

    @property
    def is_above(self) -> bool:
        """Whether England is more than the councils and what the named gaps can hold."""
        most = self.high + self.tolerance + self.room
        return self.england is not None and self.england[1] > most

    @property
    def is_below(self) -> bool:
        """Whether England is less than the councils that are there."""
        return self.england is not None and self.england[1] < self.low - self.tolerance


def _sum(counted: Counted, context: Context, source: str) -> _Sum:
    frame, field = counted.frame, counted.field
    councils = frame[frame["area_level"].eq("council").fillna(False).astype(bool)]
    codes = councils["area_code"].fillna("")
    known = {code for code in codes if register().why_unknown(code, context.year) is None}
    scope = register().councils_in_scope(context.year) if context.year else frozenset()
    loaded = councils["_loaded"]
    low = councils[f"{field}_lower"].fillna(councils[field])
    high = councils[f"{field}_upper"].fillna(councils[field])
    given = loaded & low.notna()
    gaps = tuple(dict.fromkeys(codes[~given & codes.isin(known)]))
    is_england = frame["area_level"].eq("england").fillna(False).astype(bool)
    england = frame[is_england & frame["_loaded"]][field].dropna()
    tolerance = _tolerance(source, context.year, int(given.sum()) + 1)
    return _Sum(
        counted,
        (england.index[0], float(england.iloc[0])) if len(england) else None,
        bool(is_england.any()),
        frozenset(scope - known),
        int((~codes.isin(known)).sum()),
        gaps,
        float(low[given].sum()),
        float(high[given].sum()),
        tolerance,
        _room(codes[given], low[given], gaps) + _unnamed(high[~codes.isin(known)]),
    )


def _tolerance(source: str, year: str | None, counts: int) -> float:
    """How far a sum of so many counts may be off, as they are rounded in that year."""
    if not any(_rounds_to_5(row, source, year) for row in seed("rounding_rules")):
        return 0.0
    return min(_LARGEST_OF_5 * counts, _DEVIATIONS * math.sqrt(_VARIANCE_OF_5 * counts))


def _rounds_to_5(row: dict[str, str], source: str, year: str | None) -> bool:
    return (
        row["source"] == source
        and row["unit"] == "people"
        and row["rounding"].startswith("nearest_5")
        and (year is None or row["first_year"] <= year)
        and (year is None or not row["last_year"] or year <= row["last_year"])
    )


def _room(codes: pd.Series[str], counts: pd.Series[float], gaps: Sequence[str]) -> float:
    """The most that the councils without a number can hold, by the highest share of adults."""
    if not gaps:
        return 0.0
    adults = codes.map(adults_of).astype("float64")
    shares = (counts.astype("float64") / adults).dropna()
    held = [adults_of(code) for code in gaps]
    if any(each is None for each in held):
        return math.inf
    highest = _TIMES_THE_HIGHEST * float(shares.max()) if len(shares) else 0.0
    if len(shares) < _FEWEST_SHARES:
        highest = max(highest, _HIGHEST_SHARE)
    return highest * sum(each or 0 for each in held)


def _unnamed(counts: pd.Series[float]) -> float:
    """What rows without a council's code hold: England may have counted them."""
    return float(counts.sum())


def _names(codes: Sequence[str]) -> str:
    councils = register().councils
    shown = [f"{councils[code].name} ({code})" for code in sorted(codes)[:_SHOWN]]
    more = f" and {len(codes) - _SHOWN} more" if len(codes) > _SHOWN else ""
    return ", ".join(shown) + more


def _whole(sums: Sequence[_Sum]) -> set[str]:
    """The families whose councils make up England, or of which that cannot be known."""
    known = [each for each in sums if each.england is not None and not each.room]
    reached = {each.counted.family for each in known if each.is_reached}
    unsure = {each.counted.family for each in sums if each.england is not None and each.room}
    unsure -= {each.counted.family for each in sums if not each.room or each.is_above}
    return reached | unsure


def totals_rules(source: str, counts: Counts) -> tuple[Rule, Rule]:
    """The two flags for the counts of a source."""

    def sums(frame: pd.DataFrame, context: Context) -> list[_Sum]:
        return [_sum(each, context, source) for each in counts(frame, context)]

    def lacking(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
        found = sums(frame, context)
        whole = _whole(found)
        lists: dict[frozenset[str], list[_Sum]] = {}
        for each in found:
            # a row of no council's code may be that of one that is missing
            has_a_list = each.counted.family in whole or each.is_below
            if not has_a_list and len(each.missing) > each.unnamed:
                lists.setdefault(each.missing, []).append(each)
        yield from _without_england(found)
        for missing, of_list in lists.items():
            rows = _loaded(of_list[0])
            if len(rows):
                first = of_list[0].england
                text = _lacking_text(missing, of_list, context)
                yield Broken(
                    pd.Index([first[0] if first else rows[-1]]), "area_code", _saying(text)
                )

    def unlike(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
        found = sums(frame, context)
        whole = _whole(found)
        for each in found:
            lacks = each.counted.family not in whole and len(each.missing) > each.unnamed
            if each.england and (each.is_below or (each.is_above and not lacks)):
                text = _unlike_text(each)
                yield Broken(pd.Index([each.england[0]]), each.counted.field, _saying(text))

    return (
        Rule(
            "councils-missing",
            Severity.FLAG,
            "a table has every council that held its duties on 31 March, or as many as make up "
            "England",
            "What is there is loaded. The file may be cut off: compare it with the publisher's.",
            lacking,
            whole=True,
        ),
        Rule(
            "england-unlike-councils",
            Severity.FLAG,
            "England is the sum of its councils, but for rounding and the gaps that are named",
            "All stand as given. A digit may be wrong in England's row or a council's: compare "
            "them with the publisher's table.",
            unlike,
            whole=True,
        ),
    )


def _loaded(each: _Sum) -> pd.Index[Any]:
    frame = each.counted.frame
    return frame.index[frame["_loaded"]]


def _saying(text: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda _: text


def _without_england(sums: Sequence[_Sum]) -> Iterator[Broken]:
    """Counts without England's row, in a table that has it for others."""
    expected = any(each.has_england for each in sums)
    for each in sums:
        rows = _loaded(each)
        if expected and not each.has_england and len(rows):
            text = f"{each.counted.name}: there is no row of England, which other counts have"
            yield Broken(pd.Index([rows[-1]]), "area_code", _saying(text))


def _lacking_text(missing: frozenset[str], sums: Sequence[_Sum], context: Context) -> str:
    names = list(dict.fromkeys(each.counted.family for each in sums))
    scope = register().in_scope(context.year or "")
    england = (
        "England's row is more than the councils that are there"
        if sums[0].england
        else "there is no count of England"
    )
    return (
        f"{'; '.join(names)}: {len(missing)} of the {scope} councils of {context.year} are not "
        f"there ({_names(list(missing))}), and {england}"
    )


def _unlike_text(each: _Sum) -> str:
    assert each.england is not None
    total = f"{each.low:,.0f}" if each.low == each.high else f"{each.low:,.0f} to {each.high:,.0f}"
    named = f", without a number for {_names(each.gaps)}" if each.gaps else ""
    return (
        f"{each.counted.name}: England is {each.england[1]:,.0f}, and its councils add up to "
        f"{total}{named}"
    )
