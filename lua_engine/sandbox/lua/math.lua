-- math. C's rand() is one state for the whole process, so the generator is our own (L'Ecuyer's MRG32k3a), seeded per VM.

local bad_argument = guard.bad_argument

local maths = {}
for name, value in next, math do maths[name] = value end
maths.mod = maths.fmod

function maths.log(x, ...)
  if select("#", ...) > 0 then guard.note("log-base", "`math.log` with a base") end
  return math.log(x, ...)
end

function maths.log10(x) return math.log(x, 10) end

local M1, M2 = 4294967087, 4294944443
local x1, x2, x3, y1, y2, y3 = 1, 2, 3, 4, 5, 6

local function random()
  local p = (1403580 * x2 - 810728 * x1) % M1
  x1, x2, x3 = x2, x3, p
  local q = (527612 * y3 - 1370589 * y1) % M2
  y1, y2, y3 = y2, y3, q
  return ((p - q) % M1) / M1
end

local function seed(value)
  local s = floor(value) % 2147483647
  if s ~= s then s = 1 end
  local function part() s = (s * 16807 + 12345) % 2147483647 return s + 1 end
  x1, x2, x3, y1, y2, y3 = part(), part(), part(), part(), part(), part()
  for _ = 1, 6 do random() end
end

function maths.randomseed(value)
  if type(value) ~= "number" then bad_argument(2, "randomseed", 1, "number", value) end
  seed(value)
end

function maths.random(low, high, ...)
  if low == nil then return random() end
  if high == nil then low, high = 1, low end
  if type(low) ~= "number" or type(high) ~= "number" then bad_argument(2, "random", 1, "number", type(low) == "number" and high or low) end
  low, high = floor(low), floor(high)
  if low > high then error("bad argument #1 to 'random' (interval is empty)", 2) end
  return low + floor(random() * (high - low + 1))
end

seed(guard.random_seed)

return maths
