"""Where Goop2 and PUC Lua differ: the answers that Goop2 gives (measured on gopher-lua 1.1.1), one scenario each."""

from __future__ import annotations

import pytest

from lua_engine import Caller
from lua_engine.testing import ANY, Matching, Scenario, SiteSpec, open_site, run_scenario

LISTS = [
    ("a hole is null", "return { 1, nil, 3 }", [1, None, 3]),
    ("one far value", 'local b = {} b[5] = "X" return { board = b }', {"board": [None, None, None, None, "X"]}),
    ("two far values", 'return { [1] = "a", [4] = "d" }', ["a", None, None, "d"]),
    ("nothing", "return {}", []),
    ("names only", "return { x = 1 }", {"x": 1}),
    ("zero, fractions and booleans are names", "return { [0] = 1, [1.5] = 2, [true] = 3 }", {"0": 1, "1.5": 2, "true": 3}),
    ("up to 1,000 any hole is fine", "return #goop.json.encode({ [1000] = 1 }) > 4000", True),
    ("in goop.json too", "return goop.json.encode({ 1, nil, 3 })", "[1,null,3]"),
    ("in goop.kv too", 'goop.kv.set("a", { 1, nil, 3 }) return goop.kv.get("a")', [1, None, 3]),
    ("#, a hole", 'return #goop.json.decode("[1,null,3]")', 3),
    ("#, a hole at the front", 'return #goop.json.decode("[null,null,3]")', 3),
    ("#, a hole at the end", 'return #goop.json.decode("[1,null]")', 1),
    ("#, in goop.kv", 'goop.kv.set("a", { 1, nil, 3 }) return #goop.kv.get("a")', 3),
]  # fmt: skip


@pytest.mark.parametrize(("name", "lua", "value"), LISTS, ids=[one[0] for one in LISTS])
def test_lists(name: str, lua: str, value: object) -> None:
    result = run_scenario(Scenario(name, lua=lua, value=value))
    assert result.warnings == ()


def test_params_with_holes_keep_their_length() -> None:
    run_scenario(Scenario("#", lua="return #request.params.list", params={"list": [1, None, 3]}, value=3))


LEFT_OUT = [
    ("return { 1, 2, x = 3 }", [1, 2], 'result: left out "x": '),
    (
        'return { board = { "a", name = 1, [0] = 2 } }',
        {"board": ["a"]},
        'result.board: left out "name", [0]: ',
    ),
    ("return goop.json.encode({ 1, x = 2 })", "[1]", 'value: left out "x": '),
    ('goop.kv.set("a", { b = { 1, x = 2 } }) return goop.kv.get("a")', {"b": [1]}, 'value.b: left out "x": '),
    (
        "local t = { 1 } for i = 1, 9 do t['n' .. i] = i end return t",
        [1],
        'result: left out "n1", "n2", "n3", "n4", "n5" and 4 more: ',
    ),
]


@pytest.mark.parametrize(("lua", "value", "warning"), LEFT_OUT)
def test_names_in_a_list_are_left_out_and_the_call_is_warned(lua: str, value: object, warning: str) -> None:
    result = run_scenario(Scenario("mixed", lua=lua, value=value))
    (said,) = result.warnings
    assert said == warning + "a table with list entries is sent as a list, as Goop2 does"


def test_a_list_that_is_too_sparse_is_an_error() -> None:
    error = "cannot convert result.a: a list of 1 values whose largest key is 1001 is too sparse for an array"
    run_scenario(Scenario("sparse", lua="return { a = { [1001] = 1 } }", error=error, kind="conversion"))
    dense = "local t = {} for i = 1, 200 do t[i * 10] = i end return #goop.json.encode(t) > 0"
    run_scenario(Scenario("ten times", lua=dense, value=True))


TEXTS = [
    ("1e15", "1000000000000000"),
    ("1/3", "0.3333333333333333"),
    ("123456789012345678", "123456789012345680"),
    ("1234567.5", "1.2345675e+06"),
    ("123456.7", "123456.7"),
    ("1e300", "1e+300"),
    ("1e20", "1e+20"),
    ("2^53", "9007199254740992"),
    ("2^63", "9.223372036854776e+18"),
    ("-2^63", "-9223372036854775808"),
    ("1e-7", "1e-07"),
    ("0.0001", "0.0001"),
    ("-0.0", "0"),
    ("0.1", "0.1"),
    ("0.1 + 0.2", "0.30000000000000004"),
    ("1e6", "1000000"),
    ("1/0", "+Inf"),
    ("-1/0", "-Inf"),
    ("0/0", "NaN"),
    ("5", "5"),
    ("-2.5", "-2.5"),
]


@pytest.mark.parametrize(("number", "text"), TEXTS)
def test_numbers_as_texts(number: str, text: str) -> None:
    lua = f"local n = {number} return {{ tostring(n), string.format('%s|%5s|%%', n, 'x'), table.concat({{ n, 'x' }}, ',') }}"
    run_scenario(Scenario(number, lua=lua, value=[text, f"{text}|    x|%", f"{text},x"]))
    chat = SiteSpec(commands={"n": f"function handle() return {number} end"})
    run_scenario(Scenario("a reply", chat, chat="!n", value=text))
    run_scenario(
        Scenario(
            "a line of the log", lua=f"goop.log.info({number}) print({number})", logs=[("info", text)] * 2
        )
    )


def test_other_formats_are_c_s_own() -> None:
    lua = 'return string.format("%d %5.2f %g %x %q %i %%s", 5, 1/3, 0.5, 255, "a", 7)'
    run_scenario(Scenario("formats", lua=lua, value='5  0.33 0.5 ff "a" 7 %s'))


PADDED = [
    ('string.format("%5s|%-5s|", "é", "é")', "    é|é    |"),
    ('string.format("%.2s|%4.1s|", "éèà", "éa")', "éè|   é|"),
    ('string.format("%.3s %.0s|%.s|", "日本語日", "é", "é")', "日本語 ||"),
    ('string.format("%-4s%3d%%%5.1f%5s", "é", 5, 1 / 3, 1e15)', "é     5%  0.31000000000000000"),
    ('string.format("%05.1f %5s|", 2, "abc")', "002.0   abc|"),
    ('#string.format("%99s|", ("é"):rep(300))', 601),
    ('#string.format("%.99s", ("é"):rep(300))', 198),
    ('select(2, pcall(string.format, "%100s", "é"))', Matching("too long")),
]


@pytest.mark.parametrize(("lua", "value"), PADDED)
def test_widths_count_characters(lua: str, value: object) -> None:
    run_scenario(Scenario(lua, lua=f"return {lua}", value=value))


def test_json_texts_are_go_s() -> None:
    lua = "return goop.json.encode({ 1/3, 1e-7, 0.00001, 1e21, 1e20, 1234567.5, -1e-9, 5 })"
    text = "[0.3333333333333333,1e-7,0.00001,1e+21,100000000000000000000,1234567.5,-1e-9,5]"
    run_scenario(Scenario("numbers", lua=lua, value=text))
    lua = 'return goop.json.encode({ z = 1, y = { b = 1, a = 2 }, x = 3, ["10"] = 4, ["9"] = 5 })'
    run_scenario(Scenario("order", lua=lua, value='{"10":4,"9":5,"x":3,"y":{"a":2,"b":1},"z":1}'))


ORDERED = "local t = { z = 1, y = 2, x = 3, [3] = 'c', [1] = 'a', [-1] = 'z', [2.5] = 'h', B = 5 }"
KEYS = "-1 1 2.5 3 B x y z"


def test_pairs_and_next_go_by_numbers_and_then_by_bytes() -> None:
    walk = "local keys = {{}} for k in {} do keys[#keys + 1] = tostring(k) end return table.concat(keys, ' ')"
    for how in ("pairs(t)", "next, t"):
        run_scenario(Scenario(how, lua=f"{ORDERED} {walk.format(how)}", value=KEYS))
    run_scenario(Scenario("the first", lua=f"{ORDERED} return next(t)", value=-1))
    run_scenario(
        Scenario(
            "emptiness",
            lua="return { next({}) == nil, next({ a = 1 }), (next({ 5 })) }",
            value=[True, "a", 1],
        )
    )


def test_false_and_true_have_their_place() -> None:
    lua = """
      local t, seen, walked = { [true] = 1, [false] = 2, a = 3, [1.5] = 4 }, {}, {}
      for k in pairs(t) do seen[#seen + 1] = tostring(k) end
      for k in next, { [true] = 1, [false] = 2 } do walked[#walked + 1] = tostring(k) end
      return { table.concat(seen, " "), table.concat(walked, " "), (next({ [true] = 1, [false] = 2 })) }
    """
    run_scenario(Scenario("booleans", lua=lua, value=["1.5 a false true", "false true", False]))


def test_what_cannot_be_a_key_has_the_same_words_each_time() -> None:
    error = "cannot convert result.a[table]: a table cannot be a key"
    run_scenario(Scenario("a table", lua="return { a = { [{}] = 1 } }", error=error, kind="conversion"))
    result = run_scenario(Scenario("beside a list", lua="return { 1, [{}] = 2, [print] = 3 }", value=[1]))
    assert "left out [function], [table]: " in result.warnings[0]


def test_half_a_surrogate_pair_is_marked() -> None:
    lua = r"""return goop.json.decode('["a\\ud800b", {"\\udc00": 1}, "\\ud83d\\ude00"]')"""
    run_scenario(Scenario("halves", lua=lua, value=["a\ufffdb", {"\ufffd": 1}, "\U0001f600"]))


def test_a_traversal_may_assign_to_and_remove_what_is_there() -> None:
    lua = f"""
      local seen = {{}}
      {ORDERED}
      for k, v in pairs(t) do
        t.x = nil
        t[k] = "new"
        seen[#seen + 1] = tostring(k) .. "=" .. tostring(v)
      end
      local left = 0
      for k, v in next, t do left = left + 1 t[k] = nil end
      return {{ table.concat(seen, " "), left, next(t) == nil }}
    """
    run_scenario(Scenario("assign", lua=lua, value=["-1=z 1=a 2.5=h 3=c B=5 y=2 z=1", 7, True]))


def test_a_list_is_walked_in_its_order_whatever_its_history() -> None:
    lua = """
      local function keys(t) local found = {} for k in pairs(t) do found[#found + 1] = k end return table.concat(found, " ") end
      local back = {} for i = 20, 1, -1 do back[i] = i end
      local holes = { 1, 2, 3, 4, 5 } holes[2], holes[4] = nil, nil
      local mixed = { a = 1, b = 2, c = 3, d = 4 } mixed.a, mixed.b = nil, nil
      mixed[2], mixed[1], mixed[-1] = "two", "one", "minus"
      return { keys(back), keys(holes), keys(mixed), keys({ "x", "y" }), keys({}) }
    """
    numbers = " ".join(map(str, range(1, 21)))
    run_scenario(Scenario("lists", lua=lua, value=[numbers, "1 3 5", "-1 1 2 c d", "1 2", ""]))


def test_pairs_of_rows_is_stable_and_metamethods_are_asked() -> None:
    lua = """
      local t = setmetatable({}, { __pairs = function() return function(_, k) if not k then return 1, 2 end end, {}, nil end })
      for k, v in pairs(t) do return { k, v } end
    """
    result = run_scenario(Scenario("__pairs", lua=lua, value=[1, 2]))
    assert [note.id for note in result.notes] == ["pairs-metamethod"]


CASES = [
    ("äöü İI ß ŉ ǆ ᾳ Σ", "ÄÖÜ İI ß ŉ Ǆ ᾼ Σ", "äöü ii ß ŉ ǆ ᾳ σ"),
    ("ÄÖÜ ẞ ΑΣ", "ÄÖÜ ẞ ΑΣ", "äöü ß ας".replace("ς", "σ")),
    ("INFO straße", "INFO STRAßE", "info straße"),
    ("日本 ASCII only", "日本 ASCII ONLY", "日本 ascii only"),
]


@pytest.mark.parametrize(("text", "up", "down"), CASES)
def test_upper_and_lower_go_letter_by_letter_in_unicode(text: str, up: str, down: str) -> None:
    lua = "local s = request.params.s return { s:upper(), string.lower(s) }"
    run_scenario(Scenario(text, lua=lua, params={"s": text}, value=[up, down]))


def test_bytes_that_are_no_text_keep_all_but_ascii() -> None:
    lua = 'local s = ("\\200a\\255"):upper() return { s:byte(1, -1) }'
    run_scenario(Scenario("bytes", lua=lua, value=[200, 65, 255]))


TAKEN_AS_TEXTS = [
    ("kv", 'goop.kv.set(5, "x") return goop.kv.get("5")', "x"),
    ("kv, a long number", 'goop.kv.set(1e15, "x") return goop.kv.get("1000000000000000")', "x"),
    ("chat", 'local r = goop.chat.create(7) goop.chat.send(r.id, 42) return { r.name, goop.chat.state(r.id).messages[1].text }', ["7", "42"]),
    ("group", "local g = goop.group.create(1, 'files') goop.group.add(g, 2) return goop.group.members(g)[2].peer_id", "2"),
    ("json", "return goop.json.decode(5)", 5),
]  # fmt: skip


@pytest.mark.parametrize(("name", "lua", "value"), TAKEN_AS_TEXTS, ids=[one[0] for one in TAKEN_AS_TEXTS])
def test_a_number_is_taken_for_a_text(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, lua=lua, value=value))


SETTINGS = SiteSpec(
    schemas={"settings": {"system_key": True, "columns": [{"name": "key", "type": "text"}, {"name": "value", "type": "text"}]}},
    manifest={"name": "S", "schemas": ["settings"]},
)  # fmt: skip


def test_settings_may_be_called_by_numbers() -> None:
    lua = 'local cfg = goop.config("settings") cfg:set(5, "x") cfg:save({ [6] = 1/3 }) return { cfg["5"], cfg[6] }'
    run_scenario(Scenario("config", SETTINGS, lua=lua, value=["x", "0.3333333333333333"]))


def test_group_functions_answer_true() -> None:
    lua = """
      local g = goop.group.create("A", "files")
      return { goop.group.add(g, "p"), goop.group.set_role(g, "p", "r"), goop.group.send(g, "hi"),
        goop.group.remove(g, "p"), goop.group.close(g), #goop.group.members(g), #goop.group.members("nope") }
    """
    run_scenario(Scenario("true", lua=lua, value=[True] * 5 + [0, 0]))


def test_the_owner_counts_among_the_members() -> None:
    lua = 'local g = goop.group.create("A", "files", "", 2) goop.group.add(g, "p") return { pcall(goop.group.add, g, "q") }'
    run_scenario(Scenario("2 members", lua=lua, value=[False, Matching("group is full")]))


def test_rooms_list_their_members_and_a_caller_is_called_by_their_label() -> None:
    lua = """
      local room = goop.chat.create("Lobby")
      goop.group.add(room.id, goop.peer.id)
      goop.chat.send(room.id, "hi")
      local state = goop.chat.state(room.id)
      return { state.messages[1].from_name, state.members[2].name, goop.chat.rooms()[1].members[2].name }
    """
    zoe = Caller("12D3KooWzoe", "Zoe")
    run_scenario(Scenario("label", lua=lua, caller=zoe, value=["Zoe"] * 3))


def test_commands_behave_as_their_names() -> None:
    site = SiteSpec(commands={name: f"--- {name}\nfunction handle() end" for name in ("b", "a", "help")})
    lua = """
      local list = goop.commands()
      table.sort(list, function(x, y) return x > y end)
      local sorted = table.concat(list, ",")
      table.sort(list)
      goop.kv.set(list[1], 1)
      goop.log.info(list[3])
      return { sorted, table.concat(list, ","), list[3]:upper(), string.upper(list[3]), #list[3], list[1] < list[2],
        list[3]:sub(1, 2), "!" .. list[1] .. "?", list[3].description, goop.kv.get("a"),
        string.format("%s %q %5s", list[1], list[1], list[1]) }
    """
    value = ["help,b,a", "a,b,help", "HELP", "HELP", 4, True, "he", "!a?", "help", 1, 'a "a"     a']
    run_scenario(Scenario("names", site, lua=lua, value=value, logs=[("info", "help")]))


ROUTES = [
    ("a metatable answers nothing", {"action": "__index"}, "unknown action: __index"),
    ("nor its keys", {"action": "inherited"}, "unknown action: inherited"),
    ("a number", {"action": 1}, "action parameter required"),
    ("a boolean", {"action": True}, "action parameter required"),
    ("a table", {"action": {"a": 1}}, "action parameter required"),
    ("empty", {"action": ""}, "action parameter required"),
]


@pytest.mark.parametrize(("name", "params", "error"), ROUTES, ids=[one[0] for one in ROUTES])
def test_route_reads_raw(name: str, params: dict[str, object], error: str) -> None:
    lua = """
      local handlers = setmetatable({ [1] = print, [true] = print }, { __index = { inherited = function() return "!" end } })
      return goop.route(handlers)(request)
    """
    run_scenario(Scenario(name, lua=lua, params=params, error=error))


def test_route_reads_raw_params_too() -> None:
    for request in (
        "setmetatable({}, { __index = { params = { action = 'a' } } })",
        "{ params = setmetatable({}, { __index = { action = 'a' } }) }",
    ):
        lua = f"return goop.route({{ a = function() return 1 end }})({request})"
        run_scenario(Scenario(request, lua=lua, error=Matching("missing|required")))


def test_a_reply_may_be_a_boolean() -> None:
    site = SiteSpec(
        commands={"yes": "function handle() return true end", "no": "function handle() return false end"}
    )
    run_scenario(Scenario("true", site, chat="!yes", value="true"))
    run_scenario(Scenario("false", site, chat="!no", value="false"))


OF_5_1 = [
    (
        "collectgarbage",
        "return { collectgarbage(), collectgarbage('collect'), collectgarbage('step'), collectgarbage('generational') }",
        [0, 0, 0, 0],
    ),
    ("log10", "return math.log10(1000)", 3),
    ("gfind", 'local n = 0 for w in ("a b c"):gfind("%a") do n = n + 1 end return n', 3),
    ("%F", 'return os.date("!%F %H", 0)', "1970-01-01 00"),
    ("%P %Z %z", 'return os.date("!%P %p %Z %z", 50000)', "pm PM UTC +0000"),
    (
        "insert behind the end",
        'local t = { 1 } table.insert(t, 4, "x") return { t[4], table.insert(t, 9, 1) == nil }',
        ["x", True],
    ),
    ("remove behind the end", "local t = { 1, 2 } return { table.remove(t, 7) == nil, #t }", [True, 2]),
    ("concat of as many as there are", 'return table.concat({ 1, 2, 3 }, ",", 2, 9)', "2,3"),
    ("concat of none", 'return table.concat({}, ",", 1, 5)', ""),
]


@pytest.mark.parametrize(("name", "lua", "value"), OF_5_1, ids=[one[0] for one in OF_5_1])
def test_what_lua_5_1_has(name: str, lua: str, value: object) -> None:
    result = run_scenario(Scenario(name, lua=lua, value=value))
    assert result.notes == ()


def test_errors_of_our_own_code_have_the_scripts_place() -> None:
    error = "scenario.lua:2: attempt to compare string with number"
    run_scenario(Scenario("sort", lua='table.sort({ 1, "a", 2 })', error=error))
    run_scenario(
        Scenario(
            "pcall", lua='return select(2, pcall(table.sort, { 1, "a" }))', value=Matching(r"^[^?]*compare")
        )
    )
    lua = 'return select(2, coroutine.resume(coroutine.create(function() table.sort({ 1, "a" }) end)))'
    run_scenario(Scenario("resume", lua=lua, value=error))


def test_an_error_in_the_scripts_own_comparison_has_its_place_once() -> None:
    error = "scenario.lua:2: attempt to index local 'a' (a number value)"
    sort = "table.sort({ 3, 1, 2 }, function(a, b) return a.n < b.n end)"
    run_scenario(Scenario("sort", lua=sort, error=error))
    run_scenario(Scenario("pcall", lua=f"return select(2, pcall(function() {sort} end))", value=error))


NOTED = [
    ("coroutine", 'return coroutine.wrap(function() return 1 end)()', "Works here, not on Goop2: `coroutine.wrap`, line 2"),
    ("load-text", 'return load("return 1")()', "Works here, not on Goop2: `load` of a text, line 2"),
    ("table-unpack", "return table.unpack({ 1 })", "Works here, not on Goop2: `table.unpack`, line 2"),
    ("rawlen", "return rawlen({ 1 })", "Works here, not on Goop2: `rawlen`, line 2"),
    ("difftime", "return os.difftime(2, 1)", "Works here, not on Goop2: `os.difftime`, line 2"),
    ("rep-separator", 'return #("a"):rep(1, ",")', "Works here, not on Goop2: `string.rep` with a separator, line 2"),
    ("xpcall-arguments", "return select(2, xpcall(function(a) return a end, print, 1))", "Works here, not on Goop2: `xpcall` with arguments, line 2"),
    ("tonumber-exponent", 'return tonumber("1e0")', 'Goop2 does otherwise: `tonumber("1e0")`, line 2'),
    ("tonumber-exponent", 'return tonumber("0x1p0")', 'Goop2 does otherwise: `tonumber("0x1p0")`, line 2'),
    ("date-format", 'return tonumber(os.date("!%j", 0))', "Goop2 does otherwise: `os.date` with `%j`, line 2"),
    ("memory-count", 'return collectgarbage("count") > 0 and 1', 'Works here, not on Goop2: `collectgarbage("count")`, line 2'),
    ("log-base", "return math.log(2, 2)", "Goop2 does otherwise: `math.log` with a base, line 2"),
    ("log-pieces", 'goop.log.info("a", 1) return 1', "Goop2 does otherwise: `goop.log` with more than one text, line 2"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "lua", "note"), NOTED, ids=[one[0] for one in NOTED])
def test_what_a_call_meets_is_noted(name: str, lua: str, note: str) -> None:
    result = run_scenario(Scenario(name, lua=lua, value=1))
    assert [(one.id, str(one)) for one in result.notes] == [(name, note)]
    assert result.notes[0].instead


@pytest.mark.parametrize("text", ["99999999999999999999", "0xffffffffffffffff1", "0x.8", "1E5"])
def test_a_text_that_goop2_does_not_take_for_a_number_is_noted(text: str) -> None:
    result = run_scenario(Scenario(text, lua=f"return tonumber('{text}') > 0", value=True))
    assert [note.id for note in result.notes] == ["tonumber-exponent"]


@pytest.mark.parametrize(
    "text", ["0xe", "0x1e3", "1.5e3", "12345678901234567890.5", "9007199254740993", "zebra", "-5"]
)
def test_a_text_that_goop2_reads_alike_is_not_noted(text: str) -> None:
    assert run_scenario(Scenario(text, lua=f"tonumber('{text}') return 1", value=1)).notes == ()


def test_loadstring_and_a_function_for_load_are_fine() -> None:
    lua = 'local f = loadstring("return 1") local p = 0 load(function() p = p + 1 return ({ "return ", "1" })[p] end) return f()'
    assert run_scenario(Scenario("load", lua=lua, value=1)).notes == ()


def test_whole_numbers_that_a_lua_number_cannot_hold_are_warned_of() -> None:
    big = 2**53 + 1
    said = f"is {big}, which no Lua number holds: the script sees {2**53}"
    result = run_scenario(
        Scenario("params", lua="return request.params.a[1].n", params={"a": [{"n": big}]}, value=2**53)
    )
    assert result.warnings == (f"params.a[1].n {said}",)
    result = run_scenario(Scenario("json", lua=f"return goop.json.decode('[{big}]')[1]", value=2**53))
    assert result.warnings == (f"goop.json.decode[1] {said}",)
    result = run_scenario(Scenario("even", lua="return 1", params={"n": 2**60}, value=ANY))
    assert result.warnings == ()


def test_the_same_data_is_the_same_text_in_every_call() -> None:
    body = 'local t = {} for i = 1, 40 do t["k" .. i * 7 % 41] = i end local s = {} for k, v in pairs(t) do s[#s + 1] = k end return table.concat(s)'
    with open_site(SiteSpec(functions={"f": f"function call() {body} end"})) as engine:
        assert len({engine.calls.call("f", caller=engine.owner).value for _ in range(8)}) == 1


WALKS = {
    "tables by what they hold": (
        "for i = 1, 20 do t[{ id = i * 7 % 20 + 10 }] = true end",
        "k.id",
        list(range(10, 30)),
    ),
    "tables that are alike by what they stand for": (
        "for i = 1, 20 do t[{}] = i end",
        "v",
        list(range(1, 21)),
    ),
    "functions by what they close over": (
        "for i = 10, 29 do t[function() return i end] = true end",
        "k()",
        list(range(10, 30)),
    ),
    "functions by their lines": (
        "local function z() return 1 end\nlocal function y() return 2 end\nlocal function x() return 3 end\n"
        "t[x], t[y], t[z] = true, true, true",
        "k()",
        [1, 2, 3],
    ),
    "tables that know one another": (
        "for i = 1, 20 do t[{ all = t, id = i + 10 }] = t end",
        "k.id",
        list(range(11, 31)),
    ),
}


@pytest.mark.parametrize("walk", WALKS)
def test_tables_and_functions_as_keys_have_an_order(walk: str) -> None:
    """By chance it would be this one in one of many calls: their places in memory are others in each."""
    filled, shown, order = WALKS[walk]
    by_pairs = f"local t, s = {{}}, {{}} {filled} for k, v in pairs(t) do s[#s + 1] = {shown} end return s"
    by_next = (
        f"local t, s = {{}}, {{}} {filled} local k, v = next(t) "
        f"while k ~= nil do s[#s + 1] = {shown} k, v = next(t, k) end return s"
    )
    for lua in (by_pairs, by_next, by_pairs):
        run_scenario(Scenario(walk, lua=lua, value=order))


def test_a_key_keeps_its_place_however_it_changes() -> None:
    lua = """local t, s = {}, {}
      for i = 1, 9 do t[{ id = i }] = true end
      for k in next, t do
        s[#s + 1] = k.id
        k.id = -k.id
        for _ in next, t do end
      end
      t[{ id = -20 }] = true
      for k in pairs(t) do s[#s + 1] = k.id end
      return s"""
    run_scenario(Scenario("kept", lua=lua, value=[*range(1, 10), *range(-1, -10, -1), -20]))
