-- Runs one call on the native functions, on the guarded ones and on the forced matcher, and answers the differences as text.
local source = ...
local pack, pcall, concat, tostring, type = table.pack, pcall, table.concat, tostring, type
local strings = { find = string.find, match = string.match, gmatch = string.gmatch, gsub = string.gsub }
local native = {
  text_of = function(value) if type(value) == "number" or type(value) == "string" then return tostring(value) end end,
  type = type, tostring = tostring, tonumber = tonumber, error = error, select = select, unpack = table.unpack, next = next,
  find = string.find, match = string.match, gmatch = string.gmatch, gsub = string.gsub,
  byte = string.byte, sub = string.sub, char = string.char, rep = string.rep, concat = table.concat,
}
local charged, asked = 0, {}
for _, name in ipairs { "find", "match", "gmatch", "gsub" } do
  local f = native[name]
  native[name] = function(s, p, ...)
    asked[p] = true
    return f(s, p, ...)
  end
end
local guarded = assert(load(source, "=prelude", "t", {}))(native, function(n)
  assert(n == n and n >= 0, "a charge must be a number of steps")
  charged = charged + n
end)
local implementations = { strings, guarded, guarded.forced }

local function show(list)
  local out = { tostring(list.n) }
  for i = 1, list.n do
    local value = list[i]
    out[#out + 1] = type(value) == "string" and ("%q"):format(value) or type(value) == "table" and "table" or tostring(value)
  end
  return concat(out, " ")
end

local function outcome(f, ...)
  return show(pack(pcall(f, ...)))
end

local replacements = {
  ["function"] = function(...) return "<" .. show(pack(...)) .. ">" end,
  sparse = function(a) if a == "a" or a == 1 then return nil elseif a == "b" then return false end return 7.5 end,
  table = { a = "1", b = "22", ab = 3, [1] = "one", [2] = false, [""] = "-" },
  index = setmetatable({}, { __index = function(_, key) return "[" .. tostring(key) .. "]" end }),
  bad = function() return {} end,
  yes = { a = true },
}

local operations = {}
function operations.find(f, s, p, ...) local r = pack(f.find(s, p, ...)) return show(r) end
function operations.match(f, s, p, ...) local r = pack(f.match(s, p, ...)) return show(r) end
function operations.gsub(f, s, p, ...) local r = pack(f.gsub(s, p, ...)) return show(r) end
function operations.gsub_by(f, s, p, name, ...) local r = pack(f.gsub(s, p, replacements[name], ...)) return show(r) end
function operations.gmatch(f, s, p)
  local out, iterator = {}, f.gmatch(s, p)
  for _ = 1, 200 do
    local r = pack(iterator())
    out[#out + 1] = show(r)
    if r[1] == nil then break end
  end
  out[#out + 1] = show(pack(iterator()))
  return concat(out, ";")
end

-- -> "" or what differs
local function compare(operation, ...)
  local call = assert(operations[operation], operation)
  local expected = outcome(call, implementations[1], ...)
  for i = 2, 3 do
    local got = outcome(call, implementations[i], ...)
    if got ~= expected then
      return ("%s(%s)\n  native %s\n  %s %s"):format(operation, show(pack(...)), expected, i == 2 and "guarded" or "forced", got)
    end
  end
  return ""
end

-- The whole set of calls on one pair.
local function compare_all(s, p, repl, init, limit)
  for _, difference in ipairs {
    compare("find", s, p), compare("match", s, p), compare("gmatch", s, p), compare("gsub", s, p, repl),
    compare("find", s, p, init), compare("match", s, p, init), compare("find", s, p, init, true), compare("gsub", s, p, repl, limit),
    compare("gsub_by", s, p, "function"), compare("gsub_by", s, p, "sparse", limit), compare("gsub_by", s, p, "table"),
    compare("gsub_by", s, p, "index"), compare("gsub_by", s, p, "bad"), compare("gsub_by", s, p, "yes"),
  } do
    if difference ~= "" then return difference end
  end
  return ""
end

-- Did the guarded call give this very pattern to a native function?
local function is_native(operation, s, p, ...)
  asked = {}
  pcall(assert(operations[operation], operation), guarded, s, p, ...)
  return asked[p] == true
end

return { is_native = is_native, compare = compare, compare_all = compare_all, guarded = guarded, charged = function() return charged end }
