"""VMs are made ahead, and taken apart behind a call, by one thread."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from lua_engine.api.catalog import load_functions, load_glue
from lua_engine.runtime import pool as pool_module
from lua_engine.runtime.pool import MOST_READY, READY, SMALL, VmPool
from lua_engine.runtime.prelude import Prelude, compile_prelude


@pytest.fixture(scope="module")
def prelude() -> Prelude:
    return compile_prelude(load_functions(), load_glue())


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not condition() and time.monotonic() < until:
        time.sleep(0.001)
    assert condition()


def test_more_are_kept_after_calls_that_found_none_and_fewer_again_later(
    prelude: Prelude, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "BUSY_SECONDS", 0.2)
    pool = VmPool(prelude)
    try:
        wait_for(lambda: len(pool._vms) == READY)
        taken = [pool.take() for _ in range(READY + 1)]
        assert len(set(taken)) == READY + 1, "the last one was made on the spot"
        wait_for(lambda: len(pool._vms) > READY)
        wait_for(lambda: len(pool._vms) == READY)
        for vm in taken:
            pool.give_back(vm, 0)
        wait_for(lambda: all(vm._runtime is None for vm in taken))
    finally:
        pool.close()


def test_however_many_calls_come_the_number_kept_is_bounded(prelude: Prelude) -> None:
    pool = VmPool(prelude)
    try:
        most = 0
        for _ in range(6 * MOST_READY):
            pool.give_back(pool.take(), 0)
            most = max(most, len(pool._over), len(pool._vms))
        assert most <= MOST_READY
    finally:
        pool.close()


def test_a_vm_that_is_over_is_taken_apart(prelude: Prelude) -> None:
    pool = VmPool(prelude, ready=2)
    try:
        seen = []
        for _ in range(20):
            vm = pool.take()
            assert vm not in seen, "no call gets the VM of another"
            seen.append(vm)
            pool.give_back(vm, 0)
        until = time.monotonic() + 30
        while any(vm._runtime is not None for vm in seen) and time.monotonic() < until:
            time.sleep(0.001)
        assert all(vm._runtime is None for vm in seen)
    finally:
        pool.close()


def test_a_large_one_is_taken_apart_at_once_and_each_one_when_the_pool_is_closed(prelude: Prelude) -> None:
    pool = VmPool(prelude, ready=2)
    large, late = pool.take(), pool.take()
    pool.give_back(large, SMALL + 1)
    assert large._runtime is None
    pool.close()
    pool.give_back(late, 0)
    assert late._runtime is None
