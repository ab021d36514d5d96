"""The way of large files: what lands is what the slow and simple reading would give."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import given as g
import pandera.errors
import pyarrow.parquet as pq
import pytest
from given import Given
from hypothesis import HealthCheck, assume, settings
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from dagster_project import landing
from dagster_project.formats.bulk import scan
from dagster_project.formats.problem import FileProblem
from dagster_project.landing.bulk import raw, readings
from dagster_project.landing.bulk.sql import engine
from dagster_project.landing.store import rows_schema
from dagster_project.sources import SOURCES
from dagster_project.sources.poet import SOURCE
from dagster_project.sources.seeds import seed
from dagster_project.sources.source import BulkColumn, BulkSource, Context, Match, Read

PLACE = "poet/2013/final"
FILE = f"{PLACE}/poet.csv"


def rows(given: Given) -> list[dict[str, Any]]:
    return given.land().table("poet")


# ---------------------------------------------------------------- what an answer is read as


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("out_dignity", "A lot better", "a_lot_better"),
        ("out_dignity", "  A LOT  BETTER. ", "a_lot_better"),
        ("out_dignity", "Don't know", "dont_know"),
        ("out_dignity", "don\u2019t know", "dont_know"),
        ("out_dignity", "No-difference", "no_difference"),
        ("age_band", "18-64", "18_64"),
        ("management", "Provider ISF", "provider_isf"),
        ("instrument", "Adult holder", "adult_holder"),
        ("test_knows_money", "Not sure", "not_sure"),
        ("care_groups", "Sensory; Mental health ;sensory", "sensory;mental_health"),
        ("care_groups", "", None),
        ("out_dignity", " ", None),
        ("weekly_amount_gbp", "£1,250.50", 1250.5),
        ("weekly_amount_gbp", "0", 0.0),
        ("weekly_amount_gbp", "[c]", None),
        ("council_code", " 102.0 ", "102"),
        ("wave", "2013.0", 2013),
        ("gender", "  as she says ", "as she says"),
        ("free_text", "  ", None),
    ],
)
def test_a_text_is_read_as_what_it_stands_for(
    given: Given, field: str, text: str, code: object
) -> None:
    given.poet(g.response(**{field: text}), g.response(response_id="r2"))
    landed = given.land()
    assert landed.rules() == {}
    row = landed.table("poet")[0]
    assert row["free_text_length" if field == "free_text" else field] == code


def test_of_a_free_text_only_the_length_lands(given: Given) -> None:
    given.poet(g.response(free_text=" so it was "))
    (row,) = rows(given)
    assert row["free_text_length"] == len("so it was")
    assert "so it was" not in str(row)


def test_an_unlisted_answer_is_no_answer_and_the_rest_counts(given: Given) -> None:
    given.poet(g.response(out_dignity="fine", care_groups="tall;sensory"))
    (row,) = rows(given)
    assert (row["out_dignity"], row["care_groups"]) == (None, "sensory")
    assert row["out_independence"] == "better"


def test_2017_is_on_its_own_scale(given: Given) -> None:
    answers = {"wave": "2017", "out_dignity": "Very good", "out_independence": "better"}
    given.poet(g.response(**answers))
    landed = given.land()
    (row,) = landed.table("poet")
    assert row["out_dignity"] == "very_good"
    # `better` is no answer of that wave; its catalogue does not have these items of 2013 either
    unlisted = [
        flag for flag in landed.table("poet", "flags") if flag["field"] == "out_independence"
    ]
    assert {flag["rule_id"] for flag in unlisted} == {"answer-unlisted", "item-unlisted"}


@pytest.mark.parametrize(
    ("answers", "all_blank", "straight_lined"),
    [
        (["better", "better", "better"], False, True),
        (["better", "a_lot_better", "better"], False, False),
        # two answers say nothing yet, whatever stands in the third
        (["better", "better", ""], False, False),
        (["better", "better", "dont_know"], False, False),
        (["dont_know", "dont_know", "dont_know"], True, False),
        (["", "fine", "dont_know"], True, False),
    ],
)
def test_blank_and_straight_lined_are_of_valid_answers(
    given: Given, answers: list[str], all_blank: bool, straight_lined: bool
) -> None:
    items = ("out_dignity", "out_independence", "out_control_life")
    given.poet(g.response(**dict(zip(items, answers, strict=True))))
    (row,) = rows(given)
    assert (row["all_blank"], row["straight_lined"]) == (all_blank, straight_lined)


# ---------------------------------------------------------------- columns


def test_an_unlisted_item_lands_under_its_own_name(given: Given) -> None:
    given.poet(g.response(**{"Out_Sleep": "A lot better", "proc_wait": "Easy", "shoe_size": "40"}))
    landed = given.land()
    (row,) = landed.table("poet")
    assert (row["out_sleep"], row["proc_wait"]) == ("a_lot_better", "easy")
    assert "shoe_size" not in row
    assert landed.files[FILE].note == "1 heading not read"
    flags = landed.table("poet", "flags")
    assert [(each["field"], each["token"], each["source_locator"]) for each in flags] == [
        ("out_sleep", "Out_Sleep", "line 1"),
        ("proc_wait", "proc_wait", "line 1"),
    ]


def test_a_heading_may_be_words(given: Given) -> None:
    answered = g.response(out_dignity="Better")
    words = {name.replace("_", " ").title(): value for name, value in answered.items()}
    given.poet(words)
    landed = given.land()
    assert landed.rules() == {}
    (row,) = landed.table("poet")
    assert (row["response_id"], row["out_dignity"]) == (answered["response_id"], "better")


def test_an_item_of_another_wave_is_flagged_only_if_it_is_answered(given: Given) -> None:
    given.poet(g.response(out_self_esteem=""))
    assert given.land().rules() == {}


@pytest.mark.parametrize(("wave", "answer"), [("2014", "Better"), ("2017", "Good")])
def test_an_item_of_another_wave_is_read_on_the_scale_of_its_own(
    given: Given, wave: str, answer: str
) -> None:
    outcomes = {row["item"] for row in seed("poet_items") if row["kind"] == "outcome"}
    given.poet(g.response(wave=wave, **dict.fromkeys(sorted(outcomes), answer)))
    landed = given.land()
    (row,) = landed.table("poet")
    assert {row[item] for item in outcomes} == {answer.lower()}
    own = {row["item"] for row in seed("poet_items") if row["wave"] == wave}
    assert landed.rules() == {"item-unlisted": len(outcomes - own), "straight-lined": 1}


def test_every_column_of_the_catalogue_is_there(given: Given) -> None:
    given.poet()
    given.land()
    (path,) = given.landing.glob("poet/2013/*/rows.parquet")
    assert pq.read_schema(path).equals(rows_schema("poet"))


def test_titles_order_and_case_of_headings_do_not_matter(given: Given) -> None:
    table = g.poet(g.response(), g.response(response_id="r2"))
    order = list(reversed(range(len(table[0]))))
    turned = [["A survey, synthetic"], [], *([row[at] for at in order] for row in table)]
    turned[2] = [heading.upper() for heading in turned[2]]
    given.put(PLACE, "poet.csv", turned)
    found = rows(given)
    assert [row["source_locator"] for row in found] == ["line 4", "line 5"]
    assert found[0]["out_dignity"] == "a_lot_better"


# ---------------------------------------------------------------- places, encodings, blank lines


def test_a_line_break_within_a_cell_hides_the_line_and_the_place_says_so(given: Given) -> None:
    given.poet(g.response(free_text="one\ntwo"), g.response(response_id="r2", out_dignity="odd"))
    landed = given.land()
    assert [row["source_locator"] for row in landed.table("poet")] == ["record 1", "record 2"]
    (flag,) = landed.table("poet", "flags")
    assert flag["source_locator"] == "record 2"


def test_a_ragged_line_is_read_the_slow_way_with_its_line(given: Given) -> None:
    table = g.poet(g.response(free_text="one\ntwo"), g.response(response_id="r2"))
    given.put(PLACE, "poet.csv", [*table, [*table[2], "spilt", "over"]])
    landed = given.land()
    assert landed.rules() == {"row-too-long": 1}
    assert [row["source_locator"] for row in landed.table("poet")] == ["line 2", "line 4"]
    (gone,) = landed.table("poet", "quarantine")
    assert gone["source_locator"] == "line 5"
    (whole,) = landed.table("poet", "withheld")
    assert json.loads(whole["content"])["cells beyond the headings"] == '["spilt", "over"]'


def test_a_short_line_lost_a_cell_somewhere(given: Given) -> None:
    table = g.poet(g.response(), g.response(response_id="r2"))
    given.put(PLACE, "poet.csv", [table[0], table[1][:10], table[2]])
    landed = given.land()
    assert landed.rules() == {"row-too-short": 1}
    assert [row["response_id"] for row in landed.table("poet")] == ["r2"]


def test_a_free_text_may_be_left_out_at_the_end(given: Given) -> None:
    rows = [g.response(response_id=f"r{n}", free_text="") for n in range(3)]
    heading, *lines = g.poet(*rows)
    given.put(PLACE, "poet.csv", [heading, *(line[:-1] for line in lines)])
    landed = given.land()
    assert landed.rules() == {}
    assert len(landed.table("poet")) == 3


def test_commas_within_cells_are_no_cells(given: Given) -> None:
    rows = [g.response(response_id=f"r{n}", ethnicity="as given, here") for n in range(3)]
    given.put(PLACE, "poet.csv", g.poet(*rows))
    landed = given.land()
    assert landed.rules() == {}
    assert landed.table("poet")[0]["ethnicity"] == "as given, here"


def test_blank_lines_and_lines_of_commas_are_no_rows(given: Given) -> None:
    table = g.poet(g.response(), g.response(response_id="r2"))
    blank = [[], [""] * len(table[0]), [" "] * len(table[0])]
    given.put(PLACE, "poet.csv", [table[0], table[1], *blank, table[2]])
    landed = given.land()
    assert landed.files[FILE].rows_read == 2
    assert landed.rules() == {}


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings_and_line_ends(given: Given, encoding: str, ends: str) -> None:
    text = g.as_csv(g.poet(g.response(ethnicity="Zoë \u2013 other"), g.response(response_id="r2")))
    given.put(PLACE, "poet.csv", text.replace("\n", ends).encode(encoding))
    landed = given.land()
    first, second = landed.table("poet")
    assert first["ethnicity"] == "Zoë \u2013 other"
    assert (first["source_locator"], second["source_locator"]) == ("line 2", "line 3")
    names = {"utf-8": "utf-8", "utf-8-sig": "utf-8 with mark", "cp1252": "windows-1252"}
    assert landed.files[FILE].encoding == names[encoding]


CELL = st.text(st.sampled_from('a"\n\r,; \té0'), max_size=6)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@hypothesis_given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.booleans(),
)
def test_both_ways_give_the_same_cells(
    tmp_path: Path, table: list[list[str]], ends: str, quoting: Any, as_written: bool
) -> None:
    """What DuckDB accepts it reads as Python's csv does, well quoted or not."""
    if as_written:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator=ends, quoting=quoting).writerows([["a", "b", "c"], *table])
        content = text.getvalue()
    else:
        content = ends.join(["a,b,c", *(",".join(row) for row in table)])
    path = tmp_path / "some.csv"
    path.write_bytes(content.encode())
    found = scan(path)
    assume(raw.is_plain(found))
    with engine(tmp_path) as connection:
        try:
            fast = raw._fast(connection, path, 1, 3, tmp_path / "fast")
        except raw.NOT_CLEAN:
            return
    slow = raw._slow(path, 1, 3, tmp_path / "slow")
    assert fast == slow
    cells = raw.columns(3)
    slowly = pq.read_table(tmp_path / "slow").select(cells).to_pylist()
    assert pq.read_table(tmp_path / "fast").select(cells).to_pylist() == slowly


@pytest.mark.parametrize(
    ("content", "padded"),
    [
        ('a,b\n"x" ,y\n', True),
        ('a,b\nx, "y"\n', True),
        ('a,b\nx,"y"\t', True),
        (' "a",b\n', True),
        ('a,b\n"said ""so"" twice",y\n', False),
        ('a,b\n"x"," y "\n', False),
        ("a,b\nx , y\n", False),
    ],
)
@pytest.mark.parametrize("piece", [1, 3, 1000])
def test_blanks_between_a_quotation_mark_and_the_border_of_a_cell(
    tmp_path: Path, content: str, padded: bool, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One reader drops them, another takes the mark for a part of the text."""
    monkeypatch.setattr("dagster_project.formats.bulk._PIECE", piece)
    path = tmp_path / "some.csv"
    path.write_text(content, "utf-8")
    assert scan(path).padded_quotes is padded


def test_a_file_that_breaks_off_is_refused(given: Given) -> None:
    text = g.as_csv(g.poet(g.response(), g.response(response_id="r2")))
    given.put(PLACE, "poet.csv", text + '"r3,2013\n')
    landed = given.land()
    assert landed.refused == {FILE: "file-damaged"}
    assert "line 4" in landed.files[FILE].message


# ---------------------------------------------------------------- rows given twice


def ids(landed: g.Landed) -> list[str]:
    return [f"{row['response_id']} {row['gender']}" for row in landed.table("poet")]


def test_the_first_of_a_repeated_response_stays_across_files(given: Given) -> None:
    given.poet(g.response(gender="a1"), g.response(response_id="r2", gender="a2"), name="a.csv")
    again = [g.response(gender="b1"), g.response(response_id="r3", gender="b3")]
    given.poet(*again, g.response(gender="b1 again"), name="b.csv")
    landed = given.land()
    assert ids(landed) == ["r1 a1", "r2 a2", "r3 b3"]
    gone = landed.table("poet", "quarantine")
    assert [(each["source_file"], each["source_locator"]) for each in gone] == [
        (f"{PLACE}/b.csv", "line 2"),
        (f"{PLACE}/b.csv", "line 4"),
    ]
    assert {each["message"] for each in gone} == {
        f"it has the response_id of {PLACE}/a.csv, line 2, which stays"
    }


def test_a_row_that_is_refused_already_is_not_the_first(given: Given) -> None:
    given.poet(g.response(council_code="999", gender="bad"), g.response(gender="good"))
    landed = given.land()
    assert landed.rules() == {"council-unknown": 1}
    assert ids(landed) == ["r1 good"]


def test_a_file_of_which_no_row_can_be_loaded_is_read_and_loads_none(given: Given) -> None:
    given.poet(g.response(council_code="999"))
    landed = given.land()
    assert landed.rules() == {"council-unknown": 1}
    file = landed.files[FILE]
    assert (file.refused, file.rows_read, file.rows_loaded) == (False, 1, 0)
    assert landed.table("poet") == []


def test_blank_identifiers_are_not_one_person(given: Given) -> None:
    given.poet(g.response(response_id=""), g.response(response_id=" "))
    landed = given.land()
    assert landed.rules() == {"response-id-blank": 2}
    assert len(landed.table("poet")) == 2


# ---------------------------------------------------------------- what is shown of persons


SECRETS = {
    "response_id": "NHS 943 476 5919",
    "gender": "secret-gender",
    "ethnicity": "secret-ethnicity",
    "free_text": "secret-words",
}


@pytest.mark.parametrize(
    "text",
    [
        "my name is Edna and I live in the house beside the old mill",
        "edna@mill.org",
        "01632 960123",
        "Edna Mill",
        "edna",
        "better since Edna died",
        "SW1A 1AA",
        "3/11/45",
    ],
)
def test_a_text_that_may_be_a_persons_own_is_withheld(given: Given, text: str) -> None:
    given.poet(g.response(out_dignity=text, council_code="102"), g.response(council_code=text))
    landed = given.land()
    assert landed.rules() == {"answer-unlisted": 1, "council-unknown": 1}
    (flag,) = landed.table("poet", "flags")
    (gone,) = landed.table("poet", "quarantine")
    assert flag["token"] is None
    assert json.loads(gone["content"]) == {"council_code": None}
    assert text not in str((flag, gone, landed.publications))
    (whole,) = landed.table("poet", "withheld")
    assert json.loads(whole["content"])["council_code"] == text


def test_quarantine_and_flags_hold_the_offending_field_only(given: Given) -> None:
    spoilt = [
        {"council_code": "999"},
        {"wave": "2014"},
        {"instrument": "adult"},
        {"out_dignity": "no better"},
        {"weekly_amount_gbp": "better"},
        {},
    ]
    given.poet(
        *(
            g.response(**SECRETS | {"response_id": f"{SECRETS['response_id']} {number}"} | changes)
            for number, changes in enumerate(spoilt)
        ),
        g.response(**SECRETS | {"response_id": f"{SECRETS['response_id']} 5"}),
    )
    landed = given.land()
    assert landed.rules() == {
        "council-unknown": 1,
        "wave-unlike-folder": 1,
        "instrument-unknown": 1,
        "answer-unlisted": 1,
        "amount-unreadable": 1,
        "response-duplicate": 1,
    }
    shown = str((landed.table("poet", "quarantine"), landed.table("poet", "flags")))
    said = (given.landing / PLACE / "manifest.json").read_text() + str(landed.publications)
    for secret in SECRETS.values():
        assert secret not in shown
        assert secret not in said
    contents = {each["rule_id"]: each["content"] for each in landed.table("poet", "quarantine")}
    assert contents == {
        "council-unknown": '{"council_code":"999"}',
        "wave-unlike-folder": '{"wave":"2014"}',
        "instrument-unknown": '{"instrument":"adult"}',
        "response-duplicate": '{"response_id":null}',
    }
    withheld = landed.table("poet", "withheld")
    assert len(withheld) == 4
    assert all(json.loads(each["content"])["free_text"] == "secret-words" for each in withheld)


# ---------------------------------------------------------------- the model's word, and scale


def reading(field: str, value: object) -> BulkSource:
    """The source, with a column that is read wrongly."""

    def read(match: Match, context: Context) -> list[BulkColumn]:
        return [
            replace(each, read=lambda _: Read(value)) if each.field == field else each
            for each in SOURCE.read(match, context)
        ]

    return replace(SOURCE, read=read)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("out_dignity", "lovely"),
        ("management", "nobody"),
        ("care_groups", "sensory;tall"),
        ("weekly_amount_gbp", -1.0),
    ],
)
def test_what_does_not_fit_the_model_does_not_land(
    given: Given, monkeypatch: pytest.MonkeyPatch, field: str, value: object
) -> None:
    """Pandera sees every distinct value that is written, and its word is final."""
    given.poet()
    (publication,) = landing.discover([given.raw]).publications
    broken: Mapping[str, object] = {**SOURCES, "poet": reading(field, value)}
    monkeypatch.setattr("dagster_project.sources.SOURCES", broken)
    with pytest.raises(pandera.errors.SchemaError):
        landing.land(publication, given.landing, {})
    assert not (given.landing / PLACE / "rows.parquet").exists()


def test_a_looked_up_table_gives_what_a_small_map_gives(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    responses = [
        g.response(response_id=str(number), weekly_amount_gbp=str(number), out_dignity=answer)
        for number, answer in enumerate(["better", "Worse", "", "odd", "dont_know"])
    ]
    given.poet(*responses)
    by_map = given.land()
    tables = {name: by_map.table("poet", name) for name in ("rows", "flags", "quarantine")}
    monkeypatch.setattr(readings, "_LARGEST_MAP", 0)
    by_table = given.land()
    assert {name: by_table.table("poet", name) for name in tables} == tables


def test_two_files_of_one_wave_need_not_have_the_same_columns(given: Given) -> None:
    given.poet(g.response(out_sleep="worse", proc_assess_needs="easy"), name="a.csv")
    second = {
        name: text for name, text in g.response(response_id="r2").items() if "out" not in name
    }
    given.poet(second | {"out_stress": "Better"}, name="b.csv")
    first, other = rows(given)
    assert (first["out_sleep"], first["proc_assess_needs"], first["out_stress"]) == (
        "worse",
        "easy",
        None,
    )
    assert (other["out_sleep"], other["proc_assess_needs"], other["out_stress"]) == (
        None,
        "difficult",
        "better",
    )


def test_a_workbook_is_no_export(given: Given) -> None:
    table = g.poet(g.response())
    given.put(PLACE, "poet.xlsx", g.workbook({"Sheet1": table}))
    message = given.land().files[f"{PLACE}/poet.xlsx"].message
    assert "file-unrecognised" in message
    assert "CSV" in message


def test_a_file_that_is_no_text_says_where(given: Given, tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    for content, place in ((b"a\nb\n\x81c\n", "line 3"), (b"a\n\x00b\n", "line 2")):
        path.write_bytes(content)
        with pytest.raises(FileProblem) as caught:
            scan(path)
        assert (caught.value.rule_id, caught.value.place) == ("file-encoding", place)
