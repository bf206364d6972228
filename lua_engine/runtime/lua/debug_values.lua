-- What the debugger shows of a value: JSON text for Python, handles for what can be opened, and pages of tables. Nothing here runs
-- a metamethod: a script cannot find out that somebody looks.
local MAX_TEXT = 8192 -- bytes of a string that are shown
local MAX_PREVIEW = 72

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\" }
for i = 0, 31 do escapes[string.char(i)] = string.format("\\u%04x", i) end
escapes["\127"] = "\\u007f"

local function quoted(s) return '"' .. string.gsub(s, '[%c"\\]', escapes) .. '"' end

-- Plain data: a table with the field 1, or an empty one, is a list.
local function json(value)
  local kind = type(value)
  if kind == "string" then return quoted(value) end
  if kind == "number" then return string.format(value == math.floor(value) and "%.0f" or "%.17g", value) end
  if kind ~= "table" then return value == nil and "null" or tostring(value) end
  local parts = {}
  if value[1] ~= nil or next(value) == nil then
    for i = 1, #value do parts[i] = json(value[i]) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for key, item in next, value do parts[#parts + 1] = quoted(key) .. ":" .. json(item) end
  return "{" .. table.concat(parts, ",") .. "}"
end
D.json = json

local reserved = {}
for word in string.gmatch("and break do else elseif end false for function goto if in local nil not or repeat return then true until while", "%a+") do
  reserved[word] = true
end

local function string_text(s, limit)
  local cut = #s > limit and string.sub(s, 1, limit) or s
  local text = '"' .. string.gsub(cut, '[%c"\\]', function(c)
    if c == "\n" then return "\\n" elseif c == "\t" then return "\\t" elseif c == "\r" then return "\\r" end
    if c == '"' or c == "\\" then return "\\" .. c end
    return string.format("\\%d", string.byte(c))
  end) .. '"'
  if #s > limit then text = text .. string.format("... (%d bytes)", #s) end
  return text
end

function D.is_built_in(f)
  local info = getinfo(f, "S")
  return info.what == "C" or info.linedefined < 1 or info.short_src == "?"
end

local function function_text(f)
  if D.is_built_in(f) then return "function: built in" end
  local info = getinfo(f, "S")
  return "function: " .. info.short_src .. ":" .. info.linedefined
end

local preview

local function short(value)
  local kind = type(value)
  if kind == "string" then return string_text(value, 24) end
  if kind == "table" then return next(value) == nil and "{}" or "{...}" end
  return preview(value)
end

local function key_text(key)
  if type(key) == "string" and string.find(key, "^[%a_][%w_]*$") and not reserved[key] then return key end
  return "[" .. short(key) .. "]"
end
D.key_text = key_text

local function table_text(t)
  local parts, size, n = {}, 2, rawlen(t)
  local listed = 0
  for i = 1, n do
    local value = D.get(t, i)
    if value == nil or size > MAX_PREVIEW then break end
    listed = i
    parts[#parts + 1] = short(value)
    size = size + #parts[#parts] + 2
  end
  if size <= MAX_PREVIEW then
    local looked = 0
    for key, value in D.pairs(t) do
      looked = looked + 1
      if looked > listed + 40 then size = MAX_PREVIEW + 1 break end
      if not (type(key) == "number" and key >= 1 and key <= listed and key % 1 == 0) then
        parts[#parts + 1] = key_text(key) .. " = " .. short(value)
        size = size + #parts[#parts] + 2
        if size > MAX_PREVIEW then break end
      end
    end
  end
  if size > MAX_PREVIEW then
    parts[#parts] = "..."
  end
  return "{" .. table.concat(parts, ", ") .. "}"
end

function preview(value)
  local kind = type(value)
  if kind == "number" or kind == "boolean" or kind == "nil" then return tostring(value) end
  if kind == "string" then return string_text(value, MAX_TEXT) end
  if kind == "table" then return table_text(value) end
  if kind == "function" then return function_text(value) end
  if kind == "thread" then return "coroutine: " .. coroutine.status(value) end
  return "built in"
end
D.preview = preview

--------------------------------------------------------------------------------------------------------------------------
-- The present or the past: `D.overlay` is nil, or maps each table to the values that it had (D.ABSENT: none).

D.ABSENT = {}

function D.get(t, key)
  local changed = D.overlay and D.overlay[t]
  if changed and changed[key] ~= nil then
    local old = changed[key]
    if old == D.ABSENT then return nil end
    return old
  end
  return rawget(t, key)
end

-- As pairs(t) of that time.
function D.pairs(t)
  local changed = D.overlay and D.overlay[t]
  if not changed then return next, t, nil end
  local keys, n, at = {}, 0, 0
  for key, value in next, t do
    if changed[key] ~= D.ABSENT then
      n = n + 1
      keys[n] = key
    end
  end
  for key, old in next, changed do
    if old ~= D.ABSENT and rawget(t, key) == nil then
      n = n + 1
      keys[n] = key
    end
  end
  return function()
    at = at + 1
    local key = keys[at]
    if key ~= nil then return key, D.get(t, key) end
  end
end

--------------------------------------------------------------------------------------------------------------------------
-- Handles: numbers for tables and functions, good for one pause.

local handles, handle_of, pages

function D.forget_handles() handles, handle_of, pages = {}, {}, {} end
D.forget_handles()

local function handle(value)
  local kind = type(value)
  if kind ~= "table" and kind ~= "function" then return 0 end
  if kind == "function" and getinfo(value, "u").nups == 0 then return 0 end
  local number = handle_of[value]
  if not number then
    number = #handles + 1
    handles[number], handle_of[value] = value, number
  end
  return number
end

local numbers, numbered = setmetatable({}, { __mode = "k" }), 0 -- the same table has the same number in the whole session

local function shown(name, value)
  local item = { name = name, type = type(value), text = preview(value), ref = handle(value) }
  if item.type == "table" then
    if not numbers[value] then
      numbered = numbered + 1
      numbers[value] = numbered
    end
    item.number = numbers[value]
  end
  return item
end
D.shown = shown

local MAX_SORTED, MAX_COUNTED = 1000, 1000

local function before(a, b)
  local kind, other = type(a), type(b)
  if kind ~= other then return kind < other end
  if kind == "number" or kind == "string" then return a < b end
  return false
end

-- The keys of a table as they stand at this pause: the array first. Sorted while there are few; for more, as many as were asked for.
local function page_of(t, wanted)
  local page = pages[t]
  if not page then
    page = { keys = {}, count = 0, step = D.pairs(t) }
    local f, s, first = D.pairs(t)
    page.step, page.state, page.last = f, s, first
    pages[t] = page
  end
  while not page.is_complete and page.count < wanted do
    local key = page.step(page.state, page.last)
    if key == nil then
      page.is_complete = true
    else
      page.count = page.count + 1
      page.keys[page.count], page.last = key, key
    end
  end
  if page.is_complete and not page.is_sorted and page.count <= MAX_SORTED then
    table.sort(page.keys, before)
    page.is_sorted = true
  end
  return page
end

-- -> items, number of all (-1: more than can be counted quickly)
function D.children(number, first, count)
  local value = handles[number]
  local items = {}
  if type(value) == "function" then
    local i = 1
    while true do
      local name, item = debug.getupvalue(value, i)
      if not name then break end
      if string.sub(name, 1, 1) ~= "(" then items[#items + 1] = shown(name, item) end
      i = i + 1
    end
    return items, #items
  end
  if value == nil then return items, 0 end
  local page = page_of(value, math.max(first + count, MAX_COUNTED + 1))
  local mt = debug.getmetatable(value)
  if mt and first == 0 then items[1] = shown("(metatable)", mt) end
  for i = first + 1, math.min(first + count, page.count) do
    local key = page.keys[i]
    local item = shown(key_text(key), D.get(value, key))
    item.key = i
    items[#items + 1] = item
  end
  return items, page.is_complete and page.count or -1
end

function D.table_of(number) return handles[number] end

function D.key_of(number, index)
  local page = pages[handles[number]]
  return page and page.keys[index]
end
