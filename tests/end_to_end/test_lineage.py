"""From a mart's column to the heading of a raw file, in the project as it is."""

from __future__ import annotations

import duckdb
from released import Released, run

from dagster_project.build import known_lineage, read_manifest
from dagster_project.landing.layout import layout
from dagster_project.paths import PROJECT
from dagster_project.sources import SOURCES

ACCOUNTS = {"corrections", "files", "flags", "quarantine"}
"""What the landing says of its files; no column of a raw file."""


def test_the_official_rate_is_read_from_the_headings_of_its_two_counts(example: Released) -> None:
    """ASCOF 1C to 2013-14: people on self-directed support over users and carers with services."""
    done = run(example.warehouse, "lineage", "marts.national_attainment.pooled_rate_pct")
    assert done.returncode == 0, done.stderr
    for heading in (
        "Users receiving self-directed support",
        "Users receiving community-based services",
        "Carers receiving carer-specific services",
    ):
        assert f"read from '{heading}'" in done.stdout


def test_every_model_has_a_lineage_of_columns_that_are_there(example: Released) -> None:
    manifest, known = read_manifest(PROJECT / "dbt"), known_lineage(PROJECT / "dbt")
    models = {one for one, node in manifest.nodes.items() if node.kind == "model"}
    assert models <= known.keys()
    landed = {source: {column.name for column in layout(source)} for source in SOURCES}
    parts = {part for one in models for made_of in known[one].values() for part in made_of}
    lost = {(parent, name) for parent, name in parts if name not in known.get(parent, {name: ()})}
    assert lost == set()
    raw = {part for part in parts if part[0] not in manifest.nodes and part[0] not in ACCOUNTS}
    assert {source for source, _ in raw} == set(SOURCES)
    # a question that is in no catalogue is read under its own name
    assert all(name in landed[source] or name.startswith(("out_", "proc_")) for source, name in raw)


def test_what_a_model_in_python_is_made_of_is_said_of_each_of_its_columns(
    example: Released,
) -> None:
    """Its YAML says it, and could leave one out, or name one that is not there."""
    manifest, known = read_manifest(PROJECT / "dbt"), known_lineage(PROJECT / "dbt")
    in_python = {one: node for one, node in manifest.nodes.items() if node.path.endswith(".py")}
    with duckdb.connect(example.warehouse / ".build" / "build.duckdb", read_only=True) as built:

        def columns(one: str) -> set[str]:
            node = manifest.nodes[one]
            described = built.execute(f"describe {node.schema}.{node.table}").fetchall()
            return {name for name, *_ in described}

        assert len(in_python) == 2
        for one, node in in_python.items():
            assert known[one].keys() == columns(one)
            parts = {part for made_of in known[one].values() for part in made_of}
            assert {parent for parent, _ in parts} == set(node.parents)
            assert {name for parent, name in parts if name not in columns(parent)} == set()
