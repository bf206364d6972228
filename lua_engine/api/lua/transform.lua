-- goop.transform is Goop2's and not in the guide: whatever a script calls there says so, with the script's own line.
local goop, _, guard = ...

local function refuse()
  guard.raise("goop.transform is not supported")
end

goop.transform = setmetatable({}, {
  __index = function() return refuse end,
  __newindex = refuse,
  __call = refuse,
  __metatable = false,
})
