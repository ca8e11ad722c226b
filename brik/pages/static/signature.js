/* A drawn signature becomes the path of its lines in a hidden field; typing and paper stay equal ways. */
(() => {
  "use strict";
  for (const canvas of document.querySelectorAll("canvas[data-signature]")) {
    const target = document.getElementById(canvas.dataset.signature);
    const clear = document.querySelector(`[data-signature-clear="${canvas.dataset.signature}"]`);
    if (!window.SignaturePad || !target) continue;
    for (const part of document.querySelectorAll(`[data-signature-part="${canvas.dataset.signature}"]`)) part.hidden = false;
    const pad = new SignaturePad(canvas, { backgroundColor: "rgb(255,255,255)", penColor: "rgb(20,30,45)" });
    const fit = () => {
      const ratio = Math.max(devicePixelRatio || 1, 1);
      const kept = pad.isEmpty() ? null : pad.toData();
      canvas.width = canvas.offsetWidth * ratio;
      canvas.height = canvas.offsetHeight * ratio;
      canvas.getContext("2d").scale(ratio, ratio);
      pad.clear();
      if (kept) pad.fromData(kept);
    };
    addEventListener("resize", fit);
    fit();
    // The lines only: neither time nor pressure of the strokes leaves the page.
    const lines = () => {
      const drawn = new DOMParser().parseFromString(pad.toSVG(), "image/svg+xml");
      const dot = (at) => `M ${at.getAttribute("cx")},${at.getAttribute("cy")} L ${at.getAttribute("cx")},${at.getAttribute("cy")}`;
      return [...drawn.querySelectorAll("path, circle")].map((part) => part.getAttribute("d") || dot(part)).join(" ");
    };
    pad.addEventListener("endStroke", () => (target.value = lines()));
    // What is hidden has no size: the canvas is fitted when it comes to sight.
    new ResizeObserver(() => canvas.offsetWidth && fit()).observe(canvas);
    if (clear) clear.addEventListener("click", () => { pad.clear(); target.value = ""; });
  }
})();
