"""Scripts of odd shapes, for what a debugger may get wrong: each always answers (or fails) the same."""

from __future__ import annotations

BODIES = {
    "a tail call": """
  local function g(n) return n + 1 end
  local function f(n) return g(n * 2) end
  return f(3)""",
    "tail calls in a circle": """
  local even, odd
  function even(n) if n == 0 then return true end return odd(n - 1) end
  function odd(n)
    if n == 0 then return false end
    return even(n - 1)
  end
  return even(21)""",
    "a tail call that fails": """
  local function g(t) return t.a.b end
  local function f(t)
    return g(t)
  end
  return f({})""",
    "coroutines in pcall": """
  local out = {}
  local ok, e = pcall(function()
    local co = coroutine.wrap(function(a)
      for i = 1, 3 do
        a = coroutine.yield(a + i)
      end
      error("over " .. tostring(a))
    end)
    for i = 1, 5 do
      out[#out + 1] = co(i)
    end
  end)
  return { out, ok, e }""",
    "a pcall that is yielded through": """
  local co = coroutine.create(function()
    local ok, e = pcall(function()
      local x = coroutine.yield(1)
      error({ got = x })
    end)
    coroutine.yield(ok and 0 or e.got)
    return "end"
  end)
  local list = {}
  for i = 1, 4 do
    local ok, v = coroutine.resume(co, i * 10)
    list[i] = tostring(ok) .. tostring(v)
  end
  return list""",
    "goto as continue": """
  local n = 0
  for i = 1, 5 do
    if i % 2 == 0 then goto continue end
    n = n + i
    ::continue::
  end
  return n""",
    "goto backwards": """
  local n = 0
  ::again::
  n = n + 1
  local f = function() return n end
  if f() < 4 then goto again end
  return n""",
    "repeat with a local of its end": """
  local n = 0
  repeat
    local done = n >= 2
    n = n + 1
    local get = function() return done end
  until get()
  return n""",
    "while with a break inside": """
  local i, seen = 0, {}
  while true do
    i = i + 1
    if i == 2 then seen[#seen + 1] = "two"
    elseif i > 3 then break
    else seen[#seen + 1] = i end
  end
  return seen""",
    "closures of a loop": """
  local list = {}
  for i = 1, 3 do
    local j = i * 2
    list[i] = { get = function() return i + j end, set = function(v) j = v end }
  end
  list[2].set(10)
  return { list[1].get(), list[2].get(), list[3].get() }""",
    "closures that share": """
  local n = 1
  local function up() n = n + 1 return n end
  local function twice() up() return up() end
  local a = twice()
  n = n * 10
  return { a, up(), n }""",
    "varargs": """
  local function f(...)
    local a, b = ...
    local n = select("#", ...)
    local t = { ..., n }
    return n, a, b, #t, ...
  end
  local function none(...) return (...) end
  return { f(1, nil, 3), none() == nil, (f("x", "y")) }""",
    "several assigned at once": """
  local a, b, c = 1, 2
  a, b = b, a
  local t = { 1, 2 }
  local i = 1
  i, t[i] = i + 1, 20
  a, b, c = (function() return 7, 8, 9 end)()
  return { a, b, c, i, t[1], t[2] }""",
    "many statements on a line": """
  local a = 1 local b = 2 a, b = b, a if a > b then a = a + b else b = b - a end for i = 1, 3 do a = a + i end local f = function(x) return x * 2 end b = f(a) return { a, b }""",  # noqa: E501
    "functions on one line": """
  local f, g = function(a) return a + 1 end, function(b) local c = b * 2 return c end
  local h = function() for i = 1, 2 do f(i) end return g(f(1)) end return h()""",
    "route": """
  local dispatch = goop.route({
    one = function(p) local n = p.n or 4 return { n = n } end,
    two = function() error("no two") end,
  })
  local a = dispatch({ params = { action = "one" } })
  local ok, e = pcall(dispatch, { params = { action = "two" } })
  return { a, ok, e, (dispatch({ params = { action = "three" } })) }""",
    "a comparator that fails": """
  local t = { 3, 1, 2, "x" }
  local ok, e = pcall(table.sort, t, function(a, b)
    local less = a < b
    return less
  end)
  return { ok, e }""",
    "a comparator that lies": """
  local n = 0
  local t = {}
  for i = 1, 12 do t[i] = (i * 7) % 12 end
  local ok = pcall(table.sort, t, function(a, b)
    n = n + 1
    return true
  end)
  return { #t }""",
    "gsub callbacks": """
  local seen = {}
  local text, n = ("one two three"):gsub("%w+", function(w)
    seen[#seen + 1] = w
    if w == "two" then return nil end
    return w:upper():gsub("E", function() return "3" end)
  end)
  local t = ("$a $b"):gsub("%$(%w)", setmetatable({ a = 1 }, { __index = function(_, k)
    return k .. k
  end }))
  return { text, n, seen, t }""",
    "a gsub callback that fails": """
  return (("abc"):gsub(".", function(c)
    if c == "b" then
      error("no b here")
    end
    return c
  end))""",
    "metamethods in a chain": """
  local log = {}
  local base = setmetatable({}, { __index = function(_, k) log[#log + 1] = k return "base " .. k end })
  local mid = setmetatable({}, { __index = base, __newindex = function(t, k, v)
    log[#log + 1] = "set " .. k
    rawset(t, k, v)
  end })
  local t = setmetatable({}, {
    __index = mid, __newindex = mid, __call = function(self, a, ...) return a, select("#", ...) end,
    __concat = function(a, b) return "joined" end, __len = function() return 42 end,
    __eq = function() return true end, __unm = function() return "minus" end, __tostring = function()
      return "T" end,
  })
  t.x = 1
  local a, n = t(5, 6, 7)
  return { t.x, t.y, a, n, t .. "x", "x" .. t, #t, -t, tostring(t), log }""",
    "an __index that fails": """
  local t = setmetatable({}, { __index = function(_, k)
    error("there is no " .. k, 2)
  end })
  local ok, e = pcall(function()
    return t.nothing
  end)
  return { ok, e, t.more }""",
    "comparisons and arithmetic of tables": """
  local mt = {}
  local function new(v) return setmetatable({ v = v }, mt) end
  mt.__add = function(a, b) return new(a.v + b.v) end
  mt.__lt = function(a, b)
    return a.v < b.v
  end
  mt.__le = function(a, b) return not (b < a) end
  local a, b = new(1), new(2)
  local c = a + b + a
  return { c.v, a < b, a <= b, b <= a, a > b }""",
    "an error that is a table": """
  local mt = { __tostring = function(e) return "E" .. e.code end }
  local function fail() error(setmetatable({ code = 7 }, mt)) end
  local ok, e = pcall(fail)
  local ok2, e2 = xpcall(fail, function(x)
    x.code = x.code + 1
    return x
  end)
  return { ok, e.code, ok2, e2.code, tostring(e2) }""",
    "an uncaught error that is a table": """
  local t = { code = 3 }
  error(t)""",
    "an error without a place": """
  local function f() error("bare", 0) end
  f()""",
    "an error of the caller's": """
  local function check(v)
    if type(v) ~= "number" then error("number wanted", 2) end
    return v
  end
  check(1)
  check("x")""",
    "errors in a handler": """
  local ok, e = xpcall(function()
    local t
    return t.x
  end, function(m)
    local broken = m.no.such
    return broken
  end)
  return { ok, type(e) }""",
    "deep recursion": """
  local function deep(n)
    if n == 0 then return 0 end
    return 1 + deep(n - 1)
  end
  return deep(1500)""",
    "an iterator of its own": """
  local function each(t)
    local i = 0
    return function()
      i = i + 1
      if t[i] then return i, t[i] end
    end
  end
  local sum = 0
  for i, v in each({ 5, 6, 7 }) do sum = sum + i * v end
  for k, v in pairs(setmetatable({}, { __pairs = function() return next, { z = 1 }, nil end })) do
    sum = sum + v
  end
  for _, v in ipairs({ 1, 2, nil, 4 }) do sum = sum + v end
  return sum""",
    "numeric loops": """
  local out = {}
  for i = 3, 1, -1 do out[#out + 1] = i end
  for i = 1, 0 do out[#out + 1] = "never" end
  for i = 1, 2, 0.5 do local i = i * 2 out[#out + 1] = i end
  return out""",
    "shadowed names": """
  local x = 1
  do
    local x = x + 1
    do
      local x = x * 10
      request = x
    end
    x = x + 1
  end
  local x = x + request
  return x""",
    "loaded text": """
  local f = assert(load("local a = ... local t = { a } t[#t + 1] = a * 2 return t[1] + t[2]", "=chunk"))
  local ok, e = pcall(load("local a\\nlocal b = a.c\\nreturn b", "=other"))
  local env = {}
  load("x = 5 function y() x = x + 1 return x end", "z", "t", env)()
  return { f(3), ok, e, env.y(), env.x }""",
    "tables as keys, and removed ones": """
  local key, t = {}, { 1, 2, 3, 4 }
  t[key] = "k"
  for i = #t, 1, -1 do if t[i] % 2 == 0 then table.remove(t, i) end end
  table.insert(t, 1, "first")
  t[key] = nil
  local n = 0
  for _ in pairs(t) do n = n + 1 end
  return { t, n, table.concat({ 1, 2, 3 }, "-"), table.unpack({ 7, 8 }) }""",
    "globals": """
  counter = (counter or 0) + 1
  function helper(a) counter = counter + a return counter end
  local r = helper(5)
  _G["odd name"] = r
  return { counter, r, _G["odd name"], rawget(_G, "nothing") == nil }""",
    "another environment": """
  local function f()
    local _ENV = { tostring = tostring, x = 1 }
    x = x + 1
    y = tostring(x)
    return x .. y
  end
  return f()""",
    "and, or, not": """
  local calls = {}
  local function v(x) calls[#calls + 1] = tostring(x) return x end
  local a = v(nil) and v(1) or v(2)
  local b = not (v(false) or
    v(3))
  local c = v(1) == v(1) and (v(2) > v(1) and
    "yes" or "no")
  return { a, b, c, calls }""",
    "texts and numbers": """
  local s = "10" + 5 .. "" .. 1e3 .. "\\0\\255"
  local t = [[
two
lines]]
  return { #s, s:byte(-1), ("%5.2f|%q"):format(1 / 3, "a\\nb"), t }""",
    "rows": """
  local posts = goop.orm("posts")
  for i = 1, 3 do
    posts:insert({ title = "post " .. i })
  end
  posts:update(2, { title = "changed" })
  posts:delete(1)
  goop.log.info("there are", #posts:find({}))
  goop.kv.set("last", "three")
  local rows = goop.db.query("SELECT title FROM posts WHERE _id > ? ORDER BY _id", 1)
  return { rows, goop.kv.get("last") }""",
    "a failed insert": """
  local posts = goop.orm("posts")
  local id, e = posts:insert({ nothing = 1 })
  local ok, e2 = pcall(goop.db.query, "SELECT * FROM nowhere")
  return { id or "none", type(e), ok, type(e2) }""",
    "an answer that cannot be sent": """
  local t = {}
  t.self = t
  return t""",
    "an answer with a function": """
  return { f = print or function() end, 1 }""",
}

TOP_LEVEL = {
    "a chunk that does things": """local started = {}
for i = 1, 3 do started[i] = i * i end
local M = setmetatable({}, { __call = function(_, request) return started end })
call = function(request)
  return M(request)
end
""",
    "a call that is a table": """call = setmetatable({}, {
  __call = function(self, request)
    local n = self.n or 5
    return n
  end,
})
""",
    "a call made by route": """local function list(params)
  local rows = goop.orm("posts"):find({})
  return { #rows, params.x }
end
call = goop.route({ list = goop.owner(list), fail = function() error("planned") end })
""",
    "an error while it loads": """local t = nil
function call() return 1 end
local x = t.field
""",
    "no call at all": "local x = 1\n",
    "everything in one line": "local a = 1 function call(r) local b = a + 1 for i = 1, 2 do b = b + i end return b end\n",  # noqa: E501
    "windows lines": "function call(r)\r\n  local a = 1\r\n  -- no\r\n  a = a + 1\r\n  return a\r\nend\r\n",
}

PROGRAMS = {name: f"function call(request){body}\nend\n" for name, body in BODIES.items()} | TOP_LEVEL
