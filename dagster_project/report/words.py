"""Numbers and codes as a reader sees them, in the style of UK official statistics.

Belongs here: formats, marks for what is missing, the names of codes. Does not: whole sentences
about a page's figures (`pages`).
"""

import re
from datetime import date
from enum import StrEnum

from dagster_project.publish import synthetic

NOT_AVAILABLE = "[x]"
SUPPRESSED = "[c]"
MARKS = {
    NOT_AVAILABLE: "not available",
    SUPPRESSED: "suppressed to protect people's confidentiality",
}
SYNTHETIC = synthetic.MARK
SYNTHETIC_MEANS = synthetic.MEANS


class Invented(StrEnum):
    """How much of what is shown rests on figures invented for the example."""

    NOTHING = ""
    PART = "part"
    ALL = "all"

    @property
    def mark(self) -> str:
        """What stands beside it."""
        return f"{SYNTHETIC} in part" if self is Invented.PART else SYNTHETIC


_VERDICTS = {
    "met": "Met",
    "missed": "Missed",
    "undetermined": "Cannot tell",
    "no_data": "No data",
    None: "No verdict",
}
_INSTRUMENTS = {
    "adult_holder": "personal budget holders",
    "carer": "carers",
    "phb_holder": "personal health budget holders",
    "phb_carer": "carers of personal health budget holders",
    "ehc_child": "children with an education, health and care plan",
    "ehc_parent": "parents of children with an education, health and care plan",
}
_FAVOURABLE = {"change": "better or a lot better", "rating": "good or very good"}
_AGES = re.compile(r"(?<!\d)(\d\d)_(\d\d)(?!\d)")
_AGE_ON = re.compile(r"(?<!\d)(\d\d)_over\b")
_MINUS = "\N{MINUS SIGN}"


def count(value: float | None) -> str:
    """A count of people, councils or rows."""
    return NOT_AVAILABLE if value is None else f"{value:,.0f}"


def about(value: float | None) -> str:
    """A count in running text, with no more figures than an estimate bears."""
    if value is None:
        return NOT_AVAILABLE
    digits = len(f"{abs(value):.0f}")
    return f"{round(value, -max(digits - 2, 0)):,.0f}"


def number(value: float | None, digits: int = 1) -> str:
    """A figure with so many digits, and a true minus."""
    if value is None:
        return NOT_AVAILABLE
    return f"{value:,.{digits}f}".replace("-", _MINUS)


def exact(value: float | None) -> str:
    """A figure with the digits it has, up to two."""
    if value is None:
        return NOT_AVAILABLE
    return f"{value:,.2f}".rstrip("0").rstrip(".").replace("-", _MINUS)


def percent(value: float | None, digits: int = 1) -> str:
    """A percentage in running text."""
    return NOT_AVAILABLE if value is None else f"{number(value, digits)}%"


def points(value: float | None, digits: int = 1) -> str:
    """A difference of percentages, with its sign."""
    if value is None:
        return NOT_AVAILABLE
    shown = round(value, digits) + 0.0  # without the sign of a zero
    return f"{'+' if shown > 0 else ''}{number(shown, digits)}"


def pounds(value: float | None) -> str:
    """An amount of money in millions."""
    return NOT_AVAILABLE if value is None else f"£{value / 1e6:,.1f} million"


def span(lower: float | None, upper: float | None, digits: int = 1) -> str:
    """An interval; one figure where both ends are printed alike."""
    if lower is None or upper is None:
        return NOT_AVAILABLE
    least, greatest = number(lower, digits), number(upper, digits)
    return least if least == greatest else f"{least} to {greatest}"


def place(best: int | None, worst: int | None, of: int) -> str:
    """A place among so many others and oneself, which is a range where figures cannot tell."""
    if best is None or worst is None:
        return "not placed"
    where = str(best) if best == worst else f"{best} to {worst}"
    return f"{where} of {of + 1}"


def day(value: date | None) -> str:
    """A day."""
    return NOT_AVAILABLE if value is None else f"{value.day} {value:%B %Y}"


def verdict(value: str | None) -> str:
    """A verdict against a target."""
    return _VERDICTS[value]


def plain(code: str | None) -> str:
    """A code as words; an age band as people write it."""
    banded = _AGES.sub(r"\1 to \2", _AGE_ON.sub(r"\1 and over", code or ""))
    return banded.replace("_", " ")


def sentence(text: str) -> str:
    """Words that begin a line."""
    return text[:1].upper() + text[1:]


def instrument(code: str) -> str:
    """Who filled in a questionnaire of POET."""
    return _INSTRUMENTS.get(code, plain(code))


def favourable(scale: str) -> str:
    """Which answers on a scale of POET count as favourable."""
    return _FAVOURABLE.get(scale, plain(scale))


def people(person_scope: str) -> str:
    """Whose rate it is."""
    return plain(person_scope)


def years(first: str | None, last: str | None) -> str:
    """A span of financial years."""
    if first is not None and first == last:
        return first
    return f"{first or 'the beginning'} to {last or 'now'}".replace(" to now", " on")


def quantity(some: int, one: str, many: str | None = None) -> str:
    """A count with its noun."""
    return f"{some:,} {one if some == 1 else many or one + 's'}"
