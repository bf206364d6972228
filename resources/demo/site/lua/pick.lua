--- Picks a job for you from the open ones
--- @rate_limit 5
function handle()
  local tasks = goop.orm("tasks")
  local open = tasks:find({ where = "done = 0", fields = { "_id", "text" } })
  if #open == 0 then return "Nothing is left to do. Sit in the sun." end
  local task = open[math.random(#open)]
  goop.log.info("picked task " .. task._id .. " for " .. goop.peer.label)
  return goop.peer.label .. ", how about this: " .. task.text
end
