"""Waiting for something to become true."""

import pytest

from lotkeeper.verification.staging.waiting import StagingError, wait_for


def test_the_first_true_value_is_returned():
    values = iter([None, 0, "", 7, 8])
    assert wait_for("a number", lambda: next(values)) == 7


def test_a_condition_that_is_never_true_is_an_error_that_names_it():
    with pytest.raises(StagingError, match="not within 0 s: the impossible"):
        wait_for("the impossible", lambda: False, 0)
