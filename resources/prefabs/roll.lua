--- Rolls dice: !roll, !roll d20, !roll 2d6+1
--- @rate_limit 30

local MAX_DICE, MAX_SIDES, MAX_PLUS = 100, 1000, 10000
local USAGE = "Say how many dice of how many sides: !roll 2d6+1 (up to " .. MAX_DICE .. " dice of 2 to " .. MAX_SIDES .. " sides)"

local function parse(text) -- dice, sides, what is added; nil when that is no roll
  if text == "" then return 1, 6, 0 end
  local dice, sides, plus = text:match("^(%d*)d(%d+)([+-]?%d*)$")
  if not dice or #text > 20 then return nil end
  if plus ~= "" and not plus:match("^[+-]%d+$") then return nil end
  dice, sides, plus = tonumber(dice == "" and "1" or dice), tonumber(sides), tonumber(plus == "" and "0" or (plus:gsub("^%+", "")))
  if dice < 1 or dice > MAX_DICE or sides < 2 or sides > MAX_SIDES or math.abs(plus) > MAX_PLUS then return nil end
  return dice, sides, plus
end

function handle(args)
  local dice, sides, plus = parse((args:lower():gsub("%s+", "")))
  if not dice then return USAGE end
  local shown, total = {}, plus
  for at = 1, dice do
    local value = math.random(sides)
    shown[at], total = tostring(value), total + value
  end
  local name = (dice == 1 and "" or dice) .. "d" .. sides .. (plus == 0 and "" or string.format("%+d", plus))
  if dice == 1 and plus == 0 then return goop.peer.label .. " rolls " .. name .. ": " .. total end
  local added = plus == 0 and "" or (plus > 0 and " + " or " - ") .. math.abs(plus)
  return goop.peer.label .. " rolls " .. name .. ": " .. table.concat(shown, " + ") .. added .. " = " .. total
end
