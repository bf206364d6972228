--- Greets you, or whoever you name
function handle(args)
  local name = args ~= "" and args or goop.peer.label
  return "Hello, " .. name .. "! The gate of the garden is open."
end
