-- Values across the border. Out: JSON text, written here, under the call's own limits. In: a flat stream of scalars that Python
-- hands over in chunks and `builder` turns into tables. No table and no function ever crosses.
local G, guard = ...
local native = guard.native
local type, next, tostring, error = native.type, native.next, native.tostring, native.error
local format, gsub, find, byte, concat, floor, huge = native.format, native.gsub, native.find, native.byte, native.concat, native.floor, native.huge
local sub, setmetatable = native.sub, native.setmetatable
local charge, numbers = guard.charge, guard.numbers

--------------------------------------------------------------------------------------------------------------------------
-- Out

local MAX_DEPTH, MAX_NODES, MAX_BYTES = G.max_depth, G.max_nodes, G.max_json_bytes
local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }
for i = 0, 31 do
  local c = native.char(i)
  escapes[c] = escapes[c] or format("\\u%04x", i)
end
escapes["\127"] = "\\u007f"

local CONVERSION = setmetatable({}, { __name = "conversion" }) -- marks errors made here

local out, n, nodes, size, max_size, root, keys
local is_sorted
local sink, pending -- a result goes to Python piece by piece, so that it need not fit into the VM twice
local PIECE = 65536

local function path_text(depth)
  local text = root
  for i = 1, depth do
    local key = keys[i]
    if type(key) == "number" then text = text .. "[" .. format("%.14g", key) .. "]"
    elseif find(tostring(key), "^[%a_][%w_]*$") then text = text .. "." .. tostring(key)
    else text = text .. format("[%q]", sub(tostring(key), 1, 60)) end
    if #text > 400 then return text .. "..." end
  end
  return text
end

local function refuse(depth, problem)
  CONVERSION.message = "cannot convert " .. path_text(depth) .. ": " .. problem
  error(CONVERSION, 0)
end

local function flush()
  charge(pending)
  sink(concat(out, "", 1, n))
  n, pending = 0, 0
end

local function put(text)
  local length = #text
  size = size + length
  if size > max_size then refuse(0, format("more than %d MB of JSON", floor(max_size / 1048576))) end
  if sink and pending + length > PIECE then
    if n > 0 then flush() end
    if length > PIECE then
      sink(text)
      return
    end
  end
  n = n + 1
  out[n] = text
  pending = pending + length
end

local function escaped(s)
  if find(s, '[%c"\\]') then return (gsub(s, '[%c"\\]', escapes)) end
  return s
end

local function quoted(s) return '"' .. escaped(s) .. '"' end

local function put_long(s)
  put('"')
  for i = 1, #s, 16384 do
    charge(32768)
    put(escaped(sub(s, i, i + 16383)))
  end
  put('"')
end

-- As Go's encoding/json: whole numbers without a point, else the shortest digits that read back as the value.
local function number_text(value, depth)
  if value ~= value or value == huge or value == -huge then
    refuse(depth, "NaN and infinity are no JSON numbers")
  end
  if value % 1 == 0 and value < 1e15 and value > -1e15 then return format("%d", value) end
  return numbers.json(value)
end

-- The text of a key, not quoted yet.
local function key_text(key, depth)
  local kind = type(key)
  if kind == "string" then return key end
  if kind == "number" then
    if key == huge or key == -huge then refuse(depth, "infinity is no key") end
    return number_text(key, depth)
  end
  if kind == "boolean" then return tostring(key) end
  refuse(depth, "a " .. kind .. " is no key")
end

-- What a table is in JSON, by Goop2's rule: with any positive integer key it is an array up to the largest one.
--   { 1, nil, 3 }  -> [1,null,3]      { 1, 2, x = 3 } -> [1,2], and x is left out, which the call is warned of
-- Answers the largest such key (0: an object), how many such keys there are, how many texts, and how many others.
local function shape_of(value)
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

local SPARSE = 1000 -- up to this key any list may have holes
local SHOWN = 5 -- names in a warning

local function shown_key(key)
  if type(key) == "string" then return format("%q", sub(key, 1, 60)) end
  return "[" .. tostring(key) .. "]"
end

local function warn_left_out(value, most, depth)
  local names, more = {}, 0
  for key in next, value do
    if type(key) ~= "number" or key < 1 or key > most or key % 1 ~= 0 then
      if #names < 200 then names[#names + 1] = shown_key(key) else more = more + 1 end
    end
  end
  native.sort(names)
  for i = SHOWN + 1, #names do
    names[i] = nil
    more = more + 1
  end
  local text = concat(names, ", ")
  if more > 0 then text = format("%s and %d more", text, more) end
  guard.warn(path_text(depth) .. ": left out " .. text .. ": a table with list entries is sent as a list, as Goop2 does")
end

local write

local function write_array(value, length, depth, open)
  put("[")
  for i = 1, length do
    if i > 1 then put(",") end
    keys[depth] = i
    write(native.rawget(value, i), depth, open)
  end
  put("]")
end

local function write_pairs(value, depth, open)
  local before = '"'
  for key, item in next, value do
    keys[depth] = key
    put(before .. escaped(key) .. '":')
    before = ',"'
    write(item, depth, open)
  end
end

-- The keys by their texts; of two with one text (1.5 and "1.5") the text itself counts.
local function keys_by_text(value, depth)
  local texts, by_text, n = {}, {}, 0
  for key in next, value do
    keys[depth] = key
    local text = key_text(key, depth)
    if by_text[text] == nil then
      n = n + 1
      texts[n] = text
    end
    if by_text[text] == nil or type(key) == "string" then by_text[text] = key end
  end
  guard.sort(texts)
  return texts, by_text
end

-- In byte order of the keys' texts, so that the same table is the same text in every call.
local function write_sorted(value, depth, open)
  local texts, by_text = keys_by_text(value, depth)
  for i = 1, #texts do
    local key = by_text[texts[i]]
    keys[depth] = key
    put((i == 1 and '"' or ',"') .. escaped(texts[i]) .. '":')
    write(native.rawget(value, key), depth, open)
  end
end

local function write_table(value, depth, open)
  local most, places, texts, others = shape_of(value)
  if most == 0 then
    if texts == 0 and others == 0 then return put("[]") end
    put("{")
    if is_sorted or others > 0 then write_sorted(value, depth + 1, open) else write_pairs(value, depth + 1, open) end
    return put("}")
  end
  if most > SPARSE and most > 10 * places then
    refuse(depth, format("a list of %d values whose largest key is %.0f is too sparse for an array", places, most))
  end
  if texts + others > 0 then warn_left_out(value, most, depth) end
  write_array(value, most, depth + 1, open)
end

function write(value, depth, open)
  nodes = nodes + 1
  if nodes > MAX_NODES then refuse(depth, format("more than %d values", MAX_NODES)) end
  local kind = type(value)
  if kind == "string" then
    if #value < 1024 then put(quoted(value)) else put_long(value) end
  elseif kind == "number" then put(number_text(value, depth))
  elseif kind == "boolean" then put(value and "true" or "false")
  elseif kind == "nil" then put("null")
  elseif kind == "table" then
    if open[value] then refuse(depth, "the table contains itself") end
    if depth >= MAX_DEPTH then refuse(depth, format("nested deeper than %d", MAX_DEPTH)) end
    open[value] = true
    write_table(value, depth, open)
    open[value] = nil
  else
    refuse(depth, "a " .. kind .. " has no JSON form")
  end
end

local function begin(name, max, to)
  out, n, nodes, size, max_size, root, keys, sink, pending = {}, 0, 0, 0, max, name, {}, to, 0
  is_sorted = to == nil -- the host sorts the keys of a result
end

local function finish()
  charge(pending)
  local text = concat(out, "", 1, n)
  out, keys, sink = nil, nil, nil
  return text
end

-- JSON text of a value; raises CONVERSION.
local function encode(value, name)
  begin(name, MAX_BYTES)
  write(value, 0, {})
  return finish()
end

-- As encode, for the result of a call: all but the last piece goes to `to`, and it may have `max` bytes.
local function encode_result(value, name, max, to)
  begin(name, max, to)
  write(value, 0, {})
  return finish()
end

local function encode_list(count, list, name) -- an array that keeps its nils
  begin(name, MAX_BYTES)
  put("[")
  for i = 1, count do
    if i > 1 then put(",") end
    keys[1] = i
    write(list[i], 1, {})
  end
  put("]")
  return finish()
end

guard.encode, guard.encode_list, guard.encode_result, guard.CONVERSION = encode, encode_list, encode_result, CONVERSION

--------------------------------------------------------------------------------------------------------------------------
-- In. A token is a scalar; nil means that an operation follows: 0 nil itself, 1 array of n, 2 object of n, each followed by n.

local pull -- set by the boot chunk: () -> more, token...
local tokens, at, last, more

local function refill(count, still, ...)
  more, tokens, at, last = still, { ... }, 0, count - 1
end

local function count_and_refill(...) refill(native.select("#", ...), ...) end

local function take()
  if at >= last then
    if not more then error("the value ended too early", 0) end
    count_and_refill(pull())
  end
  at = at + 1
  return tokens[at]
end

local MAX_PACKED = 50000 -- slots of the stack
local value

-- `#` of [1,null,3] is 3, as in Goop2: Lua says so of a table whose array part ends with a value, which a constructor makes.
local function list(count)
  local result, last, has_holes = {}, 0, false
  for i = 1, count do
    local item = value()
    if item == nil then
      has_holes = true
    else
      result[i], last = item, i
    end
  end
  if has_holes and last <= MAX_PACKED then return { native.unpack(result, 1, last) } end
  return result
end

local function object(count)
  local result = {}
  for _ = 1, count do
    local key = take()
    result[key] = value()
  end
  return result
end

function value()
  local token = take()
  if token ~= nil then return token end
  local operation = take()
  if operation == 0 then return nil end
  if operation == 1 then return list(take()) end
  return object(take())
end

local function build_value(...) -- more, token...
  count_and_refill(...)
  local result = value()
  tokens = nil
  return result
end

local function build_rows(...) -- more, width, name..., value...   (width 0: single values)
  count_and_refill(...)
  local width, names, result, count = take(), {}, {}, 0
  for i = 1, width do names[i] = take() end
  while true do
    if at >= last then
      if not more then break end
      count_and_refill(pull())
    else
      count = count + 1
      if width == 0 then
        at = at + 1
        local item = tokens[at]
        if item == nil then count = count - 1 else result[count] = item end
      else
        local row = {}
        for i = 1, width do row[names[i]] = tokens[at + i] end
        at = at + width
        result[count] = row
      end
    end
  end
  tokens = nil
  return result
end

guard.build_value, guard.build_rows = build_value, build_rows
function guard.set_pull(f) pull = f end
