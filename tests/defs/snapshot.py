"""The definitions as a page of text: what is there, what it hangs on, what is checked.

Belongs here: writing that page, for `test_snapshot` and for whoever means to change it:
`.venv/bin/python tests/defs/snapshot.py > tests/defs/definitions.txt`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import wrap

import dagster as dg

from dagster_project.build import prepare
from dagster_project.definitions import build_defs
from dagster_project.defs.run import Settings
from dagster_project.paths import PROJECT, Warehouse


def page() -> str:
    """The definitions of the project itself."""
    with TemporaryDirectory() as folder:
        warehouse = Warehouse.at(Path(folder))
        prepare(PROJECT / "dbt", warehouse)
        settings = Settings((PROJECT / "data" / "raw",), warehouse, PROJECT / "dbt")
        return "\n".join(_lines(build_defs(settings))) + "\n"


def _lines(definitions: dg.Definitions) -> Iterator[str]:
    repository = definitions.get_repository_def()
    graph = definitions.resolve_asset_graph()
    checks = defaultdict(list)
    for check in graph.asset_check_keys:
        checks[check.asset_key].append(check.name)
    for name in sorted(schedule.name for schedule in repository.schedule_defs):
        yield f"schedule {name}"
    for name in sorted(sensor.name for sensor in repository.sensor_defs):
        yield f"sensor {name}"
    for key in sorted(graph.get_all_asset_keys()):
        node = graph.get(key)
        partitions = node.partitions_def
        by = (
            f" by {partitions.name}"
            if isinstance(partitions, dg.DynamicPartitionsDefinition)
            else ""
        )
        yield ""
        yield f"{key.to_user_string()}{by}"
        yield from _list("from", (parent.to_user_string() for parent in node.parent_keys))
        yield from _list("checks", (_kind(one, key) for one in checks[key]))


def _list(title: str, names: Iterable[str]) -> Iterator[str]:
    """Names in their order, each once, with how often if that is more than once."""
    counted = Counter(names)
    said = [name + (f" ({n})" if n > 1 else "") for name, n in sorted(counted.items())]
    if said:
        yield from wrap(
            f"{title} {', '.join(said)}", 100, initial_indent="  ", subsequent_indent="    "
        )


def _kind(check: str, key: dg.AssetKey) -> str:
    """A generic test without its arguments, a test of its own by its name."""
    return re.split(rf"_{key.path[-1]}(?:_|$)", check)[0] or check


if __name__ == "__main__":
    print(page(), end="")
