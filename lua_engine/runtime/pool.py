"""Fresh VMs, made ahead by one thread, each handed out once."""

from __future__ import annotations

import queue
import threading
from collections import deque

from lua_engine.base.locales import use_neutral_locale
from lua_engine.runtime.prelude import Prelude
from lua_engine.runtime.vm import Vm

READY = 6
"""VMs kept ready: about 260 KB each, half of it parts that are not loaded yet; 0.15 ms to make, most of it
without the GIL.
"""


SMALL = 1024 * 1024
"""Bytes of a call's heap up to which its VM is taken apart by the thread that makes VMs: its memory is that
thread's, and the call need not wait for it.
"""


class VmPool:
    """Hands out VMs that no call has seen, and takes those back that one has."""

    def __init__(self, prelude: Prelude, ready: int = READY) -> None:
        use_neutral_locale()
        self._prelude = prelude
        self._ready = ready
        self._vms: deque[Vm] = deque()  # one thread appends, any takes: neither needs a lock
        self._over: deque[Vm] = deque()  # the same the other way round
        self._orders: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._is_closed = False
        self._maker = threading.Thread(target=self._make_ahead, name="goop-vm-maker", daemon=True)
        self._maker.start()

    def take(self) -> Vm:
        """A fresh VM; made on the spot when none is ready."""
        self._orders.put(None)
        try:
            return self._vms.popleft()
        except IndexError:
            return Vm(self._prelude)

    def give_back(self, vm: Vm, size: int) -> None:
        """The call of ``vm`` is over, in which it had ``size`` bytes."""
        if size > SMALL or len(self._over) >= self._ready or self._is_closed:
            vm.close()
            return
        vm.end()
        self._over.append(vm)
        self._orders.put(None)

    def close(self) -> None:
        """End the maker and drop what it made."""
        self._is_closed = True
        self._orders.put(None)
        self._maker.join()
        for vms in (self._over, self._vms):
            while vms:
                vms.popleft().close()

    def _make_ahead(self) -> None:
        while not self._is_closed:
            if self._over:
                self._over.popleft().close()
            elif len(self._vms) < self._ready:
                self._vms.append(Vm(self._prelude))
            else:
                self._orders.get()
