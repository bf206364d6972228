--- Tells what this site knows about you
--- @rate_limit 10

function handle()
  local role = goop.group.member.role()
  local lines = {
    "You are " .. goop.peer.label .. ".",
    "Peer id: " .. goop.peer.id,
    "Email: " .. ((goop.peer.email or "") ~= "" and goop.peer.email or "not given"),
  }
  if goop.peer.id == goop.self.id then
    lines[#lines + 1] = "This is your own site."
  elseif role ~= "" then
    lines[#lines + 1] = "Role here: " .. role
  else
    lines[#lines + 1] = "You are a visitor here."
  end
  return table.concat(lines, "\n")
end
