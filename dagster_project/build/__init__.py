"""Building the private database from what has landed, with dbt and in this process.

Belongs here: the one dbt invocation of a refresh, its result, and reading dbt's manifest.
Does not: anything of Dagster (`defs`), what may be published (`publish`), any rule about the data
(the dbt project).
"""

from dagster_project.build.broken import BrokenCondition
from dagster_project.build.inputs import InputFile, inputs_digest, landed_files
from dagster_project.build.kept import Built, built_from
from dagster_project.build.lineage import Lineage, Shape, known_lineage
from dagster_project.build.manifest import (
    CONDITIONS,
    Condition,
    Manifest,
    Node,
    Test,
    manifest_file,
    read_manifest,
)
from dagster_project.build.project import code_version, is_prepared, prepare, warm_up
from dagster_project.build.run import BuildError, BuildResult, NodeResult, build

__all__ = [
    "CONDITIONS",
    "BrokenCondition",
    "BuildError",
    "BuildResult",
    "Built",
    "Condition",
    "InputFile",
    "Lineage",
    "Manifest",
    "Node",
    "NodeResult",
    "Shape",
    "Test",
    "build",
    "built_from",
    "code_version",
    "inputs_digest",
    "is_prepared",
    "known_lineage",
    "landed_files",
    "manifest_file",
    "prepare",
    "read_manifest",
    "warm_up",
]
