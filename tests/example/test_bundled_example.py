"""The bundled example as files: the same bytes every time, marked, mistakes in place."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
import python_calamine
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.example import __main__ as command
from dagster_project.example import draws
from dagster_project.example.bundle import Bundle, build
from dagster_project.example.fitting import fit, percent_limits, share_out
from dagster_project.example.layouts import outcome, rounded_5

PROJECT = Path(__file__).parents[2]
RAW = PROJECT / "data" / "raw"
PLANTED = PROJECT / "dagster_project" / "example" / "planted.csv"
DIGEST = """
from hashlib import sha256
from dagster_project.example.bundle import build
made = build()
whole = b"".join(name.encode() + content for name, content in made.files.items())
print(sha256(whole + made.planted_csv()).hexdigest())
"""


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return build()


def planted() -> list[dict[str, str]]:
    with PLANTED.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def example_files() -> list[Path]:
    folders = [RAW / source for source in ("ccs", "ascof", "adass", "poet", "in_control")]
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def visible_text(path: Path) -> str:
    """What a person sees on opening the file."""
    if path.suffix == ".xlsx":
        sheets = python_calamine.load_workbook(path)
        return "\n".join(
            str(cell)
            for name in sheets.sheet_names
            for line in sheets.get_sheet_by_name(name).to_python()
            for cell in line
        )
    return path.read_bytes().decode("cp1252", errors="replace")


# --- bytes ---------------------------------------------------------------------------------------


def test_nothing_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([str(RAW), "--check"]) == 0, capsys.readouterr().out


def test_another_process_makes_the_same_bytes(bundle: Bundle) -> None:
    whole = b"".join(name.encode() + content for name, content in bundle.files.items())
    here = sha256(whole + bundle.planted_csv()).hexdigest()
    environment = os.environ | {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Auckland"}
    again = subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout.strip() == here


def test_check_finds_missing_changed_and_left_over_files(
    bundle: Bundle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, "PLANTED", tmp_path / "planted.csv")
    root = tmp_path / "raw"
    assert command.main([str(root)]) == 0
    first, second = (root / name for name in list(bundle.files)[:2])
    first.unlink()
    second.write_bytes(second.read_bytes() + b" ")
    old = root / "ccs" / "2009-10" / "final" / "synthetic-old.csv"
    own = root / "ccs" / "2009-10" / "final" / "my own file.csv"
    old.touch()
    own.touch()
    capsys.readouterr()
    assert command.main([str(root), "--check"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said == [f"missing: {first}", f"changed: {second}", f"no longer made: {old}"]
    assert command.main([str(root)]) == 0
    assert command.main([str(root), "--check"]) == 0
    assert own.exists() and not old.exists()


def test_small_enough_to_carry() -> None:
    assert sum(path.stat().st_size for path in example_files()) < 10_000_000
    responses = [path.stat().st_size for path in RAW.glob("poet/*/*/*.csv")]
    assert len(responses) == 5 and sum(responses) < 4_000_000


# --- marked --------------------------------------------------------------------------------------


def test_every_file_says_it_is_synthetic() -> None:
    data = [path for path in example_files() if path.name != "source.yml"]
    assert len(data) > 130
    for path in data:
        assert path.name.startswith("synthetic-"), path
        assert "SYNTHETIC" in visible_text(path), path


def test_every_row_says_so_where_the_layout_has_room() -> None:
    for path in (
        path for source in ("ascof", "adass", "poet") for path in RAW.glob(f"{source}/*/*/*.csv")
    ):
        lines = visible_text(path).splitlines()[1:]
        assert lines and all("SYNTHETIC" in line for line in lines), path


def test_every_publication_says_so() -> None:
    for path in (path for path in example_files() if path.name == "source.yml"):
        entry = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert entry["evidence_class"] == "synthetic", path
        assert entry["title"].startswith("SYNTHETIC"), path
        assert entry["publisher"] and entry["licence"], path


def test_every_folder_has_its_source_yml(bundle: Bundle) -> None:
    folders = {name.rsplit("/", 1)[0] for name in bundle.files}
    assert all(f"{folder}/source.yml" in bundle.files for folder in folders)
    assert sum("adass/2012-13" in name and name.endswith(".xlsx") for name in bundle.files) == 126


# --- planted mistakes ----------------------------------------------------------------------------

# What the planted cell (or row) has to look like, by rule.
EVIDENCE = {
    "council-unknown": lambda row: row["council"] in ("950", "610", "RXA"),
    "return-superseded": lambda row: row["status"] == "final",
    "draft-superseded": lambda row: row["status"] == "draft",
    "return-draft": lambda row: row["status"] == "draft",
    "name-unlike-register": lambda row: row["council_name"] == "West Berkshire",
    "count-unreadable": lambda row: row["q3_one_off_pb_total"] == "c.450",
    "count-is-percentage": lambda row: row["q2_ongoing_pb_total"] == "65%",
    "count-negative": lambda row: row["q3_one_off_pb_total"] == "-12",
    "count-fractional": lambda row: row["q4_carers_pb"] == "212.5",
    "date-unreadable": lambda row: row["reference_date"] == "end of March",
    "wave-contradicts-date": lambda row: row["reference_date"] == "2011-03-31",
    "reference-date-not-31-march": lambda row: row["reference_date"][4:10] == "-04-30",
    "spend-unit-suspect": lambda row: (
        n(row, "q6_spend_total_gbp") < 100 * n(row, "q2_ongoing_pb_total")
    ),
    "q2-above-q1": lambda row: n(row, "q2_ongoing_pb_total") > n(row, "q1_eligible_total"),
    "declared-target-contradicts": lambda row: row["q9_target_met_self_declared"] == "yes",
    "parts-unlike-total": lambda row: parts_unlike(row),
    "part-above-total": lambda row: n(row, "q3_one_off_pb_carers") > n(row, "q3_one_off_pb_total"),
    "numerator-above-denominator": lambda row: (
        n(row, "users_sds") > n(row, "users") or n(row, "carers_dp") > n(row, "carers_sds")
    ),
    "outcome-unlike-counts": lambda row: row["MeasureType"] == "Outcome",
    "item-unlisted": lambda row: row["out_leisure"] == "out_leisure",  # the row of headings
    "answer-unlisted": lambda row: (
        row["out_dignity"] == "much better" or row["management"] == "agency"
    ),
    "amount-unreadable": lambda row: row["weekly_amount_gbp"] == "about 150",
    "amount-negative": lambda row: row["weekly_amount_gbp"] == "-40",
    "response-duplicate": lambda row: responses_numbered(row["response_id"]) == 2,
    "wave-unlike-folder": lambda row: row["wave"] == "2011",
    "instrument-unknown": lambda row: row["instrument"] == "provider",
    "all-blank": lambda row: valid_outcomes(row) == [],
    "straight-lined": lambda row: (
        len(valid_outcomes(row)) >= 3 and len({*valid_outcomes(row)}) == 1
    ),
}


def n(row: dict[str, str], field: str) -> int:
    return int(float(row[field].replace(",", "")))


def responses_numbered(response_id: str) -> int:
    """How many responses of all waves have this number."""
    texts = [visible_text(path) for path in RAW.glob("poet/*/*/*.csv")]
    return sum(text.count(f"\n{response_id},") for text in texts)


def valid_outcomes(row: dict[str, str]) -> list[str]:
    answers = [row[name].lower() for name in row if name.startswith("out_")]
    return [one for one in answers if one not in ("", "dont_know", "don't know")]


def parts_unlike(row: dict[str, str]) -> bool:
    total = n(row, "q2_ongoing_pb_total")
    modes = ("direct_payment", "managed", "mixed")
    ages = ("18_64", "65_over")
    sums = [sum(n(row, f"q2_ongoing_pb_{part}") for part in parts) for parts in (modes, ages)]
    return any(part != total for part in sums)


def planted_row(one: dict[str, str]) -> dict[str, str]:
    """The row (or workbook) in which a mistake was planted, by column."""
    path = RAW / one["file"]
    if path.suffix == ".xlsx":
        sheet = python_calamine.load_workbook(path).get_sheet_by_name("Return").to_python()
        names = ("council_code", "council_name", "wave", "reference_date", "status")
        head = {name: str(sheet[at][1]) for at, name in enumerate(names, start=1)}
        answers = {str(line[0]): str(line[2]) for line in sheet[8:]}
        place = int(one["place"].split()[-1]) - 1
        assert sheet[place][0] == one["field"] or one["field"] in head
        return head | answers | {"council": head["council_code"].removesuffix(".0")}
    line = visible_text(path).splitlines()[int(one["place"].removeprefix("line ")) - 1]
    cells = next(csv.reader(io.StringIO(line)))
    if one["file"].startswith("ccs"):
        names = ("area_code", "name", "users", "users_sds", "users_dp", "carers", "carers_sds")
        row = dict(zip((*names, "carers_dp"), cells, strict=True))
    else:
        headings = next(csv.reader(io.StringIO(visible_text(path).removeprefix("ï»¿"))))
        row = dict(zip(headings, cells, strict=True))
    return row | {"council": row.get("council_code", cells[0])}


@pytest.mark.parametrize("one", planted(), ids=lambda one: f"{one['file'][-24:]}:{one['field']}")
def test_mistake_is_really_there(one: dict[str, str]) -> None:
    row = planted_row(one)
    if one["place"] != "line 1":
        assert row["council"] in (one["council_id"], "950")
    if one["rule_id"]:
        assert one["outcome"] in ("quarantined", "flagged")
        assert EVIDENCE[one["rule_id"]](row), row
    else:
        assert one["outcome"] == "loaded"


def test_a_quarantined_return_is_followed_by_a_good_one() -> None:
    refused = [one for one in planted() if one["outcome"] == "quarantined"]
    returns = [one for one in refused if one["file"].startswith("adass")]
    assert len(returns) >= 9
    for one in returns:
        lines = visible_text(RAW / one["file"]).splitlines()
        at = int(one["place"].removeprefix("line ")) - 1
        good = [i for i, line in enumerate(lines) if line.startswith(one["council_id"] + ",")]
        assert [i for i in good if i != at] and max(good) > at, one


def test_every_contradiction_was_planted() -> None:
    """Nobody else gave parts unlike the total, spend in thousands, or a rate above 100."""
    wrong = {(one["file"], one["council_id"]) for one in planted()}
    for path in RAW.glob("adass/*/final/*.csv"):
        name = path.relative_to(RAW).as_posix()
        for row in csv.DictReader(io.StringIO(visible_text(path))):
            if (name, row["council_code"]) in wrong or row["council_code"] == "950":
                continue
            assert not parts_unlike(row), row
            for part in ("total", "18_64", "65_over"):
                assert n(row, f"q2_ongoing_pb_{part}") <= n(row, f"q1_eligible_{part}"), row
            per_head = n(row, "q6_spend_total_gbp") / n(row, "q2_ongoing_pb_total")
            assert 1000 < per_head < 20000, row


# --- the parts of the generator ------------------------------------------------------------------


def test_draws_are_the_same_everywhere() -> None:
    assert draws.unit("a", 1) == draws.unit("a", "1") != draws.unit("a", 2)
    assert f"{draws.unit('known'):.12f}" == "0.428952604639"
    many = [draws.bell("spread", i) for i in range(2000)]
    assert abs(sum(many) / 2000) < 0.1
    assert abs(sum(x * x for x in many) / 2000 - 1) < 0.1


@given(st.dictionaries(st.text(max_size=3), st.tuples(st.integers(0, 900), st.integers(0, 900))))
def test_fit_adds_up_within_limits(drawn: dict[str, tuple[int, int]]) -> None:
    limits = {key: (min(pair), max(pair)) for key, pair in drawn.items()}
    low, high = sum(a for a, _ in limits.values()), sum(b for _, b in limits.values())
    for total in {low, (low + high) // 2, high}:
        counts = fit(dict.fromkeys(limits, 450.0), limits, total)
        assert sum(counts.values()) == total
        assert all(limits[key][0] <= counts[key] <= limits[key][1] for key in limits)


def test_fit_refuses_the_impossible() -> None:
    with pytest.raises(ValueError, match="3 left over"):
        fit({"a": 1, "b": 1}, {"a": (0, 5), "b": (0, 5)}, 13)


def test_small_tools() -> None:
    assert share_out(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert share_out(-10, {"a": 1, "b": 1, "c": 1}) == {"a": -4, "b": -3, "c": -3}
    assert percent_limits(1000, 70.4, 89.6) == (704, 896)
    assert percent_limits(7, 70.4, 89.6) == (5, 6)
    assert percent_limits(3, 70.4, 89.6) == (2, 2)  # nothing between 2.1 and 2.7 but 2 below
    assert [rounded_5(count) for count in (0, 1, 5, 6, 7, 8, 12, 13, 1234)] == [
        *("0", "-", "-", "5", "5", "10", "10", "15", "1,235")
    ]
    assert [outcome(*pair) for pair in ((1, 3), (1, 8), (9, 10), (1, 2000))] == [
        *("33.3", "12.5", "90", "0.1")
    ]
