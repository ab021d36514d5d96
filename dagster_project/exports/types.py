"""What a type of the database is called in each metadata format.

Belongs here: that one list. Does not: the files in which it is written.
"""

from dataclasses import dataclass

from dagster_project.errors import DenominatorError
from dagster_project.exports.release import Column


@dataclass(frozen=True)
class Kind:
    """The names of a type, by the Table Schema of Frictionless and by CSV on the Web."""

    frictionless: str
    csvw: str


_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UINTEGER", "UBIGINT")
_KINDS = {
    "VARCHAR": Kind("string", "string"),
    "BOOLEAN": Kind("boolean", "boolean"),
    "DATE": Kind("date", "date"),
    "TIMESTAMP": Kind("datetime", "datetime"),
    "FLOAT": Kind("number", "float"),
    "DOUBLE": Kind("number", "double"),
    "DECIMAL": Kind("number", "decimal"),
    "VARCHAR[]": Kind("array", "json"),
} | dict.fromkeys(_INTEGERS, Kind("integer", "integer"))


def kind(column: Column) -> Kind:
    """What the type of a column is called. Raises `DenominatorError` for one never seen."""
    name = column.type.partition("(")[0]  # DECIMAL(18,3)
    if name not in _KINDS:
        raise DenominatorError(
            f"No export knows the type {column.type} of the column {column.name}. Say what it is "
            "called in dagster_project/exports/types.py."
        )
    return _KINDS[name]
