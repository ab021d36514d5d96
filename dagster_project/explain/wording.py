"""How numbers and small sums are written in an explanation.

Belongs here: the text of a number, an interval, a formula. Does not: layout.
"""

from dagster_project.explain.arithmetic import Interval, Rate


def number(value: float | None, decimals: int = 2) -> str:
    """A number with thousands' commas; whole ones without decimals."""
    if value is None:
        return "not known"
    if value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.{decimals}f}"


def interval_text(count: Interval) -> str:
    """A count and what it can be: `5,005 (5,003 to 5,007)`."""
    if count.lower is None or count.upper is None:
        return number(count.value)
    if count.lower == count.upper == count.value:
        return number(count.value)
    span = f"{number(count.lower)} to {number(count.upper)}"
    return span if count.value is None else f"{number(count.value)} ({span})"


def rate_formula(numerator: Interval, denominator: Interval, rate: Rate) -> str | None:
    """The sum behind a rate, and behind its bounds where they differ from it."""
    parts = []
    if rate.value is not None:
        parts.append(_division(numerator.value, denominator.value, rate.value))
    if rate.lower is not None and not rate.value == rate.lower == rate.upper:
        parts.append(f"at least {_division(numerator.lower, denominator.upper, rate.lower)}")
        parts.append(f"at most {_division(numerator.upper, denominator.lower, rate.upper)}")
    return "; ".join(parts) or None


def _division(above: float | None, below: float | None, result: float | None) -> str:
    shown = "not known" if result is None else f"{result:.2f}%"
    return f"{number(above)} / {number(below)} = {shown}"
