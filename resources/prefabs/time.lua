--- Tells the time: !time, !time +2, !time -3:30
--- @rate_limit 20

local USAGE = "Say how far you are from UTC, -12:00 to +14:00: !time +2 or !time -3:30"

local function minutes_of(text)
  local sign, hours, minutes = text:match("^([+-]?)(%d%d?):?(%d?%d?)$")
  if not hours or #minutes == 1 then return nil end
  hours, minutes = tonumber(hours), tonumber(minutes) or 0
  local total = (sign == "-" and -1 or 1) * (hours * 60 + minutes)
  if minutes > 59 or total < -12 * 60 or total > 14 * 60 then return nil end
  return total
end

local function name_of(minutes)
  if minutes == 0 then return "UTC" end
  local size = math.abs(minutes)
  return string.format("UTC%s%d:%02d", minutes < 0 and "-" or "+", math.floor(size / 60), size % 60)
end

function handle(args)
  local text = args:gsub("^[Uu][Tt][Cc]", "")
  local minutes = text == "" and 0 or minutes_of(text)
  if not minutes then return USAGE end
  return os.date("!%A, %d %B %Y, %H:%M", os.time() + minutes * 60) .. " " .. name_of(minutes)
end
