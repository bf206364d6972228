--- Says what you say: !echo hello
--- @rate_limit 20

local MAX_BYTES = 1000

function handle(args)
  if args == "" then return "Say something for me to repeat: !echo hello" end
  if #args > MAX_BYTES then return "That is too long to repeat: at most " .. MAX_BYTES .. " bytes, please." end
  return args
end
