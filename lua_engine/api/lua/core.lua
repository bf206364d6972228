-- goop.route, goop.owner, goop.log, goop.json, goop.commands: what needs no more of the host than a word or two.
local goop, host, guard = ...

-- As in Goop2, a line is a text. More than one is joined here; Goop2 writes the first alone.
local function pieces(level, first, ...)
  local line = guard.text_of(first)
  if not line then guard.misuse("goop.log." .. level, "text", "a string", first) end
  local rest = select("#", ...)
  if rest == 0 then return line end
  guard.note("log-pieces")
  local parts = { line }
  for i = 1, rest do parts[i + 1] = guard.tostring((select(i, ...))) end
  return table.concat(parts, " ")
end

goop.log = {}
for _, level in ipairs { "info", "warn", "error" } do
  goop.log[level] = function(...) host["log.write"](level, pieces(level, ...)) end
end

-- Handlers are looked up in the table as the script wrote it, when a request comes in. Everything is read raw: what a visitor
-- calls an action is never a key that a metatable answers.
function goop.route(handlers)
  if type(handlers) ~= "table" then guard.misuse("goop.route", "handlers", "a table", handlers) end
  return function(request)
    local params = type(request) == "table" and rawget(request, "params") or nil
    if type(params) ~= "table" then error("request.params missing", 0) end
    local action = rawget(params, "action")
    if type(action) ~= "string" or action == "" then error("action parameter required", 0) end
    local handler = rawget(handlers, action)
    if handler == nil then error("unknown action: " .. action, 0) end
    if type(handler) ~= "function" then error("action " .. action .. " is not a function", 0) end
    return handler(params)
  end
end

guard.OWNER_ONLY = "only the site owner can do this"

-- By the real caller: goop.peer and goop.self are tables that a script may rewrite.
function goop.owner(f)
  if type(f) ~= "function" then guard.misuse("goop.owner", "fn", "a function", f) end
  return function(...)
    if not guard.is_owner then
      guard.owner_refused = true
      error(guard.OWNER_ONLY, 0)
    end
    return f(...)
  end
end

goop.json = { decode = host["goop.json.decode"] }
function goop.json.encode(value)
  local ok, text = guard.native.pcall(guard.encode, value, "value")
  if ok then return text end
  if text == guard.CONVERSION then return nil, text.message end
  error(text, 0)
end

-- An entry of goop.commands() is a record that also behaves as its name, which is all that it is in Goop2: in `..`, tostring,
-- comparisons, table.concat and table.sort, as cmd:upper(), and wherever goop takes a text.
local names, string_functions = guard.names, guard.env.string

local function text(value) return names[value] or value end

local function method(key)
  local f = rawget(string_functions, key)
  return f and function(s, ...) return f(text(s), ...) end
end

local entry = {
  __tostring = function(self) return names[self] end,
  __concat = function(a, b) return text(a) .. text(b) end,
  __len = function(self) return #names[self] end,
  __eq = function(a, b) return names[a] == names[b] end,
  __lt = function(a, b) return text(a) < text(b) end,
  __le = function(a, b) return text(a) <= text(b) end,
  __index = function(_, key) return method(key) end,
  __metatable = false,
}

function goop.commands()
  local list = host["commands.list"]()
  for i = 1, #list do
    names[list[i]] = rawget(list[i], "name")
    setmetatable(list[i], entry)
  end
  return list
end
