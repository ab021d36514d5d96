"""A stand-in for dbt's adapter: a dispatched macro renders as a function call of its own name."""

from collections.abc import Callable


def dispatch(macro_name: str, macro_namespace: str = "") -> Callable[..., str]:
    """A macro that writes its name and arguments, which is SQL enough for the linter."""

    def render(*arguments: object) -> str:
        return f"{macro_name}({', '.join(str(argument) for argument in arguments)})"

    return render
