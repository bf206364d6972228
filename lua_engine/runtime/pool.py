"""Fresh VMs, made ahead by one thread, each handed out once."""

from __future__ import annotations

import threading
from collections import deque

from lua_engine.base.locales import use_neutral_locale
from lua_engine.runtime.prelude import Prelude
from lua_engine.runtime.vm import Vm

READY = 6
"""VMs kept ready: about 120 KB each, 0.35 ms to make."""


class VmPool:
    """Hands out VMs that no call has seen."""

    def __init__(self, prelude: Prelude, ready: int = READY) -> None:
        use_neutral_locale()
        self._prelude = prelude
        self._ready = ready
        self._vms: deque[Vm] = deque()
        self._changed = threading.Condition()
        self._is_closed = False
        self._maker = threading.Thread(target=self._make_ahead, name="goop-vm-maker", daemon=True)
        self._maker.start()

    def take(self) -> Vm:
        """A fresh VM; made on the spot when none is ready."""
        with self._changed:
            vm = self._vms.popleft() if self._vms else None
            self._changed.notify()
        return vm or Vm(self._prelude)

    def close(self) -> None:
        """End the maker and drop what it made."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        self._maker.join()
        while self._vms:
            self._vms.popleft().close()

    def _make_ahead(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_closed or len(self._vms) < self._ready)
                if self._is_closed:
                    return
            vm = Vm(self._prelude)
            with self._changed:
                self._vms.append(vm)
