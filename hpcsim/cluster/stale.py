"""Compiled code that is older than its sources goes.

numba keeps compiled functions by the time stamp of the file they stand in, and does not notice
when a function in another file, which they call, has changed. Without this an edited or pulled
source could go on running in its old form.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

STAMP = "newest-source"


def drop_stale(package: Path) -> None:
    """Delete numba's caches below `package` if any source there is newer than the last look.

    A folder that cannot be written holds no caches and is left alone.
    """
    newest = max(source.stat().st_mtime_ns for source in package.rglob("*.py"))
    stamp = package / "__pycache__" / STAMP
    with contextlib.suppress(OSError):
        if stamp.exists() and stamp.read_text() == str(newest):
            return
        for kind in ("*.nbi", "*.nbc"):
            for cache in package.rglob(kind):
                cache.unlink(missing_ok=True)
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(str(newest))
