--- Lists the chat commands; !help roll tells about one
--- @rate_limit 20

local function described(command)
  local description = command.description or ""
  return "!" .. command.name .. (description ~= "" and "  " .. description or "")
end

local function about(name, commands)
  for _, command in ipairs(commands) do
    if command.name:lower() == name then return described(command) end
  end
  return "There is no command !" .. name:sub(1, 64) .. ". Say !help to see which there are."
end

function handle(args)
  local commands, lines = goop.commands(), {}
  local name = args:match("^!?(%S+)")
  if name then return about(name:lower(), commands) end
  for at, command in ipairs(commands) do lines[at] = described(command) end
  return "What you can say here:\n" .. table.concat(lines, "\n")
end
