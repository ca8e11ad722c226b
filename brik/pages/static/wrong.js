/* What the server says of an answer when it is autosaved stands at its field, just as when the page is sent. */
(() => {
  "use strict";
  // The words that describe a question: on the group of its choices, else on the control itself.
  const described = (question, control) => (question.matches("fieldset") ? question : control);
  const controls = (question, control) =>
    question.matches("fieldset") ? question.querySelectorAll(".ds-input:not([name$='-instead'])") : [control];

  function mark({ control: name, id, text }) {
    const control = document.getElementById(name);
    const question = control && control.closest(".brik-question");
    if (!question || document.getElementById(id)) return;
    const message = document.createElement("p");
    Object.assign(message, { id, className: "ds-validation-message", textContent: text });
    question.append(message);
    for (const one of controls(question, control)) one.setAttribute("aria-invalid", "true");
    const words = described(question, control);
    words.setAttribute("aria-describedby", `${words.getAttribute("aria-describedby") || ""} ${id}`.trim());
  }

  function unmark(message) {
    const question = message.closest(".brik-question");
    for (const one of question.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
    for (const words of [question, ...question.querySelectorAll("[aria-describedby]")]) {
      const left = (words.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== message.id);
      if (left.length) words.setAttribute("aria-describedby", left.join(" "));
      else words.removeAttribute("aria-describedby");
    }
    message.remove();
  }

  for (const form of document.querySelectorAll("form[data-autosave]")) {
    form.addEventListener("brik:saved", ({ detail: { wrong = [] } }) => {
      const stands = new Map(wrong.map(({ id, text }) => [id, text]));
      for (const message of form.querySelectorAll(".brik-question > .ds-validation-message")) {
        if (stands.get(message.id) !== message.textContent) unmark(message);
      }
      wrong.forEach(mark);
      // The summary tells of the page as it was sent: it goes when nothing is left to correct.
      for (const told of document.querySelectorAll(".brik-error-summary, .brik-kept")) told.hidden = !wrong.length;
    });
  }
})();
