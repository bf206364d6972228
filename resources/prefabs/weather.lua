--- Tells the weather of a place: !weather Lisbon
--- @rate_limit 10

-- Data: open-meteo.com, free and without a key for private sites. An answer is kept for ten minutes.

local PLACES = "https://geocoding-api.open-meteo.com/v1/search"
local FORECAST = "https://api.open-meteo.com/v1/forecast"
local FRESH = 600 -- seconds
local MAX_KEPT = 40 -- places
local MAX_PLACE = 80 -- bytes

local SKY = {
  [0] = "clear sky", [1] = "mostly clear", [2] = "partly cloudy", [3] = "overcast", [45] = "fog", [48] = "freezing fog",
  [51] = "light drizzle", [53] = "drizzle", [55] = "heavy drizzle", [56] = "freezing drizzle", [57] = "freezing drizzle",
  [61] = "light rain", [63] = "rain", [65] = "heavy rain", [66] = "freezing rain", [67] = "freezing rain",
  [71] = "light snow", [73] = "snow", [75] = "heavy snow", [77] = "snow grains", [80] = "light showers", [81] = "showers",
  [82] = "violent showers", [85] = "snow showers", [86] = "heavy snow showers", [95] = "thunderstorm", [96] = "thunderstorm with hail",
  [99] = "thunderstorm with heavy hail",
}

local function encoded(text)
  return (text:gsub("[^%w%-_.~]", function(letter) return string.format("%%%02X", letter:byte()) end))
end

local function fetch(url)
  local body, problem = goop.http.get(url)
  if not body then return nil, problem end
  local answer = goop.json.decode(body)
  if type(answer) ~= "table" then return nil, "the answer is no JSON" end
  return answer
end

local function place_of(name) -- the place; or nil, and what went wrong (nothing when there is no such place)
  local answer, problem = fetch(PLACES .. "?count=1&language=en&format=json&name=" .. encoded(name))
  if not answer then return nil, problem end
  local found = type(answer.results) == "table" and answer.results[1]
  if not found then return nil end
  if type(found) ~= "table" or type(found.latitude) ~= "number" or type(found.longitude) ~= "number" or type(found.name) ~= "string" then
    return nil, "the answer has no place"
  end
  return found
end

local function rounded(value)
  return tostring(math.floor(value + 0.5))
end

local function weather_at(place)
  local answer, problem = fetch(FORECAST .. "?current=temperature_2m,weather_code,wind_speed_10m&daily=temperature_2m_max,temperature_2m_min"
    .. "&forecast_days=1&timezone=auto&latitude=" .. place.latitude .. "&longitude=" .. place.longitude)
  if not answer then return nil, problem end
  local now, day = answer.current, answer.daily
  if type(now) ~= "table" or type(now.temperature_2m) ~= "number" then return nil, "the answer has no temperature" end
  local parts = { rounded(now.temperature_2m) .. " °C", SKY[now.weather_code] }
  if type(now.wind_speed_10m) == "number" then parts[#parts + 1] = "wind " .. rounded(now.wind_speed_10m) .. " km/h" end
  local high = type(day) == "table" and type(day.temperature_2m_max) == "table" and day.temperature_2m_max[1]
  local low = type(day) == "table" and type(day.temperature_2m_min) == "table" and day.temperature_2m_min[1]
  if type(high) == "number" and type(low) == "number" then
    parts[#parts + 1] = "today " .. rounded(low) .. " to " .. rounded(high) .. " °C"
  end
  local country = type(place.country) == "string" and place.country ~= "" and ", " .. place.country or ""
  return place.name .. country .. ": " .. table.concat(parts, ", ")
end

-- Without kv every question goes to the service: nothing else changes.

local function keep(kept, key, reply)
  local fresh, count = {}, 0
  for name, entry in pairs(kept) do
    if type(entry) == "table" and entry.at > os.time() - FRESH and count < MAX_KEPT - 1 then fresh[name], count = entry, count + 1 end
  end
  fresh[key] = { at = os.time(), reply = reply }
  local problem = goop.kv.set("kept", fresh)
  if problem then goop.log.warn("weather: the answer is not kept: " .. problem) end
end

local function sorry(problem)
  goop.log.warn("weather: " .. tostring(problem))
  if problem == "http is disabled" then return "I cannot look outside: this site does not ask other servers." end
  return "The weather service does not answer just now. Try again in a few minutes."
end

function handle(args)
  local name = args:gsub("%c", " "):gsub("%s+", " ")
  if name == "" then return "Say which place: !weather Lisbon" end
  if #name > MAX_PLACE then return "No place has a name that long: at most " .. MAX_PLACE .. " bytes, please." end
  local kept, key = goop.kv.get("kept") or {}, name:lower()
  local entry = kept[key]
  if type(entry) == "table" and entry.at > os.time() - FRESH then return entry.reply end
  local place, problem = place_of(name)
  if problem then return sorry(problem) end
  if not place then return "I know no place called " .. name .. "." end
  local reply, wrong = weather_at(place)
  if not reply then return sorry(wrong) end
  keep(kept, key, reply)
  return reply
end
