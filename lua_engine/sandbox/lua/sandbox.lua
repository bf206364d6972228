-- The guard. Runs once in a fresh VM, before any script, with the real globals; hands back `guard`, the private table that
-- the rest of the prelude builds on. Nothing in `guard` is ever visible to a script, only the closures put in `guard.env`.
--
-- Two Python functions are called from here. Only scalars cross (see docs/security.md), and neither ever raises:
--   poll()  seconds left; 0: the time is over, -1: the call was cancelled
--   arm()   imposes the memory limit again after a host function had to lift it
local G = ...
local poll, arm = G.poll, G.arm

local type, next, rawget, rawset, rawlen, rawequal = type, next, rawget, rawset, rawlen, rawequal
local error, select, tostring, tonumber, ipairs, pairs = error, select, tostring, tonumber, ipairs, pairs
local real_pcall, real_xpcall, real_load = pcall, xpcall, load
local setmetatable, real_getmetatable = setmetatable, getmetatable
local collect = collectgarbage
local raw_metatable, getinfo, sethook = debug.getmetatable, debug.getinfo, debug.sethook
local string, table, math, os, coroutine = string, table, math, os, coroutine
local unpack, concat, insert, remove, sort = table.unpack, table.concat, table.insert, table.remove, table.sort
local sub, byte, find, format, rep = string.sub, string.byte, string.find, string.format, string.rep
local floor, huge = math.floor, math.huge
local now, clock = os.time, os.clock
local create, resume, status, yield, running = coroutine.create, coroutine.resume, coroutine.status, coroutine.yield, coroutine.running

local MEMORY = "not enough memory"
local FINALIZER_MEMORY = "error in __gc metamethod (not enough memory)"
local KILL = {} -- the error value of a killed call; scripts never hold it, flags decide, not values
local MAX_PROTECTED = 180 -- nested protected calls; Lua's own C limit is 200
local MAX_SOURCE = G.max_load_bytes
local SMALL = 2048 -- bytes below which a C call on a string is not worth charging

local guard = {}

--------------------------------------------------------------------------------------------------------------------------
-- Time. A count hook looks at os.time (no system call, no Python); only in the last second, and then at most every 20 ms of
-- CPU time, it asks Python, since that waits for the GIL.

local killed -- nil, or the kind of the verdict: "timeout", "memory", ...
local kill_line, kill_trace = 0, ""
local soft = 0 -- the os.time from which to look closer
local last_clock, hooks, peak = 0, 0, 0
local interval = 0 -- instructions between hooks, as it is set now
local lifted = false -- inside a host function: the GC is stopped and the memory limit may be lifted
local on_count

local function where_killed()
  -- The innermost frames of the script; ours have no line.
  local lines, n = {}, 0
  for level = 3, 40 do
    local info = getinfo(level, "Sl")
    if not info then break end
    if info.currentline > 0 then
      if n == 0 then kill_line = info.currentline end
      n = n + 1
      lines[n] = info.short_src .. ":" .. info.currentline
      if n >= 20 then break end
    end
  end
  kill_trace = concat(lines, "\n")
end

-- A failed allocation says nothing of its place: so remember where the script was when the heap was last seen to be large.
local high_heap, high_line = huge, 0

local function note_high()
  for level = 3, 8 do
    local info = getinfo(level, "Sl")
    if not info then break end
    if info.currentline > 0 then
      high_line = info.currentline
      return
    end
  end
end

local function kill(kind)
  if not killed then
    killed = kind
    if kind == "memory" then kill_line = high_line else where_killed() end
    interval = 1
    sethook(on_count, "", 1)
  end
  error(KILL, 0)
end

local function look()
  local cpu = clock()
  local spent = cpu - last_clock
  if spent >= 0 and spent < 0.02 then return end
  last_clock = cpu
  local left = poll()
  if left <= 0 then kill(left < 0 and "cancelled" or "timeout") end
  soft = now() + floor(left)
end

local function tick()
  if killed then kill(killed) end
  if now() >= soft then look() end
end

-- One VM instruction on strings (.., a coercion, a comparison) costs at most about 2 ns a byte of the script's heap: so the number
-- of instructions between two hooks goes down as the heap goes up, and an interval never takes more than about 0.3 s.
local base = 0 -- KB that are not the script's: 100 less than the prelude holds
local least = 1

local function wanted_interval(heap) -- heap in KB
  if heap > peak then peak = heap end
  local n = floor(150000 / (heap > base and heap - base or 1))
  if n > 2000 then return 2000 elseif n < least then return least end
  return n
end

-- From here on only code of ours runs, none of whose instructions meets a long string: it need not pay for the script's heap.
function guard.trust_the_rest()
  least, interval = 1000, 1000
  sethook(on_count, "", interval)
end

-- The pulse (below) is an object that waits to be collected; at the C stack's end its finalizer fails and does not set the next.
local pulse = {}
local beacon = setmetatable({}, { __mode = "v" })

local function set_pulse() beacon[1] = setmetatable({}, pulse) end

function on_count()
  if killed then kill(killed) end
  if now() >= soft then look() end
  if not beacon[1] then set_pulse() end
  hooks = hooks + 1
  if hooks >= 512 then -- a call that was cancelled ends soon; and a backstop, should the wall clock be set back
    hooks = 0
    if clock() - last_clock > 0.1 then last_clock = -1 look() end
  end
  local heap = collect("count")
  if heap > high_heap and hooks % 64 == 0 then note_high() end
  local n = wanted_interval(heap)
  if n * 2 < interval or n > interval * 2 then
    interval = n
    sethook(on_count, "", n)
  end
end

-- The heap can grow a hundredfold between two hooks (ten doublings of a string). Every such growth ends a GC cycle, and a
-- cycle ends with this finalizer, the only one in the VM: it shortens the interval then and there.
pulse.__gc = function()
  if interval == 0 then return end -- the run is over: the VM is being closed
  set_pulse()
  if killed then return end
  local heap = collect("count")
  if heap > high_heap then note_high() end
  local n = wanted_interval(heap)
  if n < interval then
    interval = n
    sethook(on_count, "", n)
  end
end

-- C functions are one instruction however long they take: they account for it here, in instructions (about 5 ns each).
local credit = 20000
local function charge(n)
  credit = credit - n
  if credit < 0 then
    credit = 20000
    if killed then kill(killed) end
    if now() >= soft then look() end
  end
end

guard.charge, guard.tick, guard.kill = charge, tick, kill

--------------------------------------------------------------------------------------------------------------------------
-- Every place where a script can catch an error comes through here.

local function land() -- a host function was left by an error: take back what it had relaxed
  lifted = false
  collect("restart")
  arm()
end

local function caught(err, ...)
  if lifted then land() end
  if killed then kill(killed) end
  if err == MEMORY or err == FINALIZER_MEMORY then kill("memory") end
  if now() >= soft then look() end
  if type(err) == "userdata" then return "internal error", ... end -- a Python exception: no script may hold it
  return err, ...
end
guard.caught = caught

-- Nesting of protected calls; Lua's own counter is reset inside coroutines. `inner` counts in the running coroutine, `outer` in
-- those that wait for it: a coroutine may leave under another resumer than it entered.
local inner, outer = 0, 0
local inner_of = setmetatable({}, { __mode = "k" }) -- of suspended coroutines

local function settle(saved, ok, ...)
  inner = saved
  if ok then return true, ... end
  return false, caught(...)
end

-- A message handler, before unwinding: an error that a native function raised inside one of our wrappers has no place yet.
local function place(err, first)
  if type(err) ~= "string" then return err end
  first = first or 2
  local raiser, wrapper = getinfo(first, "f"), getinfo(first + 1, "lS")
  if not wrapper or raiser.func == error or wrapper.currentline > 0 or wrapper.what == "C" then return err end
  for level = first + 2, first + 10 do
    local info = getinfo(level, "Sl")
    if not info then break end
    if info.currentline > 0 then return info.short_src .. ":" .. info.currentline .. ": " .. err end
  end
  return err
end
guard.place = place

local function deeper()
  if inner + outer >= MAX_PROTECTED then error("stack overflow (too many nested protected calls)", 3) end
  local saved = inner
  inner = saved + 1
  return saved
end

local function pcall(f, ...)
  return settle(deeper(), real_xpcall(f, place, ...))
end

-- A message handler runs with hooks off, so ours runs after unwinding. It cannot see the stack, but there is no debug library.
local function settle_handler(saved, ok, ...)
  inner = saved
  if ok then return false, ... end
  return false, caught(...)
end

local function settle_x(handler, saved, ok, ...)
  if ok then
    inner = saved
    return true, ...
  end
  inner = saved + 1 -- handlers can nest too
  return settle_handler(saved, real_pcall(handler, caught(...)))
end

local function xpcall(f, handler, ...)
  return settle_x(handler, deeper(), real_xpcall(f, place, ...))
end

local function settle_resume(co, saved_inner, saved_outer, ok, ...)
  inner_of[co] = inner
  inner, outer = saved_inner, saved_outer
  sethook(on_count, "", interval) -- ours counts by an interval of before
  if ok then return true, ... end
  return false, caught(...)
end

local function guarded_create(f)
  tick()
  local co = create(f)
  sethook(co, on_count, "", interval)
  return co
end

local function guarded_resume(co, ...)
  tick() -- the hook's count begins anew in every resume
  if type(co) ~= "thread" then return resume(co) end
  local saved_inner, saved_outer = inner, outer
  if saved_inner + saved_outer >= MAX_PROTECTED then return false, "C stack overflow" end
  if status(co) == "suspended" then sethook(co, on_count, "", interval) end
  outer = saved_inner + saved_outer + 1
  inner = inner_of[co] or 0
  return settle_resume(co, saved_inner, saved_outer, resume(co, ...))
end

local function unwrap(ok, ...)
  if ok then return ... end
  local err = ...
  if type(err) == "string" then error(err, 2) end
  error(err, 0)
end

local function guarded_wrap(f)
  local co = guarded_create(f)
  return function(...) return unwrap(guarded_resume(co, ...)) end
end

--------------------------------------------------------------------------------------------------------------------------
-- The base library.

local env = {}
guard.env = env

local function misuse(level, name, index, expected, value)
  error(format("bad argument #%d to '%s' (%s expected, got %s)", index, name, expected,
    value == nil and "no value" or type(value)), level + 1)
end

local function guarded_setmetatable(t, mt)
  if type(mt) == "table" then
    -- Lua 5.2 honours __gc only if it is there at this moment; weak tables make a GC step quadratic (docs/security.md).
    if rawget(mt, "__gc") ~= nil then rawset(mt, "__gc", nil) end
    if rawget(mt, "__mode") ~= nil then rawset(mt, "__mode", nil) end
  end
  return setmetatable(t, mt)
end

local function read_pieces(reader)
  local pieces, n, size = {}, 0, 0
  while true do
    local piece = reader()
    if piece == nil or piece == "" then break end
    if type(piece) ~= "string" then error("reader function must return a string", 0) end
    n, size = n + 1, size + #piece
    pieces[n] = piece
    if size > MAX_SOURCE or n > 10000 then break end
  end
  return concat(pieces)
end

local function loaded(f, message)
  if f then return f end
  return nil, (caught(message))
end

local function guarded_load(chunk, name, mode, ...)
  if type(chunk) == "function" then
    chunk = read_pieces(chunk)
    name = name == nil and "=(load)" or name
  elseif type(chunk) ~= "string" then
    misuse(2, "load", 1, "string", chunk)
  end
  if #chunk > MAX_SOURCE then
    return nil, format("load: the source has more than %d KB", floor(MAX_SOURCE / 1024))
  end
  if byte(chunk, 1) == 27 then return nil, "load: binary chunks are not allowed" end
  tick()
  charge(#chunk * 20)
  if name ~= nil and type(name) ~= "string" then misuse(2, "load", 2, "string", name) end
  local scope = env
  if select("#", ...) > 0 then scope = (...) end
  return loaded(real_load(chunk, name == nil and chunk or name, "t", scope))
end

env.assert, env.error, env.getmetatable, env.ipairs, env.next = assert, error, real_getmetatable, ipairs, next
env.pairs, env.rawequal, env.rawget, env.rawlen, env.rawset = pairs, rawequal, rawget, rawlen, rawset
env.select, env.tostring, env.type, env._VERSION = select, tostring, type, "Lua 5.1"
env.pcall, env.xpcall, env.setmetatable, env.load = pcall, xpcall, guarded_setmetatable, guarded_load
env._G = env

function env.loadstring(chunk, name)
  if type(chunk) ~= "string" then misuse(2, "loadstring", 1, "string", chunk) end
  return guarded_load(chunk, name)
end

function env.tonumber(value, ...)
  if type(value) == "string" and #value > SMALL then charge(#value) end
  return tonumber(value, ...)
end

function env.collectgarbage(option)
  if option ~= "count" then error('collectgarbage: only "count" is allowed', 2) end
  return collect("count")
end

env.coroutine = {
  create = guarded_create, resume = guarded_resume, wrap = guarded_wrap, status = status, yield = yield, running = running,
}

--------------------------------------------------------------------------------------------------------------------------
-- string (the pattern functions are in patterns.lua)

local lower, upper, reverse, char = string.lower, string.upper, string.reverse, string.char

local function text_size(...)
  local total = 0
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    if type(value) == "string" then total = total + #value end
  end
  return total
end

-- As the native functions coerce: what is charged must be what is done.
local function as_number(value)
  if type(value) == "string" then return tonumber(value) or value end
  return value
end

local function as_text(value)
  if type(value) == "number" then return tostring(value) end
  return value
end

local strings = { len = string.len, char = char, sub = sub }
env.string = strings

-- Natives are called under their own names: those are what their error messages show.
function strings.lower(s, ...)
  if type(s) == "string" and #s > SMALL then charge(#s) end
  return lower(s, ...)
end

function strings.upper(s, ...)
  if type(s) == "string" and #s > SMALL then charge(#s) end
  return upper(s, ...)
end

function strings.reverse(s, ...)
  if type(s) == "string" and #s > SMALL then charge(#s) end
  return reverse(s, ...)
end

function strings.byte(s, ...)
  if type(s) == "string" and #s > SMALL then charge(#s) end
  return byte(s, ...)
end

function strings.rep(s, n, separator)
  s, separator = as_text(s), as_text(separator)
  n = as_number(n)
  if type(s) == "string" and type(n) == "number" and (separator == nil or type(separator) == "string") then
    local each = #s + (separator and #separator or 0)
    if each == 0 then return "" end -- the native one would count to n
    if n > 0 then charge(n * (each + 8) / 4) end
  end
  return rep(s, n, separator)
end

function strings.format(pattern, ...)
  if type(pattern) == "string" and #pattern > 256 then charge(#pattern) end
  if select("#", ...) > 0 then
    local size = text_size(...)
    if size > SMALL then charge(size * 2) end
  end
  return format(pattern, ...)
end

--------------------------------------------------------------------------------------------------------------------------
-- table. The native functions trust __len, which can say anything; tables that have one are handled in Lua, under hooks.

local function has_length(t)
  local mt = raw_metatable(t)
  return mt ~= nil and rawget(mt, "__len") ~= nil
end

local function length_of(t)
  local n = #t
  if type(n) ~= "number" then error("object length is not a number", 3) end
  return n
end

local function shift_up(t, e, position, value)
  for i = e, position + 1, -1 do rawset(t, i, rawget(t, i - 1)) end
  rawset(t, position, value)
end

local function guarded_insert(t, ...)
  if type(t) ~= "table" then misuse(2, "insert", 1, "table", t) end
  local count = select("#", ...)
  if not has_length(t) then
    if count >= 2 then charge(rawlen(t) / 2) end
    return insert(t, ...)
  end
  local e = length_of(t) + 1
  if count == 1 then rawset(t, e, (...)) return end
  if count ~= 2 then error("wrong number of arguments to 'insert'", 2) end
  local position, value = ...
  if type(position) ~= "number" then misuse(2, "insert", 2, "number", position) end
  if position < 1 or position > e then error("bad argument #2 to 'insert' (position out of bounds)", 2) end
  shift_up(t, e, position, value)
end

local function guarded_remove(t, ...)
  if type(t) ~= "table" then misuse(2, "remove", 1, "table", t) end
  if not has_length(t) then
    if select("#", ...) > 0 then charge(rawlen(t) / 2) end
    return remove(t, ...)
  end
  local size = length_of(t)
  local position = ...
  if position == nil then position = size end
  if type(position) ~= "number" then misuse(2, "remove", 2, "number", position) end
  if position ~= size and (position < 1 or position > size + 1) then
    error("bad argument #1 to 'remove' (position out of bounds)", 2)
  end
  local value = rawget(t, position)
  for i = position, size - 1 do rawset(t, i, rawget(t, i + 1)) end
  rawset(t, size, nil)
  return value
end

local function guarded_concat(t, separator, first, last)
  if type(t) ~= "table" then misuse(2, "concat", 1, "table", t) end
  separator, first, last = as_text(separator), as_number(first), as_number(last)
  local i = type(first) == "number" and first or 1
  local j = type(last) == "number" and last or rawlen(t)
  local n = rawlen(t) + 16
  if j - i < n then n = j - i + 1 end -- a huge range stops at the first hole
  if n > 16 then charge(n * 8) end
  return concat(t, separator, first, last)
end

local function guarded_unpack(t, first, last)
  first, last = as_number(first), as_number(last)
  if type(t) == "table" then
    local i = type(first) == "number" and first or 1
    local j = type(last) == "number" and last or rawlen(t)
    if j - i > 256 then charge((j - i) * 4) end
  end
  return unpack(t, first, last)
end

local function maxn(t)
  if type(t) ~= "table" then misuse(2, "maxn", 1, "table", t) end
  local most = 0
  for key in next, t do
    if type(key) == "number" and key > most then most = key end
  end
  return most
end

-- sort. The native quicksort is quadratic on chosen inputs and sees no hook between two comparisons of plain values. So: numbers
-- and short strings are shuffled first and then sorted natively; everything else is merged in Lua, under hooks, and stable.

local random_state = 1
local function shuffle_index(n) -- 1..n; not the script's generator
  random_state = (random_state * 16807) % 2147483647
  return random_state % n + 1
end

local function is_plain(t, n)
  local kind = type(rawget(t, 1))
  if kind ~= "number" and kind ~= "string" then return false end
  for i = 1, n do
    local value = rawget(t, i)
    if type(value) ~= kind or (kind == "string" and #value > 64) or value ~= value then return false end
  end
  return true
end

local function less(a, b) return a < b end

local function merge(from, to, low, middle, high, before)
  local i, j = low, middle + 1
  for k = low, high do
    if i <= middle and (j > high or not before(from[j], from[i])) then
      to[k] = from[i]
      i = i + 1
    else
      to[k] = from[j]
      j = j + 1
    end
  end
end

local function insertion(a, low, high, before)
  for i = low + 1, high do
    local value, j = a[i], i - 1
    while j >= low and before(value, a[j]) do
      a[j + 1] = a[j]
      j = j - 1
    end
    a[j + 1] = value
  end
end

local function merge_sort(t, n, before)
  local from, to = {}, {}
  for i = 1, n do from[i] = rawget(t, i) end
  local width = 8
  for low = 1, n, width do
    local high = low + width - 1
    insertion(from, low, high < n and high or n, before)
  end
  while width < n do
    for low = 1, n, 2 * width do
      local middle, high = low + width - 1, low + 2 * width - 1
      if middle > n then middle = n end
      if high > n then high = n end
      merge(from, to, low, middle, high, before)
    end
    from, to, width = to, from, width * 2
  end
  for i = 1, n do rawset(t, i, from[i]) end
end

local function guarded_sort(t, before)
  if type(t) ~= "table" then misuse(2, "sort", 1, "table", t) end
  if before ~= nil and type(before) ~= "function" then misuse(2, "sort", 2, "function", before) end
  local n = has_length(t) and length_of(t) or rawlen(t)
  if before == nil and is_plain(t, n) then
    charge(n * 40)
    if n > 100 then
      for i = n, 2, -1 do
        local j = shuffle_index(i)
        local value = rawget(t, i)
        rawset(t, i, rawget(t, j))
        rawset(t, j, value)
      end
    end
    if not has_length(t) then return sort(t) end
  end
  merge_sort(t, n, before or less)
end

env.table = {
  insert = guarded_insert, remove = guarded_remove, concat = guarded_concat, sort = guarded_sort, maxn = maxn,
  unpack = guarded_unpack, pack = table.pack,
  getn = function(t)
    if type(t) ~= "table" then misuse(2, "getn", 1, "table", t) end
    return #t
  end,
}
env.unpack = guarded_unpack

--------------------------------------------------------------------------------------------------------------------------
-- math: C's rand() is one state for the whole process, so the generator is our own (L'Ecuyer's MRG32k3a), seeded per VM.

local maths = {}
for name, value in next, math do maths[name] = value end
env.math = maths
maths.mod = maths.fmod

local M1, M2 = 4294967087, 4294944443
local x1, x2, x3, y1, y2, y3 = 1, 2, 3, 4, 5, 6

local function random()
  local p = (1403580 * x2 - 810728 * x1) % M1
  x1, x2, x3 = x2, x3, p
  local q = (527612 * y3 - 1370589 * y1) % M2
  y1, y2, y3 = y2, y3, q
  return ((p - q) % M1) / M1
end

local function seed(value)
  local s = floor(value) % 2147483647
  if s ~= s then s = 1 end
  local function part() s = (s * 16807 + 12345) % 2147483647 return s + 1 end
  x1, x2, x3, y1, y2, y3 = part(), part(), part(), part(), part(), part()
  for _ = 1, 6 do random() end
end

function maths.randomseed(value)
  if type(value) ~= "number" then misuse(2, "randomseed", 1, "number", value) end
  seed(value)
end

function maths.random(low, high, ...)
  if low == nil then return random() end
  if high == nil then low, high = 1, low end
  if type(low) ~= "number" or type(high) ~= "number" then misuse(2, "random", 1, "number", type(low) == "number" and high or low) end
  low, high = floor(low), floor(high)
  if low > high then error("bad argument #1 to 'random' (interval is empty)", 2) end
  return low + floor(random() * (high - low + 1))
end

--------------------------------------------------------------------------------------------------------------------------
-- os

local date = os.date
local function guarded_date(pattern, time)
  if type(pattern) == "string" then
    if #pattern > 1024 then error("bad argument #1 to 'date' (format too long)", 2) end
    local at = 1
    while true do
      at = find(pattern, "%", at, true)
      if not at then break end
      local letter = sub(pattern, at + 1, at + 1)
      if letter == "" or not find("aAbBcdHIjmMpSUwWxXyYZ%", letter, 1, true) then
        error("bad argument #1 to 'date' (invalid conversion specifier '%" .. letter .. "')", 2)
      end
      at = at + 2
    end
  end
  return date(pattern, time)
end
env.os = { time = now, clock = clock, date = guarded_date, difftime = os.difftime }

--------------------------------------------------------------------------------------------------------------------------
-- What the boot chunk needs.

guard.native = {
  type = type, next = next, rawget = rawget, rawset = rawset, rawlen = rawlen, rawequal = rawequal, error = error,
  select = select, tostring = tostring, tonumber = tonumber, ipairs = ipairs, pairs = pairs, assert = assert,
  setmetatable = setmetatable, getmetatable = raw_metatable, unpack = unpack,
  pcall = pcall, find = find, match = string.match, gmatch = string.gmatch, gsub = string.gsub, byte = byte, sub = sub,
  len = string.len, char = char, rep = rep, format = format, lower = lower, upper = upper, concat = concat,
  insert = insert, remove = remove, floor = floor, huge = huge, time = now, sort = sort,
}
-- lupa's metatable of Python objects: a script that ever met one could open Python with it.
local python_objects = raw_metatable(poll)
for name in next, python_objects do
  if name ~= "__call" and name ~= "__gc" then python_objects[name] = nil end
end
python_objects.__metatable = false

guard.real_load, guard.real_xpcall, guard.real_pcall = real_load, real_xpcall, real_pcall
guard.seed, guard.string_metatable = seed, raw_metatable("")
guard.getinfo, guard.MEMORY, guard.FINALIZER_MEMORY = getinfo, MEMORY, FINALIZER_MEMORY

function guard.rest() -- the prelude is complete; what garbage it left counts as its own
  base = collect("count") - 100
end

local EMPTY, ROOM, DEEP = {}, 3000, 15000

-- No GC step, so no finalizer, may run while Python pushes values. And there must be room on the Lua stack, or Python raises: only a
-- heap of over 15 MB can hold a stack that is near its limit of 1,000,000 slots.
function guard.begin_host()
  if collect("count") > DEEP then select("#", unpack(EMPTY, 1, ROOM)) end
  lifted = true
  collect("stop")
end

-- After an answer that was large, or that the limit was lifted for: the heap grew without a pulse.
function guard.adapt()
  arm()
  interval = wanted_interval(collect("count"))
  sethook(on_count, "", interval)
end

function guard.end_host()
  lifted = false
  collect("restart")
end

function guard.start(random_seed, limit, left) -- limit in KB, left in seconds
  -- From here on the call pays.
  local heap = collect("count")
  high_heap, high_line = heap + limit / 2, 0
  killed, kill_line, kill_trace, hooks, credit, peak = nil, 0, "", 0, 20000, 0
  inner, outer = 0, 0
  seed(random_seed)
  random_state = floor(random_seed) % 2147483646 + 1
  last_clock = clock()
  soft = now() + floor(left)
  interval = wanted_interval(heap)
  set_pulse()
  sethook(on_count, "", interval)
end

function guard.stop() -- with hooks off: from the message handler, or after a run without a verdict
  sethook()
  interval = 0
  if lifted then guard.end_host() end
end
guard.sethook, guard.clock = sethook, clock

function guard.memory_failed()
  killed = killed or "memory"
  kill_line = high_line
end
function guard.verdict() return killed, kill_line, kill_trace, peak end

return guard
