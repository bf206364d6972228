-- The pristine functions and the environment for the parts that are not of the guard.

guard.native = {
  type = type, next = next, select = select, error = error, pcall = guard.pcall, tonumber = tonumber, unpack = unpack,
  find = find, match = string.match, gmatch = string.gmatch, gsub = string.gsub, byte = byte, sub = sub, char = char, rep = rep,
  concat = concat, text_of = guard.text_of,
}

local private = {}
for _, name in ipairs {
  "assert", "error", "ipairs", "next", "pairs", "rawequal", "rawget", "rawlen", "rawset", "select", "setmetatable", "tonumber",
  "tostring", "type", "string", "table", "math",
} do
  private[name] = real[name]
end
private.getmetatable = raw_metatable
guard.private = private
