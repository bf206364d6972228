-- goop.group.member: the caller in the template group. The id is asked for when it is first read, since a VM is made before its call.
local goop, host = ...

goop.group.member = setmetatable({ role = host["group.member_role"] }, {
  __index = function(self, key)
    if key ~= "id" then return nil end
    local id = host["group.member_id"]()
    rawset(self, "id", id)
    return id
  end,
  __metatable = false,
})
