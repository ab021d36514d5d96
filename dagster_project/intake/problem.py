"""The error of a file that is not added.

Belongs here: the error. Does not: what is wrong, which is said where it is found out.
"""

from __future__ import annotations

from dagster_project.errors import DenominatorError
from dagster_project.landing.outcome import paragraph


class IntakeError(DenominatorError):
    """A file that is not added: which, why, and what to do; `str()` is one paragraph."""

    def __init__(
        self, file: object, reason: str, remedy: str, rule: str | None = None, at: str | None = None
    ) -> None:
        super().__init__(paragraph(str(file), at, reason, rule, remedy))
        self.file, self.reason, self.remedy, self.rule = str(file), reason, remedy, rule
