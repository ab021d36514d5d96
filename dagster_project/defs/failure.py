"""How a step that fails says so to Dagster: in the words of the domain, and whether to try again.

Belongs here: turning our errors into Dagster's. Does not: the words (each error has its own), and
what is told to whom (`alerts`).

A file that breaks a rule breaks it again however often it is read, so nothing is tried again but
what another refresh stood in the way of.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from dagster_project import disk
from dagster_project.defs.run import Outcome
from dagster_project.errors import DenominatorError
from dagster_project.lock import WarehouseBusyError

_TRIES = 5
_SECONDS = 120  # longer than most refreshes take


@contextmanager
def told(outcome: Outcome) -> Iterator[None]:
    """Keep what goes wrong inside for whoever started the run, and word it for Dagster."""
    try:
        with outcome.watched():
            yield
    except WarehouseBusyError as busy:
        raise dg.RetryRequested(max_retries=_TRIES, seconds_to_wait=_SECONDS) from busy
    except DenominatorError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    except Exception as error:
        words = disk.in_words(error)
        if words is None:
            raise
        raise dg.Failure(words, allow_retries=False) from error
