"""Threads of linear algebra: one inside a fit, as before afterwards."""

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from outcomes.models.threads import one_thread


def threads():
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


def test_one_thread_inside_and_as_before_afterwards():
    with threadpool_limits(limits=2, user_api="blas"):
        before = threads()
        with one_thread():
            assert set(threads()) == {1}
        assert threads() == before


def test_what_was_set_comes_back_after_an_error():
    with threadpool_limits(limits=2, user_api="blas"):
        before = threads()
        with pytest.raises(ValueError, match="inside"), one_thread():
            raise ValueError("inside")
        assert threads() == before
