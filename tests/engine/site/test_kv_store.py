from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine.api import kv as api
from lua_engine.api.binding import Host
from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled
from lua_engine.site.kv import MAX_BYTES, KvError, KvStore


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    (tmp_path / "lua").mkdir()
    return tmp_path / "lua" / ".state"


@pytest.fixture
def store(state_dir: Path) -> KvStore:
    return KvStore(state_dir)


def on_disk(state_dir: Path, script: str = "s") -> Any:
    return json.loads((state_dir / f"{script}.json").read_text())


def test_it_keeps_values_in_goop2s_place_and_shape(store: KvStore, state_dir: Path) -> None:
    assert store.get("s", "a") is None
    assert not state_dir.exists()
    store.set("s", "a", "é\0\n")
    store.set("s", "b\0/..", {"list": [1, 2.5, None, True], "x": {}})
    assert on_disk(state_dir) == {"a": "é\0\n", "b\0/..": {"list": [1, 2.5, None, True], "x": {}}}
    assert KvStore(state_dir).get("s", "b\0/..") == {"list": [1, 2.5, None, True], "x": {}}
    assert os.listdir(state_dir) == ["s.json"]
    assert store.get("other", "a") is None


def test_delete_and_nil(store: KvStore, state_dir: Path) -> None:
    store.delete("s", "nothing")
    assert not state_dir.exists()
    store.set("s", "a", 1)
    store.set("s", "b", 2)
    store.delete("s", "a")
    store.set("s", "b", None)
    assert on_disk(state_dir) == {}


def test_a_value_is_a_copy(store: KvStore) -> None:
    store.set("s", "a", [1])
    store.get("s", "a").append(2)
    assert store.get("s", "a") == [1]


def test_key_limits(store: KvStore, state_dir: Path) -> None:
    state_dir.mkdir(parents=True)
    (state_dir / "s.json").write_text(json.dumps({f"k{number}": 1 for number in range(999)}))
    store.set("s", "k999", 1)
    with pytest.raises(KvError, match="kv: a script may have 1000 keys, and s has them all"):
        store.set("s", "k1000", 1)
    store.set("s", "k999", 2)  # one that is there may still change
    store.delete("s", "k0")
    store.set("s", "k1000", 1)
    assert len(on_disk(state_dir)) == 1000


@pytest.mark.parametrize("letter", ["x", "é", "\\", "\U0001f600"])
def test_byte_limits_are_those_of_the_file(store: KvStore, state_dir: Path, letter: str) -> None:
    store.set("s", "first", [1, "two"])
    used = (state_dir / "s.json").stat().st_size
    each = len(json.dumps(letter, ensure_ascii=False).encode()) - 2
    room = MAX_BYTES - used - len(',"k":""')
    text = letter * (room // each) + "x" * (room % each)
    for size, fits in ((-1, True), (0, True), (1, False)):
        value = text[:-1] if size < 0 else text + "x" * size
        if fits:
            store.set("s", "k", value)
            assert (state_dir / "s.json").stat().st_size <= MAX_BYTES
        else:
            with pytest.raises(KvError, match="kv: a script may keep 65536 bytes in all"):
                store.set("s", "k", value)
    assert (state_dir / "s.json").stat().st_size == MAX_BYTES
    assert KvStore(state_dir).get("s", "k") == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("x" * MAX_BYTES, "the value alone is larger"),
        ([["y"] * 40_000] * 40_000, "the value alone is larger"),
        ({"a": b"\xff"}, "holds a string that is not UTF-8 text"),
        (float("nan"), "cannot be kept"),
    ],
)
def test_what_cannot_be_kept_is_said(store: KvStore, state_dir: Path, value: Any, expected: str) -> None:
    with pytest.raises(KvError, match=expected):
        store.set("s", "k", value)
    assert not state_dir.exists()


def test_deep_values_are_refused(store: KvStore) -> None:
    deep: list[Any] = []
    for _ in range(200):
        deep = [deep]
    with pytest.raises(KvError, match="nested more than 100 levels deep"):
        store.set("s", "k", deep)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "",
        '{"a": NaN}',
        '{"a": 1e999}',
        b"\xff",
        "[" * 100_000,
        '{"a": "' + "x" * 2**20 + '"}',
        '{"a": ' + "[" * 500 + "]" * 500 + "}",
    ],
)
def test_a_damaged_file_is_named_and_left_alone(store: KvStore, state_dir: Path, text: str | bytes) -> None:
    path = state_dir / "s.json"
    path.parent.mkdir(parents=True)
    data = text if isinstance(text, bytes) else text.encode()
    path.write_bytes(data)
    for attempt in (
        lambda: store.get("s", "a"),
        lambda: store.set("s", "a", 1),
        lambda: store.delete("s", "a"),
    ):
        with pytest.raises(KvError, match=r"kv: .*"):
            attempt()
    assert path.read_bytes() == data
    store.set("other", "a", 1)


def test_what_others_write_is_seen(store: KvStore, state_dir: Path) -> None:
    store.set("s", "a", 1)
    (state_dir / "s.json").write_text('\ufeff{\n  "a": 2,\n  "b": "\\u00e9"\n}\n')
    assert (store.get("s", "a"), store.get("s", "b")) == (2, "é")
    store.set("s", "c", 3)
    assert on_disk(state_dir) == {"a": 2, "b": "é", "c": 3}
    (state_dir / "s.json").unlink()
    assert store.get("s", "a") is None


def test_a_file_that_is_too_large_can_be_read_and_emptied(store: KvStore, state_dir: Path) -> None:
    state_dir.mkdir(parents=True)
    (state_dir / "s.json").write_text(json.dumps({"big": "x" * 70_000, "big2": "y" * 70_000}, indent=4))
    assert store.get("s", "big") == "x" * 70_000
    with pytest.raises(KvError, match="s would have 1400"):
        store.set("s", "k", 1)
    store.delete("s", "big")
    store.delete("s", "big2")
    store.set("s", "k", 1)


def test_calls_at_once_lose_nothing(store: KvStore, state_dir: Path) -> None:
    def work(number: int) -> None:
        for index in range(20):
            store.set("s", f"{number}-{index}", index)
            store.set(f"own-{number}", "k", index)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(on_disk(state_dir)) == 160
    assert [on_disk(state_dir, f"own-{number}") for number in range(8)] == [{"k": 19}] * 8


def test_a_call_waits_no_longer_than_it_may(store: KvStore) -> None:
    over = Deadline(60)
    over.revoke()
    with store._held("s", None), pytest.raises(CallKilled):
        store.get("s", "k", over)


@pytest.mark.parametrize("name", ["", "..", "a/b", "a.b", "a\n"])
def test_a_script_name_cannot_leave_the_folder(store: KvStore, name: str) -> None:
    with pytest.raises(KvError, match="is not a script name"):
        store.set(name, "k", 1)


def test_a_write_that_fails_changes_nothing(
    store: KvStore, state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.set("s", "a", 1)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(KvError, match="No space left on device"):
            store.set("s", "b", 1)
    assert on_disk(state_dir) == {"a": 1}
    assert store.get("s", "b") is None


json_values = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner | st.none(), max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.lists(st.tuples(st.text(max_size=3), st.none() | json_values), max_size=12))
def test_it_is_a_dictionary_on_disk(
    tmp_path_factory: pytest.TempPathFactory, plan: list[tuple[str, Any]]
) -> None:
    state_dir = tmp_path_factory.mktemp("kv")
    store, model = KvStore(state_dir), dict[str, Any]()
    for key, value in plan:
        store.set("s", key, value)
        model.pop(key, None) if value is None else model.update({key: value})
        assert store.get("s", key) == value
    assert {key: KvStore(state_dir).get("s", key) for key in model} == model
    if (state_dir / "s.json").exists():
        assert on_disk(state_dir) == model
        assert store._load("s").size + 2 + max(0, len(model) - 1) == (state_dir / "s.json").stat().st_size


def make_host(store: KvStore, enabled: bool = True) -> Host:
    services = SimpleNamespace(kv=store, settings=lambda: SimpleNamespace(kv_enabled=enabled))
    run = SimpleNamespace(script="s", deadline=Deadline(60), effect=lambda *_args, **_more: None)
    return Host(run, services)  # type: ignore[arg-type]  # all that kv looks at


def test_the_host_functions_answer_error_values(store: KvStore) -> None:
    host = make_host(store)
    assert api.set_value(host, "a", {"x": 1}) is None
    assert api.get(host, "a") == {"x": 1}
    assert api.get(host, "b") is None
    assert api.delete(host, "a") is None
    assert api.get(host, "a") is None
    assert (
        api.set_value(host, "a", "x" * MAX_BYTES)
        == "kv: a script may keep 65536 bytes in all, and the value alone is larger"
    )


def test_the_host_functions_when_kv_is_disabled(store: KvStore, state_dir: Path) -> None:
    host = make_host(store, enabled=False)
    assert api.get(host, "a") == (None, "kv is disabled")
    assert api.set_value(host, "a", 1) == "kv is disabled"
    assert api.delete(host, "a") == "kv is disabled"
    assert not state_dir.exists()


def test_neither_the_folder_nor_the_file_may_become_a_link(
    store: KvStore, state_dir: Path, tmp_path: Path
) -> None:
    store.set("s", "a", 1)
    other = tmp_path / "other"
    other.mkdir()
    (other / "s.json").write_text('{"a": 2}')
    kept = state_dir / "s.json"
    kept.rename(state_dir / "kept")
    kept.symlink_to(other / "s.json")
    with pytest.raises(KvError, match=r"s\.json is a symbolic link"):
        store.get("s", "a")
    kept.unlink()
    (state_dir / "kept").rename(kept)
    assert store.get("s", "a") == 1
    state_dir.rename(tmp_path / "away")
    state_dir.symlink_to(other)
    with pytest.raises(KvError, match=r"\.state is a symbolic link"):
        store.get("s", "a")
