/* Says at once that the area on this page was saved elsewhere: in another tab when that saves, on another machine when
   this page is looked at again, and every 20 seconds meanwhile. Nothing that was typed here is touched. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-newer]");
  const notice = document.querySelector("[data-elsewhere]");
  if (!form || !notice) return;
  // Tabs of one browser wake one another. The message is empty.
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("brik-saved") : null;
  let typed = "posted" in document.body.dataset;
  let asking = false;

  // With words of one's own on the page both versions are shown, to choose from; without, the stored one.
  function show() {
    for (const part of notice.querySelectorAll("[data-both]")) part.hidden = !typed;
    for (const part of notice.querySelectorAll("[data-stored]")) part.hidden = typed;
  }
  async function ask() {
    if (asking || document.hidden || !notice.hidden) return;
    asking = true;
    const { version, page } = form.elements;
    const query = new URLSearchParams({ version: version.value, page: page.value });
    try {
      const signal = AbortSignal.timeout(8000);
      const answer = await fetch(`${form.dataset.newer}?${query}`, { headers: { "X-Requested-With": "brik" }, signal });
      if (answer.ok && (await answer.json()).newer) notice.hidden = false;
    } catch {
      // Without an answer nothing is known; the autosave says when nothing can be saved.
    }
    asking = false;
  }

  show();
  form.addEventListener("input", () => {
    typed = true;
    show();
  });
  form.addEventListener("brik:clash", ask);
  form.addEventListener("brik:saved", () => tabs && tabs.postMessage(""));
  addEventListener("pagehide", () => tabs && tabs.postMessage(""));
  if (tabs) tabs.addEventListener("message", ask);
  addEventListener("focus", ask);
  document.addEventListener("visibilitychange", ask);
  setInterval(ask, 20000);
})();
