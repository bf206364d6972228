-- Every place where a script can catch an error comes through here.

local land, review, distrust = guard.land, guard.review, guard.distrust

guard.at_error = false -- a debugger's

local MAX_PROTECTED = 180 -- nested protected calls; Lua's own C limit is 200

-- The VM puts "?:0: " before an error of an instruction of ours: our code has no source and no lines.
function guard.without_place(err)
  if byte(err, 1) == 63 and sub(err, 1, 5) == "?:0: " then return sub(err, 6) end
  return err
end

local function caught(err, ...)
  land()
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

-- A message handler, before unwinding: an error that a native function raised inside one of our wrappers has no place yet.
local function place(err, first)
  if guard.at_error and not first then guard.at_error(err) end
  if type(err) ~= "string" then return err end
  first = first or 2
  local bare = guard.without_place(err)
  if bare == err then
    -- A function of the script's that one of ours called (sort's comparison) has its place already.
    local raiser, wrapper = getinfo(first, "fl"), getinfo(first + 1, "lS")
    if not wrapper or raiser.func == error or raiser.currentline > 0 then return err end
    if wrapper.currentline > 0 or wrapper.what == "C" then return err end
  end
  for level = first + 1, first + 10 do
    local info = getinfo(level, "Sl")
    if not info then break end
    if info.currentline > 0 then return info.short_src .. ":" .. info.currentline .. ": " .. bare end
  end
  return bare
end
guard.place = place

local function deeper()
  if inner + outer >= MAX_PROTECTED then error("stack overflow (too many nested protected calls)", 3) end
  local saved = inner
  inner = saved + 1
  return saved
end

function guard.pcall(f, ...)
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

function guard.xpcall(f, handler, ...)
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

function guard.begin_protect() inner, outer = 0, 0 end

guard.real_load, guard.real_xpcall, guard.real_pcall = load, real_xpcall, real_pcall
guard.getinfo = getinfo
