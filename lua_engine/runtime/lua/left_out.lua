-- The warning of a table that is sent as a list although it has names too.

local SHOWN = 5 -- names in it

local function shown_key(key)
  if type(key) == "string" then return format("%q", sub(key, 1, 60)) end
  local kind = type(key)
  return "[" .. (kind == "number" and format("%.14g", key) or kind == "boolean" and tostring(key) or kind) .. "]"
end

function guard.warn_left_out(value, most, place)
  local names, more = {}, 0
  for key in next, value do
    if type(key) ~= "number" or key < 1 or key > most or key % 1 ~= 0 then
      if #names < 200 then names[#names + 1] = shown_key(key) else more = more + 1 end
    end
  end
  sort(names)
  for i = SHOWN + 1, #names do
    names[i] = nil
    more = more + 1
  end
  local text = concat(names, ", ")
  if more > 0 then text = format("%s and %d more", text, more) end
  guard.warn(place .. ": left out " .. text .. ": a table with list entries is sent as a list, as Goop2 does")
end
