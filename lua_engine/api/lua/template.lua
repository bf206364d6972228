-- goop.template: read from the database when a script first asks for it; from then on a plain table of that VM.
local goop, host = ...

local metatable = getmetatable(goop) or {}
local before = metatable.__index

function metatable.__index(self, key)
  if key == "template" then
    local manifest = host["template.manifest"]()
    rawset(self, "template", manifest)
    return manifest
  end
  if type(before) == "function" then return before(self, key) end
  if before ~= nil then return before[key] end
end

metatable.__metatable = false
setmetatable(goop, metatable)
