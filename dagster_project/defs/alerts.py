"""The sensor that reports failed runs to people.

Belongs here: the sensor and the words of a failed run. Does not: sending them (`notify`).
"""

import os
from collections.abc import Mapping

import dagster as dg

from dagster_project.notify import MAIL_ENV, URL_ENV, send, senders

__all__ = ["MAIL_ENV", "URL_ENV", "alert_sensors", "words"]


def alert_sensors(environment: Mapping[str, str] = os.environ) -> list[dg.SensorDefinition]:
    """The sensor that reports failed runs, if a way to send is configured."""
    ways = senders(environment)
    if not ways:
        return []

    @dg.run_failure_sensor(
        name="tell_of_failure",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Reports by chat or mail which run failed, in the words of the failed step.",
    )
    def tell_of_failure(context: dg.RunFailureSensorContext) -> None:
        send(words(context), ways)

    return [tell_of_failure]


def words(context: dg.RunFailureSensorContext) -> str:
    """What failed, a paragraph for each step: which file, which rule, what to do."""
    steps = [event.event_specific_data for event in context.get_step_failure_events()]
    texts = [_words_of_step(data) for data in steps]
    text = "\n".join(texts) or context.failure_event.message or "no step says why"
    return f"The run {context.dagster_run.run_id} of {context.dagster_run.job_name} failed.\n{text}"


def _words_of_step(data: object) -> str:
    failure = getattr(data, "user_failure_data", None)
    if failure is not None and failure.description:
        return str(failure.description)
    return str(getattr(data, "error_display_string", data)).strip()
