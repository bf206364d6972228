-- `goop`, whose namespaces are parts (parts.lua).

guard.CONVERSION = {} -- the error of a value that has no JSON form; its message is in it
guard.host = {} -- name -> the checked function

local goop, pending, need = {}, guard.pending, guard.need
guard.env.goop = goop
local settled = {} -- keys that the script has set, or that came with their part

local function bring(part)
  for key, value in next, need(part) do
    if not settled[key] then
      settled[key] = true
      rawset(goop, key, value)
    end
  end
end

pending[goop] = true
function guard.fill_goop()
  for key, part in next, guard.directory().keys do
    if key ~= "template" then bring(part) end -- that one asks the database
  end
  pending[goop] = nil
end

setmetatable(goop, {
  __index = function(_, key)
    local part = not settled[key] and guard.directory().keys[key]
    if not part then return nil end
    bring(part)
    return rawget(goop, key)
  end,
  __newindex = function(_, key, value)
    settled[key] = true
    rawset(goop, key, value)
  end,
  __metatable = false,
})
