"""`python -m dagster_project.example DIR [--check]`: write the bundled example, or compare it.

Belongs here: the command and the disk.
Does not: what the example contains (`bundle`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .bundle import SOURCES, Bundle, build

PLANTED = Path(__file__).with_name("planted.csv")


def differences(bundle: Bundle, root: Path) -> list[str]:
    """What writing would change, one line a file: missing, changed, or no longer made."""
    found = []
    for path, content in _targets(bundle, root).items():
        if not path.is_file():
            found.append(f"missing: {path}")
        elif path.read_bytes() != content:
            found.append(f"changed: {path}")
    return found + [f"no longer made: {path}" for path in _left_over(bundle, root)]


def write(bundle: Bundle, root: Path) -> None:
    """Write every file, and remove files of an earlier example that is no longer made.

    Only files named `synthetic-...` are ever removed: the raw tree may hold others.
    """
    for path, content in _targets(bundle, root).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for path in _left_over(bundle, root):
        path.unlink()


def _targets(bundle: Bundle, root: Path) -> dict[Path, bytes]:
    return {root / path: content for path, content in bundle.files.items()} | {
        PLANTED: bundle.planted_csv()
    }


def _left_over(bundle: Bundle, root: Path) -> list[Path]:
    there = (path for source in SOURCES for path in (root / source).rglob("synthetic-*"))
    return sorted(p for p in there if p.relative_to(root).as_posix() not in bundle.files)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 1 if `--check` finds any difference."""
    parser = argparse.ArgumentParser(
        prog="python -m dagster_project.example", description="Make the bundled, invented example."
    )
    parser.add_argument("root", type=Path, help="raw root to write to, data/raw as a rule")
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 on a difference")
    options = parser.parse_args(arguments)
    bundle = build()
    if not options.check:
        write(bundle, options.root)
        print(f"{len(bundle.files)} files written to {options.root}, every one synthetic")
        return 0
    found = differences(bundle, options.root)
    print("\n".join(found) or f"{len(bundle.files)} files as they would be made")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
