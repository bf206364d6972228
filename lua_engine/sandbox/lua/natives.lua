-- The pristine functions of the interpreter. The core of the prelude stands in this scope, each noun in a block of its own; a part
-- that is loaded later gets those that it names (see guard.py, which reads these lines).
local type, next, rawget, rawset, rawlen, rawequal = type, next, rawget, rawset, rawlen, rawequal
local error, select, tostring, tonumber = error, select, tostring, tonumber
local real_pcall, real_xpcall, real_load = pcall, xpcall, load
local setmetatable, raw_metatable, set_raw_metatable = setmetatable, debug.getmetatable, debug.setmetatable
local getinfo, collect = debug.getinfo, collectgarbage
local unpack, concat, insert, remove, sort = table.unpack, table.concat, table.insert, table.remove, table.sort
local sub, byte, find, format, rep = string.sub, string.byte, string.find, string.format, string.rep
local lower, upper, reverse, char = string.lower, string.upper, string.reverse, string.char
local floor, huge, now, clock, date = math.floor, math.huge, os.time, os.clock, os.date
local create, resume, status = coroutine.create, coroutine.resume, coroutine.status
