"""Stand-ins for dbt's own macros, so that sqlfluff can render a model without running dbt."""


def type_string() -> str:
    """Any type will do: the linter reads the shape of the SQL."""
    return "varchar"


def type_int() -> str:
    """As type_string."""
    return "integer"


def type_boolean() -> str:
    """As type_string."""
    return "boolean"


def type_timestamp() -> str:
    """As type_string."""
    return "timestamp"


def hash(field: str) -> str:
    """The call that dbt.hash() renders to."""
    return f"md5({field})"
