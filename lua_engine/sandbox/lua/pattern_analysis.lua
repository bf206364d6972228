-- What can be known of a pattern before it meets a subject: the bytes of each class, with which bytes the rest of the pattern
-- can begin, and so where a quantifier never has to give back what it took.
local native = ...
local byte, char, sub, gmatch, next = native.byte, native.char, native.sub, native.gmatch, native.next

local END = 256 -- the end of the subject, as a member of a set of bytes
local LONG_CLASS = 64 -- bytes of a class text that a native function may look at for every byte of a subject

local every_byte -- as one string; made when first needed, since most scripts never do

local function members(text)
  if not every_byte then
    every_byte = ""
    for c = 0, 255 do every_byte = every_byte .. char(c) end
  end
  local set = {}
  for c in gmatch(every_byte, text) do set[byte(c)] = true end
  return set
end

-- A long bracket class, read as matchbracketclass of lstrlib.c does.
local function long_members(text)
  local set, is_complement = {}, byte(text, 2) == 94
  local i, last = is_complement and 3 or 2, #text - 1
  while i <= last do
    local c = byte(text, i)
    if c == 37 then
      for d in next, members(sub(text, i, i + 1)) do set[d] = true end
      i = i + 2
    elseif byte(text, i + 1) == 45 and i + 2 <= last then
      for d = c, byte(text, i + 2) do set[d] = true end
      i = i + 3
    else
      set[c] = true
      i = i + 1
    end
  end
  if not is_complement then return set end
  local rest = {}
  for c = 0, 255 do rest[c] = not set[c] or nil end
  return rest
end

local known, known_count = {}, 0

-- The bytes of a class, as a table: set[byte] = true.
local function class_set(text)
  local set = known[text]
  if set then return set end
  set = #text > LONG_CLASS and long_members(text) or members(text)
  if known_count >= 128 then known, known_count = {}, 0 end
  known[text], known_count = set, known_count + 1
  return set
end

local function add(target, set)
  for c in next, set do target[c] = true end
end

-- The bytes with which items[k..] can begin, and the steps to see that another byte cannot; nil: they can begin with anything.
local function first_of(program, k)
  local first, steps = {}, 1
  for index = k, program.count do
    local item = program[index]
    local kind = item.kind
    steps = steps + 1
    if kind == "single" then
      add(first, class_set(item.text))
      steps = steps + item.weight
      if item.quantifier == nil or item.quantifier == "+" then return first, steps end
    elseif kind == "finish" then
      first[END] = true
      return first, steps
    elseif kind == "balance" then
      first[item.open] = true
      return first, steps
    elseif kind == "frontier" then
      local set = class_set(item.text)
      add(first, set)
      if set[0] then first[END] = true end -- the end counts as a zero byte there
      return first, steps + 2 * item.weight
    elseif kind == "backref" or kind == "error" then
      return nil, 0
    elseif kind == "never" then
      return first, steps
    end
  end
  return nil, 0
end

local function is_disjoint(set, first)
  for c in next, set do
    if first[c] then return false end
  end
  return true
end

local SPECIAL = { [37] = true, [45] = true, [93] = true, [94] = true } -- % - ] ^ cannot be the ends of a range

-- A pattern text that matches one byte of the set (END aside). Ranges keep it short; they are also the one way to write a single
-- letter safely, since "%a" is a class.
local function set_text(set)
  local text, c = "[", 0
  while c < 256 do
    if set[c] then
      local low = c
      while c < 255 and set[c + 1] do c = c + 1 end
      local high, tail = c, ""
      while low <= high and SPECIAL[low] do text, low = text .. "%" .. char(low), low + 1 end
      while high >= low and SPECIAL[high] do tail, high = tail .. "%" .. char(high), high - 1 end
      if low <= high then text = text .. char(low) .. "-" .. char(high) end
      text = text .. tail
    end
    c = c + 1
  end
  return text .. "]"
end

-- The text of a class that a native function is given: a long one is written anew.
local function class_text(item)
  if item.weight <= LONG_CLASS then return item.text end
  local set = class_set(item.text)
  if next(set) == nil then return "[^%z\1-\255]" end
  return set_text(set)
end

local function size(set)
  local n = 0
  for _ in next, set do n = n + 1 end
  return n
end

-- Adds to each quantified item: disjoint, first, first_steps (of what follows it), and to the program: first.
local function analyse(program)
  if program.analysed then return end
  for k = 1, program.count do
    local item = program[k]
    if item.kind == "single" and item.quantifier then
      item.first, item.first_steps = first_of(program, k + 1)
      item.disjoint = item.first ~= nil and is_disjoint(class_set(item.text), item.first)
    end
  end
  program.first = first_of(program, 1)
  program.analysed = true
end

return { analyse = analyse, class_set = class_set, class_text = class_text, set_text = set_text, is_disjoint = is_disjoint, size = size, END = END }
