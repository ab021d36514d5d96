"""The bundled example, refreshed once for the tests of this folder."""

from end_to_end.conftest import Released, example

__all__ = ["Released", "example"]
