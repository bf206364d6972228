-- Numbers as texts. C's "%.14g" is not what Goop2 writes; its rule, Go's:
--   a whole number that fits 64 bits     all its digits             1e15 -> 1000000000000000
--   another                              the shortest digits that read back as the same number
--     from 0.0001 up to 1000000          with a point               1/3 -> 0.3333333333333333
--     else                               with an exponent           1234567.5 -> 1.2345675e+06, 1e300 -> 1e+300
-- JSON has the same digits, but an exponent only below 1e-6 and from 1e21.

local LEAST, MOST = -2 ^ 63, 2 ^ 63

-- The shortest "d.ddde+xx" that reads back as `value`.
local function with_exponent(value)
  for digits = 13, 16 do
    local text = format("%." .. digits .. "e", value)
    if digits == 16 or tonumber(text) == value then
      local mantissa, exponent = string.match(text, "^(.-)0*(e.*)$")
      return string.gsub(mantissa, "%.$", "") .. exponent
    end
  end
end

local function with_point(value)
  for digits = 14, 17 do
    local text = format("%." .. digits .. "g", value)
    if digits == 17 or tonumber(text) == value then return text end
  end
end

local function special(value)
  if value ~= value then return "NaN" end
  return value > 0 and "+Inf" or "-Inf"
end

local function text(value)
  if value % 1 == 0 then
    if value < 1e14 and value > -1e14 then return value == 0 and "0" or tostring(value) end
    if value >= LEAST and value < MOST then return format("%d", value) end
    return with_exponent(value)
  end
  local size = value < 0 and -value or value
  if size < 1e6 and size >= 1e-4 then return with_point(value) end
  if size ~= size or size == huge then return special(value) end
  return with_exponent(value)
end

-- For JSON: `value` is finite.
local function json(value)
  if value % 1 == 0 and value < 1e21 and value > -1e21 then return format("%.0f", value) end
  local size = value < 0 and -value or value
  local long = with_exponent(value)
  if size >= 1e21 then return long end
  if size < 1e-6 then return (string.gsub(long, "e%-0", "e-")) end
  local mantissa, exponent = string.match(long, "^-?(.-)e(.*)$")
  local places = (#mantissa > 1 and #mantissa - 2 or 0) - tonumber(exponent)
  return format("%." .. (places > 0 and places or 0) .. "f", value)
end

-- Does `..`, which is an instruction of the VM, write `value` in another way?
local function is_told_apart(value)
  if value % 1 == 0 and value < 1e14 and value > -1e14 then return value == 0 and 1 / value < 0 end
  return text(value) ~= tostring(value)
end

guard.numbers = { text = text, json = json, is_told_apart = is_told_apart }
