"""The shorthand in cells that have no figure.

Belongs here: the signs and what they mean, as the Government Analysis Function has them (Using
symbols and shorthand in tables, 11 January 2022). Does not: which cell gets which (`sheets`).

The same guidance asks for words where they fit. So what is provisional, revised, estimated or
invented is written out in a column of its own (release, change, evidence), and there is no sign
for it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Symbol:
    """A sign, and what it means here."""

    sign: str
    meaning: str

    @property
    def legend(self) -> str:
        """One line that explains it."""
        return f"{self.sign} = {self.meaning}"


CONFIDENTIAL = Symbol(
    "[c]", "confidential: too few people answered to be shown, or it would give them away"
)
NOT_AVAILABLE = Symbol("[x]", "not available: nobody gave the figure, or it cannot be computed")
NOT_APPLICABLE = Symbol("[z]", "not applicable: there can be nothing in this cell")

SYMBOLS = (CONFIDENTIAL, NOT_AVAILABLE, NOT_APPLICABLE)
