-- Asks Gatekeeper whether a call may be placed, and tells what became of it: check.lua NUMBER [CAMPAIGN]
-- GATEKEEPER_URL is the desk's address, GATEKEEPER_KEY a key for the scope `call`.
-- Needs lua-socket and lua-cjson; for an address with https take `ssl.https` of lua-sec in place of `socket.http`.
local http = require("socket.http")
local ltn12 = require("ltn12")
local json = require("cjson")
http.TIMEOUT = 5

local function give_up(why)
  io.stderr:write("no call: ", tostring(why), "\n")
  os.exit(2)
end

local function post(path, body, headers)
  local text, parts = json.encode(body), {}
  headers = headers or {}
  headers["Authorization"] = "Bearer " .. os.getenv("GATEKEEPER_KEY")
  headers["Content-Type"] = "application/json"
  headers["Content-Length"] = #text
  local ok, status = http.request({
    url = os.getenv("GATEKEEPER_URL") .. path,
    method = "POST",
    headers = headers,
    source = ltn12.source.string(text),
    sink = ltn12.sink.table(parts),
  })
  if not ok then give_up(status) end
  local read, answer = pcall(json.decode, table.concat(parts))
  if not read then give_up("no answer") end
  if status ~= 200 then give_up(answer.detail) end
  return answer
end

local function key()
  local file = assert(io.open("/proc/sys/kernel/random/uuid"))
  local text = file:read("l")
  file:close()
  return text
end

-- The same key with the same body is one question, however often it is sent.
local call = { number = arg[1], campaign = arg[2] or "", intent = "call" }
local answer = post("/v1/check", call, { ["Idempotency-Key"] = key(), ["Accept-Language"] = "en" })
print(answer.verdict .. " " .. answer.reason .. " - " .. answer.words)
if answer.verdict ~= "ALLOW" then os.exit(1) end
-- Place the call here. `given_back` where it is not placed after all.
post("/v1/outcomes", { decision = answer.decision, outcome = "made" })
