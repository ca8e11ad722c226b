/* Small helps on top of pages that work without them. Keeps nothing in the browser: no storage of any kind. */
(() => {
  "use strict";
  const root = document.documentElement;

  // A page that comes back from the browser's memory is never shown as it was: it is asked for anew (or is gone).
  addEventListener("pagehide", () => root.classList.add("brik-veiled"));
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
    else root.classList.remove("brik-veiled");
  });

  const texts = (document.querySelector("[data-texts]") || { dataset: {} }).dataset;
  const account = document.body.dataset.account || "";
  const sessionUrl = document.body.dataset.sessionUrl || "";
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  // What one person typed is not put back for the next one who comes to the page.
  for (const form of document.forms) form.autocomplete = "off";

  // Characters left.
  for (const count of document.querySelectorAll("[data-count-for]")) {
    const box = document.getElementById(count.dataset.countFor);
    const limit = Number(count.dataset.limit);
    const show = () => {
      const left = limit - [...box.value.replace(/\r\n/g, "\n")].length;
      count.textContent = (left < 0 ? count.dataset.over : count.dataset.left).replace("{n}", Math.abs(left));
      count.toggleAttribute("data-too-long", left < 0);
    };
    box.addEventListener("input", show);
    show();
  }

  // The session as the server sees it: who is signed in, a fresh form token, seconds left. Throws when there is no answer.
  async function session(extend) {
    const answer = await fetch(sessionUrl, {
      method: extend ? "POST" : "GET",
      headers: { "X-Requested-With": "brik", ...(extend ? { "X-CSRFToken": token() } : {}) },
      signal: AbortSignal.timeout(8000),
    });
    if (answer.status === 401) return { signedIn: false };
    if (!answer.ok) throw new Error(answer.status);
    const seen = await answer.json();
    const signedIn = seen.account === account;
    if (signedIn) for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = seen.token;
    return { ...seen, signedIn };
  }
  const token = () => (document.querySelector("[name=csrfmiddlewaretoken]") || {}).value || "";

  const status = document.querySelector("[data-saved]");
  function say(text, state) {
    if (!status) return;
    status.textContent = text;
    status.dataset.state = state;
  }

  // Autosave. A form marked data-autosave="address" is sent there as it is; the answer is JSON.
  // Says "Lagret" only when the server has said so, and keeps trying while the page is open.
  class Autosave {
    constructor(form) {
      this.form = form;
      this.changes = 0;
      this.kept = 0;
      this.running = null;
      this.stopped = this.leaving = this.asking = false;
      form.addEventListener("input", () => this.touched(2000));
      form.addEventListener("change", () => this.touched(0));
      form.addEventListener("submit", (event) => this.submit(event));
      addEventListener("beforeunload", (event) => {
        if (this.changes > this.kept && !this.leaving) event.preventDefault();
      });
    }
    // The page is left only for a server that is there, and with something unsaved only where it knows who we are.
    async submit(event) {
      if (this.cleared) {
        this.stopped = this.leaving = true;
        return;
      }
      event.preventDefault();
      if (this.asking) return;
      this.stopped = this.asking = true;
      clearTimeout(this.timer);
      // A save under way must have its answer first, or the form would come with a version that is already old.
      await this.sending;
      const seen = await session(false).catch(() => null);
      const unsaved = this.changes > this.kept;
      this.asking = false;
      if (seen && (seen.signedIn || !unsaved)) {
        this.cleared = true;
        this.form.requestSubmit(event.submitter);
        return;
      }
      this.stopped = false;
      say(seen ? texts.saysLost : unsaved ? texts.saysFailed : texts.saysUnreachable, "failed");
      if (seen) lost();
      if (unsaved) this.save();
    }
    touched(delay) {
      this.changes += 1;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), delay);
    }
    save() {
      clearTimeout(this.timer);
      this.running ||= this.run().finally(() => (this.running = null));
      return this.running;
    }
    async run() {
      for (let wait = 2000; this.changes > this.kept && !this.stopped; ) {
        const upTo = this.changes;
        this.sending = this.attempt(upTo).finally(() => (this.sending = null));
        if (await this.sending) wait = 2000;
        else if (this.refusedAt === upTo) {
          // What the server will not have is not sent again before something is changed.
          while (this.changes === upTo && !this.stopped) await pause(500);
        } else if (!this.stopped) {
          await pause(wait);
          wait = Math.min(wait * 2, 30000);
        }
      }
    }
    async attempt(upTo) {
      say(texts.saysSaving, "saving");
      let answer;
      try {
        const body = new FormData(this.form);
        for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
        const sent = new URLSearchParams(body);
        const signal = AbortSignal.timeout(15000);
        answer = await fetch(this.form.dataset.autosave, { method: "POST", body: sent, signal, headers: { "X-Requested-With": "brik" } });
      } catch {
        say(texts.saysFailed, "failed");
        return false;
      }
      if (answer.status === 401 || answer.status === 403) {
        const seen = await session(false).catch(() => ({ signedIn: true }));
        say(seen.signedIn ? texts.saysFailed : texts.saysLost, "failed");
        if (!seen.signedIn) lost();
        return false;
      }
      if (answer.status === 409) {
        // Somebody else, or another tab, has saved. Sending the form shows both versions; nothing is overwritten.
        this.stopped = true;
        say(texts.saysConflict, "failed");
        this.form.dispatchEvent(new CustomEvent("brik:clash"));
        return false;
      }
      if (answer.status >= 400 && answer.status < 500) {
        say(texts.saysRefused, "failed");
        this.refusedAt = upTo;
        return false;
      }
      if (!answer.ok || answer.redirected) {
        say(texts.saysFailed, "failed");
        return false;
      }
      const saved = await answer.json().catch(() => null);
      if (!saved || saved.version === undefined) {
        say(texts.saysFailed, "failed");
        return false;
      }
      for (const input of this.form.querySelectorAll("[name=version]")) input.value = saved.version;
      this.kept = upTo;
      say([`${texts.saysSaved} ${saved.at}`, saved.note].filter(Boolean).join(". "), saved.note ? "note" : "saved");
      this.form.dispatchEvent(new CustomEvent("brik:saved", { detail: saved }));
      // A page that must be seen at once (somebody needs help now): everything typed has just been kept.
      if (saved.open) {
        this.stopped = this.leaving = true;
        location.assign(saved.open);
      }
      return true;
    }
  }
  const savers = [...document.querySelectorAll("form[data-autosave]")].map((form) => new Autosave(form));

  // A link waits a moment for what is being saved. What is still unsaved then is asked about before it is left.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const plain = link && !link.target && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.button;
    if (!plain || link.getAttribute("href").startsWith("#")) return;
    const behind = savers.filter((saver) => saver.changes > saver.kept && !saver.stopped);
    if (!behind.length) return;
    event.preventDefault();
    Promise.race([Promise.all(behind.map((saver) => saver.save())), pause(3000)]).finally(() => location.assign(link.href));
  });

  // A page that is saved when it is sent says when it is not, and is not left by mistake; nor is one that came back with
  // something to correct, which is shown once. Hiding it never waits.
  const corrected = "form[method=post]:not([data-autosave]):has([aria-invalid=true])";
  for (const form of document.querySelectorAll(`form[data-unsaved], ${corrected}`)) {
    let unsaved = form.matches(corrected);
    const changed = () => {
      unsaved = true;
      say(texts.saysUnsaved, "waiting");
    };
    for (const kind of ["input", "change"]) form.addEventListener(kind, changed);
    addEventListener("submit", (event) => {
      if (event.target === form && !event.defaultPrevented) unsaved = false;
    });
    addEventListener("beforeunload", (event) => {
      if (unsaved) event.preventDefault();
    });
  }

  // No other form is sent without a network: what is typed in it is nowhere else. A button pressed again before the answer
  // has come sends nothing more. Hiding never waits.
  const sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    const hides = submitter && "hideScreen" in submitter.dataset;
    if (event.defaultPrevented || form.method !== "post" || form.dataset.autosave || hides) return;
    const away = !navigator.onLine && status;
    if (away) say(texts.saysUnreachable, "failed");
    if (away || sent.has(form)) return event.preventDefault();
    sent.add(form);
    setTimeout(() => sent.delete(form), 5000);
  });

  // The form typed in last: it goes along when the screen is hidden. A page where nothing is typed is hidden without.
  let typedIn = null;
  document.addEventListener("input", (event) => {
    if (event.target.form && event.target.form.method === "post") typedIn = event.target.form;
  });
  function choose(button) {
    if (typedIn) {
      typedIn.id ||= "typed-in";
      button.setAttribute("form", typedIn.id);
    } else if (!("posted" in document.body.dataset)) button.formAction = button.dataset.hideUrl;
  }

  // Hide the screen at once, then save what is unsaved, then tell the server.
  for (const button of document.querySelectorAll("[data-hide-screen]")) {
    button.addEventListener("click", (event) => {
      if (button.dataset.going) return;
      event.preventDefault();
      button.dataset.going = "yes";
      if (button.dataset.hideUrl) choose(button);
      root.classList.add("brik-veiled");
      document.title = "BRIK";
      const saved = Promise.all(savers.map((saver) => saver.save()));
      Promise.race([saved, pause(3000)]).finally(() => {
        for (const saver of savers) saver.stopped = saver.leaving = saver.cleared = true;
        for (const file of button.form.querySelectorAll("[type=file]")) file.disabled = true;
        button.click();
      });
    });
  }

  // Lost session: what was typed stays on the page until somebody has signed in again.
  const lostDialog = document.getElementById("lost-dialog");
  let told = 0;
  function lost() {
    if (!lostDialog || lostDialog.open || Date.now() - told < 60000) return;
    told = Date.now();
    lostDialog.showModal();
  }
  if (lostDialog) lostDialog.querySelector("[data-close]").addEventListener("click", () => lostDialog.close());

  // A warning in good time before the session ends, and a button that extends it.
  const dialog = document.getElementById("session-dialog");
  if (dialog && sessionUrl) {
    const warnBefore = Number(dialog.dataset.warnBefore);
    let timer;
    const plan = (seconds) => {
      clearTimeout(timer);
      timer = setTimeout(check, Math.max(1, seconds - warnBefore) * 1000);
    };
    const check = async () => {
      const seen = await session(false).catch(() => null);
      if (!seen) return plan(warnBefore + 30);
      if (!seen.signedIn) {
        if (dialog.open) dialog.close("lost");
        return savers.length ? lost() : location.reload();
      }
      if (seen.seconds > warnBefore) return plan(seen.seconds);
      if (!dialog.open) dialog.showModal();
      timer = setTimeout(check, (seen.seconds + 1) * 1000);
    };
    dialog.addEventListener("close", async () => {
      if (dialog.returnValue === "lost") return;
      const seen = await session(true).catch(() => null);
      if (seen && seen.signedIn) plan(seen.seconds);
    });
    dialog.querySelector("[data-stay]").addEventListener("click", () => dialog.close());
    plan(Number(document.body.dataset.seconds));
  }

  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
})();
