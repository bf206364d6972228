--- Flips a coin, or several: !flip 3
--- @rate_limit 30

local MAX_COINS = 100
local USAGE = "Say how many coins, 1 to " .. MAX_COINS .. ": !flip 3"

local function side() return math.random(2) == 1 and "heads" or "tails" end

function handle(args)
  if args == "" then return "It is " .. side() .. "." end
  local coins = args:match("^%d%d?%d?$") and tonumber(args)
  if not coins or coins < 1 or coins > MAX_COINS then return USAGE end
  local heads = 0
  for _ = 1, coins do
    if side() == "heads" then heads = heads + 1 end
  end
  return coins .. (coins == 1 and " coin: " or " coins: ") .. heads .. " heads, " .. coins - heads .. " tails"
end
