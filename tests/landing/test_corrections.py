"""Corrections of published cells: applied while the cell is as expected, and said when not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from given import Given, Landed, adass_return

from dagster_project import landing
from dagster_project.landing.corrections import Effect, read_corrections

FILE = "ccs/2012-13/final/ccs.csv"
TITLE_LINES = 3  # a title, an empty line, the headings


def entry(**changes: str) -> dict[str, str]:
    return {
        "file": FILE,
        "place": "line 4",
        "field": "users",
        "expect": "12,345",
        "value": "12,350",
        "reason": "a digit was mistyped",
        "provider": "the council's letter",
        "status": "confirmed",
    } | changes


def write(folder: Path, *entries: object) -> Path:
    path = folder / "corrections.yml"
    path.write_text(yaml.safe_dump({"corrections": list(entries)}), "utf-8")
    return path


def land(given: Given, corrections: Path) -> Landed:
    tree = landing.discover([given.raw], corrections=corrections)
    seen: dict[str, str] = {}
    done = [landing.land(each, given.landing, seen) for each in tree.publications]
    return Landed(tree, done, given.landing)


def printed(given: Given) -> tuple[str, str]:
    """The place of the first council's row and its users as printed."""
    landed = given.land()
    row = landed.table("ccs")[0]
    return row["source_locator"], row["users_token"]


def effects(landed: Landed) -> list[Effect]:
    return [one.effect for each in landed.publications for one in each.corrections]


def test_correction_is_applied_and_flagged(given: Given, tmp_path: Path) -> None:
    given.ccs()
    place, token = printed(given)
    path = write(tmp_path, entry(place=place, expect=token, value="9,505"))
    landed = land(given, path)
    row = landed.table("ccs")[0]
    assert (row["users"], row["users_token"]) == (9505, "9,505")
    [record] = landed.table("ccs", "corrections")
    assert record["token"] == token
    assert record["effect"] == "applied"
    [flag] = [one for one in landed.table("ccs", "flags") if one["rule_id"] == "value-corrected"]
    assert (flag["token"], flag["area_code"], flag["field"]) == (token, row["area_code"], "users")
    assert landed.files[FILE].cells_flagged >= 1


def test_correction_ends_when_publisher_mends(given: Given, tmp_path: Path) -> None:
    given.ccs()
    place, token = printed(given)
    landed = land(given, write(tmp_path, entry(place=place, expect="1", value=token)))
    assert effects(landed) == [Effect.MENDED]
    assert landed.table("ccs")[0]["users_token"] == token
    assert "no longer applied" in landed.publications[0].corrections[0].message


def test_third_value_is_not_overwritten(given: Given, tmp_path: Path) -> None:
    given.ccs()
    place, token = printed(given)
    landed = land(given, write(tmp_path, entry(place=place, expect="1", value="2")))
    assert effects(landed) == [Effect.SUPERSEDED]
    assert landed.table("ccs")[0]["users_token"] == token
    assert f"'{token}', not '1'" in landed.publications[0].corrections[0].message


def test_corrected_text_goes_through_rules(given: Given, tmp_path: Path) -> None:
    given.ccs()
    place, token = printed(given)
    landed = land(given, write(tmp_path, entry(place=place, expect=token, value="-5")))
    [row] = landed.table("ccs", "quarantine")
    assert row["rule_id"] == "count-negative"
    assert token in row["content"]  # quarantine keeps the row as printed


def test_unknown_place(given: Given, tmp_path: Path) -> None:
    given.ccs()
    landed = land(given, write(tmp_path, entry(place="line 900")))
    assert effects(landed) == [Effect.PLACE_UNKNOWN]


def test_refused_file(given: Given, tmp_path: Path) -> None:
    given.put("ccs/2012-13/final", "ccs.csv", "no,table\n1,2\n")
    assert effects(land(given, write(tmp_path, entry()))) == [Effect.FILE_REFUSED]


def test_correction_of_no_file(given: Given, tmp_path: Path) -> None:
    given.ccs()
    landed = land(given, write(tmp_path, entry(file="ccs/2012-13/final/other.csv")))
    assert landed.refused == {"corrections.yml": "correction-without-file"}


def test_cell_of_workbook_return(given: Given, tmp_path: Path) -> None:
    given.adass(adass_return())
    row = given.land().table("adass")[0]
    path = write(
        tmp_path,
        entry(
            file="adass/2012-13/final/returns.csv",
            place=row["source_locator"],
            field="q1_eligible_total",
            expect=row["q1_eligible_total_token"],
            value="4321",
        ),
    )
    assert land(given, path).table("adass")[0]["q1_eligible_total"] == 4321


def test_changed_corrections_are_read_again(given: Given, tmp_path: Path) -> None:
    given.ccs()
    place, token = printed(given)
    first = landing.raw_digest(landing.discover([given.raw]))
    path = write(tmp_path, entry(place=place, expect=token, value="9,505"))
    tree = landing.discover([given.raw], corrections=path)
    assert landing.raw_digest(tree) != first
    assert land(given, path).publications[0].read_anew
    again = land(given, path).publications[0]
    assert not again.read_anew
    assert [one.effect for one in again.corrections] == [Effect.APPLIED]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (entry(field="people"), "has no field 'people'"),
        (entry(status="perhaps"), "status is 'perhaps'"),
        (entry(file="poet/2013/final/wave.csv", field="management"), "persons' records"),
        (entry(file="nothing/2012-13/final/a.csv"), "does not begin with a source"),
        (entry(reason=""), "'reason' is missing"),
        (entry(value="12,345"), "are the same"),
        (entry() | {"valeu": "1"}, "nearest is 'value'"),
        (entry() | {"expect": ["1"]}, "'expect' is missing, or not a text"),
        ("text", "no list of 'key: value'"),
    ],
)
def test_invalid_entry_is_named(tmp_path: Path, bad: object, reason: str) -> None:
    path = write(tmp_path, entry(place="line 3"), bad)
    with pytest.raises(landing.LandingError) as error:
        read_corrections(path)
    assert reason in str(error.value)
    assert error.value.place == "entry 2"
    assert error.value.rule == "corrections-invalid"


def test_cell_corrected_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(landing.LandingError, match="twice"):
        read_corrections(write(tmp_path, entry(), entry(value="7")))
