"""Settings that others read from the environment, for as long as they are needed.

Belongs here: putting them there and what was there back. Does not: which settings there are.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def environment(ours: Mapping[str, str]) -> Iterator[None]:
    """These settings, and afterwards what they were before."""
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
