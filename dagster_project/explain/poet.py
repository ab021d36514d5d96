"""Survey outcomes, with the files that their responses stand in.

Belongs here: shares and limits computed anew from the counts that may be shown, and how many
responses of a wave were received, refused and flagged.
Does not: any response. A person's row is in no explanation, so the counts cannot be computed anew.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from dagster_project.explain import arithmetic
from dagster_project.explain.anchors import joined
from dagster_project.explain.checking import Checks
from dagster_project.explain.facts import Facts
from dagster_project.explain.tree import Explanation, Figure, Notice, Said, SourceFile

NOT_RECOMPUTED = (
    "n_valid, n_better, n_worse: rounded counts of persons' answers, which are not published"
)
SHARE_NOT_RECOMPUTED = (
    "the shares and their limits: counts behind them may be of too few people to be printed"
)
_OUTCOMES = """
    select
        wave, financial_year, instrument, domain, group_type, group_value, n_valid, n_better,
        better_pct, better_lower_pct, better_upper_pct, n_worse, worse_pct, suppressed,
        evidence_class,
        case when group_type = 'council' then group_value else 'England' end as area_id
    from marts.poet_outcome
    where ($years is null or list_contains($years, financial_year))
        and (
            $areas is null
            or list_contains(
                $areas, case when group_type = 'council' then group_value else 'England' end
            )
        )
    order by area_id, wave, instrument, domain, group_type, group_value
"""
_FLAGGED = """
    select source_file, source_sha256, rule_id, any_value(message) as message, count(*) as responses
    from quality.flagged_value
    where source = 'poet'
    group by source_file, source_sha256, rule_id
    order by source_file, rule_id
"""
_REFUSED = _FLAGGED.replace("flagged_value", "quarantined_row")
SUPPRESSED = "too few answered to be shown, or the figure would give away one of too few"
Row = dict[str, Any]


class Waves:
    """The files of each wave and what was said of their rows, in counts."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._of_wave: dict[int, tuple[tuple[SourceFile, ...], tuple[Notice, ...]]] = {}

    def files(self, wave: int) -> tuple[SourceFile, ...]:
        """The files of a wave that were loaded: its year folder is the wave."""
        return self._known(wave)[0]

    def notices(self, wave: int) -> tuple[Notice, ...]:
        """How many responses each rule flagged or refused."""
        return self._known(wave)[1]

    def _known(self, wave: int) -> tuple[tuple[SourceFile, ...], tuple[Notice, ...]]:
        if wave not in self._of_wave:
            files = tuple(
                file
                for _, file in sorted(self._facts.files.items())
                if (file.source, file.financial_year, file.status) == ("poet", str(wave), "loaded")
            )
            names = {(file.path, file.sha256) for file in files}
            said = tuple(one for one in self._notices if (one.path, one.sha256) in names)
            self._of_wave[wave] = (files, said)
        return self._of_wave[wave]

    @cached_property
    def _notices(self) -> list[Notice]:
        flagged = [_counted("flag", row) for row in self._facts.rows(_FLAGGED)]
        return flagged + [_counted("quarantine", row) for row in self._facts.rows(_REFUSED)]


def _counted(kind: Said, row: Row) -> Notice:
    return Notice(
        kind,
        row["rule_id"],
        None,
        None,
        f"{row['responses']} {'row' if row['responses'] == 1 else 'rows'} of the file",
        row["source_file"],
        row["source_sha256"],
        None,
    )


def outcomes(
    facts: Facts, waves: Waves, areas: Sequence[str] | None = None
) -> Iterator[Explanation]:
    """Every outcome of some areas, or of all; those of groups of people are England's."""
    asked = None if areas is None else list(areas)
    for row in facts.rows(_OUTCOMES, areas=asked):
        yield _explained(facts, waves, row)


def _explained(facts: Facts, waves: Waves, row: Row) -> Explanation:
    checks = _checked(row)
    is_council = row["group_type"] == "council"
    level = "council" if is_council else "england"
    name = facts.area_name(level, row["area_id"])
    group = (
        ()
        if row["group_type"] in ("council", "england")
        else (row["group_type"], row["group_value"])
    )
    of_group = f", {' '.join(group)}" if group else ""
    n, better = row["n_valid"], row["n_better"]
    return Explanation(
        anchor=joined(row["wave"], "poet", row["instrument"], row["domain"], *group),
        kind="poet",
        title=f"{name}, POET {row['wave']}: {row['domain']} better, {row['instrument']}{of_group}",
        table="marts.poet_outcome",
        area_level=level,
        area_id=row["area_id"],
        area_name=name,
        financial_year=row["financial_year"],
        evidence_class=row["evidence_class"],
        note=SUPPRESSED if row["suppressed"] else None,
        formula=_formula(row),
        figures=(
            Figure("n_valid", "people", n, None, None),
            Figure("n_better", "people", better, None, None),
            Figure("n_worse", "people", row["n_worse"], None, None),
            Figure(
                "better_pct",
                "percent",
                row["better_pct"],
                row["better_lower_pct"],
                row["better_upper_pct"],
            ),
            Figure("worse_pct", "percent", row["worse_pct"], None, None),
        ),
        notices=waves.notices(row["wave"]),
        files=waves.files(row["wave"]),
        checked=checks.made,
        not_recomputed=(NOT_RECOMPUTED,)
        if better is not None or row["suppressed"]
        else (NOT_RECOMPUTED, SHARE_NOT_RECOMPUTED),
        disagreements=tuple(checks.disagreements),
    )


def _formula(row: Row) -> str | None:
    n, better = row["n_valid"], row["n_better"]
    if n is None:
        return None
    counts = f"of {n:,} =" if better is None else f"{better:,} of {n:,} ="
    return (
        f"{counts} {row['better_pct']:.0f}%, Wilson 95% limits {row['better_lower_pct']:.0f}% to "
        f"{row['better_upper_pct']:.0f}%; counts are rounded, shares to whole points"
    )


def _checked(row: Row) -> Checks:
    checks = Checks()
    n, better = row["n_valid"], row["n_better"]
    if better is None and n is not None:
        # no count to start from: what can be held is their order
        lower, upper = row["better_lower_pct"], row["better_upper_pct"]
        checks.step("better_lower_pct", lower, min(lower, row["better_pct"]))
        checks.step("better_upper_pct", upper, max(upper, row["better_pct"]))
        return checks
    points = arithmetic.whole_points
    limits = (None, None) if not n else arithmetic.wilson(better, n)
    checks.step("better_pct", row["better_pct"], points(arithmetic.share(better, n)))
    checks.step("better_lower_pct", row["better_lower_pct"], points(limits[0]))
    checks.step("better_upper_pct", row["better_upper_pct"], points(limits[1]))
    checks.step("worse_pct", row["worse_pct"], points(arithmetic.share(row["n_worse"], n)))
    return checks
