--- Says whether this site is there
--- @rate_limit 20

function handle()
  return "pong! It is " .. os.date("!%H:%M:%S") .. " UTC here."
end
