-- goop.route and goop.owner: what needs nothing of the host.
local goop, _, guard = ...

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
