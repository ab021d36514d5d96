"""The bill of materials of a lock, as CycloneDX JSON: `make sbom`.

Belongs here: calling cyclonedx-bom on a lock and adding the licences that the installed
distributions state, which a lock does not have. Does not: the format, which the library knows.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from licences import LOCKS, PROJECT, installed, licence
from packaging.utils import canonicalize_name


def bill(lock: Path) -> dict[str, Any]:
    """Every distribution of the lock with version, digests and licence; the same bytes each time."""
    made = subprocess.run(
        [
            *(sys.executable, "-m", "cyclonedx_py", "requirements", str(lock)),
            *("--output-reproducible", "--of", "JSON", "--pyproject", "pyproject.toml"),
        ],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(made.stdout)
    here = installed()
    for component in found["components"]:
        distribution = here.get(canonicalize_name(component["name"]))
        if distribution is not None and "licenses" not in component:
            component["licenses"] = [{"license": {"name": licence(distribution)}}]
    return found


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for lock in LOCKS:
        to = folder / f"{Path(lock).stem}.cdx.json"
        text = json.dumps(bill(PROJECT / lock), indent=1, ensure_ascii=False) + "\n"
        to.write_text(text, "utf-8")
        print(to)


if __name__ == "__main__":
    main()
