"""Explanations as JSON. The keys are the fields of `tree`, and stay.

Belongs here: turning plain values into JSON. Does not: choosing what is in them.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from dagster_project.explain.tree import Explanation


def as_dict(one: Explanation) -> dict[str, Any]:
    """An explanation with its verdict on itself."""
    return asdict(one) | {"agrees": one.agrees, "is_synthetic": one.is_synthetic}


def as_json(found: Sequence[Explanation]) -> str:
    """Some explanations under the key `explanations`."""
    return json.dumps(
        {"explanations": [as_dict(one) for one in found]},
        indent=2,
        ensure_ascii=False,
        default=_plain,
    )


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
