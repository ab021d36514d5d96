"""Names by which an explanation is linked to: the same for the same figure in every release.

Belongs here: how an anchor is written. Does not: the page it stands on, which the area gives.
"""


def anchor(
    financial_year: str, basis_id: str, person_scope: str, definition_id: str | None = None
) -> str:
    """Of a rate: `2012-13--ongoing_per_eligible--users`, with its definition if it has one."""
    return joined(financial_year, basis_id, definition_id, person_scope)


def joined(*parts: str | int | None) -> str:
    """What tells one figure of an area from the others, without what does not apply."""
    return "--".join(str(part) for part in parts if part is not None)
