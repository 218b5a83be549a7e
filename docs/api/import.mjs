// Sends a file for a list, shows what would change, and imports it: import.mjs LIST FILE NOTE [--accept]
// GATEKEEPER_URL is the desk's address, GATEKEEPER_KEY a key for the scope `lists.import`. Needs nothing but Node 18.
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

class Refused extends Error {
  constructor(problem) {
    const lines = (problem.errors ?? []).map((one) => `${one.file}, line ${one.line}: ${one.detail}`);
    super([`nothing was changed: ${problem.detail}`, ...lines].join("\n"));
  }
}

async function ask(method, path, { json, file } = {}) {
  const answer = await fetch(process.env.GATEKEEPER_URL + path, {
    method,
    headers: {
      Authorization: `Bearer ${process.env.GATEKEEPER_KEY}`,
      "Content-Type": file ? "application/octet-stream" : "application/json",
      ...(method === "POST" ? { "Idempotency-Key": randomUUID() } : {}),
    },
    // Piece by piece: never more of it is in memory.
    ...(file ? { body: Readable.toWeb(createReadStream(file)), duplex: "half" } : {}),
    ...(json ? { body: JSON.stringify(json) } : {}),
    signal: AbortSignal.timeout(120000),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Refused(told);
  return told;
}

// Waits until what was begun has ended.
async function ended(found) {
  while (["looking", "importing"].includes(found.state)) {
    await sleep(1000);
    found = await ask("GET", `/v1/imports/${found.id}`);
  }
  if (found.problem) throw new Refused(found.problem);
  return found;
}

const [list, path, note, ...options] = process.argv.slice(2);
try {
  const query = new URLSearchParams({ name: basename(path) });
  const where = `/v1/lists/${encodeURIComponent(list)}/imports?${query}`;
  const { id, report } = await ended(await ask("POST", where, { file: path }));
  const counts = ["read", "taken", "rejected", "added", "dropped", "before", "after"];
  console.log(counts.map((name) => `${name} ${report[name]}`).join(", "));
  for (const warning of report.warnings) console.log(`look at this: ${warning}`);
  const said = { note, accept: options.includes("--accept") };
  const done = await ended(await ask("POST", `/v1/imports/${id}/commit`, { json: said }));
  console.log(`imported: version ${done.report.version}`);
} catch (error) {
  console.error(error instanceof Refused ? error.message : `nothing is known: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
