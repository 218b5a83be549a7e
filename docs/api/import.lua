-- Sends a file for a list, shows what would change, and imports it: import.lua LIST FILE NOTE [--accept]
-- GATEKEEPER_URL is the desk's address, GATEKEEPER_KEY a key for the scope `lists.import`.
-- Needs lua-socket and lua-cjson; for an address with https take `ssl.https` of lua-sec in place of `socket.http`.
local http = require("socket.http")
local ltn12 = require("ltn12")
local socket = require("socket")
local url = require("socket.url")
local json = require("cjson")
http.TIMEOUT = 120

local function give_up(why)
  io.stderr:write(why, "\n")
  os.exit(1)
end

-- cjson makes every number a float; what is not known is null.
local function whole(number)
  return type(number) == "number" and string.format("%d", number) or "unknown"
end

local function refused(problem)
  local lines = { "nothing was changed: " .. problem.detail }
  for _, one in ipairs(problem.errors or {}) do
    lines[#lines + 1] = string.format("%s, line %d: %s", one.file or "", one.line or 0, one.detail)
  end
  give_up(table.concat(lines, "\n"))
end

local function key()
  local file = assert(io.open("/proc/sys/kernel/random/uuid"))
  local text = file:read("l")
  file:close()
  return text
end

local function ask(method, path, body, file)
  local parts, headers = {}, { ["Authorization"] = "Bearer " .. os.getenv("GATEKEEPER_KEY") }
  local source
  if file then
    -- Piece by piece: never more of it is in memory.
    headers["Content-Length"] = file:seek("end")
    file:seek("set")
    source = ltn12.source.file(file)
  elseif body then
    local text = json.encode(body)
    headers["Content-Length"] = #text
    source = ltn12.source.string(text)
  end
  headers["Content-Type"] = file and "application/octet-stream" or "application/json"
  if method == "POST" then headers["Idempotency-Key"] = key() end
  local ok, status = http.request({
    url = os.getenv("GATEKEEPER_URL") .. path,
    method = method,
    headers = headers,
    source = source,
    sink = ltn12.sink.table(parts),
  })
  if not ok then give_up("nothing is known: " .. tostring(status)) end
  local read, answer = pcall(json.decode, table.concat(parts))
  if not read then give_up("nothing is known: no answer") end
  if status >= 400 then refused(answer) end
  return answer
end

-- Waits until what was begun has ended.
local function ended(found)
  while found.state == "looking" or found.state == "importing" do
    socket.sleep(1)
    found = ask("GET", "/v1/imports/" .. found.id)
  end
  if found.problem ~= json.null then refused(found.problem) end
  return found
end

local list, path, note = arg[1], arg[2], arg[3]
local file, why = io.open(path, "rb")
if not file then give_up("nothing was changed: " .. why) end
local name = url.escape(path:match("[^/]*$"))
local looked = ended(ask("POST", "/v1/lists/" .. url.escape(list) .. "/imports?name=" .. name, nil, file))
local told = {}
for _, count in ipairs({ "read", "taken", "rejected", "added", "dropped", "before", "after" }) do
  told[#told + 1] = count .. " " .. whole(looked.report[count])
end
print(table.concat(told, ", "))
for _, warning in ipairs(looked.report.warnings) do print("look at this: " .. warning) end
local said = { note = note, accept = arg[4] == "--accept" }
local done = ended(ask("POST", "/v1/imports/" .. looked.id .. "/commit", said))
print("imported: version " .. whole(done.report.version))
