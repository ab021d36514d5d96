"""From a good build to the one file people open, and reading that file.

Belongs here: the gates of publication, the release itself, the history of releases, questions put
to the published file and how answers look on a terminal.
Does not: building (`build`), anything of Dagster (`defs`), any rule about the data (the models).
"""

from dagster_project.publish.gates import Gate, Withheld
from dagster_project.publish.read import Answer, NotPublishedError, ask
from dagster_project.publish.release import PublishError, Release, pass_gates, publish
from dagster_project.publish.sandbox import Limits, hard_limits, query
from dagster_project.publish.standing import Standing, last_number, standing

__all__ = [
    "Answer",
    "Gate",
    "Limits",
    "NotPublishedError",
    "PublishError",
    "Release",
    "Standing",
    "Withheld",
    "ask",
    "hard_limits",
    "last_number",
    "pass_gates",
    "publish",
    "query",
    "standing",
]
