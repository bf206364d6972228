"""Fresh VMs, made ahead by one thread, each handed out once."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque

from lua_engine.base.locales import use_neutral_locale
from lua_engine.runtime.heap import keep_large_blocks_apart
from lua_engine.runtime.prelude import Prelude
from lua_engine.runtime.vm import Vm

READY = 6
"""VMs kept ready: about 300 KB each, a third of it parts that are not loaded yet."""

MOST_READY = 48
"""The same after calls that found none ready, for :data:`BUSY_SECONDS`."""

BUSY_SECONDS = 30.0

SMALL = 1024 * 1024
"""Bytes of a call's heap up to which its VM is taken apart between calls: its memory is the maker's, and the
call need not wait for it.
"""

TINY = 64 * 1024
"""The same up to which as many may wait for that as are kept ready, else :data:`READY`."""

_QUIET_SECONDS = 0.002


class VmPool:
    """Hands out VMs that no call has seen, and takes those back that one has.

    The maker works while no call begins: beside one it would share the GIL with it, and both would take
    longer than one after the other. An example, with six ready::

        6 calls              get one each; the maker looks every 2 ms whether it is quiet
        7th call             makes its own; from here on twelve are kept ready
        2 ms without a call  the maker takes the old ones apart and makes twelve
        30 s without a call  it drops six
    """

    def __init__(self, prelude: Prelude, ready: int = READY) -> None:
        use_neutral_locale()
        keep_large_blocks_apart()
        self._prelude = prelude
        self._least = self._wanted = ready
        self._vms: deque[Vm] = deque()  # one thread appends, any takes: neither needs a lock
        self._over: deque[Vm] = deque()  # the same the other way round
        self._orders: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._is_awake = True
        self._begun = 0  # calls; it need not be exact
        self._is_closed = False
        self._maker = threading.Thread(target=self._make_ahead, name="goop-vm-maker", daemon=True)
        self._maker.start()

    def take(self) -> Vm:
        """A fresh VM; made on the spot when none is ready."""
        self._begun += 1
        try:
            vm = self._vms.pop()  # the newest: its memory is still near the processor
        except IndexError:
            self._wanted = max(self._least, min(2 * self._wanted, MOST_READY))
            vm = Vm(self._prelude)
        if not self._is_awake:
            self._wake()
        return vm

    def give_back(self, vm: Vm, size: int) -> None:
        """The call of ``vm`` is over, in which it had ``size`` bytes."""
        kept = self._wanted if size <= TINY else self._least
        if size > SMALL or len(self._over) >= kept or self._is_closed:
            vm.close()
            return
        vm.end()
        self._over.append(vm)
        if not self._is_awake:
            self._wake()

    def close(self) -> None:
        """End the maker and drop what it made."""
        self._is_closed = True
        self._orders.put(None)
        self._maker.join()
        for vms in (self._over, self._vms):
            while vms:
                vms.popleft().close()

    def _wake(self) -> None:
        self._is_awake = True
        self._orders.put(None)

    def _make_ahead(self) -> None:
        begun = self._begun
        while not self._is_closed:
            if self._begun != begun:
                begun = self._begun
                time.sleep(_QUIET_SECONDS)
            elif self._over:
                self._over.popleft().close()
            elif len(self._vms) < self._wanted:
                self._vms.append(Vm(self._prelude, is_ahead=True))
            else:
                self._rest()

    def _rest(self) -> None:
        """Until a call begins or is over; after a time without one only the least are kept."""
        self._is_awake = False
        if self._over or len(self._vms) < self._wanted:  # in this very moment
            self._is_awake = True
            return
        try:
            self._orders.get(timeout=BUSY_SECONDS if self._wanted > self._least else None)
        except queue.Empty:
            self._wanted = self._least
            while len(self._vms) > self._least:
                self._vms.pop().close()
