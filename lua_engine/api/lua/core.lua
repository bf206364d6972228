-- goop.route, goop.owner, goop.log, goop.json, goop.commands: what needs no more of the host than a word or two.
local goop, host, guard = ...

local function pieces(...)
  local parts = {}
  for i = 1, select("#", ...) do parts[i] = tostring((select(i, ...))) end
  return table.concat(parts, " ")
end

goop.log = {}
for _, level in ipairs { "info", "warn", "error" } do
  goop.log[level] = function(...) host["log.write"](level, pieces(...)) end
end

-- Handlers are looked up in the table as the script wrote it, when a request comes in.
function goop.route(handlers)
  if type(handlers) ~= "table" then guard.misuse("goop.route", "handlers", "a table", handlers) end
  return function(request)
    local params = type(request) == "table" and request.params or nil
    if type(params) ~= "table" then error("request.params missing", 0) end
    local action = params.action
    if action == nil or action == "" then error("action parameter required", 0) end
    local handler = handlers[action]
    if handler == nil then error("unknown action: " .. tostring(action), 0) end
    if type(handler) ~= "function" then error("action " .. tostring(action) .. " is not a function", 0) end
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

-- Scripts in the wild write "!" .. cmd: an entry is a record that also behaves as its name.
local entry = {
  __tostring = function(self) return rawget(self, "name") end,
  __concat = function(a, b)
    if type(a) == "table" then a = rawget(a, "name") end
    if type(b) == "table" then b = rawget(b, "name") end
    return a .. b
  end,
  __metatable = false,
}
function goop.commands()
  local list = host["commands.list"]()
  for i = 1, #list do setmetatable(list[i], entry) end
  return list
end
