"""The one kind of error that a person is meant to read.

Belongs here: the base class, so that the command line can tell "this is for you to mend" from
"this is our mistake". Does not: the errors themselves, which stand beside what raises them.
"""


class DenominatorError(Exception):
    """Something a person can put right; `str()` is one paragraph saying what, where and how."""
