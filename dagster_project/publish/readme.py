"""What a release says of itself: `marts.readme`.

Belongs here: filling in, from the file that is about to be published, what only it can tell.
Does not: the words (the seed `readme_paragraphs`).
"""

from typing import TYPE_CHECKING

from dagster_project.errors import DenominatorError
from dagster_project.publish import rows
from dagster_project.sources.seeds import seed

if TYPE_CHECKING:
    import duckdb

TABLE = "marts.readme"

_FACTS = """
    with files as (
        select distinct source, financial_year, release, evidence_class,
            publisher || ' (' || licence || ')' as named
        from next.quality.source_file where status = 'loaded'
    )
    select
        count(*) filter (where evidence_class = 'synthetic') as synthetic_publications,
        count(*) as publications,
        coalesce(string_agg(distinct named, '; ' order by named), 'nobody') as publishers
    from files
"""


def fill(connection: "duckdb.DuckDBPyConnection", release_id: str) -> None:
    """Write the paragraphs into the file `next`, with what stands in braces filled in.

    Raises `DenominatorError` if the seed asks for a fact that there is not.
    """
    found = connection.execute(_FACTS)
    names = [column[0] for column in found.description or ()]
    facts = dict(zip(names, found.fetchone() or (), strict=True)) | {"release_id": release_id}
    paragraphs = [
        {"position": int(row["position"]), "topic": row["topic"], "text": _filled(row, facts)}
        for row in seed("readme_paragraphs")
    ]
    rows.insert(connection, TABLE, paragraphs)


def _filled(row: dict[str, str], facts: dict[str, object]) -> str:
    try:
        return row["text"].format_map(facts)
    except (KeyError, ValueError) as error:
        raise DenominatorError(
            f"Paragraph {row['position']} of dbt/seeds/readme_paragraphs.csv asks for a fact that "
            f"a release does not have ({error}). Nothing was published; it may ask for "
            f"{', '.join(facts)}."
        ) from error
