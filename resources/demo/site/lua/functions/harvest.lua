--- What the beds gave, by crop and season

local function totals()
  local harvest = goop.orm("harvest")
  return harvest:aggregate("crop, SUM(grams) AS grams, COUNT(*) AS pickings", { group_by = "crop" })
end

local function log_picking(params)
  if goop.group.member.role() == "" then
    return { error = "members only" }
  end
  local id, err = goop.orm("harvest"):insert({ crop = params.crop, grams = params.grams, season = params.season })
  if not id then return { error = err } end
  return { id = id }
end

-- A mistake, left here on purpose: when nobody picked the crop, `best` is nil and the last line fails. Run it with
-- {"crop": "pumpkin"} and see how the Call Tester and the log say where.
local function best(params)
  local rows = goop.orm("harvest"):find({ where = "crop = ?", args = { params.crop }, order = "grams DESC", limit = 1 })
  local best = rows[1]
  return { crop = params.crop, grams = best.grams, season = best.season }
end

local dispatch = goop.route({ totals = totals, log = log_picking, best = best })

function call(request) return dispatch(request) end
