-- string.upper and string.lower by Unicode, as in Goop2. ASCII stays in the VM.
local _, host, guard = ...
local find = guard.native.find

function guard.change_string(strings)
  for _, name in ipairs { "upper", "lower" } do
    local ascii, unicode = strings[name], host["text." .. name]
    strings[name] = function(s, ...)
      if type(s) == "string" and find(s, "[\128-\255]") then return unicode(s) end
      return ascii(s, ...)
    end
  end
end
