// Fetches a page again while something on it is under way: the element with data-again="SECONDS" takes the place of itself.
// Without script the page does it by a refresh. What has the focus is left alone.
"use strict";
const look = async () => {
  const shown = document.querySelector("[data-again]");
  if (!shown) return;
  if (!document.hidden && !shown.contains(document.activeElement)) {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", headers: { "x-gatekeeper-refresh": "1" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = answer.ok && page.getElementById(shown.id);
      if (found && answer.redirected) history.replaceState(null, "", answer.url);
      if (found) shown.replaceWith(found);
    } catch {
      // The desk is being restarted, perhaps: the next look tells.
    }
  }
  wait();
};
const wait = () => {
  const shown = document.querySelector("[data-again]");
  if (shown) setTimeout(look, 1000 * Number(shown.dataset.again));
};
wait();
