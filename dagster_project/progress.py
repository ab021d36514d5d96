"""How a refresh says where it stands.

Belongs here: the few things a long task may say, and the listener that hears nothing.
Does not: how it is shown (`cli`), or what the tasks are.
"""

from typing import Protocol


class Progress(Protocol):
    """Hears how far a refresh has got; called from one thread at a time."""

    def phase(self, title: str, total: int | None = None) -> None:
        """A new phase begins; `total` steps of it are to come, None if nobody knows."""

    def step(self, what: str) -> None:
        """One step of the phase is done, or begun where steps are few and long."""


class Silent:
    """Hears nothing."""

    def phase(self, title: str, total: int | None = None) -> None:
        """Do nothing."""

    def step(self, what: str) -> None:
        """Do nothing."""
