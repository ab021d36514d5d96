"""Writing a `source.yml`.

Belongs here: its keys in their order. Does not: what they say (facts), and reading it again
(landing.metadata).
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from dagster_project.landing.metadata import Metadata
from dagster_project.landing.tree import METADATA


def as_yaml(metadata: Metadata) -> str:
    """The text of a `source.yml`: what is known, a line each."""
    import yaml

    known = {key: value for key, value in asdict(metadata).items() if value is not None}
    return str(yaml.safe_dump(known, sort_keys=False, allow_unicode=True, width=1000))


def write_metadata(metadata: Metadata, folder: Path) -> None:
    """Write the `source.yml` of a folder."""
    (folder / METADATA).write_text(as_yaml(metadata), encoding="utf-8")
