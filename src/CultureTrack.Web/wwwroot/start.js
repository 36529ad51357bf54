// A dead connection is noticed within seconds and mends itself for as long as the page is open.
Blazor.start({
  circuit: {
    configureSignalR: builder => builder.withServerTimeout(9000).withKeepAliveInterval(3000),
    reconnectionOptions: { maxRetries: 100000, retryIntervalMilliseconds: attempt => Math.min(3000, 250 * (attempt + 1)) },
  },
});

// Blazor mends a connection that was there and gives up on one that never came about: then the page is asked for anew, and says so meanwhile.
const retryMs = 3000;
const isDead = () => document.querySelector("main")?.dataset.live === "no";
const beginAgain = async () => {
  try { if ((await fetch("/health/live", { cache: "no-store" })).ok) { location.reload(); return; } } catch { /* not there yet */ }
  setTimeout(beginAgain, retryMs);
};
let beginning = false;
addEventListener("unhandledrejection", () => {
  if (beginning || !isDead()) return;
  beginning = true;
  lost(true);
  setTimeout(beginAgain, retryMs);
});
