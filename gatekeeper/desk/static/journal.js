// Goes on looking where a page of the journal was not filled in the time it had: fetches the next part, and puts its
// decisions below. Ends with the page full, with nothing left, or where somebody has to decide (to unpack an archive).
// Without script a page that has found nothing goes on by a refresh, and any by its link.
"use strict";
const MOST = 50;
const found = document.getElementById("found");
const count = () => found.querySelectorAll("table.decisions a[href^='/journal/']").length;

const take = (more) => {
  const table = found.querySelector("table.decisions");
  const bodies = more.querySelectorAll("table.decisions tbody");
  if (table) table.append(...bodies);
  else found.querySelector(".rows").replaceWith(more.querySelector(".rows"));
  const status = more.querySelector(".status");
  if (count() > 0) status.querySelector("[data-nothing]")?.remove();
  found.querySelector(".status").replaceChildren(...status.childNodes);
  const next = found.querySelector("a[rel=next]");
  const further = more.querySelector("a[rel=next]");
  if (next && further) next.replaceWith(further);
  else next?.remove();
  found.dataset.onward = count() < MOST ? (more.dataset.onward ?? "") : "";
  found.dataset.wait = more.dataset.wait ?? "";
};

const look = async () => {
  if (!document.hidden) {
    try {
      const answer = await fetch(found.dataset.onward, {
        credentials: "same-origin",
        headers: { "x-gatekeeper-refresh": "1" },
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const more = answer.ok && page.getElementById("found");
      if (!more) return stop(); // signed out, say: the link tells
      take(more);
    } catch {
      // The desk is being restarted, perhaps: the next look tells.
    }
  }
  wait();
};

const stop = () => found.setAttribute("aria-busy", "false");
const wait = () => {
  if (!found.dataset.onward) return stop();
  found.setAttribute("aria-busy", "true"); // what is on the way is not read out
  setTimeout(look, Number(found.dataset.wait) || 1000);
};
if (found) {
  if (found.dataset.onward?.includes("after=")) setTimeout(() => location.replace(found.dataset.onward), 1000);
  else wait();
}
