-- The pristine functions of the interpreter, for all parts of the guard: declared once, since each local that a closure keeps costs
-- every VM its time and memory. The parts that follow stand in this scope, each in a block of its own (see guard.py).
local guard, G = ...

local type, next, rawget, rawset, rawlen, rawequal = type, next, rawget, rawset, rawlen, rawequal
local error, select, tostring, tonumber = error, select, tostring, tonumber
local real_pcall, real_xpcall, real_load = pcall, xpcall, load
local setmetatable, raw_metatable, getinfo, collect = setmetatable, debug.getmetatable, debug.getinfo, collectgarbage
local unpack, concat, insert, remove, sort = table.unpack, table.concat, table.insert, table.remove, table.sort
local sub, byte, find, format, rep = string.sub, string.byte, string.find, string.format, string.rep
local lower, upper, reverse, char = string.lower, string.upper, string.reverse, string.char
local floor, huge, now, clock, date = math.floor, math.huge, os.time, os.clock, os.date
local create, resume, status = coroutine.create, coroutine.resume, coroutine.status
