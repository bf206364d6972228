-- Places in the subject of a matcher: where the run of a class ends, where the rest of a pattern can begin. Both are one native
-- find, remembered, so that they cost one pass in all.
local native, charge, parts = ...
local byte, find, char = native.byte, native.find, native.char
local analysis = parts.analysis

local END = analysis.END
local LONG = 2000 -- bytes that a C call may pass over without accounting for them

-- make() -> run_finder, first_finder, bind
local function make()
  local s, n = nil, 0
  local resets = {}

  -- A function i -> the first place from i on that is not in the class.
  local function run_finder(item)
    if item.any then return function() return n + 1 end end
    local pattern, set = "^" .. analysis.class_text(item) .. "*", analysis.class_set(item.text)
    local from, to = 1, 0
    resets[#resets + 1] = function() from, to = 1, 0 end
    return function(i)
      if i >= from and i <= to then return to end
      if not set[byte(s, i)] then return i end
      local _, last = find(s, pattern, i)
      if last - i > LONG then charge(last - i) end
      from, to = i, last + 1
      return to
    end
  end

  -- A function i -> the first place from i on where one of `first` is (n + 1: the end), or nil.
  local function first_finder(first)
    local count = analysis.size(first)
    if count > 200 then return nil end
    local text = analysis.set_text(first)
    local is_byte, at_end = false, first[END]
    if count == 1 and not at_end then
      for c in native.next, first do text, is_byte = char(c), true end
    elseif count == 1 or count == 0 then
      return function() return at_end and n + 1 or nil end
    end
    local from, to = 1, 0
    resets[#resets + 1] = function() from, to = 1, 0 end
    return function(i)
      if i >= from and i <= to then return to <= n and to or at_end and to or nil end
      local at = find(s, text, i, is_byte) or n + 1
      if at - i > LONG then charge(at - i) end
      from, to = i, at
      if at <= n or at_end then return at end
      return nil
    end
  end

  local function bind(subject, size)
    s, n = subject, size
    for k = 1, #resets do resets[k]() end
  end

  return run_finder, first_finder, bind
end

return { make = make, LONG = LONG }
