-- Parses a Lua 5.2 pattern into a flat list of items. Nothing is raised here: lstrlib.c finds a fault only when a match gets
-- there, so a fault is an item too ("error"), and it is always the last one.
--
-- An item: { kind = ..., ... }
--   single    text (a pattern for exactly this class), weight (native steps of one test), byte (of a plain character),
--             any (it is "."), quantifier: nil, "*", "+", "-" or "?"
--   open, close, position   level (of the capture, from 1)
--   finish    "$" at the end        balance   open, close (bytes)
--   frontier  text, weight          backref   level
--   never     a back reference to a position capture fails always
--   error     message
local native = ...
local byte, sub, find = native.byte, native.sub, native.find

local MAX_CAPTURES = 32 -- LUA_MAXCAPTURES
local PERCENT, DOLLAR, OPEN, CLOSE, DOT, BRACKET, CLOSE_BRACKET, CARET = 37, 36, 40, 41, 46, 91, 93, 94
local QUANTIFIERS = { [42] = "*", [43] = "+", [45] = "-", [63] = "?" }

-- classEnd of lstrlib.c: the place after the class that begins at i, or nil and the fault.
local function class_end(p, i, length)
  local c = byte(p, i)
  if c == PERCENT then
    if i == length then return nil, "malformed pattern (ends with '%')" end
    return i + 2
  elseif c ~= BRACKET then
    return i + 1
  end
  i = i + 1
  if byte(p, i) == CARET then i = i + 1 end
  repeat
    if i > length then return nil, "malformed pattern (missing ']')" end
    c = byte(p, i)
    i = i + 1
    if c == PERCENT and i <= length then i = i + 1 end
  until byte(p, i) == CLOSE_BRACKET
  return i + 1
end

local function escaped(c)
  if find(c, "^%w") then return c end
  return "%" .. c
end

local function single(p, i, after)
  local c = byte(p, i)
  local item = { kind = "single", weight = 1 }
  if c == DOT then
    item.any, item.text = true, "."
  elseif c == BRACKET then
    item.text, item.weight = sub(p, i, after - 1), after - i
  elseif c == PERCENT then
    item.text = sub(p, i, after - 1)
    local named = find(item.text, "[acdglpsuwxzACDGLPSUWXZ]", 2)
    if not named then item.byte = byte(p, i + 1) end
  else
    item.byte, item.text = c, escaped(sub(p, i, i))
  end
  return item
end

local function open_capture(program, state, p, i)
  if state.level >= MAX_CAPTURES then return { kind = "error", message = "too many captures" } end
  state.level = state.level + 1
  local is_position = byte(p, i + 1) == CLOSE
  state[state.level] = is_position and "position" or "open"
  program.positions[state.level] = is_position
  return { kind = is_position and "position" or "open", level = state.level }, i + (is_position and 2 or 1)
end

local function close_capture(state, i)
  for level = state.level, 1, -1 do
    if state[level] == "open" then
      state[level] = "closed"
      return { kind = "close", level = level }, i + 1
    end
  end
  return { kind = "error", message = "invalid pattern capture" }
end

local function back_reference(program, state, digit, i)
  local level = digit - 48
  if level < 1 or level > state.level or state[level] == "open" then
    return { kind = "error", message = "invalid capture index %" .. level }
  end
  program.has_backref = true
  return { kind = state[level] == "position" and "never" or "backref", level = level }, i + 2
end

local function frontier(p, i, length)
  if byte(p, i + 2) ~= BRACKET then return { kind = "error", message = "missing '[' after '%f' in pattern" } end
  local after, fault = class_end(p, i + 2, length)
  if not after then return { kind = "error", message = fault } end
  return { kind = "frontier", text = sub(p, i + 2, after - 1), weight = after - i }, after
end

local function balance(p, i, length)
  if i + 3 > length then return { kind = "error", message = "malformed pattern (missing arguments to '%b')" } end
  return { kind = "balance", open = byte(p, i + 2), close = byte(p, i + 3) }, i + 4
end

local function class_item(program, p, i, length)
  local after, fault = class_end(p, i, length)
  if not after then return { kind = "error", message = fault } end
  local item = single(p, i, after)
  item.quantifier = QUANTIFIERS[byte(p, after) or 0]
  if item.quantifier then
    program.nesting = program.nesting + 1
    after = after + 1
  end
  return item, after
end

-- -> the item at i and the place after it; no place when the item is a fault.
local function next_item(program, state, p, i, length)
  local c = byte(p, i)
  if c == OPEN or c == CLOSE then
    program.nesting = program.nesting + 1
    if c == OPEN then return open_capture(program, state, p, i) end
    return close_capture(state, i)
  elseif c == DOLLAR and i == length then
    return { kind = "finish" }, i + 1
  elseif c == PERCENT then
    local letter = byte(p, i + 1)
    if letter == 98 then return balance(p, i, length) end -- %b
    if letter == 102 then return frontier(p, i, length) end -- %f
    if letter and letter >= 48 and letter <= 57 then return back_reference(program, state, letter, i) end
  end
  return class_item(program, p, i, length)
end

local function open_levels(state)
  local open, is_some = {}, false
  for level = 1, state.level do
    if state[level] == "open" then open[level], is_some = true, true end
  end
  return open, is_some
end

-- A program: the items, and what holds for the whole of it.
--   anchored; captures (count); positions[level]; has_backref; open[level], unfinished (captures that are never closed)
--   nesting (calls of match() that can be open at once in lstrlib.c); may_fail (the native function could raise an error)
return function(p)
  local length = #p
  local program = {
    positions = {}, nesting = 0, has_backref = false, anchored = byte(p, 1) == CARET, free = -1,
  }
  local state = { level = 0 }
  local i, count = program.anchored and 2 or 1, 0
  while i and i <= length do
    count = count + 1
    program[count], i = next_item(program, state, p, i, length)
  end
  program.count, program.captures = count, state.level
  program.open, program.unfinished = open_levels(state)
  program.may_fail = i == nil or program.unfinished or program.nesting >= 199
  return program
end
