// Loads a page anew while it waits for something: the element with data-reload="SECONDS" says that it does.
"use strict";
const again = document.querySelector("[data-reload]");
if (again) setTimeout(() => location.reload(), 1000 * Number(again.dataset.reload));
