-- The pristine functions and the environment for the parts that are not of the guard.

guard.native = {
  type = type, next = next, rawget = rawget, rawset = rawset, rawlen = rawlen, rawequal = rawequal, error = error,
  select = select, tostring = tostring, tonumber = tonumber, ipairs = ipairs, pairs = pairs, assert = assert,
  setmetatable = setmetatable, getmetatable = raw_metatable, unpack = unpack,
  pcall = guard.pcall, find = find, match = string.match, gmatch = string.gmatch, gsub = string.gsub, byte = byte, sub = sub,
  len = string.len, char = char, rep = rep, format = format, lower = lower, upper = upper, concat = concat,
  insert = insert, remove = remove, floor = floor, huge = huge, time = now, sort = sort,
  text_of = guard.text_of,
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
