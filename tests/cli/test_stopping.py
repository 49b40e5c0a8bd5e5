"""A wish to stop that a callback swallows is heard at the next look."""

from __future__ import annotations

import ctypes
import os
import signal

import pytest

from hpcsim.cli import stopping


@pytest.fixture
def listening():
    before = signal.getsignal(signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, signal.SIG_DFL)
    stopping.listen(signal.SIGUSR1)
    yield
    stopping.listen(signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, before)


def ask():
    os.kill(os.getpid(), signal.SIGUSR1)


def test_nobody_asked(listening):
    stopping.check()


def test_a_stop_is_an_interrupt_at_once(listening):
    with pytest.raises(KeyboardInterrupt):
        ask()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_stop_that_a_callback_swallows_is_one_at_the_next_look(listening):
    ctypes.CFUNCTYPE(None)(ask)()
    with pytest.raises(KeyboardInterrupt):
        stopping.check()


def test_a_signal_that_is_ignored_stays_ignored(listening):
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    stopping.listen(signal.SIGUSR1)
    ask()
    stopping.check()
