--- Fills the garden's tables when they are empty

local function task(text, kind, due, done, by)
  return { text = text, kind = kind, due = due, done = done or 0, created_by = by }
end

function call()
  local list = {
    task("Sow broad beans in the long bed", "bed", "2026-03-02", 1, "Anna"),
    task("Mend the water butt", "water", "2026-03-09", 1, "Ben"),
    task("Prune the gooseberries", "bed", "2026-03-14", 1, "Mara"),
    task("Sharpen spades and hoes", "tools", "2026-03-20", 1, "Ben"),
    task("Lay planks over the muddy path", "tools", "2026-04-03", 1, "Chiara"),
    task("Plant out the leeks", "bed", "2026-05-18", 1, "Anna"),
    task("Net the strawberries before the blackbirds find them", "bed", "2026-05-28", 0, "Mara"),
    task("Water the tomatoes, early and only at the root", "water", "2026-06-01", 0, "Ben"),
    task("Empty and scrub the pond pump", "water", "2026-06-06", 0, "Ben"),
    task("Tie in the runner beans", "bed", "2026-06-10", 0, "Anna"),
    task("Count chairs for the midsummer party", "party", "2026-06-15", 0, "Chiara"),
    task("Ask the neighbours about the music", "party", "2026-06-16", 0, "Mara"),
    task("Bake something with rhubarb", "party", "2026-06-20", 0, "Anna"),
    task("Turn the compost", "tools", "2026-07-01", 0, "Ben"),
    task("Save seed from the best lettuce", "bed", "2026-08-20", 0, "Mara"),
    task("Order garlic for October", "bed", "2026-09-05", 0, "Mara"),
  }
  for position, row in ipairs(list) do row.position = position - 1 end
  local n = goop.orm("tasks"):seed(list)
  return n + goop.orm("harvest"):seed({
    { crop = "rhubarb", grams = 1850, season = "spring" },
    { crop = "spinach", grams = 640, season = "spring" },
    { crop = "radish", grams = 310, season = "spring" },
    { crop = "strawberry", grams = 1240, season = "summer" },
    { crop = "broad bean", grams = 2100, season = "summer" },
    { crop = "lettuce", grams = 980, season = "summer" },
    { crop = "courgette", grams = 3900, season = "summer" },
    { crop = "tomato", grams = 2750, season = "summer" },
    { crop = "tomato", grams = 4420, season = "summer" },
    { crop = "runner bean", grams = 1670, season = "summer" },
    { crop = "potato", grams = 8300, season = "autumn" },
    { crop = "leek", grams = 2240, season = "autumn" },
    { crop = "apple", grams = 12600, season = "autumn" },
    { crop = "pear", grams = 5100, season = "autumn" },
  })
end
