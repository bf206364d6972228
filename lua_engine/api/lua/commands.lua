-- goop.commands
local goop, host, guard = ...

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
  if guard.pending[string_functions] then guard.fill(string_functions) end
  if guard.take_names then guard.take_names() end
  guard.has_names = true
  for i = 1, #list do
    names[list[i]] = rawget(list[i], "name")
    setmetatable(list[i], entry)
  end
  return list
end
