"""Who is told of a run that failed, and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_string
from pathlib import Path

import dagster as dg
import pytest
import receivers
from receivers import Chat, Mail
from toy.kit import Toy

from dagster_project.build import prepare
from dagster_project.definitions import build_defs
from dagster_project.defs.alerts import MAIL_ENV, URL_ENV, alert_sensors
from dagster_project.defs.instance import JOB, instance
from dagster_project.defs.run import Settings
from dagster_project.errors import DenominatorError
from dagster_project.lock import hold


@pytest.fixture
def chat() -> Iterator[str]:
    with receivers.chat() as address:
        yield address


@pytest.fixture
def mail() -> Iterator[str]:
    with receivers.mail() as address:
        yield address


@pytest.fixture
def failed(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[dg.DagsterInstance, dg.ExecuteInProcessResult]]:
    """A run that failed because the one file of a year that is published is no table any more."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    for year in ("2011-12", "2012-13"):
        toy.unland(year)
    file = toy.write_raw("2012-13")
    prepare(toy.dbt_dir, toy.warehouse)
    settings = Settings(raw=(toy.raw,), warehouse=toy.warehouse, dbt_dir=toy.dbt_dir)
    job = build_defs(settings).resolve_job_def(JOB)
    with instance() as opened:
        assert job.execute_in_process(instance=opened).success
        file.write_text("this is no table\n", "utf-8")
        yield opened, job.execute_in_process(instance=opened, raise_on_error=False)


def tell(environment: dict[str, str], failed) -> None:
    opened, result = failed
    assert not result.success
    [sensor] = alert_sensors(environment)
    [failure] = [
        event for event in result.all_events if event.event_type_value == "PIPELINE_FAILURE"
    ]
    sensor(
        dg.build_run_status_sensor_context(
            sensor_name=sensor.name,
            dagster_instance=opened,
            dagster_run=result.dagster_run,
            dagster_event=failure,
        ).for_run_failure()
    )


def test_a_chat_and_a_mailbox_are_told_which_file_and_what_to_do(failed, chat, mail) -> None:
    tell(
        {
            URL_ENV: f"http://{chat}/hook",
            MAIL_ENV: f"smtp://{mail}?from=pipeline@example.org&to=data@example.org",
        },
        failed,
    )
    [said] = Chat.received
    assert "ccs/2012-13/final/ccs.csv" in said  # which file
    assert "file-unrecognised" in said  # which rule
    assert "--without ccs/2012-13" in said  # what to do
    assert "Traceback" not in said
    [letter] = Mail.received
    message = message_from_string(letter)
    assert (message["From"], message["To"]) == ("pipeline@example.org", "data@example.org")
    assert "refresh failed" in message["Subject"]
    assert "ccs/2012-13/final/ccs.csv" in message.get_payload(decode=True).decode()


def test_nobody_to_tell_is_no_sensor() -> None:
    assert alert_sensors({}) == []
    assert alert_sensors({URL_ENV: ""}) == []


@pytest.mark.parametrize(
    "address", ["data@example.org", "smtp://mail.example.org", "smtp://h?from=a@example.org"]
)
def test_an_address_that_cannot_be_used_is_refused_at_once(address: str) -> None:
    with pytest.raises(DenominatorError, match="from=ADDRESS&to=ADDRESS"):
        alert_sensors({MAIL_ENV: address})


def test_a_step_fails_in_the_words_of_the_domain_and_is_not_tried_again(failed) -> None:
    _, result = failed
    [event] = [event for event in result.all_events if event.is_step_failure]
    failure = event.event_specific_data.user_failure_data
    assert failure.description.startswith("Nothing was published")
    assert not any(event.is_step_up_for_retry for event in result.all_events)


def test_a_refresh_in_the_way_is_waited_for(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one failure that another try can mend."""
    from dagster_project.defs import failure

    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    monkeypatch.setattr(failure, "_SECONDS", 0)
    monkeypatch.setattr(failure, "_TRIES", 2)
    prepare(toy.dbt_dir, toy.warehouse)
    settings = Settings(raw=(toy.raw,), warehouse=toy.warehouse, dbt_dir=toy.dbt_dir)
    job = build_defs(settings).resolve_job_def(JOB)
    import multiprocessing

    ready, done = multiprocessing.Event(), multiprocessing.Event()
    holder = multiprocessing.Process(target=_hold, args=(toy, ready, done))
    holder.start()
    try:
        assert ready.wait(30)
        with instance() as opened:
            result = job.execute_in_process(instance=opened, raise_on_error=False)
    finally:
        done.set()
        holder.join()
    again = [event for event in result.all_events if event.is_step_up_for_retry]
    assert len(again) == 2
    assert not result.success


def _hold(toy: Toy, ready, done) -> None:
    with hold(toy.warehouse):
        ready.set()
        done.wait(60)
