"""Processes that work for this one: none outlives it.

Belongs here: ending with the parent. Does not: what such a process does.

A process that is killed cannot end its helpers, and a helper that waits for work waits for ever:
each therefore looks whether its parent is still there.
"""

import os
import threading
import time

_WATCH_SECONDS = 0.1


def end_with(parent: int) -> None:
    """End this process, from now on, as soon as its parent is another than the process `parent`."""
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    os._exit(1)
