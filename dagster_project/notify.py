"""Sending a message to people: to a chat or by mail, if either is configured.

Belongs here: the two ways and their settings. Does not: what happened, and when to send.

`DENOMINATOR_ALERT_URL` is a web hook that takes `{"text": ...}`, as Slack, Teams and Mattermost do.
`DENOMINATOR_ALERT_MAIL` is `smtp://HOST:PORT?from=ADDRESS&to=ADDRESS`. A way that is not set is not
used.
"""

import json
import os
import smtplib
import urllib.request
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from urllib.parse import parse_qs, urlsplit

from dagster_project.errors import DenominatorError

URL_ENV = "DENOMINATOR_ALERT_URL"
MAIL_ENV = "DENOMINATOR_ALERT_MAIL"
_SECONDS = 10  # a chat that does not answer must not hold up a refresh or the daemon

Send = Callable[[str], None]


class NotifyError(DenominatorError):
    """A message could not be sent."""


def senders(environment: Mapping[str, str] = os.environ) -> tuple[Send, ...]:
    """A function for each configured way. Raises `DenominatorError` if a setting is unusable."""
    ways: list[Send] = []
    url, address = environment.get(URL_ENV), environment.get(MAIL_ENV)
    if url:
        if urlsplit(url).scheme not in ("http", "https"):
            raise DenominatorError(f"{URL_ENV} is '{url}'; it begins with https:// or http://.")
        ways.append(lambda text: _post(url, text))
    if address:
        server = _server(address)
        ways.append(lambda text: _mail(*server, text))
    return tuple(ways)


def send(text: str, ways: tuple[Send, ...]) -> None:
    """Send by every way. Raises `NotifyError` after all were tried if one failed."""
    failed = []
    for way in ways:
        try:
            way(text)
        except (OSError, smtplib.SMTPException) as error:
            failed.append(f"{type(error).__name__}: {' '.join(str(error).split())}")
    if failed:
        raise NotifyError(
            f"A message could not be sent ({'; '.join(failed)}). Check {URL_ENV} and {MAIL_ENV}."
        )


def _post(url: str, text: str) -> None:
    body = json.dumps({"text": text}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=_SECONDS):
        pass


def _mail(host: str, port: int, sender: str, receivers: list[str], text: str) -> None:
    message = EmailMessage()
    message["Subject"] = text.splitlines()[0][:200]
    message["From"], message["To"] = sender, ", ".join(receivers)
    message.set_content(text)
    with smtplib.SMTP(host, port, timeout=_SECONDS) as smtp:
        smtp.send_message(message)


def _server(address: str) -> tuple[str, int, str, list[str]]:
    parts = urlsplit(address)
    named = parse_qs(parts.query)
    if parts.scheme != "smtp" or not parts.hostname or not named.get("from") or not named.get("to"):
        raise DenominatorError(
            f"{MAIL_ENV} is '{address}'; it is written smtp://HOST:PORT?from=ADDRESS&to=ADDRESS."
        )
    return parts.hostname, parts.port or smtplib.SMTP_PORT, named["from"][0], named["to"]
