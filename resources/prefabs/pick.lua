--- Picks one for you: !pick tea, coffee, water
--- @rate_limit 20

local MAX_CHOICES = 100

local function split(text, separator)
  local parts = {}
  for part in (text .. separator):gmatch("(.-)" .. separator) do
    part = part:gsub("^%s+", ""):gsub("%s+$", "")
    if part ~= "" then parts[#parts + 1] = part end
  end
  return parts
end

local function choices_of(text)
  if text:find(",", 1, true) then return split(text, ",") end
  local parts = split(text, " or ")
  if #parts > 1 then return parts end
  return split((text:gsub("%s+", " ")), " ")
end

function handle(args)
  local choices = choices_of(args)
  if #choices < 2 then return "Give me two things or more to choose from: !pick tea, coffee, water" end
  if #choices > MAX_CHOICES then return "That is too much to choose from: at most " .. MAX_CHOICES .. " things, please." end
  return "I pick: " .. choices[math.random(#choices)]
end
