"""The scripts of the scripted sessions. Line numbers count."""

from __future__ import annotations

BASIC = """local counter = 0
local function add(a, b)
  local sum = a + b
  counter = counter + 1
  return sum
end
function call(request)
  local t = { x = 1 }
  for i = 1, 3 do
    t.x = add(t.x, i)
  end
  return t.x
end
"""
RECURSION = """local function fact(n)
  if n <= 1 then
    return 1
  end
  local rest = fact(n - 1)
  return n * rest
end
function call(request)
  local value = fact(4)
  return value
end
"""
TAIL = """local function g(n)
  local m = n + 1
  return m
end
local function f(n)
  local k = n * 2
  return g(k)
end
function call(request)
  local a = f(1)
  local b = a + 1
  return b
end
"""
COROUTINE = """function call(request)
  local co = coroutine.create(function(a)
    local b = a + 1
    local c = coroutine.yield(b)
    local d = c + 1
    return d
  end)
  local _, x = coroutine.resume(co, 1)
  local _, y = coroutine.resume(co, 10)
  return x + y
end
"""
WRAP = """local function each(n)
  return coroutine.wrap(function()
    for i = 1, n do
      coroutine.yield(i)
    end
  end)
end
function call(request)
  local total = 0
  for i in each(3) do
    total = total + i
  end
  return total
end
"""
SORT = """function call(request)
  local list = { 3, 1, 2 }
  table.sort(list, function(a, b)
    local less = a < b
    return less
  end)
  return list[1]
end
"""
GSUB = """function call(request)
  local n = 0
  local text = ("abc"):gsub(".", function(c)
    n = n + 1
    return c .. n
  end)
  return text
end
"""
METAMETHODS = """local mt = {
  __index = function(t, key)
    local value = key .. "!"
    return value
  end,
  __lt = function(a, b)
    local answer = true
    return answer
  end,
}
function call(request)
  local t = setmetatable({}, mt)
  local a = t.name
  local b = t < t
  return a
end
"""
PCALL = """local function fails()
  local why = "planned"
  error(why)
end
function call(request)
  local ok, message = pcall(fails)
  local after = ok
  return message
end
"""
XPCALL = """function call(request)
  local ok, message = xpcall(function()
    error("planned", 0)
  end, function(e)
    local handled = e .. "!"
    return handled
  end)
  return message
end
"""
ROUTE = """local function list(params)
  local n = params.n
  return { n = n }
end
call = goop.route {
  list = list,
}
"""
FAULT = """local function deep(t)
  local inner = t.missing
  return inner.name
end
function call(request)
  local t = { a = 1 }
  return deep(t)
end
"""
LOOP = """function call(request)
  local n = 0
  while not stop do
    n = n + 1
  end
  return n > 0
end
"""
CLOSURES = """local function counter()
  local count = 0
  return function()
    count = count + 1
    return count
  end
end
function call(request)
  local next_one = counter()
  next_one()
  next_one()
  return next_one()
end
"""
LINES = """function call(request)
  -- a comment

  local x = math.max(
    1,
    2
  )
  if x > 1 then
    x = 0
  else
    x = 9
  end
  return x
end
"""
