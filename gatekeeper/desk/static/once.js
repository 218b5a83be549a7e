// A form is sent once: a double click on its button, or Enter held down, does not send it again while the answer is on
// its way. After some seconds it may be sent again: what gives a file leaves its page where it is.
"use strict";
const SECONDS = 3;
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, SECONDS * 1000);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
