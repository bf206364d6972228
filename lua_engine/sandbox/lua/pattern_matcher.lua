-- The interruptible matcher: a pattern compiled into a chain of closures, one for each item, in continuation-passing style.
--
-- A node is called with a place in the subject and answers the place after the match, false when there is none, or FAULT when
-- the pattern itself is wrong there (the fault is in `fault`). Every loop is a Lua loop, so the count hook sees it; the C calls in
-- between cost at most one pass over the subject, and account for it.
--
-- Three things keep ordinary patterns fast, none of them changes an answer:
--   * runs of a class are found by one native find and remembered, so that they cost one pass in all;
--   * `first` (the bytes with which the rest can begin) says where the rest cannot match, "disjoint" that only one place is left;
--   * whether the rest matches at a place does not depend on how one came there, unless there are back references: so each
--     node remembers one interval of places where its rest failed. Patterns that are exponential in C are about linear here.
-- They are off for patterns that can raise an error, since that must come at the same moment as in C.
local native, charge, parts = ...
local byte, find, char = native.byte, native.find, native.char
local analysis, is_equal, places = parts.analysis, parts.plain.is_equal, parts.places

local FAULT = -1
local END, LONG = analysis.END, places.LONG
local KEPT = 1000 -- bytes of a subject that a matcher may hold on to
local MAX_SEQUENCE = 32 -- items matched by one native find
local MAX_DEPTH = 199 -- calls of match() inside the first one; MAXCCALLS of lstrlib.c is 200

-- compile(program) -> matcher:
--   bind(s)               before a search; what was learnt about the same subject stays
--   search(init, anchored) -> begin, after | nil | false, message
--   release()             forgets a long subject
--   starts, ends          the captures, by level; positions[level] tells a position capture
local function compile(program)
  local s, n = nil, 0
  local starts, ends = {}, {}
  local fault, depth = nil, 0
  local run_finder, first_finder, bind_places = places.make()
  local resets = {}
  local can_skip = not program.may_fail
  local can_remember = can_skip and not program.has_backref
  local counts_depth = program.nesting >= MAX_DEPTH
  if can_skip then analysis.analyse(program) end

  ------------------------------------------------------------------------------------------------------------------------
  -- Nodes

  local function nested(rest) -- as one more call of match() in C
    if not counts_depth then return rest end
    return function(i)
      if depth >= MAX_DEPTH then
        fault = "pattern too complex"
        return FAULT
      end
      depth = depth + 1
      local after = rest(i)
      depth = depth - 1
      return after
    end
  end

  local function final(i) return i end

  local function sequence(first, last, rest)
    local item = program[first]
    if first == last and item.byte then
      local c = item.byte
      return function(i)
        if byte(s, i) == c then return rest(i + 1) end
        return false
      end
    elseif first == last and item.any then
      return function(i)
        if i <= n then return rest(i + 1) end
        return false
      end
    elseif first == last then
      local set = analysis.class_set(item.text)
      return function(i)
        if set[byte(s, i)] then return rest(i + 1) end
        return false
      end
    end
    local text, count = "^", last - first + 1
    for k = first, last do text = text .. analysis.class_text(program[k]) end
    return function(i)
      if find(s, text, i) then return rest(i + count) end
      return false
    end
  end

  -- The interval of places where `rest` is known to fail.
  local function greedy_remembering(item, rest, low_offset)
    local run_end, first = run_finder(item), item.first
    local low, high = 1, 0
    resets[#resets + 1] = function() low, high = 1, 0 end
    return function(i)
      local bottom, top = i + low_offset, run_end(i)
      local j = top
      while j >= bottom do
        if j <= high and j >= low then
          j = low - 1
        else
          if first == nil or first[byte(s, j) or END] then
            local after = rest(j)
            if after then return after end
          end
          j = j - 1
        end
      end
      if bottom <= top then
        if bottom <= high + 1 and top >= low - 1 then
          if bottom < low then low = bottom end
          if top > high then high = top end
        else
          low, high = bottom, top
        end
      end
      return false
    end
  end

  local function lazy_remembering(item, rest)
    local run_end = run_finder(item)
    local next_first = item.first and first_finder(item.first)
    local low, high = 1, 0
    resets[#resets + 1] = function() low, high = 1, 0 end
    return function(i)
      local j, top = i, run_end(i)
      while j <= top do
        if j >= low and j <= high then
          j = high + 1
        else
          if next_first then j = next_first(j) end
          if j == nil or j > top then break end
          if j < low or j > high then
            local after = rest(j)
            if after then return after end
            j = j + 1
          end
        end
      end
      if i <= high + 1 and top >= low - 1 then
        if i < low then low = i end
        if top > high then high = top end
      else
        low, high = i, top
      end
      return false
    end
  end

  -- The one place left: the end of the run.
  local function possessive(item, rest)
    local run_end = run_finder(item)
    local needs_one = item.quantifier == "+"
    return function(i)
      local top = run_end(i)
      if needs_one and top == i then return false end
      return rest(top)
    end
  end

  local function greedy(item, rest, low_offset)
    local run_end, direct = run_finder(item), rest
    rest = nested(rest)
    return function(i)
      local top = run_end(i)
      if top == i and low_offset == 0 then return direct(i) end
      for j = top, i + low_offset, -1 do
        local after = rest(j)
        if after then return after end
      end
      return false
    end
  end

  local function lazy(item, rest)
    local run_end, direct = run_finder(item), rest
    rest = nested(rest)
    return function(i)
      local top = run_end(i)
      if top == i then return direct(i) end
      for j = i, top do
        local after = rest(j)
        if after then return after end
      end
      return false
    end
  end

  local function optional_remembering(item, rest)
    local set = analysis.class_set(item.text)
    local low, high = 1, 0
    resets[#resets + 1] = function() low, high = 1, 0 end
    local function fails(j)
      if j >= low and j <= high then return true end
      return false
    end
    local function remember(j)
      if j == high + 1 and low <= high then high = j
      elseif j == low - 1 and low <= high then low = j
      elseif j < low or j > high then low, high = j, j end
    end
    return function(i)
      if set[byte(s, i)] and not fails(i + 1) then
        local after = rest(i + 1)
        if after then return after end
        remember(i + 1)
      end
      if fails(i) then return false end
      local after = rest(i)
      if not after then remember(i) end
      return after
    end
  end

  local function optional(item, rest)
    local set, inner = analysis.class_set(item.text), nested(rest)
    return function(i)
      if set[byte(s, i)] then
        local after = inner(i + 1)
        if after then return after end
      end
      return rest(i)
    end
  end

  local function quantified(item, rest)
    local quantifier = item.quantifier
    if quantifier == "?" then
      return can_remember and optional_remembering(item, rest) or optional(item, rest)
    elseif can_skip and item.disjoint then
      return possessive(item, rest)
    elseif quantifier == "-" then
      return can_remember and lazy_remembering(item, rest) or lazy(item, rest)
    end
    local low_offset = quantifier == "+" and 1 or 0
    return (can_remember and greedy_remembering or greedy)(item, rest, low_offset)
  end

  local nodes = {}

  function nodes.open(item, rest)
    local level = item.level
    rest = nested(rest)
    return function(i)
      starts[level] = i
      return rest(i)
    end
  end
  nodes.position = nodes.open

  function nodes.close(item, rest)
    local level = item.level
    rest = nested(rest)
    return function(i)
      ends[level] = i
      return rest(i)
    end
  end

  function nodes.finish()
    return function(i)
      if i == n + 1 then return i end
      return false
    end
  end

  function nodes.balance(item, rest) -- in C one pass, however deep
    local open, text = item.open, "^%b" .. char(item.open, item.close)
    return function(i)
      if byte(s, i) ~= open then return false end
      local _, last = find(s, text, i)
      if (last or n) - i > LONG then charge(((last or n) - i) / 4) end
      if last then return rest(last + 1) end
      return false
    end
  end

  function nodes.frontier(item, rest)
    local set = analysis.class_set(item.text)
    return function(i)
      if not set[i > 1 and byte(s, i - 1) or 0] and set[byte(s, i) or 0] then return rest(i) end
      return false
    end
  end

  function nodes.backref(item, rest)
    local level = item.level
    return function(i)
      local from = starts[level]
      local length = ends[level] - from
      if length <= n + 1 - i and is_equal(s, from, s, i, length) then return rest(i + length) end
      return false
    end
  end

  function nodes.never()
    return function() return false end
  end

  function nodes.error(item)
    return function()
      fault = item.message
      return FAULT
    end
  end

  local function chain()
    local k, node = program.count, final
    while k >= 1 do
      local item = program[k]
      if item.kind == "single" and item.quantifier then
        node = quantified(item, node)
      elseif item.kind == "single" then
        local last = k
        while k > 1 and last - k < MAX_SEQUENCE - 1 and program[k - 1].kind == "single" and not program[k - 1].quantifier do k = k - 1 end
        node = sequence(k, last, node)
      else
        node = nodes[item.kind](item, node)
      end
      k = k - 1
    end
    return node
  end

  -- A pattern that begins with a quantifier and fails at one place fails in the whole run that begins there: its rest was tried at
  -- every place that an attempt from further on could reach.
  local function leading_run()
    if not can_remember then return nil end
    for k = 1, program.count do
      local item = program[k]
      if item.kind == "single" then return item.quantifier and item.quantifier ~= "?" and run_finder(item) end
      if item.kind ~= "open" and item.kind ~= "close" and item.kind ~= "position" then return nil end
    end
  end

  ------------------------------------------------------------------------------------------------------------------------

  local match_here = chain()
  local next_start = can_skip and program.first and first_finder(program.first)
  local skip_run = leading_run()
  local is_busy = false
  local matcher = { starts = starts, ends = ends, positions = program.positions }

  local function bind(subject, size)
    s, n = subject, size
    bind_places(subject, size)
    for k = 1, #resets do resets[k]() end
  end

  function matcher.bind(subject)
    if is_busy or subject ~= s then bind(subject, #subject) end
  end

  function matcher.release()
    if n >= KEPT then bind(nil, 0) end
  end

  local function scan(i, anchored)
    while i <= n + 1 do
      if next_start and not anchored then
        i = next_start(i)
        if not i then return nil end
      end
      depth = 0
      local after = match_here(i)
      if after == FAULT then return false, fault end
      if after then return i, after end
      if anchored then return nil end
      i = (skip_run and skip_run(i) or i) + 1
    end
    return nil
  end

  function matcher.search(init, anchored)
    is_busy = true -- so that what an error in between leaves half written is not believed
    local begin, after = scan(init, anchored)
    is_busy = false
    return begin, after
  end

  return matcher
end

return { compile = compile }
