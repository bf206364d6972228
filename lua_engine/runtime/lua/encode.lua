-- Values that go out: JSON text, written here, under the call's own limits. Keys come in byte order, so that the same table is the
-- same text in every call, and Python has nothing to sort.
--
-- The text is collected in `out`, two or three pieces a field, and joined a thousand pieces at a time. An example:
--
--   { { id = 7, name = "a" }, { id = 8, name = "b" } }
--
-- `[`, then the first object: its keys are brought into order and kept as a shape, "id" and "name", with their texts. The second
-- has as many keys and all of these, so it is written by the same shape: `,`, `{"id":`, 8, `,"name":"`, `b`, `"`, `}`.
-- `path` holds the keys above a container; of its own it learns one only when it goes deeper, or for an error.
local charge, shapes, gsub = guard.charge, guard.shapes, string.gsub

local MAX_DEPTH, MAX_NODES, MAX_BYTES = G.max_depth, G.max_nodes, G.max_json_bytes
local MANY = 1000 -- pieces that are joined at once
local LONG = 1024 -- bytes of a text that is written in parts
local PIECE = 65536 -- bytes that are handed to Python at once
local SPARSE = 1000 -- up to this key any list may have holes

local CLEAN, SPECIAL = '^[^%c"\\]*$', '[%c"\\]'
local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }
setmetatable(escapes, { __index = function(_, c) return format("\\u%04x", byte(c)) end })

local CONVERSION = guard.CONVERSION

local out, n -- pieces
local joined, joined_count, joined_size -- of those before
local nodes, size, max_size, root, path, opened
local as_names -- an entry of goop.commands() is written as its name
local sink -- a result goes to Python piece by piece, so that it need not fit into the VM twice

local function path_text(depth)
  local text = root
  for i = 1, depth do
    local key = path[i]
    local kind = type(key)
    if kind == "number" then text = text .. "[" .. format("%.14g", key) .. "]"
    elseif kind ~= "string" and kind ~= "boolean" then text = text .. "[" .. kind .. "]" -- its address says nothing
    elseif find(tostring(key), "^[%a_][%w_]*$") then text = text .. "." .. tostring(key)
    else text = text .. format("[%q]", sub(tostring(key), 1, 60)) end
    if #text > 400 then return text .. "..." end
  end
  return text
end

local function refuse(depth, problem)
  guard.distrust()
  CONVERSION.message = "cannot convert " .. path_text(depth) .. ": " .. problem
  error(CONVERSION, 0)
end

local function flush()
  local text = concat(out, "", 1, n)
  n, size = 0, size + #text
  if size > max_size then refuse(0, format("more than %d MB of JSON", floor(max_size / 1048576))) end
  charge(#text)
  joined_count, joined_size = joined_count + 1, joined_size + #text
  joined[joined_count] = text
  if sink and joined_size > PIECE then
    sink(concat(joined, "", 1, joined_count))
    joined_count, joined_size = 0, 0
  end
end

local function escaped(s)
  if find(s, CLEAN) then return s end
  return (gsub(s, SPECIAL, escapes))
end

local function put(text)
  n = n + 1
  out[n] = text
end

local function put_long(s)
  put('"')
  for i = 1, #s, 16384 do
    charge(32768)
    put(escaped(sub(s, i, i + 16383)))
    flush()
  end
  put('"')
end

-- As Go's encoding/json: whole numbers without a point, else the shortest digits that read back as the value.
local function number_text(value, depth)
  if value ~= value or value == huge or value == -huge then
    refuse(depth, "NaN and infinity are not JSON numbers")
  end
  if value % 1 == 0 and value < 1e15 and value > -1e15 then return format("%d", value) end
  return guard.numbers.json(value)
end

local write

local function put_value(value, depth)
  local kind = type(value)
  if kind == "string" then
    if #value >= LONG then return put_long(value) end
    put('"' .. escaped(value) .. '"')
  elseif kind == "number" then put(number_text(value, depth))
  elseif kind == "boolean" then put(value and "true" or "false")
  elseif kind == "nil" then put("null")
  elseif kind == "table" then write(value, depth)
  else refuse(depth, "a " .. kind .. " has no JSON form") end
end

-- The two loops below have most of the work, so they write what is common themselves: short texts, and numbers whose "%.14g", which
-- is what table.concat makes of them, is their text: whole ones, and those that are k / 10000 for a whole k (a quotient that is
-- rounded to the same number is what the decimal reads back as). `+ 0` makes 0 of -0.

local function write_list(value, length, depth)
  local before, before_text = "[", '["'
  for i = 1, length do
    local item, at = value[i], n
    local kind = type(item)
    if kind == "string" and #item < LONG then
      if not find(item, CLEAN) then item = gsub(item, SPECIAL, escapes) end
      out[at + 1], out[at + 2], out[at + 3] = before_text, item, '"'
      n = at + 3
    else
      out[at + 1] = before
      n = at + 1
      if kind == "number" and item % 1 == 0 and item < 1e14 and item > -1e14 then
        n = at + 2
        out[n] = item + 0
      else
        path[depth] = i
        put_value(item, depth)
      end
    end
    if n > MANY then flush() end
    before, before_text = ",", ',"'
  end
  put("]")
end

local function add_texts(shape)
  local before, before_text = {}, {}
  for i = 1, #shape do
    before[i] = (i == 1 and '{"' or ',"') .. escaped(shape[i]) .. '":'
    before_text[i] = before[i] .. '"'
  end
  shape.before, shape.before_text = before, before_text
end

local function write_shape(value, shape, depth)
  if not shape.before then add_texts(shape) end
  local before, before_text = shape.before, shape.before_text
  for i = 1, #shape do
    local item, at = value[shape[i]], n
    local kind = type(item)
    if kind == "string" and #item < LONG then
      if not find(item, CLEAN) then item = gsub(item, SPECIAL, escapes) end
      out[at + 1], out[at + 2], out[at + 3] = before_text[i], item, '"'
      n = at + 3
    else
      out[at + 1] = before[i]
      n = at + 1
      local k = kind == "number" and item * 10000
      if k and k % 1 == 0 and k < 1e13 and k > -1e13 and k / 10000 == item then
        n = at + 2
        out[n] = item + 0
      else
        path[depth] = shape[i]
        put_value(item, depth)
      end
    end
    if n > MANY then flush() end
  end
  put("}")
end

-- The text of a key, not quoted yet.
local function key_text(key, depth)
  local kind = type(key)
  if kind == "string" then return key end
  if kind == "number" then
    if key == huge or key == -huge then refuse(depth, "infinity cannot be a key") end
    return number_text(key, depth)
  end
  if kind == "boolean" then return tostring(key) end
  refuse(depth, "a " .. kind .. " cannot be a key")
end

-- The keys by their texts; of two with one text (1.5 and "1.5") the text itself counts.
local function keys_by_text(value, depth)
  local texts, by_text, count = {}, {}, 0
  for key in next, value do
    path[depth] = key
    local text = key_text(key, depth)
    if by_text[text] == nil then
      count = count + 1
      texts[count] = text
    end
    if by_text[text] == nil or type(key) == "string" then by_text[text] = key end
  end
  shapes.sort(texts)
  return texts, by_text
end

local function write_sorted(value, depth)
  local texts, by_text = keys_by_text(value, depth)
  for i = 1, #texts do
    local key = by_text[texts[i]]
    put((i == 1 and '{"' or ',"') .. escaped(texts[i]) .. '":')
    path[depth] = key
    put_value(rawget(value, key), depth)
    if n > MANY then flush() end
  end
  put("}")
end

-- What a table is in JSON, by Goop2's rule: with any positive integer key it is an array up to the largest one.
--   { 1, nil, 3 }  -> [1,null,3]      { 1, 2, x = 3 } -> [1,2], and x is left out, which the call is warned of
-- Answers the largest such key (0: an object), how many such keys there are, how many texts, and how many others.
local function kinds_of_keys(value)
  local most, places, texts, others = 0, 0, 0, 0
  for key in next, value do
    local kind = type(key)
    if kind == "string" then
      texts = texts + 1
    elseif kind == "number" and key >= 1 and key % 1 == 0 then
      places = places + 1
      if key > most then most = key end
    else
      others = others + 1
    end
  end
  return most, places, texts, others
end

local function count_nodes(count, depth)
  nodes = nodes + count
  if nodes > MAX_NODES then refuse(depth, format("more than %d values", MAX_NODES)) end
end

-- A list with holes, or with names beside it.
local function write_array(value, most, places, others, depth)
  if most > SPARSE and most > 10 * places then
    refuse(depth, format("a list of %d values whose largest key is %.0f is too sparse for an array", places, most))
  end
  if others > 0 then guard.warn_left_out(value, most, path_text(depth)) end
  count_nodes(most, depth)
  for i = 1, most do
    put(i == 1 and "[" or ",")
    path[depth + 1] = i
    put_value(rawget(value, i), depth + 1)
    if n > MANY then flush() end
  end
  put("]")
end

local function write_any(value, depth)
  if as_names and guard.names[value] then return put_value(guard.names[value], depth) end
  local most, places, texts, others = kinds_of_keys(value)
  if most > 0 then return write_array(value, most, places, texts + others, depth) end
  count_nodes(texts + others, depth)
  if others > 0 or raw_metatable(value) ~= nil or not shapes.is_worth_keeping(texts) then
    return write_sorted(value, depth + 1)
  end
  local keys, count = {}, 0
  for key in next, value do
    count = count + 1
    keys[count] = key
  end
  shapes.sort(keys)
  return write_shape(value, shapes.keep(keys, (next(value))), depth + 1)
end

local function refuse_depth(depth)
  for last = 1, depth do
    for before = 0, last - 1 do
      if opened[before] == opened[last] then refuse(last, "the table contains itself") end
    end
  end
  refuse(depth, format("nested deeper than %d", MAX_DEPTH))
end

function write(value, depth)
  opened[depth] = value
  if depth >= MAX_DEPTH then refuse_depth(depth) end
  local first = next(value)
  if first == nil then
    if not guard.pending[value] then return put("[]") end
    guard.fill(value)
    return write(value, depth)
  end
  if first == 1 then
    local count = 0
    for key in next, value do
      count = count + 1
      if key ~= count then return write_any(value, depth) end
    end
    count_nodes(count, depth)
    return write_list(value, count, depth + 1)
  end
  local shape = raw_metatable(value) == nil and shapes.of(value, first)
  if not shape then return write_any(value, depth) end
  count_nodes(#shape, depth)
  return write_shape(value, shape, depth + 1)
end

local function begin(name, max, names_only, to)
  out, n, joined, joined_count, joined_size = {}, 0, {}, 0, 0
  nodes, size, max_size, root, path, opened, as_names, sink = 1, 0, max, name, {}, {}, names_only, to
  guard.trust()
end

local function finish()
  flush()
  local text = concat(joined, "", 1, joined_count)
  guard.distrust()
  out, joined, path, opened, sink = nil, nil, nil, nil, nil
  return text
end

-- JSON text of a value; raises CONVERSION.
local function encode(value, name, names_only)
  begin(name, MAX_BYTES, names_only)
  put_value(value, 0)
  return finish()
end

-- As encode, for the result of a call: all but the last piece goes to `to`, and it may have `max` bytes.
local function encode_result(value, name, max, to)
  begin(name, max, false, to)
  put_value(value, 0)
  return finish()
end

local function encode_list(count, list, name, names_only) -- an array that keeps its nils
  begin(name, MAX_BYTES, names_only)
  count_nodes(count, 0)
  put("[")
  for i = 1, count do
    if i > 1 then put(",") end
    path[1] = i
    put_value(list[i], 1)
    if n > MANY then flush() end
  end
  put("]")
  return finish()
end

guard.encode, guard.encode_list, guard.encode_result = encode, encode_list, encode_result
