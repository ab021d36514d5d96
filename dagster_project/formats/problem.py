"""The one error that a file can raise before it is landed.

Belongs here: the error that says which rule a file broke and where. Does not: the wording of the
rules and their remedies, which stand with the rules themselves.
"""

from __future__ import annotations


class FileProblem(Exception):  # noqa: N818 - it names what is wrong with a file, not with a program
    """A file cannot be used, for a reason that has a rule.

    `rule_id` names the rule, `reason` says in words what was met, and `place` is the line or the
    sheet and row where it was met, if it has one. `remedy` is there where this file's way out is
    more exact than that of the rule.
    """

    def __init__(
        self, rule_id: str, reason: str, place: str | None = None, remedy: str | None = None
    ) -> None:
        super().__init__(reason)
        self.rule_id = rule_id
        self.reason = reason
        self.place = place
        self.remedy = remedy
