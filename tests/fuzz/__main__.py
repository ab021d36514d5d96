"""`python -m fuzz`: damages files by the thousand and writes what became of each.

`--count` files are landed by the library call, each alone; `--packs` raw trees of many damaged
files each go through a full refresh. Ends with exit code 1 if a figure changed in silence or
anything stopped. The summary is JSON, for the page on reliability.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, fields
from pathlib import Path

from fuzz.outcomes import CLASSES, Outcome, run
from fuzz.packs import refreshed

BAD = ("silent", "stopped")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, write the table and the summary, and say how it went."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="files landed by the library")
    parser.add_argument("--packs", type=int, default=2, help="raw trees through a full refresh")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--to", type=Path, default=Path("data/fuzz"), help="where the tables go")
    parser.add_argument("--summary", type=Path, help="a JSON file of the figures")
    asked = parser.parse_args(arguments)
    begun = time.monotonic()
    seeds = [f"{asked.seed}-{number}" for number in range(asked.count)]
    with ProcessPoolExecutor(asked.jobs) as pool:
        found = list(pool.map(run, seeds, chunksize=50))
    packs = [refreshed(f"{asked.seed}-pack-{number}") for number in range(asked.packs)]
    asked.to.mkdir(parents=True, exist_ok=True)
    _write_table(asked.to / "outcomes.csv", [*found, *(each for pack in packs for each in pack)])
    (asked.to / "summary.md").write_text(_markdown(found), encoding="utf-8")
    summary = _summary(asked.seed, found, packs, time.monotonic() - begun)
    (asked.summary or asked.to / "summary.json").write_text(
        json.dumps(summary, indent=1) + "\n", encoding="utf-8"
    )
    print(_markdown(found))
    print(json.dumps({key: summary[key] for key in ("inputs", "outcomes", "refreshed")}, indent=1))
    every = [*found, *(each for pack in packs for each in pack)]
    wrong = [each for each in every if each.outcome in BAD]
    for each in wrong[:20]:
        print(f"{each.outcome}: {each.base}, {each.kind}, seed {each.seed}: {each.why}")
    return 1 if wrong else 0


def _write_table(path: Path, found: Sequence[Outcome]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, [each.name for each in fields(Outcome)])
        table.writeheader()
        table.writerows(asdict(each) for each in found)


def _markdown(found: Sequence[Outcome]) -> str:
    """A row for each kind of damage, a column for each class, and the reasons below."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for each in found:
        counts[each.kind][each.outcome] += 1
    lines = [f"| damage | {' | '.join(CLASSES)} |", f"| --- |{' ---: |' * len(CLASSES)}"]
    for kind in sorted(counts):
        cells = " | ".join(str(counts[kind][name]) for name in CLASSES)
        lines.append(f"| {kind} | {cells} |")
    total = Counter(each.outcome for each in found)
    lines.append(f"| all | {' | '.join(str(total[name]) for name in CLASSES)} |")
    why = Counter(each.why for each in found if each.outcome == "undetectable")
    reasons = [f"- {many}: {reason}." for reason, many in why.most_common()]
    return "\n".join([*lines, "", "Undetectable, and why:", "", *reasons, ""])


def _summary(
    seed: str, found: Sequence[Outcome], packs: Sequence[Sequence[Outcome]], seconds: float
) -> dict[str, object]:
    outcomes = Counter(each.outcome for each in found)
    in_packs = Counter(each.outcome for pack in packs for each in pack)
    return {
        "seed": seed,
        "inputs": len(found),
        "outcomes": {name: outcomes[name] for name in CLASSES},
        "by_source": {
            source: dict(Counter(each.outcome for each in found if each.source == source))
            for source in sorted({each.source for each in found})
        },
        "undetectable_because": dict(
            Counter(each.why for each in found if each.outcome == "undetectable")
        ),
        "refreshed": {
            "refreshes": len(packs),
            "inputs": sum(map(len, packs)),
            "outcomes": dict(in_packs),
        },
        "seconds": round(seconds),
    }


if __name__ == "__main__":
    sys.exit(main())
