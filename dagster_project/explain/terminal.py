"""Explanations as trees on a terminal.

Belongs here: which line stands under which, and their words. Does not: what is in an explanation.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dagster_project.explain.tree import (
    Count,
    Explanation,
    Figure,
    Input,
    Member,
    Notice,
    Observation,
    Pair,
    Part,
    SourceFile,
    Step,
    Tally,
    Verdict,
    Vintage,
)
from dagster_project.explain.wording import number
from dagster_project.publish.synthetic import MARK, SENTENCE

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree

SIGNS = {"percent": "%", "points": " points", "gbp": " GBP"}
WIDTH = 100  # a digest with its indentation needs no more
MOST_FILES = 10


def trees(found: Sequence[Explanation]) -> "Iterator[Tree]":
    """A tree for each explanation."""
    for one in found:
        yield _tree(one)


def _tree(one: Explanation) -> "Tree":
    from rich.tree import Tree

    mark = f"{MARK}. " if one.is_synthetic else ""
    tree = Tree(_text(f"{mark}{one.title}", "bold"))
    if one.is_synthetic:
        tree.add(_text(SENTENCE, "bold"))
    _branch(tree, f"published in {one.table}", _published(one))
    if one.vintage:
        tree.add(_text(_vintage(one.vintage)))
    if one.formula:
        tree.add(_text(one.formula))
    if one.note:
        tree.add(_text(f"note: {one.note}"))
    _branch(
        tree,
        "breaks in the series",
        (
            f"{it.first_year_after}, {it.source} ({it.break_id}): {it.reason} {it.citation or ''}"
            for it in one.breaks
        ),
    )
    _branch(tree, "made of", map(_input, one.inputs))
    _branch(tree, "against the targets", map(_verdict, one.verdicts))
    _branch(tree, "councils against the targets", map(_tally, one.tallies))
    _branch(tree, "steps", map(_step, one.steps))
    for count in one.counts:
        _add_count(tree, count)
    _branch(tree, _pairs(one.pairs), map(_pair, one.pairs))
    _add_members(tree, one.members)
    _branch(
        tree,
        "also offered, and not used",
        (f"{o.offered_by}: {o.text}; {o.reason}" for o in one.offers),
    )
    _branch(tree, "what rules say of it", map(_notice, one.notices))
    _branch(
        tree,
        "conflicts",
        (
            f"{c.source_a} {number(c.value_a)} against {c.source_b} {number(c.value_b)} "
            f"({c.quantity}): {c.status}. {c.why or ''}".rstrip()
            for c in one.conflicts
        ),
    )
    _add_files(tree, one.files)
    _add_checks(tree, one)
    return tree


def _text(text: str, style: str = "") -> "Text":
    from rich.text import Text

    return Text(text, style=style)


def _whole(text: str) -> "Text":
    """A line that is not broken: a digest in two pieces is none."""
    from rich.text import Text

    return Text(text, no_wrap=True, overflow="ignore")


def _branch(tree: "Tree", title: str, lines: Iterable[str]) -> None:
    shown = list(lines)
    if shown:
        branch = tree.add(_text(title))
        for line in shown:
            branch.add(_text(line))


# ---------------------------------------------------------------- the figure


def _published(one: Explanation) -> Iterator[str]:
    for figure in one.figures:
        yield f"{figure.name}: {_figure(figure)}"
    yield f"evidence: {one.evidence_class}"


def _figure(figure: Figure) -> str:
    sign = SIGNS.get(figure.unit, "")
    if figure.unit == "probability":
        return number(figure.value, 4)
    if figure.lower is None or figure.upper is None:
        return number(figure.value) + (sign if figure.value is not None else "")
    span = f"{number(figure.lower)}{sign} to {number(figure.upper)}{sign}"
    return span if figure.value is None else f"{number(figure.value)}{sign} ({span})"


def _vintage(one: Vintage) -> str:
    until = f"until {one.known_until}" if one.known_until else "and nothing with a day since"
    return f"vintage {one.vintage_no} of the year: known from {one.known_from} {until}"


def _input(one: Input) -> str:
    shown = _figure(Figure(one.name, one.unit, one.value, one.lower, one.upper))
    return f"{one.name}: {shown}{f' [{one.anchor}]' if one.anchor else ''}"


def _pairs(pairs: Sequence[Pair]) -> str:
    if not pairs:
        return "pairs"
    names = " and ".join(f"[{one.anchor}]" for one in (pairs[0].activity, pairs[0].outcome))
    return f"pairs of {len(pairs)} councils, ranked from the lowest: {names}"


def _pair(one: Pair) -> str:
    return (
        f"{one.council_name} ({one.council_id}): {number(one.activity.value)}%, rank "
        f"{one.activity_rank:g}; {number(one.outcome.value)}%, rank {one.outcome_rank:g}"
    )


def _verdict(one: Verdict) -> str:
    margin = "" if one.margin_pp is None else f", margin {one.margin_pp:+.2f} points"
    verdict = one.verdict or "no verdict"
    return (
        f"{one.target_id} ({one.threshold_pct:g}%, {one.timing}, {one.status}): {verdict}{margin}"
    )


def _tally(one: Tally) -> str:
    share = "" if one.share_met_pct is None else f" = {one.share_met_pct:.1f}%"
    return (
        f"{one.target_id} ({one.threshold_pct:g}%, {one.timing}, {one.status}): "
        f"{one.councils_met} of {one.councils_with_data} with data met it{share}; "
        f"{one.councils_missed} missed it, {one.councils_undetermined} undetermined; of all "
        f"{one.councils_in_scope} between {number(one.share_met_lower_pct, 1)}% and "
        f"{number(one.share_met_upper_pct, 1)}%"
    )


def _step(one: Step) -> str:
    effect = "not known" if one.effect_pp is None else f"{one.effect_pp:+.2f}"
    orders = (
        f" ({one.effect_min_pp:+.2f} to {one.effect_max_pp:+.2f} over the orders)"
        if one.effect_min_pp is not None and one.effect_max_pp is not None
        else ""
    )
    return (
        f"{one.step_no} {one.step}: {number(one.rate_before_pct)}% {effect}{orders} "
        f"= {number(one.rate_after_pct)}%. {one.label}"
    )


# ---------------------------------------------------------------- what it is made of


def _add_count(tree: "Tree", count: Count) -> None:
    span = (
        ""
        if count.lower is None or count.lower == count.upper
        else f" ({number(count.lower)} to {number(count.upper)})"
    )
    described = f": {count.description}" if count.description else ""
    branch = tree.add(_text(f"{count.role} {number(count.value)}{span}{described}"))
    for part in count.parts:
        _add_part(branch, part)


def _add_part(tree: "Tree", part: Part) -> None:
    times = f"{part.weight:+g} x {part.source} {part.statistic}"
    if part.observation is None:
        tree.add(_text(f"{times}: nothing; {part.missing}"))
        return
    one = part.observation
    why = f"; {part.missing}" if part.missing else ""
    branch = tree.add(_text(f"{times}: {_observation(one)}{why}"))
    branch.add(_text(f"{one.file.path}, {one.locator}"))
    branch.add(_whole(f"sha256 {one.file.sha256}"))
    for old in one.earlier:
        printed = "an empty cell" if not old.token else f"'{old.token}'"
        when = f" of {old.published_on}" if old.published_on else ""
        branch.add(_text(f"earlier, {old.release}{when}: {printed} in {old.path}, {old.locator}"))


def _observation(one: Observation) -> str:
    printed = f"printed '{one.token}'" if one.token else "an empty cell"
    value = number(one.value) if one.value is not None else "no value"
    span = (
        ""
        if one.lower is None or one.lower == one.upper
        else f", stands for {number(one.lower)} to {number(one.upper)}"
    )
    when = f", published {one.published_on}" if one.published_on else ""
    return f"{value}, {printed}{span}; {one.release} release{when}; {one.evidence_class}"


def _add_members(tree: "Tree", members: Sequence[Member]) -> None:
    if not members:
        return
    counted = sum(1 for member in members if member.left_out is None)
    branch = tree.add(_text(f"councils: {counted} counted of {len(members)}"))
    for member in members:
        branch.add(_text(_member(member)))


def _member(one: Member) -> str:
    if one.numerator is None and one.denominator is None:
        return f"{one.council_name} ({one.council_id}) not counted: {one.left_out}"
    counts = f"{number(one.numerator)} of {number(one.denominator)}"
    rate = "" if one.rate_pct is None else f" = {one.rate_pct:.2f}%"
    onward = "" if one.to_rate_pct is None else f", to {one.to_rate_pct:.2f}%"
    lies = f", {_span(one.lower_pct, one.upper_pct)}: {one.lies}" if one.lies else ""
    left_out = f"; not counted: {one.left_out}" if one.left_out else ""
    return f"{one.council_name} ({one.council_id}): {counts}{rate}{onward}{lies}{left_out}"


def _span(lower: float | None, upper: float | None) -> str:
    if lower == upper:
        return f"exactly {number(lower)}%"
    return f"{number(lower)}% to {number(upper)}%"


# ---------------------------------------------------------------- whether it holds


def _notice(one: Notice) -> str:
    kinds = {"flag": "flagged", "quarantine": "quarantined", "refused": "file refused"}
    token = f"'{one.token}'" if one.token else None
    said = " ".join(part for part in (one.field, token) if part)
    place = f"{one.path}, {one.locator}" if one.locator else one.path
    where = f" ({said})" if said else ""
    return f"{kinds[one.kind]} by {one.rule_id}{where}: {one.message}. {place}"


def _add_files(tree: "Tree", files: Sequence[SourceFile]) -> None:
    if not files:
        return
    branch = tree.add(_text("files" if len(files) > 1 else "file"))
    for file in files[:MOST_FILES]:
        leaf = branch.add(_text(file.path))
        leaf.add(_whole(f"sha256 {file.sha256}"))
        leaf.add(
            _text(
                f"{file.publisher or 'publisher not stated'}: {file.title or 'no title'}; licence "
                f"{file.licence or 'not stated'}; rows: {file.rows_read:,} read, "
                f"{file.rows_loaded:,} loaded, {file.rows_quarantined:,} quarantined"
            )
        )
    if len(files) > MOST_FILES:
        branch.add(_text(f"and {len(files) - MOST_FILES} more: --json lists them all"))


def _add_checks(tree: "Tree", one: Explanation) -> None:
    for what in one.not_recomputed:
        tree.add(_text(f"not computed anew: {what}"))
    if one.agrees:
        tree.add(
            _text(f"computed anew: {one.checked} values agree with what is published", "green")
        )
        return
    branch = tree.add(
        _text(f"DISAGREES in {len(one.disagreements)} of {one.checked} values", "bold red")
    )
    for wrong in one.disagreements:
        branch.add(
            _text(f"{wrong.step}: published {wrong.published}, computed anew {wrong.recomputed}")
        )
