"""VMs are made ahead, and taken apart behind a call, by one thread."""

from __future__ import annotations

import time

import pytest

from lua_engine.api.catalog import load_functions, load_glue
from lua_engine.runtime.pool import SMALL, VmPool
from lua_engine.runtime.prelude import Prelude, compile_prelude


@pytest.fixture(scope="module")
def prelude() -> Prelude:
    return compile_prelude(load_functions(), load_glue())


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
