-- Values across the border. Out: JSON text, written here, under the call's own limits. In: a flat stream of scalars that Python
-- hands over in chunks and `builder` turns into tables. No table and no function ever crosses.
local G, guard = ...
local native = guard.native
local type, next, rawlen, tostring, error = native.type, native.next, native.rawlen, native.tostring, native.error
local format, gsub, find, byte, concat, floor, huge = native.format, native.gsub, native.find, native.byte, native.concat, native.floor, native.huge
local sub, setmetatable = native.sub, native.setmetatable
local charge = guard.charge

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

local function number_text(value, depth)
  if value ~= value or value == huge or value == -huge then
    refuse(depth, "NaN and infinity are no JSON numbers")
  end
  if value == floor(value) and value < 1e15 and value > -1e15 then return format("%d", value) end
  if value == floor(value) and value < 1e21 and value > -1e21 then return format("%.0f", value) end -- as Go's encoding/json
  local text = format("%.14g", value)
  if native.tonumber(text) ~= value then text = format("%.17g", value) end
  return text
end

local function is_array(value) -- keys 1..n and nothing else
  local length, count = rawlen(value), 0
  for key in next, value do
    count = count + 1
    if count > length or type(key) ~= "number" or key ~= floor(key) or key < 1 or key > length then return false end
  end
  return count == length, length
end

local function key_text(key, depth)
  local kind = type(key)
  if kind == "string" then return quoted(key) end
  if kind == "number" then
    if key == huge or key == -huge then refuse(depth, "infinity is no key") end
    return '"' .. number_text(key, depth) .. '"'
  end
  if kind == "boolean" then return '"' .. tostring(key) .. '"' end
  refuse(depth, "a " .. kind .. " is no key")
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

local function write_object(value, depth, open)
  put("{")
  local first = true
  for key, item in next, value do
    keys[depth] = key
    if not first then put(",") end
    first = false
    put(key_text(key, depth))
    put(":")
    write(item, depth, open)
  end
  put("}")
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
    local array, length = is_array(value)
    if array then write_array(value, length, depth + 1, open) else write_object(value, depth + 1, open) end
    open[value] = nil
  else
    refuse(depth, "a " .. kind .. " has no JSON form")
  end
end

local function begin(name, max, to)
  out, n, nodes, size, max_size, root, keys, sink, pending = {}, 0, 0, 0, max, name, {}, to, 0
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

local function value()
  local token = take()
  if token ~= nil then return token end
  local operation = take()
  if operation == 0 then return nil end
  local count, result = take(), {}
  if operation == 1 then
    for i = 1, count do result[i] = value() end
  else
    for _ = 1, count do
      local key = take()
      result[key] = value()
    end
  end
  return result
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
