"""Where the code of an asset stands, for the link that Dagster shows.

Belongs here: the reference. Does not: which file an asset is made by.
"""

import warnings
from pathlib import Path

import dagster as dg


def code_at(path: Path, label: str) -> dg.CodeReferencesMetadataValue:
    """A reference to one file of this checkout."""
    with warnings.catch_warnings():
        # Dagster is pinned: that this may change is no news to whoever runs a refresh
        warnings.simplefilter("ignore", dg.BetaWarning)
        reference = dg.LocalFileCodeReference(file_path=str(path), label=label)
        return dg.CodeReferencesMetadataValue(code_references=[reference])
