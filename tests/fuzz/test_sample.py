"""A sample of `make fuzz`: of every kind of damage and every layout some, and none is silent.

The whole is run by hand (`make fuzz`); the seeds here are fixed, so a failure can be had again by
its seed: `fuzz.outcomes.run("sample-17")`.
"""

from __future__ import annotations

import pytest

from fuzz.bases import BASES
from fuzz.damage import KINDS, kinds_for
from fuzz.outcomes import good, land, pick, run

INPUTS, PARTS = 500, 10
SEEDS = [f"sample-{number}" for number in range(INPUTS)]


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.name)
def test_a_good_file_breaks_no_rule(base) -> None:
    assert good(base.name).rows


@pytest.mark.parametrize("part", range(PARTS))
def test_no_damage_changes_a_figure_in_silence(part: int) -> None:
    found = [run(seed) for seed in SEEDS[part::PARTS]]
    wrong = [each for each in found if each.outcome in ("silent", "stopped")]
    assert wrong == []
    # a comparison that sees nothing would call everything equal
    assert {"refused", "quarantined"} <= {each.outcome for each in found}


def test_the_sample_has_every_layout_and_nearly_every_kind() -> None:
    picked = [pick(seed)[:2] for seed in SEEDS]
    assert {base.name for base, _ in picked} == {base.name for base in BASES}
    assert len({kind.name for _, kind in picked}) > 0.95 * len(KINDS)


def test_every_kind_damages_some_layout() -> None:
    assert {kind.name for base in BASES for kind in kinds_for(base)} == {k.name for k in KINDS}


def test_a_changed_figure_is_seen() -> None:
    """The judge itself: a number that nothing holds is no longer equal."""
    from fuzz.outcomes import judged

    base = next(each for each in BASES if each.name == "in_control")
    rows = base.rows()
    rows[3][2] = "999"
    after = land(base, base.content(rows))
    lost_cell = next(kind for kind in KINDS if kind.name == "cell lost")
    assert judged(base, lost_cell, "", good(base.name), after).outcome == "silent"
    del rows[4]
    after = land(base, base.content(rows))
    assert judged(base, lost_cell, "", good(base.name), after).outcome == "silent"
