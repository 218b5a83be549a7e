// Asks Gatekeeper whether a call may be placed, and tells what became of it: check.mjs NUMBER [CAMPAIGN]
// GATEKEEPER_URL is the desk's address, GATEKEEPER_KEY a key for the scope `call`. Needs nothing but Node 18.
import { randomUUID } from "node:crypto";

async function post(path, body, headers = {}) {
  const answer = await fetch(process.env.GATEKEEPER_URL + path, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${process.env.GATEKEEPER_KEY}`,
      "Content-Type": "application/json",
      ...headers,
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5000),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail);
  return told;
}

try {
  // The same key with the same body is one question, however often it is sent.
  const call = { number: process.argv[2], campaign: process.argv[3] ?? "", intent: "call" };
  const answer = await post("/v1/check", call, { "Idempotency-Key": randomUUID(), "Accept-Language": "en" });
  console.log(`${answer.verdict} ${answer.reason} - ${answer.words}`);
  if (answer.verdict === "ALLOW") {
    // Place the call here. `given_back` where it is not placed after all.
    await post("/v1/outcomes", { decision: answer.decision, outcome: "made" });
  } else {
    process.exitCode = 1;
  }
} catch (error) {
  console.error(`no call: ${error.message}`);
  process.exitCode = 2;
}
