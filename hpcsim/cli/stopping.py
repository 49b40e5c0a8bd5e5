"""A stop that counts, even where the exception that it raises is lost.

Python drops what a signal's handler raises while a callback from C runs, and numba makes such
callbacks when it loads compiled code. So the wish is kept as well, and long work asks for it.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType


class _Wish:
    """Whether somebody asked for the end."""

    asked = False

    def hear(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        raise KeyboardInterrupt


_WISH = _Wish()


def listen(number: signal.Signals) -> None:
    """Take the signal for a wish to stop, unless whoever started this process ignores it."""
    if threading.current_thread() is not threading.main_thread():
        return
    _WISH.asked = False
    if signal.getsignal(number) is not signal.SIG_IGN:
        signal.signal(number, _WISH.hear)


def check() -> None:
    """Raise KeyboardInterrupt where a stop was asked for; to be called now and then."""
    if _WISH.asked:
        raise KeyboardInterrupt
