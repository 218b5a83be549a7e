// Refreshes a part of a page: fetches it again at intervals, keeps focus and what was opened, and rests while nobody looks.
"use strict";
(() => {
  const part = document.querySelector("[data-refresh]");
  if (!part) return;
  const told = document.querySelector("[data-refresh-state]");
  const pause = Number(part.dataset.seconds || "10") * 1000;
  let timer = 0, last = part.innerHTML;

  const tell = (works) => { if (told) told.textContent = works ? told.dataset.on : told.dataset.off; };

  const wait = (milliseconds) => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(refresh, milliseconds);
  };

  // Where the focus is, as the new part has it too: by its id, or as the how-manieth of what can have it.
  const reachable = () => [...part.querySelectorAll("a[href], button, summary, [tabindex]")];
  const put = (html) => {
    const opened = [...part.querySelectorAll("details[open][id]")].map((one) => one.id);
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    const key = focused && (focused.id || focused.getAttribute("href") || "");
    const place = focused ? reachable().indexOf(focused) : -1;
    part.innerHTML = html;
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    if (!focused) return;
    const now = reachable();
    const same = now.find((one) => key && (one.id === key || one.getAttribute("href") === key));
    (same || now[place])?.focus({ preventScroll: true });
  };

  const refresh = async () => {
    try {
      const answer = await fetch(part.dataset.refresh, { headers: { accept: "text/html", "x-gatekeeper-refresh": "1" }, redirect: "manual", signal: AbortSignal.timeout(8000) });
      if (answer.type === "opaqueredirect" || answer.status === 401) { location.reload(); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      if (html !== last && String(getSelection()) === "") { put(html); last = html; }
      tell(true);
      wait(pause);
    } catch {
      tell(false);
      wait(3 * pause);
    }
  };

  document.addEventListener("visibilitychange", () => { if (document.hidden) clearTimeout(timer); else wait(0); });
  tell(true);
  wait(pause);
})();
