"""Telling people that a run failed: by chat or by mail, if either is configured.

Belongs here: the sensor and the two ways. Does not: the words, which are those of the step that
failed (`failure`).

`DENOMINATOR_ALERT_URL` is a web hook that takes `{"text": ...}`, as Slack, Teams and Mattermost do.
`DENOMINATOR_ALERT_MAIL` is `smtp://HOST:PORT?from=ADDRESS&to=ADDRESS`. A way that is not set is not
used; if neither is set there is no sensor.
"""

import json
import os
import smtplib
import urllib.request
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from urllib.parse import parse_qs, urlsplit

import dagster as dg

from dagster_project.errors import DenominatorError

URL_ENV = "DENOMINATOR_ALERT_URL"
MAIL_ENV = "DENOMINATOR_ALERT_MAIL"
_SECONDS = 10  # a chat that does not answer must not hold the daemon


def alert_sensors(environment: Mapping[str, str] = os.environ) -> list[dg.SensorDefinition]:
    """The sensor that tells of failed runs, if there is anybody to tell."""
    ways: dict[str, Callable[[str, str], None]] = {URL_ENV: _by_chat, MAIL_ENV: _by_mail}
    chosen = [(way, environment[name]) for name, way in ways.items() if environment.get(name)]
    if environment.get(MAIL_ENV):
        _server(environment[MAIL_ENV])
    if not chosen:
        return []

    @dg.run_failure_sensor(
        name="tell_of_failure",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells by chat or mail which run failed, in the words of the step that did.",
    )
    def tell_of_failure(context: dg.RunFailureSensorContext) -> None:
        for way, where in chosen:
            way(where, words(context))

    return [tell_of_failure]


def words(context: dg.RunFailureSensorContext) -> str:
    """What failed, a paragraph for each step: which file, which rule, what to do."""
    steps = [event.event_specific_data for event in context.get_step_failure_events()]
    said = [_said(data) for data in steps]
    text = "\n".join(said) or context.failure_event.message or "no step says why"
    return f"The run {context.dagster_run.run_id} of {context.dagster_run.job_name} failed.\n{text}"


def _said(data: object) -> str:
    failure = getattr(data, "user_failure_data", None)
    if failure is not None and failure.description:
        return str(failure.description)
    return str(getattr(data, "error_display_string", data)).strip()


def _by_chat(url: str, text: str) -> None:
    body = json.dumps({"text": text}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=_SECONDS):
        pass


def _by_mail(address: str, text: str) -> None:
    host, port, sender, receivers = _server(address)
    message = EmailMessage()
    message["Subject"] = text.splitlines()[0]
    message["From"], message["To"] = sender, ", ".join(receivers)
    message.set_content(text)
    with smtplib.SMTP(host, port, timeout=_SECONDS) as smtp:
        smtp.send_message(message)


def _server(address: str) -> tuple[str, int, str, list[str]]:
    """Host, port, sender and receivers. Raises `DenominatorError` if one is missing."""
    parts = urlsplit(address)
    named = parse_qs(parts.query)
    if parts.scheme != "smtp" or not parts.hostname or not named.get("from") or not named.get("to"):
        raise DenominatorError(
            f"{MAIL_ENV} is '{address}'; it is written smtp://HOST:PORT?from=ADDRESS&to=ADDRESS."
        )
    return parts.hostname, parts.port or smtplib.SMTP_PORT, named["from"][0], named["to"]
