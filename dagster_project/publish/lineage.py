"""What a published column is made of, down to the headings of raw files, for a terminal.

Belongs here: finding the column that was asked for, and the tree. Does not: reading SQL (`build`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.build import Lineage, Manifest, known_lineage, read_manifest
from dagster_project.errors import DenominatorError

if TYPE_CHECKING:
    from rich.tree import Tree


def lineage_tree(dbt_dir: Path, asked: str) -> Tree:
    """The tree below `schema.table.column`. A column that was shown before is not opened again.

    Raises `DenominatorError` if there is no such column, or nothing was built yet.
    """
    from rich.tree import Tree

    manifest = read_manifest(dbt_dir)
    known = known_lineage(dbt_dir)
    if not known:
        raise DenominatorError(
            "No build has left a lineage yet. Run `denominator refresh`, which writes it."
        )
    parent, column = _find(manifest, known, asked)
    tree = Tree(asked)
    _grow(tree, (parent, column), manifest, known, set())
    return tree


def _find(manifest: Manifest, known: Lineage, asked: str) -> tuple[str, str]:
    schema, _, rest = asked.partition(".")
    table, _, column = rest.partition(".")
    for one, node in manifest.nodes.items():
        if (node.schema, node.table) != (schema, table) or one not in known:
            continue
        if column in known[one]:
            return one, column
        raise DenominatorError(f"{schema}.{table} has the columns {', '.join(known[one])}.")
    raise DenominatorError(
        f"There is no lineage of '{asked}'. Write a column as schema.table.column, for example "
        "marts.national_attainment.pooled_rate_pct."
    )


def _grow(
    tree: Tree, of: tuple[str, str], manifest: Manifest, known: Lineage, shown: set[tuple[str, str]]
) -> None:
    parent, column = of
    for name, part in known.get(parent, {}).get(column, ()):
        again = (name, part) in shown
        shown.add((name, part))
        opened = tree.add(_label(name, part, manifest) + (" (above)" if again else ""))
        if not again:
            _grow(opened, (name, part), manifest, known, shown)


def _label(name: str, column: str, manifest: Manifest) -> str:
    if name in manifest.nodes:
        node = manifest.nodes[name]
        return f"{node.schema}.{node.table}.{column}"
    return f"raw {name}.{column}{_read_from(name, column)}"


def _read_from(source: str, column: str) -> str:
    from dagster_project.landing.layout import layout
    from dagster_project.sources import SOURCES

    if source not in SOURCES:
        return ""
    headings = next((one.headings for one in layout(source) if one.name == column), ())
    return f", read from {' / '.join(map(repr, headings))}" if headings else ""
