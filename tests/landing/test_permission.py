"""Files and folders without permission, really denied: root asks a child that is nobody."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import given as g
import pytest
from given import Given

_NOBODY = 65534


@pytest.fixture
def anyones() -> Iterator[Given]:
    """A raw root that any user may enter; the folders of pytest are for their owner only."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    try:
        yield Given(folder)
    finally:
        for path in folder.rglob("*"):
            if not path.is_symlink():
                path.chmod(0o777)
        shutil.rmtree(folder)


def as_nobody(given: Given) -> dict[str, Any]:
    """Land the tree in a child process without root's rights: what became of each file."""
    given.land()  # imports everything; the child may not be allowed to
    shutil.rmtree(given.landing)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        answer: dict[str, Any] = {}
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(_NOBODY)
                os.setuid(_NOBODY)
            landed = given.land()
            answer = {path: [file.rule_id, file.message] for path, file in landed.files.items()}
        except BaseException as error:
            answer = {"error": repr(error)}
        finally:
            os.write(write, json.dumps(answer).encode())
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        answer = json.loads(pipe.read())
    os.waitpid(child, 0)
    return answer


def open_to_all(given: Given) -> None:
    given.raw.parent.chmod(0o777)
    for path in given.raw.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_file_without_permission(anyones: Given) -> None:
    path = anyones.ccs()
    anyones.put("ccs/2012-13/provisional", "good.csv", [*g.ccs(), ["a different file"]])
    open_to_all(anyones)
    path.chmod(0)
    became = as_nobody(anyones)
    assert became["ccs/2012-13/provisional/good.csv"][0] is None
    rule_id, message = became["ccs/2012-13/final/ccs.csv"]
    assert rule_id == "file-not-readable"
    assert "permission denied" in message
    assert "Give the user who runs this the permission" in message


def test_a_folder_without_permission(anyones: Given) -> None:
    path = anyones.ccs()
    anyones.ascof()
    open_to_all(anyones)
    path.parent.chmod(0)
    became = as_nobody(anyones)
    assert became["ascof/2015-16/final/ascof.csv"][0] is None
    rule_id, message = became["ccs/2012-13/final"]
    assert rule_id == "file-not-readable"
    assert "permission denied" in message


def test_a_source_yml_without_permission(anyones: Given) -> None:
    path = anyones.ccs()
    anyones.ascof()
    open_to_all(anyones)
    (path.parent / "source.yml").chmod(0)
    became = as_nobody(anyones)
    assert became["ascof/2015-16/final/ascof.csv"][0] is None
    rule_id, message = became["ccs/2012-13/final/ccs.csv"]
    assert rule_id == "source-yml-invalid"
    assert "permission denied" in message
