"""What `denominator explain` does with what was typed.

Belongs here: from options to a question, and showing its answer. Does not: the options themselves
(`cli`), explaining.
"""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from dagster_project.errors import DenominatorError
from dagster_project.explain import as_json as json_form
from dagster_project.explain import terminal
from dagster_project.explain.everything import KINDS
from dagster_project.explain.question import ENGLAND, RATE, Question, answer
from dagster_project.paths import Warehouse
from dagster_project.publish.read import opened

if TYPE_CHECKING:
    from rich.console import Console

    from dagster_project.explain.tree import Explanation


class Asked(NamedTuple):
    """The options as they were given."""

    council: str | None
    england: bool
    year: str
    basis_id: str | None
    definition_id: str | None
    person_scope: str | None
    target_id: str | None
    kinds: list[str]
    bridge: bool
    as_of: str | None = None
    anchor: str | None = None


def question(asked: Asked) -> Question:
    """The question that options ask, if they ask one."""
    if asked.england == (asked.council is not None):
        raise DenominatorError("Name a council with --council, or ask for --england: one of both.")
    if not asked.year:
        raise DenominatorError("Name a financial year with --year, as in --year 2012-13.")
    kinds = (*asked.kinds, *(["bridge"] if asked.bridge else [])) or (RATE,)
    for kind in kinds:
        if kind not in KINDS:
            raise DenominatorError(f"There is no kind '{kind}'. There is: {', '.join(KINDS)}.")
    return Question(
        area=asked.council or ENGLAND,
        year=asked.year,
        kinds=kinds,
        basis_id=asked.basis_id,
        definition_id=asked.definition_id,
        person_scope=asked.person_scope,
        target_id=asked.target_id,
        as_of=_day(asked.as_of),
        anchor=asked.anchor,
    )


def _day(typed: str | None) -> date | None:
    if typed is None:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise DenominatorError(
            f"'{typed}' is no day. Write it as year, month and day: --as-of 2013-10-01."
        ) from None


def show(warehouse: Warehouse, asked: Question, console: "Console", as_json: bool) -> bool:
    """Show the answer; False if a figure does not come out as published."""
    found = _answer(warehouse, asked)
    if as_json:
        print(json_form.as_json(found))
    else:
        _show_trees(found, console)
    return all(one.agrees for one in found)


def _answer(warehouse: Warehouse, asked: Question) -> "list[Explanation]":
    import duckdb

    try:
        with opened(warehouse) as connection:
            return answer(connection, asked)
    except duckdb.CatalogException as error:
        raise DenominatorError(
            f"{warehouse.published} lacks what an explanation needs: "
            f"{str(error).splitlines()[0]} It was published by another version. Run "
            "`denominator refresh`, and ask again."
        ) from error


def _show_trees(found: "list[Explanation]", console: "Console") -> None:
    console.width = terminal.WIDTH
    for tree in terminal.trees(found):
        console.print(tree, highlight=False)
    wrong = [one for one in found if not one.agrees]
    for one in wrong:
        steps = ", ".join(dict.fromkeys(wrong.step for wrong in one.disagreements))
        console.print(f"DISAGREES: {one.title}: {steps}", markup=False, highlight=False)
