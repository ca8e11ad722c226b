/* Plays the talk, a paragraph or the page, and stops it. Nothing plays before a button is pressed. */
(() => {
  "use strict";
  const groups = [...document.querySelectorAll("[data-listen]")];
  const page = document.querySelector("[data-listen-page]");
  let run = null; // { button, audio }

  const label = (button, playing) => {
    button.toggleAttribute("data-playing", playing);
    const words = button.querySelector("[data-stop]");
    if (words) {
      words.dataset.play = words.dataset.play || words.textContent;
      words.textContent = playing ? words.dataset.stop : words.dataset.play;
    } else button.setAttribute("aria-label", playing ? button.dataset.stop : button.dataset.play);
  };

  function stop() {
    if (!run) return;
    const { button, audio } = run;
    run = null;
    label(button, false);
    if (audio) {
      audio.pause();
      audio.currentTime = 0;
    }
  }

  const heard = (audio) =>
    new Promise((done) => {
      for (const event of ["ended", "error", "pause"]) audio.addEventListener(event, done, { once: true });
      audio.play().catch(done);
    });

  async function play(button, parts) {
    const again = run && run.button === button;
    stop();
    if (again) return;
    const mine = (run = { button, audio: null });
    label(button, true);
    for (const audio of parts) {
      if (run !== mine) return;
      mine.audio = audio;
      audio.currentTime = 0;
      await heard(audio);
    }
    if (run === mine) stop();
  }

  const parts = (group) => [...group.querySelectorAll("audio")];
  // What a folded part holds is heard where it is opened.
  const shown = (group) => group.getClientRects().length > 0;
  for (const group of groups) {
    const button = group.querySelector("button");
    button.addEventListener("click", () => play(button, parts(group)));
  }
  if (page) page.addEventListener("click", () => play(page, groups.filter(shown).flatMap(parts)));
  addEventListener("keydown", (event) => event.key === "Escape" && stop());
  addEventListener("pagehide", stop);
})();
