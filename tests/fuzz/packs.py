"""Many damaged files in one raw tree, each in a release of its own, through one full refresh.

Belongs here: that the refresh publishes whatever lies in the tree, and that what is published of
each file is what the library call said of it. Does not: landing by the library alone (`outcomes`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import given as g
from released import Released, run

from fuzz.bases import BASES, Base
from fuzz.damage import Kind, kinds_for
from fuzz.outcomes import Landed, Outcome, damaged, good, judged, land

# Of a list or a register there is one in a tree, so they go through the library only.
_BASES = tuple(base for base in BASES if base.source not in ("neighbours", "published"))
_FIRST_DAY = dt.date(2014, 1, 1)
# The sources whose counts are published as they are given, one for one.
_COUNTS: Mapping[str, Sequence[str]] = {
    "ccs": ("users", "users_sds", "users_dp", "carers", "carers_sds", "carers_dp"),
    "pss_ex1": ("clients_dp",),
    "in_control": ("pb_holders",),
}


@dataclass(frozen=True)
class _Input:
    base: Base
    kind: Kind
    seed: str
    label: str
    landed: Landed


def refreshed(seed: str, inputs: int = 150) -> list[Outcome]:
    """Refresh one tree of so many damaged files, and say what became of each."""
    with tempfile.TemporaryDirectory(prefix="fuzz-pack-") as folder:
        given = g.Given(Path(folder))
        put = _put_all(given, seed, inputs)
        for name in ("a", "b"):  # good ones, without which there may be nothing to publish
            base = _BASES[0]
            place = base.place.replace("final", f"good-{name}")
            given.put(place, base.file, base.content(base.rows()) + name.encode(), _meta(name))
        done = run(
            given.raw.parent, "refresh", "--raw", given.raw, "--warehouse", given.raw / "../w"
        )
        if done.returncode != 0:
            said = (done.stdout + done.stderr).strip().splitlines()[-3:]
            return [_outcome(each, "stopped", " ".join(said)) for each in put]
        released = Released(given.raw.parent / "w", done.stdout)
        return [_judged(each, released) for each in put]


def _meta(name: object) -> dict[str, str]:
    day = _FIRST_DAY + dt.timedelta(days=name if isinstance(name, int) else 400 + ord(str(name)))
    return g.SYNTHETIC | {"published_on": day.isoformat()}


def _put_all(given: g.Given, seed: str, inputs: int) -> list[_Input]:
    put: list[_Input] = []
    digests: set[str] = set()
    for number in range(inputs):
        one = f"{seed}-{number}"
        chance = Random(one)
        base = chance.choice(_BASES)
        kind = chance.choice(kinds_for(base))
        content, yaml = damaged(base, kind, chance)
        digest = hashlib.sha256(content).hexdigest()
        if digest in digests:
            continue  # the same bytes twice are a rule of their own
        digests.add(digest)
        place = base.place.replace("final", f"release-{number:03d}")
        path = given.put(place, base.file, content, _meta(number))
        if yaml is not None:
            (path.parent / "source.yml").write_bytes(yaml)
        landed = land(base, content, yaml or json.dumps(_meta(number)).encode())
        put.append(_Input(base, kind, one, f"{place}/{base.file}", landed))
    return put


def _judged(each: _Input, released: Released) -> Outcome:
    (file,) = released.rows(
        "from quality.source_file as files where files.path = ?", each.label
    ) or [{}]
    if not file:
        return _outcome(each, "silent", "the file is not in quality.source_file")
    loaded, expected = file["rows_loaded"], len(each.landed.rows)
    if loaded != expected:
        return _outcome(each, "silent", f"{loaded} rows were published, {expected} were landed")
    if each.landed.refused is None and each.base.source in _COUNTS:
        (found,) = released.rows(
            "select sum(value) as total from marts.fct_observation where source_file = ?",
            each.label,
        )
        names = _COUNTS[each.base.source]
        total = sum(row[name] or 0 for row in each.landed.rows.values() for name in names)
        if (found["total"] or 0) != total:
            return _outcome(each, "silent", f"{found['total']} is published, {total} was landed")
    before = _dated(good(each.base.name), each.landed)
    outcome = judged(each.base, each.kind, each.seed, before, each.landed)
    return replace(outcome, kind=f"{outcome.kind} (refreshed)")


def _dated(before: Landed, after: Landed) -> Landed:
    """The good file as if it had the day of publication of the damaged one."""
    days = {row["published_on"] for row in after.rows.values()}
    if len(days) != 1:
        return before
    (day,) = days
    rows = {key: {**row, "published_on": day} for key, row in before.rows.items()}
    return replace(before, rows=rows)


def _outcome(each: _Input, name: str, why: str) -> Outcome:
    kind = f"{each.kind.name} (refreshed)"
    return Outcome(each.base.name, each.base.source, kind, each.seed, name, "", why)
