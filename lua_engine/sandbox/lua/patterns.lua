-- string.find, match, gmatch and gsub for scripts, with the answers of Lua 5.2.4. A C function cannot be interrupted: so the native
-- function runs when its cost is provably small (pattern_cost.lua), else our own matcher does (pattern_matcher.lua), which
-- the count hook can stop. Patterns that could raise an error always take our own: the error then names the script's line.
--
-- A chunk: local functions = chunk(native, charge, parts). native holds the pristine library, charge(n) accounts for n
-- instructions (5 ns) of work inside C and may not return, parts the other files (see sandbox/patterns.py). Besides find, match,
-- gmatch and gsub it answers `forced`: the same four, always on our own matcher (for tests).
local native, charge, parts = ...
local type, text_of, tonumber, error = native.type, native.text_of, native.tonumber, native.error
local byte, sub = native.byte, native.sub
local find, match, gmatch, gsub = native.find, native.match, native.gmatch, native.gsub
local parse, cost, matching, replacing = parts.parse, parts.cost, parts.matcher, parts.replace
local affordable, BUDGET, FREE = cost.affordable, cost.BUDGET, cost.FREE
local find_plain = parts.plain.find_plain
local captures, values, call_back, substitute = replacing.captures, replacing.values, replacing.call_back, replacing.substitute
local replacers, is_good_replacement = replacing.replacers, replacing.is_good_replacement

local CARET = 94
local SPECIAL = "[%^%$%*%+%?%.%(%[%%%-]" -- a pattern without these is plain text to find (so lstrlib.c: ")" is, too)
local MAX_CACHED, MAX_CACHED_SIZE = 64, 512 -- patterns, bytes of one
local SHORT = 256 -- bytes of a replacement, or of the subject of a plain search, that cost nothing
local UNFINISHED = "unfinished capture"
local LONG = 2000 -- bytes that a C call may pass over without accounting for them

local function pay(steps) -- of pattern_cost.lua, half an instruction each
  if steps > FREE then charge(steps / 2) end
end

--------------------------------------------------------------------------------------------------------------------------
-- Programs

local cache, cached = {}, 0

local function program_of(p)
  local program = cache[p]
  if program then return program end
  program = parse(p)
  cost.set_free(program)
  if #p <= MAX_CACHED_SIZE then
    if cached >= MAX_CACHED then
      for key in native.next, cache do cache[key] = nil end
      cached = 0
    end
    cache[p], cached = program, cached + 1
  end
  return program
end

-- The matcher of a program. One that is in use by a gmatch on another subject is only bound anew.
local function matcher_of(program)
  local matcher = program.matcher
  if not matcher then
    matcher = matching.compile(program)
    program.matcher = matcher
  end
  return matcher
end

--------------------------------------------------------------------------------------------------------------------------
-- Arguments. These raise at level 3: the caller of the function that calls them.

local function misuse(level, name, index, expected, value, has_more)
  local got = type(value)
  if value == nil and not has_more then got = "no value" end
  error("bad argument #" .. index .. " to '" .. name .. "' (" .. expected .. " expected, got " .. got .. ")", level + 1)
end

local function text_argument(name, index, value, has_more)
  if type(value) == "string" then return value end
  return text_of(value) or misuse(3, name, index, "string", value, has_more)
end

-- A number as C's cast to a 64-bit integer makes it; what does not fit becomes the least one.
local function integer_argument(name, index, value)
  if type(value) == "string" and #value > LONG then charge(#value) end
  local number = tonumber(value)
  if number == nil then misuse(3, name, index, "number", value, true) end
  if number ~= number or number >= 2 ^ 63 or number < -2 ^ 63 then return -2 ^ 63 end
  if number < 0 then return -((-number) - (-number) % 1) end
  return number - number % 1
end

local function absolute(init, n)
  if init < 0 then init = init + n + 1 end
  return init < 1 and 1 or init
end

--------------------------------------------------------------------------------------------------------------------------
-- The four functions. `quick` is the cache where a call with nothing to think about finds its program.

local function build(quick, affordable, is_forced)
  local functions = {}

  local function search(name, s, p, init, plain)
    s = text_argument(name, 1, s, p ~= nil)
    p = text_argument(name, 2, p, init ~= nil)
    init = init == nil and 1 or absolute(integer_argument(name, 3, init), #s)
    if init > #s + 1 then return nil end
    local is_find = name == "find"
    if is_find and plain then return find_plain(s, p, init, is_forced) end
    if is_find and not find(p, SPECIAL) then return find_plain(s, p, init, is_forced) end
    local program = program_of(p)
    local steps = affordable(program, s)
    if steps then
      pay(steps)
      if is_find then return find(s, p, init) end
      return match(s, p, init)
    end
    local matcher = matcher_of(program)
    matcher.bind(s)
    local i, after = matcher.search(init, program.anchored)
    matcher.release()
    if i == false then error(after, 2) end
    if not i then return nil end
    if program.unfinished then error(UNFINISHED, 2) end
    if not is_find then return values(program, matcher, s, i, after) end
    if program.captures == 0 then return i, after - 1 end
    return captures(matcher, s, program.captures, i, after - 1)
  end

  function functions.find(s, p, init, plain)
    local program = quick[p]
    if plain then
      if init == 1 and type(s) == "string" and type(p) == "string" and #s <= SHORT then return find(s, p, 1, true) end
    elseif program and type(s) == "string" and #s <= program.free and (init == nil or type(init) == "number") then
      return find(s, p, init)
    end
    return search("find", s, p, init, plain)
  end

  function functions.match(s, p, init)
    local program = quick[p]
    if program and type(s) == "string" and #s <= program.free and (init == nil or type(init) == "number") then
      return match(s, p, init)
    end
    return search("match", s, p, init)
  end

  -- All calls of one iterator together try each place once: paid for at once. After its end a call would search again.
  local function paid_iterator(program, s, p, steps)
    pay(steps)
    local native_next, is_over = gmatch(s, p), false
    local function passed(first, ...)
      if first == nil then
        is_over = true
        return
      end
      return first, ...
    end
    if program.captures <= 1 then
      return function()
        if is_over then return end
        local first = native_next()
        if first == nil then
          is_over = true
          return
        end
        return first
      end
    end
    return function()
      if is_over then return end
      return passed(native_next())
    end
  end

  local function own_iterator(program, s)
    local matcher, at, last = matcher_of(program), 1, #s + 1
    return function()
      if at > last then return end
      matcher.bind(s)
      local i, after = matcher.search(at, false)
      if i == false then error(after, 2) end
      if not i then
        at = last + 1
        matcher.release()
        return
      end
      at = after > i and after or after + 1
      if program.unfinished then error(UNFINISHED, 2) end
      return values(program, matcher, s, i, after)
    end
  end

  local function iterate(s, p)
    s = text_argument("gmatch", 1, s, p ~= nil)
    p = text_argument("gmatch", 2, p)
    if byte(p, 1) == CARET then p = "%" .. p end -- gmatch knows no anchor
    local program = program_of(p)
    local steps = affordable(program, s)
    if not steps then return own_iterator(program, s) end
    if steps <= FREE then return gmatch(s, p) end
    return paid_iterator(program, s, p, steps)
  end

  function functions.gmatch(s, p)
    local program = quick[p]
    if program and type(s) == "string" and #s <= program.free and not program.anchored then return gmatch(s, p) end
    return iterate(s, p)
  end

  local function replace(s, p, repl, limit)
    s = text_argument("gsub", 1, s, p ~= nil)
    p = text_argument("gsub", 2, p, repl ~= nil)
    limit = limit == nil and #s + 1 or integer_argument("gsub", 4, limit)
    if limit < 0 then limit = #s + 1 end
    repl = text_of(repl) or repl
    local kind = type(repl)
    if not replacers[kind] then error("bad argument #3 to 'gsub' (string/function/table expected)", 2) end
    local program = program_of(p)
    local steps = affordable(program, s)
    if steps and kind == "string" and is_good_replacement(program, repl) then
      steps = steps + #s * #repl / 2
      if steps <= BUDGET then
        pay(steps)
        return gsub(s, p, repl, limit)
      end
    elseif steps and kind ~= "string" then
      pay(steps)
      local result, count = call_back(program, s, p, repl, kind == "table", limit)
      if not result then error(count, 2) end
      return result, count
    end
    local matcher = matcher_of(program)
    local function next_match(at)
      matcher.bind(s)
      return matcher.search(at, program.anchored)
    end
    local result, count = substitute(s, next_match, replacers[kind](program, matcher, s, repl), limit, program.anchored)
    matcher.release()
    if not result then error(count, 2) end
    return result, count
  end

  function functions.gsub(s, p, repl, limit)
    local program = quick[p]
    if program and type(s) == "string" and #s <= program.free and limit == nil then
      local kind = type(repl)
      if kind == "string" then
        if #repl <= SHORT and (not find(repl, "%", 1, true) or is_good_replacement(program, repl)) then return gsub(s, p, repl) end
      elseif kind == "function" or kind == "table" then
        local result, count = call_back(program, s, p, repl, kind == "table", #s + 1)
        if not result then error(count, 2) end
        return result, count
      end
    end
    return replace(s, p, repl, limit)
  end

  return functions
end

local functions = build(cache, affordable, false)
functions.forced = build({}, function() return nil end, true)
return functions
