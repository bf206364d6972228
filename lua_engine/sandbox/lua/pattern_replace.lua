-- What the matches of a pattern are made into: the values of their captures, and the replacements of gsub.
local native, charge = ...
local type, select, unpack = native.type, native.select, native.unpack
local find, byte, sub, concat, text_of = native.find, native.byte, native.sub, native.concat, native.text_of

local PIECES = 256 -- of a gsub result, joined at once
local LONG = 2000 -- bytes that a C call may copy without accounting for them
local SHORT = 256 -- bytes of a replacement text that is worth remembering
local MAX_CACHED = 64
local UNFINISHED = "unfinished capture"

--------------------------------------------------------------------------------------------------------------------------
-- Captures

local function capture(matcher, s, level)
  local from = matcher.starts[level]
  if matcher.positions[level] then return from end
  local after = matcher.ends[level]
  if after - from > LONG then charge((after - from) / 8) end
  return sub(s, from, after - 1)
end

local function captures(matcher, s, count, ...)
  local list, offset = { ... }, select("#", ...)
  for level = 1, count do list[offset + level] = capture(matcher, s, level) end
  return unpack(list, 1, offset + count)
end

-- What match and a gmatch iterator answer, and what a gsub function is given.
local function values(program, matcher, s, i, after)
  local count = program.captures
  if count == 0 then return sub(s, i, after - 1) end
  if count == 1 then return capture(matcher, s, 1) end
  return captures(matcher, s, count)
end

--------------------------------------------------------------------------------------------------------------------------
-- Replacements. maker(program, matcher, s, repl) -> a function (i, after) -> the text, or nil and a message.

-- The parts of a replacement text: strings, and levels of captures (0: the whole match). A fault comes last, as { message }.
local function parse_replacement(repl)
  local list, at, top = {}, 1, 0
  while true do
    local percent = find(repl, "%", at, true)
    if not percent then break end
    if percent > at then list[#list + 1] = sub(repl, at, percent - 1) end
    local c = byte(repl, percent + 1)
    if c and c >= 48 and c <= 57 then
      list[#list + 1] = c - 48
      if c - 48 > top then top = c - 48 end
    elseif c == 37 then
      list[#list + 1] = "%"
    else
      list[#list + 1] = { "invalid use of '%' in replacement string" }
      return list, 99
    end
    at = percent + 2
  end
  if at <= #repl then list[#list + 1] = sub(repl, at) end
  return list, top
end

local tops, top_count = {}, 0 -- the highest capture that a replacement text asks for; 99: it is not a good one

local function top_of(repl)
  local top = tops[repl]
  if top then return top end
  if #repl > SHORT then return select(2, parse_replacement(repl)) end
  if top_count >= MAX_CACHED then tops, top_count = {}, 0 end
  local _, found = parse_replacement(repl)
  tops[repl], top_count = found, top_count + 1
  return found
end

local function is_good_replacement(program, repl)
  local top = top_of(repl)
  return top <= program.captures or top == 1 and program.captures == 0
end

local function captured(program, matcher, s, level, i, after)
  if level == 0 or level == 1 and program.captures == 0 then return sub(s, i, after - 1) end
  if level > program.captures then return nil, "invalid capture index" end
  if program.open[level] then return nil, UNFINISHED end
  return capture(matcher, s, level)
end

local function text_replacer(program, matcher, s, repl)
  local list = parse_replacement(repl)
  if #list == 0 then return function() return "" end end
  if #list == 1 and type(list[1]) == "string" then
    local text = list[1]
    return function() return text end
  end
  return function(i, after)
    local out = {}
    for k = 1, #list do
      local part = list[k]
      if type(part) == "number" then
        local message
        part, message = captured(program, matcher, s, part, i, after)
        if message then return nil, message end
      elseif type(part) == "table" then
        return nil, part[1]
      end
      out[k] = part
    end
    return concat(out)
  end
end

-- What a function or a table gave for the match from i on.
local function settled(value, s, i, after)
  if not value then return sub(s, i, after - 1) end
  local text = text_of(value)
  if not text then return nil, "invalid replacement value (a " .. type(value) .. ")" end
  return text
end

local function function_replacer(program, matcher, s, repl)
  return function(i, after)
    if program.unfinished then return nil, UNFINISHED end
    return settled(repl(values(program, matcher, s, i, after)), s, i, after)
  end
end

local function table_replacer(program, matcher, s, repl)
  return function(i, after)
    if program.unfinished and program.open[1] then return nil, UNFINISHED end
    local key
    if program.captures == 0 then key = sub(s, i, after - 1) else key = capture(matcher, s, 1) end
    return settled(repl[key], s, i, after)
  end
end

local replacers = { string = text_replacer, ["function"] = function_replacer, table = table_replacer }

-- A result that grows: pieces are joined as they come, so that a million of them need no table of a million places.
local function new_result()
  local pieces, count, blocks, size = {}, 0, {}, 0
  local result = {}
  function result.add(text)
    count = count + 1
    pieces[count] = text
    if count >= PIECES then
      local block = concat(pieces, "", 1, count)
      blocks[#blocks + 1] = block
      size, count = size + #block, 0
      if #block > LONG then charge(#block / 8) end
    end
  end
  function result.finish()
    local block = concat(pieces, "", 1, count)
    if #blocks == 0 then return block end
    blocks[#blocks + 1] = block
    charge((size + #block) / 4)
    return concat(blocks)
  end
  return result
end

-- gsub as a Lua loop. next_match(at) -> begin, after | nil | false, message; replace(begin, after) -> text | nil, message.
local function substitute(s, next_match, replace, limit, anchored)
  local result = new_result()
  local add, at, done, n = result.add, 1, 0, #s
  while done < limit do
    local i, after = next_match(at)
    if not i then
      if i == false then return nil, after end
      break
    end
    done = done + 1
    if i > at then add(sub(s, at, i - 1)) end
    local text, message = replace(i, after)
    if message then return nil, message end
    add(text)
    if after > i then
      at = after
    elseif i <= n then
      add(sub(s, i, i))
      at = i + 1
    else
      at = i
      break
    end
    if anchored then break end
  end
  if at <= n then add(sub(s, at)) end
  return result.finish(), done
end

-- What a function gives for the captures of a native find, after the begin and the end of the match.
local function call(repl, i, last, ...)
  return i, last, repl(...)
end

-- gsub with a function or a table, on the native find: the native gsub would nest in C for every callback within a callback.
local function call_back(program, s, p, repl, is_table, limit)
  local pieces, count, blocks = {}, 0, nil
  local captured, at, done, n = program.captures, 1, 0, #s
  while done < limit do
    local i, last, value = find(s, p, at)
    if not i then break end
    if captured == 0 then value = sub(s, i, last) end
    if is_table then value = repl[value]
    elseif captured <= 1 then value = repl(value)
    else i, last, value = call(repl, find(s, p, at)) end
    done = done + 1
    if value then
      local text = text_of(value)
      if not text then return nil, "invalid replacement value (a " .. type(value) .. ")" end
      if i > at then
        count = count + 1
        pieces[count] = sub(s, at, i - 1)
      end
      count = count + 1
      pieces[count] = text
    elseif last >= at then
      count = count + 1
      pieces[count] = sub(s, at, last)
    end
    at = last + 1
    if last < i then
      if i > n then break end
      count = count + 1
      pieces[count] = sub(s, i, i)
      at = i + 1
    end
    if count >= PIECES then
      blocks = blocks or new_result()
      blocks.add(concat(pieces, "", 1, count))
      count = 0
    end
    if program.anchored then break end
  end
  if at <= n then
    count = count + 1
    pieces[count] = sub(s, at)
  end
  local rest = concat(pieces, "", 1, count)
  if not blocks then return rest, done end
  blocks.add(rest)
  return blocks.finish(), done
end

return {
  captures = captures, values = values, replacers = replacers, substitute = substitute, call_back = call_back,
  is_good_replacement = is_good_replacement,
}
