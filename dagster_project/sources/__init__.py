"""The publishers whose files are read, one module each, and the register of them.

Belongs here: the list of sources. A new one is a module beside this one that ends in
`SOURCE = Source(...)`, and its name in the list. Does not: where rows are stored, and Dagster.

The list is lazy: names are free, and a source's module, which imports pandera and pandas, is
imported when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from dagster_project.sources.source import Source

FINANCIAL_YEAR = "a financial year, such as 2012-13"
ALL_YEARS = "all"
WAVE = "a wave, such as 2014"
# The folder of lists that somebody may drop into a raw tree: they have no years and no releases.
REFERENCE = "reference"
# The release of a list that is named on the command line, in no raw tree.
OWN_LIST = "own_list"

# Each source, and what its year folders in the raw tree are called; `REFERENCE` is a list.
_SOURCES = {
    "adass": FINANCIAL_YEAR,
    "ascof": FINANCIAL_YEAR,
    "ccs": FINANCIAL_YEAR,
    "poet": WAVE,
    "pss_ex1": FINANCIAL_YEAR,
    "in_control": FINANCIAL_YEAR,
    "neighbours": REFERENCE,
    "published": ALL_YEARS,
}


class _Sources(Mapping[str, Source]):
    """Every source by its name, which is also its module's name and its folder in the raw tree."""

    def __getitem__(self, name: str) -> Source:
        if name not in _SOURCES:
            raise KeyError(name)
        module = import_module(f"{__name__}.{name}")
        source: Source = module.SOURCE
        return source

    def __contains__(self, name: object) -> bool:
        return name in _SOURCES

    def __iter__(self) -> Iterator[str]:
        return iter(_SOURCES)

    def __len__(self) -> int:
        return len(_SOURCES)


SOURCES: Mapping[str, Source] = _Sources()


def year_folder(name: str) -> str:
    """What the year folders of a source are called: `FINANCIAL_YEAR`, `WAVE` or `ALL_YEARS`."""
    return _SOURCES[name]


def is_list(name: str) -> bool:
    """Whether a source is a list in `reference/<name>`: it gives no figure, and may come and go."""
    return _SOURCES.get(name) == REFERENCE
