-- What arguments of host functions are made into.

local raise = guard.raise

function guard.misuse(name, param, expected, value)
  raise(name .. ": " .. param .. " must be " .. expected .. ", got " .. (value == nil and "nil" or type(value)))
end

local function converted(name, param, ok, text)
  if ok then return text end
  text = guard.caught(text)
  if text == guard.CONVERSION then raise(name .. ": " .. text.message) end
  error(text, 0)
end

-- A column of a table takes an entry of goop.commands() as its name, as Goop2 does; JSON takes the record that the guide promises.
local function stores_texts(name)
  return guard.has_names and (find(name, "^goop%.orm") or find(name, "^goop%.db") or find(name, "^goop%.config")) ~= nil
end

-- Numbers and booleans cross as they are.
function guard.json(name, param, value)
  local kind = type(value)
  if kind == "boolean" or kind == "number" and value - value == 0 then return value end
  return converted(name, param, real_pcall(guard.encode, value, param, stores_texts(name)))
end

function guard.json_rest(name, param, ...)
  return converted(name, param, real_pcall(guard.encode_list, select("#", ...), { ... }, param, stores_texts(name)))
end

-- An argument that is not a string: the text that Goop2 takes it for, or an error.
function guard.text(name, param, value)
  return guard.text_of(value) or guard.misuse(name, param, "a string", value)
end
