"use strict";
(() => {
  const events = new EventSource("/.publish/events");
  let shown = null;
  events.addEventListener("message", (event) => {
    if (shown !== null && shown !== event.data) location.reload();
    shown = event.data;
  });
  addEventListener("pagehide", () => events.close());
})();
