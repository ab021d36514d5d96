"""The toy warehouse for the tests in this folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from toy.fixtures import built_once, toy

__all__ = ["built_once", "toy"]
