"""A refresh from a timer: its log lines, and who hears of failures, refusals, overdue releases."""

from __future__ import annotations

import configparser
import json
import shutil
import subprocess
from email import message_from_string
from pathlib import Path

import pytest
import receivers
from needed import missing
from receivers import Chat, Mail
from toy.kit import Toy

from dagster_project.notify import MAIL_ENV, URL_ENV, NotifyError, send, senders
from dagster_project.paths import PROJECT, Warehouse
from dagster_project.publish.machine_status import schema

DEPLOY = PROJECT / "dagster_project" / "deploy"


@pytest.fixture
def raw_toy(toy: Toy) -> Toy:
    for year in ("2011-12", "2012-13"):
        toy.unland(year)
        toy.write_raw(year)
    return toy


def test_refresh_logs_json_and_reports_what_is_refused(
    raw_toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = raw_toy.raw / "ccs" / "2012-13" / "final" / "minutes.csv"
    bad.write_text("this is no table\n", "utf-8")
    with receivers.chat() as chat, receivers.mail() as mail:
        monkeypatch.setenv(URL_ENV, f"http://{chat}/hook")
        monkeypatch.setenv(MAIL_ENV, f"smtp://{mail}?from=a@example.org&to=b@example.org")
        done = raw_toy.run("refresh", "--log-format", "json")
        assert done.returncode == 0, done.stderr
        again = raw_toy.run("refresh", "--log-format", "json")
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["phase"] for line in lines if "phase" in line][:2] == ["preparing", "reading"]
    assert all({"time", "level", "message"} <= set(line) for line in lines)
    [result] = [json.loads(line) for line in done.stdout.splitlines()]
    assert result["event"] == "published"
    [refused] = result["files_refused"]
    assert (refused["path"], refused["rule"]) == (
        "ccs/2012-13/final/minutes.csv",
        "file-unrecognised",
    )
    assert json.loads(again.stdout)["event"] == "nothing_new"
    [text] = Chat.received  # the same refusal is not sent twice
    assert "without 1 refused files" in text
    assert "ccs/2012-13/final/minutes.csv" in text
    [letter] = Mail.received
    assert "minutes.csv" in message_from_string(letter).get_payload(decode=True).decode()


def test_status_for_programs(raw_toy: Toy) -> None:
    from jsonschema import Draft202012Validator

    assert raw_toy.run("refresh").returncode == 0
    metrics = raw_toy.folder / "denominator.prom"
    done = raw_toy.run("status", "--json", "--metrics", str(metrics))
    found = json.loads(done.stdout)
    Draft202012Validator(schema()).validate(found)
    assert (done.returncode, found["exit_code"], found["state"]) == (2, 2, "overdue")
    assert found["release_no"] == 1
    received = {one["financial_year"]: one["rows_loaded"] for one in found["received"]}
    assert set(received) == {"2011-12", "2012-13"}
    gauges = dict(
        line.split() for line in metrics.read_text("utf-8").splitlines() if line[:1] != "#"
    )
    assert gauges["denominator_state"] == "2"
    assert gauges["denominator_rows_loaded"] == str(sum(received.values()))
    assert 0 <= int(gauges["denominator_release_age_seconds"]) < 3600
    for name in gauges:
        assert f"# TYPE {name} gauge" in metrics.read_text("utf-8")


def test_refused_file_is_the_most_urgent_state(raw_toy: Toy) -> None:
    (raw_toy.raw / "ccs" / "2012-13" / "final" / "minutes.csv").write_text("no table\n", "utf-8")
    assert raw_toy.run("refresh").returncode == 0
    done = raw_toy.run("status", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["state"]) == (3, "refused")
    assert [one["rule"] for one in found["refused"]] == ["file-unrecognised"]
    assert found["overdue"]  # less urgent, and still listed
    assert "refused ccs/2012-13/final/minutes.csv" in raw_toy.run("status").stdout


def test_failed_refresh_is_reported(raw_toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(raw_toy.raw / "ccs")
    with receivers.chat() as chat:
        monkeypatch.setenv(URL_ENV, f"http://{chat}/hook")
        done = raw_toy.run("refresh", "--log-format", "json")
    assert done.returncode == 1
    last = json.loads(done.stderr.splitlines()[-1])
    assert last["level"] == "error"
    [text] = Chat.received
    assert text.startswith("The refresh failed.")
    assert last["message"].removeprefix("Error: ") in text


def test_receiver_that_is_down_stops_nothing(raw_toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    with receivers.chat() as address:
        pass  # nobody listens there any more
    (raw_toy.raw / "ccs" / "2012-13" / "final" / "bad.csv").write_text("no\n", "utf-8")
    monkeypatch.setenv(URL_ENV, f"http://{address}/hook")
    done = raw_toy.run("refresh")
    assert done.returncode == 0, done.stderr
    assert "Warning: A message could not be sent" in done.stderr


def test_every_way_is_tried() -> None:
    taken: list[str] = []

    def broken(_: str) -> None:
        raise OSError("refused")

    with pytest.raises(NotifyError, match="refused"):
        send("text", (broken, taken.append))
    assert taken == ["text"]


def test_no_way_is_configured() -> None:
    assert senders({}) == ()


def test_news_names_overdue_releases(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime as dt

    from dagster_project.publish import news
    from dagster_project.publish.calendar import Due

    late = [Due(dt.date(2013, 7, 10), "ccs", "2012-13", "final")]
    monkeypatch.setattr(news, "overdue", lambda *_: late)
    monkeypatch.setattr(news, "_refused", lambda _: [])
    monkeypatch.setattr(news, "_held", lambda _: [])
    warehouse = Warehouse.at(toy.folder / "warehouse")
    text = news.unsent(warehouse)
    assert text == "Overdue releases:\nccs 2012-13 final, since 2013-07-10"
    news.mark_sent(warehouse, text)
    assert news.unsent(warehouse) is None


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(DEPLOY / "systemd" / name, "utf-8")
    return parser


def test_units_run_commands_that_exist() -> None:
    service = unit("common-denominator.service")["Service"]
    cron = (DEPLOY / "crontab").read_text("utf-8").splitlines()[-1]
    refresh = service["ExecStart"].partition(" ")[2]
    assert refresh == "refresh --log-format json"
    assert f"denominator {refresh}" in cron
    assert unit("common-denominator.timer")["Timer"]["OnCalendar"].endswith("Europe/London")
    denominator = Path(PROJECT / ".venv" / "bin" / "denominator")
    if not denominator.exists():
        missing("the environment of `make run` is not here")
    shown = subprocess.run([denominator, "refresh", "--help"], capture_output=True, text=True)
    assert "--log-format" in shown.stdout


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        missing("systemd-analyze is not on this machine")
    for name in ("common-denominator.service", "common-denominator.timer"):
        text = (DEPLOY / "systemd" / name).read_text("utf-8")
        # the program and the user of the unit are not on this machine
        text = text.replace("/opt/common-denominator/.venv/bin/denominator", "/bin/true")
        (tmp_path / name).write_text(text.replace("User=denominator\n", ""), "utf-8")
    units = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run([verify, "verify", *units], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Unknown" not in done.stderr
