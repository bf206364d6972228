-- Every place where a script can catch an error comes through here.

local review, distrust, place = guard.review, guard.distrust, guard.place

local MAX_PROTECTED = 180 -- nested protected calls; Lua's own C limit is 200

local function caught(err, ...)
  if guard.is_lifted then guard.land() end
  distrust()
  review(err)
  if type(err) == "string" then err = guard.without_place(err) end
  if type(err) == "userdata" then return "internal error", ... end -- a Python exception: no script may hold it
  return err, ...
end
guard.caught = caught

-- Nesting of protected calls; Lua's own counter is reset inside coroutines. `inner` counts in the running coroutine, `outer` in
-- those that wait for it: a coroutine may leave under another resumer than it entered.
local inner, outer = 0, 0

local function settle(saved, ok, ...)
  inner = saved
  if ok then return true, ... end
  return false, caught(...)
end

local function deeper()
  if inner + outer >= MAX_PROTECTED then error("stack overflow (too many nested protected calls)", 3) end
  local saved = inner
  inner = saved + 1
  return saved
end

local function protected_call(f, ...)
  return settle(deeper(), real_xpcall(f, place, ...))
end

-- A message handler runs with hooks off, so ours runs after unwinding. It cannot see the stack, but there is no debug library.
local function settle_handler(saved, ok, ...)
  inner = saved
  if ok then return false, ... end
  return false, caught(...)
end

local function settle_x(handler, saved, ok, ...)
  if ok then
    inner = saved
    return true, ...
  end
  inner = saved + 1 -- handlers can nest too
  return settle_handler(saved, real_pcall(handler, caught(...)))
end

local function protected_xcall(f, handler, ...)
  if select("#", ...) > 0 then guard.note("xpcall-arguments", "`xpcall` with arguments") end
  return settle_x(handler, deeper(), real_xpcall(f, place, ...))
end

-- For coroutines: the depths of who resumes, and false when there is no room for another.
function guard.enter_coroutine(depth)
  local saved_inner, saved_outer = inner, outer
  if saved_inner + saved_outer >= MAX_PROTECTED then return false end
  outer = saved_inner + saved_outer + 1
  inner = depth
  return saved_inner, saved_outer
end

-- -> the depth inside the coroutine that was left
function guard.leave_coroutine(saved_inner, saved_outer)
  local depth = inner
  inner, outer = saved_inner, saved_outer
  return depth
end

function guard.protected_depth() return inner + outer end

guard.real_load, guard.real_pcall, guard.getinfo = load, real_pcall, getinfo
guard.pcall, guard.xpcall = protected_call, protected_xcall

return { pcall = protected_call, xpcall = protected_xcall }
