"""The stairs of offers against a list of everything that was offered."""

from __future__ import annotations

import numpy as np
import pytest

from hpcsim.cluster.conservative.layout import CLASSES, STAIRS
from hpcsim.cluster.conservative.offers import note, offered_since, withdraw

NUMBER = 3


def empty():
    return np.full((3, CLASSES), -1.0), np.full((2, CLASSES, STAIRS + 1, 2), np.inf)


def truth(noted, length):
    return min((since for since, long in noted if long >= length), default=np.inf)


def offer_at_random(rng, turn, n, highest, offers, stairs):
    noted = []
    for _ in range(n):
        since, length = (float(each) for each in rng.integers(0, highest, 2))
        note(offers, stairs, turn, NUMBER, since, length)
        noted.append((since, length))
    return noted


@pytest.mark.parametrize("seed", range(20))
def test_few_different_offers_are_told_apart_exactly(seed):
    rng = np.random.default_rng(seed)
    offers, stairs = empty()
    noted = offer_at_random(rng, 0, 40, STAIRS, offers, stairs)
    noted += offer_at_random(rng, 1, 40, STAIRS, offers, stairs)
    assert offers[:2, NUMBER].max() == max(length for _, length in noted)
    for length in range(STAIRS + 2):
        assert offered_since(stairs, NUMBER, float(length)) == truth(noted, length)


@pytest.mark.parametrize("seed", range(20))
def test_of_many_offers_none_is_made_less_of_than_it_is(seed):
    rng = np.random.default_rng(seed)
    offers, stairs = empty()
    # Later and longer every time: none makes another one useless.
    noted = [(float(at), float(at)) for at in rng.permutation(5 * STAIRS)]
    for since, length in noted:
        note(offers, stairs, 0, NUMBER, since, length)
    longest = max(length for _, length in noted)
    assert offers[0, NUMBER] == longest
    for length in range(int(longest) + 1):
        assert offered_since(stairs, NUMBER, float(length)) <= truth(noted, length)
    assert offered_since(stairs, NUMBER, longest + 1) == np.inf


def test_an_offer_without_end_is_kept_and_another_class_has_none():
    offers, stairs = empty()
    note(offers, stairs, 0, NUMBER, 5.0, np.inf)
    note(offers, stairs, 0, NUMBER, 7.0, 10.0)
    note(offers, stairs, 0, NUMBER, 3.0, 10.0)
    assert offered_since(stairs, NUMBER, 1e9) == 5.0
    assert offered_since(stairs, NUMBER, 10.0) == 3.0
    assert offered_since(stairs, NUMBER - 1, 0.0) == np.inf


def test_what_is_withdrawn_leaves_the_other_set_alone():
    offers, stairs = empty()
    note(offers, stairs, 0, NUMBER, 5.0, 20.0)
    note(offers, stairs, 1, NUMBER, 8.0, 20.0)
    withdraw(offers, stairs, 0)
    assert offers[0, NUMBER] < 0 < offers[1, NUMBER]
    assert offered_since(stairs, NUMBER, 20.0) == 8.0
    withdraw(offers, stairs, 1)
    assert offered_since(stairs, NUMBER, 0.0) == np.inf
