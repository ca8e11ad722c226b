/* Not to send a slip stands alone: ticking it takes the other ticks away, and the other way round. */
(() => {
  "use strict";
  for (const form of document.querySelectorAll("form[data-slip]")) {
    const boxes = [...form.querySelectorAll("input[type=checkbox]")];
    const alone = boxes.at(-1);
    form.addEventListener("change", (event) => {
      if (!event.target.checked) return;
      for (const box of boxes) if ((event.target === alone) !== (box === alone)) box.checked = false;
    });
    // A page that the browser brings back shows nothing of what was ticked on it.
    addEventListener("pageshow", () => form.reset());
  }
})();
