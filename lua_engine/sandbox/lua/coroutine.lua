-- coroutine: each one gets the hook, a verdict passes through resume, and nesting counts across them.

local tick, caught, apply, apply_to = guard.tick, guard.caught, guard.hook.apply, guard.hook.apply_to
local enter_coroutine, leave_coroutine = guard.enter_coroutine, guard.leave_coroutine

local current = nil -- the running coroutine
local resumer_of = setmetatable({}, { __mode = "k" }) -- for the debugger; false: the main thread
local is_wrapped = setmetatable({}, { __mode = "k" })
guard.resumer_of, guard.is_wrapped = resumer_of, is_wrapped
local depth_of = setmetatable({}, { __mode = "k" }) -- protected calls inside a suspended coroutine

-- An error of an instruction of ours gets the place in the script that called us; the stack of a dead coroutine is still there.
local function placed(co, err, ...)
  if type(err) ~= "string" or guard.without_place(err) == err then return err, ... end
  for level = 0, 20 do
    local info = getinfo(co, level, "Sl")
    if not info then break end
    if info.currentline > 0 then
      return info.short_src .. ":" .. info.currentline .. ": " .. guard.without_place(err), ...
    end
  end
  return err, ...
end

local function settle_resume(co, before, saved_inner, saved_outer, ok, ...)
  depth_of[co] = leave_coroutine(saved_inner, saved_outer)
  current = before
  apply() -- ours counts by an interval of before
  if not ok and guard.at_error then guard.at_error((...), co) end
  if ok then return true, ... end
  return false, caught(placed(co, ...))
end

local function guarded_create(f)
  tick()
  local co = create(f)
  apply_to(co)
  return co
end

local function guarded_resume(co, ...)
  tick() -- the hook's count begins anew in every resume
  if type(co) ~= "thread" then return resume(co) end
  local saved_inner, saved_outer = enter_coroutine(depth_of[co] or 0)
  if not saved_inner then return false, "C stack overflow" end
  if status(co) == "suspended" then apply_to(co) end
  local before = current
  current, resumer_of[co] = co, before or false
  return settle_resume(co, before, saved_inner, saved_outer, resume(co, ...))
end

local function unwrap(ok, ...)
  if ok then return ... end
  local err = ...
  if type(err) == "string" then error(err, 2) end
  error(err, 0)
end

local function guarded_wrap(f)
  local co = guarded_create(f)
  is_wrapped[co] = true
  return function(...) return unwrap(guarded_resume(co, ...)) end
end

return {
  create = guard.noting("coroutine", "`coroutine.create`", guarded_create),
  wrap = guard.noting("coroutine", "`coroutine.wrap`", guarded_wrap),
  running = guard.noting("coroutine", "`coroutine.running`", coroutine.running),
  resume = guarded_resume, status = status, yield = coroutine.yield,
}
