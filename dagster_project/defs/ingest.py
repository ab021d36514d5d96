"""The raw sources as assets, one each, by year folder.

Belongs here: handing publications to `landing` and its findings to Dagster.
Does not: reading a file, or any rule (`landing`, `sources`).

One step reads every source, because a file that lies under two sources or years is found only by
looking at all of them. In a run for one year only that year is read; in a run without a year all
are, and each year that was really there is recorded as a partition of its own: docs/decisions/0005.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from dagster_project import disk
from dagster_project.build import InputFile, landed_files
from dagster_project.defs.automation import freshness
from dagster_project.defs.code import code_at
from dagster_project.defs.failure import told
from dagster_project.defs.plots import bars
from dagster_project.defs.reader import land_all
from dagster_project.defs.retention import kept_runs, remove_old_runs
from dagster_project.defs.run import Outcome, Settings
from dagster_project.errors import DenominatorError
from dagster_project.lock import hold
from dagster_project.paths import PROJECT
from dagster_project.sources import ALL_YEARS, OWN_LIST, SOURCES

if TYPE_CHECKING:
    from dagster_project.landing import LandedPublication, Publication, RawTree, RuleOutcome
    from dagster_project.landing.coverage import Coverage

OWNERS = ["team:common-denominator"]
"""Who answers for every asset: the team that keeps this code location."""

RAW_YEAR = dg.DynamicPartitionsDefinition(name="raw_year")
"""The year folders of the raw tree; which there are is known when it is read."""


class NothingToReadError(DenominatorError):
    """The raw tree has no file for what was asked."""


class OwnListError(DenominatorError):
    """The list of comparators that was named cannot be used."""


def source_key(source: str) -> dg.AssetKey:
    """The asset of a source."""
    return dg.AssetKey(["raw", source])


def check_name(rule_id: str) -> str:
    """A rule's id as Dagster lets a check be called."""
    return rule_id.replace("-", "_")


def ingest_asset(settings: Settings, outcome: Outcome) -> dg.AssetsDefinition:
    """The step that lands every publication of the raw tree."""

    @dg.multi_asset(
        name="ingest",
        specs=[_spec(source) for source in SOURCES],
        check_specs=[spec for source in SOURCES for spec in _check_specs(source)],
        can_subset=True,
    )
    def ingest(context: dg.AssetExecutionContext) -> Iterator[Any]:
        chosen = [one for one in SOURCES if source_key(one) in context.selected_asset_keys]
        years = frozenset(context.partition_keys) if context.has_partition_key else settings.years
        with told(outcome), hold(settings.warehouse), disk.worded_refresh(settings.warehouse):
            remove_old_runs(context.instance, kept_runs())
            landed = _land(settings, outcome, years, chosen)
            files = landed_files(settings.warehouse.landing)
        _name_years(context, landed)
        for source in chosen:
            if not context.has_partition_key:
                _record_years(context, source, files)
            yield dg.MaterializeResult(
                asset_key=source_key(source),
                metadata={**_counts(source, files), **_looks(source, settings.warehouse.landing)},
            )
            own = [one for one in landed if one.publication.source == source]
            for check in _checks(source, own):
                if _key(check) in context.selected_asset_check_keys:
                    yield check

    return ingest


def _spec(source: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        source_key(source),
        partitions_def=RAW_YEAR,
        group_name="raw",
        kinds={"parquet", "python"},
        owners=OWNERS,
        metadata={"dagster/code_references": _code(source)},
        freshness_policy=freshness(source),
        description=f"The rows of `{source}` that were accepted, as Parquet, by year and release.",
    )


def _code(source: str) -> dg.CodeReferencesMetadataValue:
    path = PROJECT / "dagster_project" / "sources" / f"{source}.py"
    return code_at(path, path.name)


def _check_specs(source: str) -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(
            check_name(rule.id), asset=source_key(source), description=rule.description
        )
        for rule in SOURCES[source].rules
    ]


def _key(check: dg.AssetCheckResult) -> dg.AssetCheckKey:
    assert check.asset_key is not None
    assert check.check_name is not None
    return dg.AssetCheckKey(check.asset_key, check.check_name)


def _land(
    settings: Settings, outcome: Outcome, years: frozenset[str], sources: Sequence[str]
) -> "list[LandedPublication]":
    from dagster_project import landing

    tree = settings.raw_tree()
    place = settings.warehouse.landing
    before = landed_files(place) if years else ()
    wanted = [one for one in _asked(tree, years, before) if one.source in sources]
    _refuse_nothing(settings, tree, wanted, years)
    outcome.files.extend(tree.strays)
    whole = not years and len(sources) == len(SOURCES)
    # taken before anything is read: a file that changes meanwhile is then read again next time
    digest = landing.raw_digest(tree) if whole else None
    landing.prepare(place)
    if not years:
        landing.prune(tree, place)
    settings.progress.phase("reading", total=len(wanted))
    landed = []
    for one in land_all(wanted, place, settings.meanwhile):
        publication = one.publication
        settings.progress.step(f"{publication.source} {publication.year} {publication.release}")
        outcome.files.extend(one.files)
        outcome.files_read += len(one.files) if one.read_anew else 0
        outcome.corrections.extend(one.corrections)
        landed.append(one)
    _refuse_own_list(landed)
    if digest is not None:
        landing.remember(digest, place)
    return landed


def _asked(
    tree: "RawTree", years: frozenset[str], before: Sequence[InputFile]
) -> "Iterator[Publication]":
    """What is of these years, of all if there are none.

    What is for all years belongs to each: it is read with the first of them that lands, and a list
    of one's own with every one.
    """
    landed = {(file.source, file.financial_year) for file in before}
    for one in tree.publications:
        is_first = one.year == ALL_YEARS and (one.source, ALL_YEARS) not in landed
        if not years or one.year in years or is_first or one.release == OWN_LIST:
            yield one


def _refuse_nothing(
    settings: Settings, tree: "RawTree", wanted: "Sequence[Publication]", years: frozenset[str]
) -> None:
    roots = ", ".join(map(str, settings.raw))
    missing = sorted(years - {one.year for one in tree.publications})
    if missing:
        raise NothingToReadError(
            f"There is no year folder {', '.join(missing)} under {roots}. Year folders are "
            "written as in 2012-13; name one that is there, or leave --year out to read all."
        )
    if not any(one.root in settings.raw for one in wanted):
        raise NothingToReadError(
            f"There is nothing to read under {roots}. A file belongs in "
            "<raw>/<source>/<year>/<release>/; name the folder with --raw, or run `make example`."
        )


def _refuse_own_list(landed: "Sequence[LandedPublication]") -> None:
    """A list that somebody named is not left out in silence, as one that lies there would be."""
    for one in landed:
        if one.publication.release == OWN_LIST and one.files[0].refused:
            raise OwnListError(one.files[0].message)


def _name_years(context: dg.AssetExecutionContext, landed: "Sequence[LandedPublication]") -> None:
    years = sorted({one.publication.year for one in landed})
    context.instance.add_dynamic_partitions(RAW_YEAR.name or "raw_year", years)


def _record_years(
    context: dg.AssetExecutionContext, source: str, files: Sequence[InputFile]
) -> None:
    """Record each year that is there; the run itself has none, so Dagster would record none."""
    for year in sorted({file.financial_year for file in files if file.source == source}):
        of_year = [file for file in files if file.financial_year == year]
        context.log_event(
            dg.AssetMaterialization(
                source_key(source), partition=year, metadata=_counts(source, of_year)
            )
        )


def _counts(source: str, files: Sequence[InputFile]) -> dict[str, Any]:
    own = [file for file in files if file.source == source]
    return {
        "files": len(own),
        "files_refused": sum(file.status != "loaded" for file in own),
        "rows_read": sum(file.rows_read for file in own),
        "rows_loaded": sum(file.rows_loaded for file in own),
        "rows_quarantined": sum(file.rows_quarantined for file in own),
    }


def _looks(source: str, landing: Path) -> dict[str, Any]:
    """The columns with the headings they are read from, and which councils each year has."""
    from dagster_project.landing.coverage import coverage
    from dagster_project.landing.layout import layout

    covered = coverage(landing, source)
    columns = [
        dg.TableColumn(column.name, type=column.type, description=_headings(column.headings))
        for column in layout(source)
    ]
    return {
        "dagster/column_schema": dg.TableSchema(columns),
        **(_covered(covered) if covered else {}),
    }


def _covered(covered: "Mapping[str, Coverage]") -> dict[str, Any]:
    counts = {year: one.councils for year, one in covered.items()}
    rows = [
        f"| {year} | {one.councils} | {_or_dash(one.in_scope)} | {_or_dash(one.share_pct, '.1f')} |"
        for year, one in covered.items()
    ]
    heading = ["| year | councils with rows | in scope | coverage % |", "| --- | --: | --: | --: |"]
    return {
        "councils by year": dg.MetadataValue.md(bars("Councils", counts)),
        "coverage": dg.MetadataValue.md("\n".join(heading + rows)),
    }


def _or_dash(number: float | None, form: str = "d") -> str:
    return "-" if number is None else format(number, form)


def _headings(spellings: Sequence[str]) -> str | None:
    """From which headings a column is read, for a person."""
    return f"Read from: {' / '.join(spellings)}" if spellings else None


def _checks(source: str, landed: "Sequence[LandedPublication]") -> Iterator[dg.AssetCheckResult]:
    """One result for each rule: how much broke it in all publications that were read.

    A broken rule is a warning here: the file is refused, the row quarantined or the value flagged,
    and the rest goes on. What stops a release is that a source and year is gone (`publish`).
    """
    found: Mapping[str, list[RuleOutcome]] = defaultdict(list)
    for publication in landed:
        for one in publication.rules:
            found[one.rule_id].append(one)
    for rule in SOURCES[source].rules:
        failed = sum(one.failed for one in found[rule.id])
        sample = [text for one in found[rule.id] for text in one.sample][:5]
        yield dg.AssetCheckResult(
            asset_key=source_key(source),
            check_name=check_name(rule.id),
            passed=failed == 0,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "failed": failed,
                "effect": str(rule.severity),
                **({"sample": "\n".join(sample)} if sample else {}),
            },
        )
