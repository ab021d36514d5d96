"""Finding a table by its headings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.formats.headings import Wanted, find, find_nearest
from dagster_project.formats.problem import FileProblem
from dagster_project.formats.sheets import Sheet

WANTED = (
    Wanted("code", ("CASSR code", "Council code")),
    Wanted("users", ("Users receiving support",)),
    Wanted("note", ("Note",), required=False),
)


def sheet(*rows: list[str]) -> Sheet:
    return Sheet(None, rows, range(1, len(rows) + 1))


@given(
    st.permutations(["CASSR code", "Users receiving support", "Note", "Something else"]),
    st.integers(0, 39),
    st.sampled_from([str.upper, str.lower, str.title, lambda text: text.replace(" ", "")]),
)
def test_order_case_spaces_and_place_do_not_matter(order: list[str], above: int, change) -> None:  # type: ignore[no-untyped-def]
    found = find(sheet(*[["title"]] * above, [change(text) for text in order]), WANTED)
    assert found is not None
    assert found.row == above
    assert {field: order[at] for field, at in found.columns.items()} == {
        "code": "CASSR code",
        "users": "Users receiving support",
        "note": "Note",
    }
    assert found.unread == (change("Something else"),)


def test_not_below_the_fortieth_line() -> None:
    table = sheet(*[["title"]] * 40, ["CASSR code", "Users receiving support"])
    assert find(table, WANTED) is None


def test_what_is_missing_is_shown_beside_its_nearest() -> None:
    near = find_nearest(sheet(["a title"], ["Council code", "User receiving support"]), WANTED)
    assert near is not None
    assert near.row == 1
    assert near.side_by_side() == (
        "expected 'Users receiving support', found none like it; as expected: CASSR code"
    )


def test_nothing_near() -> None:
    assert find_nearest(sheet(["name", "age"], ["x", "1"]), WANTED) is None
    assert find_nearest(sheet(["only a title"]), WANTED) is None


def test_a_heading_twice_is_never_guessed() -> None:
    with pytest.raises(FileProblem) as caught:
        find(sheet(["CASSR code", "council CODE", "Users receiving support"]), WANTED)
    assert caught.value.rule_id == "column-repeated"
