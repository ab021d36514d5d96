"""The models run on one engine today and are written for two: what differs stands in one folder."""

import re
from pathlib import Path

import sqlglot
from released import Released

DBT = Path(__file__).parents[2] / "dbt"
PORTABLE = DBT / "macros" / "portable"

# Spellings that DuckDB knows and Spark does not, or reads otherwise.
ENGINE_SPECIFIC = re.compile(
    r"::|\bread_(parquet|csv|json)\w*\(|\b(string_agg|list|list_\w+|struct_pack|strptime|strftime"
    r"|regexp_matches|median|quantile_\w+|make_date|array_agg|unnest)\s*\(|\bqualify\b"
    r"|\bexclude\s*\(|\bfilter\s*\(\s*where",
    re.IGNORECASE,
)


def test_every_model_parses_as_spark_sql(example: Released) -> None:
    """A Python model is no SQL: what may be in one, tests/analysis/test_models.py says."""
    compiled = example.compiled()
    assert compiled.keys() == {path.stem for path in (DBT / "models").rglob("*.sql")}
    for name, sql in compiled.items():
        assert sqlglot.parse_one(sql, read="spark"), name


def test_engine_specific_sql_stands_in_the_portable_macros_only() -> None:
    found = []
    for path in [
        *DBT.rglob("models/**/*.sql"),
        *DBT.rglob("macros/*.sql"),
        *DBT.rglob("tests/**/*.sql"),
    ]:
        text = re.sub(
            r"\{\{\s*(make_date|median_of|joined_text)\(", "", path.read_text(encoding="utf-8")
        )
        lines = [re.sub(r"--.*", "", line) for line in text.splitlines()]
        found += [
            f"{path.name}:{n}: {line}"
            for n, line in enumerate(lines, 1)
            if ENGINE_SPECIFIC.search(line)
        ]
    assert found == []


def test_the_search_for_engine_specific_sql_finds_it() -> None:
    assert ENGINE_SPECIFIC.search("select x::int from t")
    assert ENGINE_SPECIFIC.search("select string_agg(x, ',')")
    assert not ENGINE_SPECIFIC.search("select sum(x) as total from t")


def test_every_portable_macro_serves_both_engines_and_refuses_others() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in PORTABLE.glob("*.sql"))
    names = re.findall(r"adapter\.dispatch\('(\w+)'", text)
    assert names
    for name in names:
        for engine in ("duckdb", "spark"):
            assert f"macro {engine}__{name}(" in text, f"{engine}__{name}"
        default = text.split(f"macro default__{name}(")[1].split("endmacro")[0]
        assert "raise_compiler_error" in default, name


def test_sql_holds_no_thresholds() -> None:
    """A threshold is a row of targets.csv or statistics.csv, or a variable of the project."""
    for path in DBT.rglob("models/**/*.sql"):
        text = re.sub(r"--.*|'[^']*'", "", path.read_text(encoding="utf-8"))
        numbers = set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])", text))
        numbers -= {"0", "1", "0.0", "100.0"} | {"2"}  # counting, percent, and two printed decimals
        assert not numbers, f"{path.name}: {sorted(numbers)}"
