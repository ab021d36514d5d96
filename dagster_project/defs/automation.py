"""What starts a refresh without a person: the calendar of the publishers, and new raw files.

Belongs here: the schedule and the sensor, why either of them starts nothing, and freshness.
Does not: what is new (`landing`, `publish.standing`), when what is due (`publish.calendar`).

Both ask for the same run, which carries the digest of the raw tree and the number of the release
that is published: whichever comes first, no tree is refreshed twice after the same release, and a
file that is put back is published again. A run that failed is not started again until a file has
changed.
"""

import datetime as dt

import dagster as dg

from dagster_project.defs.run import Settings
from dagster_project.publish.calendar import LONDON, days, last_day

RAW_TAG = "denominator/raw"
"""The tag of a run that says for which raw tree, by digest, and after which release (its number) it
was started."""

_SENSOR_SECONDS = 60
_SEASON = dt.timedelta(days=92)
"""How long before its last day a year's release may come out."""
_HOUR = 12  # publishers bring things out at half past nine


def refresh_schedule(settings: Settings, job: str) -> dg.ScheduleDefinition:
    """On each day of the calendar, at noon: refresh if the raw tree has something new."""

    @dg.schedule(
        name="publication_days",
        job_name=job,
        cron_schedule=[f"0 {_HOUR} {day} {month} *" for month, day in days()],
        execution_timezone=LONDON.key,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=(
            "On the days by which publishers have brought something out, London time: refreshes "
            "if the raw tree has anything new, and says what is overdue if it has not."
        ),
    )
    def publication_days(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        found = _request(settings, context.instance)
        if isinstance(found, dg.RunRequest):
            return found
        day = context.scheduled_execution_time.astimezone(LONDON).date()
        return dg.SkipReason(f"{found.skip_message}{_overdue(settings, day)}")

    return publication_days


def raw_files_sensor(settings: Settings, job: str) -> dg.SensorDefinition:
    """When a raw file is new, changed or gone, by its digest: refresh."""

    @dg.sensor(
        name="raw_files",
        job_name=job,
        minimum_interval_seconds=_SENSOR_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Refreshes when a file of the raw tree is new, changed or gone, by its digest.",
    )
    def raw_files(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        return _request(settings, context.instance)

    return raw_files


def freshness(source: str) -> dg.FreshnessPolicy | None:
    """That a source whose series goes on was read anew before the last day of its calendar.

    Dagster knows when a source was read, not which years it held: `denominator status` knows that.
    """
    last = last_day(source)
    if last is None:
        return None
    month, day = last
    return dg.FreshnessPolicy.cron(
        deadline_cron=f"0 {_HOUR} {day} {month} *",
        lower_bound_delta=_SEASON,
        timezone=LONDON.key,
    )


def _request(settings: Settings, instance: dg.DagsterInstance) -> dg.RunRequest | dg.SkipReason:
    """Ask for a run of the raw tree as it lies there, unless one was asked for or is published."""
    from dagster_project import landing, publish

    tree = settings.raw_tree()
    if publish.standing(settings.warehouse, tree, settings.dbt_dir) is not None:
        return dg.SkipReason("Nothing is new in the raw tree.")
    # a tree that was refreshed once is new again when another one has been published since
    last = publish.last_number(settings.warehouse)
    wanted = f"{last}-{landing.raw_digest(tree)}"
    asked = instance.get_runs(dg.RunsFilter(tags={RAW_TAG: wanted}), limit=1)
    if asked:
        return dg.SkipReason(
            f"Run {asked[0].run_id} was started for this very raw tree and is "
            f"{asked[0].status.value.lower()}; the next one starts when a file changes."
        )
    return dg.RunRequest(run_key=wanted, tags={RAW_TAG: wanted})


def _overdue(settings: Settings, day: dt.date) -> str:
    """What is overdue on a day, in a sentence; nothing if nothing is."""
    from dagster_project.publish.status import status

    found = status(settings.warehouse, settings.raw, day).overdue
    named = ", ".join(f"{one.source} {one.year} {one.release} (since {one.on})" for one in found)
    return f" Overdue: {named}." if named else ""
