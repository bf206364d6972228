--- Counts things: !counter coffee +1, !counter coffee, !counter
--- @rate_limit 30

-- Everybody may count; only the owner starts a counter over (!counter coffee reset) or removes it (!counter coffee delete).

local MAX_COUNTERS, MAX_STEP, MAX_COUNT = 100, 1000, 1000000000
local USAGE = "Say !counter coffee +1 to count, !counter coffee to look, !counter to see all. "
  .. "A name is one word of at most 30 letters, digits, - and _."

local function all()
  local counters, problem = goop.kv.get("counters")
  if problem then return nil, problem end
  return counters or {}
end

local function save(counters)
  local problem = goop.kv.set("counters", counters)
  if problem then
    goop.log.error("counter: " .. tostring(problem))
    return "I cannot count just now: " .. problem
  end
  return nil
end

local function listing(counters)
  local lines = {}
  for name, count in pairs(counters) do lines[#lines + 1] = name .. ": " .. count end
  if #lines == 0 then return "Nothing is counted yet. " .. USAGE end
  table.sort(lines)
  return table.concat(lines, "\n")
end

local function add(counters, name, step)
  if math.abs(step) > MAX_STEP then return "One step is at most " .. MAX_STEP .. "." end
  if not counters[name] then
    local known = 0
    for _ in pairs(counters) do known = known + 1 end
    if known >= MAX_COUNTERS then return "There are " .. MAX_COUNTERS .. " counters already." end
  end
  local count = (counters[name] or 0) + step
  if math.abs(count) > MAX_COUNT then return name .. " cannot go any further." end
  counters[name] = count
  return save(counters) or name .. ": " .. count
end

local function by_owner(counters, name, value, done)
  if goop.peer.id ~= goop.self.id then return "Only " .. goop.self.label .. " can do this." end
  if not counters[name] then return "There is no counter " .. name .. "." end
  counters[name] = value
  return save(counters) or done
end

function handle(args)
  local counters, problem = all()
  if not counters then return "I cannot count just now: " .. problem end
  if args == "" then return listing(counters) end
  local name, rest = args:lower():match("^([%w_-]+)%s*(.-)$")
  if not name or #name > 30 then return USAGE end
  if rest == "" then
    return counters[name] and name .. ": " .. counters[name] or "There is no counter " .. name .. " yet: !counter " .. name .. " +1 begins it."
  end
  if rest == "reset" then return by_owner(counters, name, 0, name .. ": 0") end
  if rest == "delete" then return by_owner(counters, name, nil, "The counter " .. name .. " is gone.") end
  local sign, digits = rest:match("^([+-])(%d%d?%d?%d?%d?%d?)$")
  if not sign then return USAGE end
  return add(counters, name, (sign == "-" and -1 or 1) * tonumber(digits))
end
