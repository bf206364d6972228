-- The rest of the base library: what reads texts.

local charge, tick, caught, bad_argument, SMALL = guard.charge, guard.tick, guard.caught, guard.bad_argument, guard.SMALL
local env = guard.env

local MAX_SOURCE = G.max_load_bytes

local function read_pieces(reader)
  local pieces, n, size = {}, 0, 0
  while true do
    local piece = reader()
    if piece == nil or piece == "" then break end
    if type(piece) ~= "string" then error("reader function must return a string", 0) end
    n, size = n + 1, size + #piece
    pieces[n] = piece
    if size > MAX_SOURCE or n > 10000 then break end
  end
  return concat(pieces)
end

local function loaded(f, message)
  if f then return f end
  return nil, (caught(message))
end

local function guarded_load(chunk, name, mode, ...)
  if type(chunk) == "function" then
    chunk = read_pieces(chunk)
    name = name == nil and "=(load)" or name
  elseif type(chunk) ~= "string" then
    bad_argument(2, "load", 1, "string", chunk)
  end
  if #chunk > MAX_SOURCE then
    return nil, format("load: the source has more than %d KB", floor(MAX_SOURCE / 1024))
  end
  if byte(chunk, 1) == 27 then return nil, "load: binary chunks are not allowed" end
  tick()
  charge(#chunk * 20)
  if name ~= nil and type(name) ~= "string" then bad_argument(2, "load", 2, "string", name) end
  local scope = env
  if select("#", ...) > 0 then scope = (...) end
  return loaded(real_load(chunk, name == nil and chunk or name, "t", scope))
end

local functions = { rawlen = guard.noting("rawlen", "`rawlen`", rawlen) }

function functions.load(chunk, ...)
  if type(chunk) == "string" then guard.note("load-text", "`load` of a text") end
  return guarded_load(chunk, ...)
end

function functions.loadstring(chunk, name)
  if type(chunk) ~= "string" then bad_argument(2, "loadstring", 1, "string", chunk) end
  return guarded_load(chunk, name)
end

-- Goop2 reads a text with a point as a decimal number and any other as a whole one of 64 bits: "1e3" is nil there, and
-- "1.0e3" as here.
local function is_nil_there(value)
  local number = tonumber(value)
  if not number then return false end
  local is_hexadecimal = find(value, "^%s*[-+]?0[xX]")
  if find(value, ".", 1, true) then return is_hexadecimal and not find(value, "[pP]") end
  if number > 2 ^ 63 or number < -2 ^ 63 then return true end
  return find(value, is_hexadecimal and "[pP]" or "[eE]") ~= nil
end

function functions.tonumber(value, ...)
  if type(value) == "string" then
    if #value > SMALL then
      charge(#value)
    elseif select("#", ...) == 0 and (#value > 18 or find(value, "[eExX]")) and is_nil_there(value) then
      guard.note("tonumber-exponent", '`tonumber("' .. sub(value, 1, 30) .. '")`')
    end
  end
  return tonumber(value, ...)
end

-- Memory is the sandbox's affair: only "count" says something, the rest does nothing and answers 0, as in Goop2.
local IDLE = { collect = true, step = true, stop = true, restart = true, setpause = true, setstepmul = true, generational = true,
  incremental = true }
function functions.collectgarbage(option)
  if option == "count" then
    guard.note("memory-count", '`collectgarbage("count")`')
    return collect("count")
  end
  if option == nil or IDLE[option] then return 0 end
  error("bad argument #1 to 'collectgarbage' (invalid option '" .. guard.tostring(option) .. "')", 2)
end

return functions
