--- Fills the board when it is empty

local function card(column_id, position, title, note)
  return { column_id = column_id, position = position, title = title, note = note or "", created_by = goop.self.label }
end

function call()
  local columns, cards, cfg = goop.orm("columns"), goop.orm("cards"), goop.orm("config")
  local n = cfg:seed({
    { key = "title", value = "Bicycle repair café" },
    { key = "subtitle", value = "Every first Saturday, ten to four, in the old fire station" },
  })
  local made = columns:seed({
    { name = "Ideas", position = 0, color = "slate" },
    { name = "To do", position = 1, color = "blue" },
    { name = "In progress", position = 2, color = "amber" },
    { name = "Done", position = 3, color = "green" },
  })
  if made == 0 then return n end -- the board is the owner's own: no cards of ours belong onto it

  local ids = columns:pluck("_id", { order = "position, _id" })
  return n + made + cards:seed({
    card(ids[1], 0, "A tandem for people who cannot see", "Klara knows somebody who would give one away."),
    card(ids[1], 1, "Evening course: true a wheel"),
    card(ids[1], 2, "Swap shelf for outgrown children's bikes"),
    card(ids[2], 0, "Order brake pads and inner tubes", "28 and 26 inch, ten each.\nThe wholesaler wants the list by Wednesday."),
    card(ids[2], 1, "Hang up the posters", "Library, bakery, both schools."),
    card(ids[2], 2, "Ask the insurance about test rides"),
    card(ids[3], 0, "Build the third repair stand", "The clamps are here, the pipe is being welded."),
    card(ids[3], 1, "Paint a sign for the yard gate"),
    card(ids[4], 0, "Get the key of the fire station"),
    card(ids[4], 1, "Find a coffee machine that works"),
  })
end
