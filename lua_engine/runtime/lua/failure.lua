-- What is said of an error that ended a run. The script's own __tostring may be called, so this is called under its limits.

local tostring = guard.tostring

local MAX_MESSAGE = 8192

local describe
function describe(err)
  local kind = type(err)
  if kind == "string" then
    if #err > MAX_MESSAGE then return sub(err, 1, MAX_MESSAGE) .. "... (cut)" end
    return err
  end
  if kind == "userdata" then return "internal error" end
  if kind == "number" or kind == "boolean" or kind == "nil" then return tostring(err) end
  local mt = raw_metatable(err)
  if type(mt) == "table" and rawget(mt, "__tostring") ~= nil then return describe(tostring(err)) end
  return "(error object is a " .. kind .. " value)"
end

function guard.failure(err) -- -> status, text
  if err == guard.CONVERSION then return "conversion", err.message end
  return "script", describe(err)
end
