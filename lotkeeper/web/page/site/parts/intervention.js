// An intervention in a dialog: what is to be done, what it comes to in numbers, the question, and what came of it.

import { act } from "../service/api.js";
import { bodyOf } from "../service/interventions.js";
import { openDialog } from "./dialog.js";
import { button, h } from "./element.js";
import { fieldsOf } from "./fields.js";
import { figuresOf, outcomeOf } from "./plan.js";
import { say } from "./spoken.js";

export function intervene(intervention) {
  new Intervention(intervention).begin();
}

class Intervention {
  #what;
  #dialog;
  #values = {};

  constructor(what) {
    this.#what = what;
    this.#dialog = openDialog(what.title, { kind: what.isDangerous ? "danger" : "" });
  }

  begin() {
    const { form, values, first } = fieldsOf(this.#what.fields, this.#values, () => this.#look(values()));
    const buttons = h(
      "div",
      { class: "buttons" },
      button("Cancel", () => this.#dialog.close()),
      h("button", { type: "submit", class: "button main" }, "Continue"),
    );
    form.append(buttons);
    this.#dialog.body.replaceChildren(form);
    first?.focus();
  }

  async #look(values) {
    this.#values = values;
    const body = bodyOf(this.#what, values);
    await this.#while("asking what it comes to", async () => {
      this.#ask(body, await act(this.#what.path, { ...body, dry_run: true }));
    });
  }

  /** The numbers and the question. What cannot be done has no `shown_ms`. */
  #ask(body, { plan, question, shown_ms: shown }) {
    const back = button("Back", () => this.begin());
    const kind = this.#what.isDangerous ? "danger" : "main";
    const yes = shown === null ? null : button("Do it", () => this.#do(body, shown), kind);
    const asked = h("p", { class: "question" }, yes ? "Do it?" : "There is nothing to do.");
    this.#dialog.body.replaceChildren(
      sentenceOf(question),
      figuresOf(plan),
      asked,
      h("div", { class: "buttons" }, back, yes ?? ""),
    );
    (yes ?? back).focus();
    say(`${question} ${asked.textContent}`);
  }

  async #do(body, shown) {
    await this.#while(
      "doing it",
      async () => {
        const done = await act(this.#what.path, { ...body, shown_ms: shown });
        this.#end(outcomeOf(done));
        say("Done");
      },
      () => this.#look(this.#values),
    );
  }

  #end(...shown) {
    const close = button("Close", () => this.#dialog.close(), "main");
    this.#dialog.body.replaceChildren(...shown, h("div", { class: "buttons" }, close));
    close.focus();
  }

  async #while(what, action, again) {
    this.#dialog.body.setAttribute("aria-busy", "true");
    this.#dialog.body.querySelectorAll("button").forEach((each) => (each.disabled = true));
    say(what);
    try {
      await action();
    } catch (error) {
      this.#fail(error, again);
    } finally {
      this.#dialog.body.removeAttribute("aria-busy");
    }
  }

  /** A refusal is a sentence; what was chosen stays, so that it can be changed. */
  #fail(error, again) {
    const back = button("Back", () => this.begin());
    const look = again && error.status === 409 ? button("Look again", again, "main") : "";
    const told = h("p", { class: "notice bad", role: "alert" }, error.message);
    this.#dialog.body.replaceChildren(told, h("div", { class: "buttons" }, back, look));
    (look || back).focus();
  }
}

/** The question as the command line has it; each lot begins a paragraph. */
function sentenceOf(question) {
  const paragraphs = question.split(/\n(?=\w+-\d+: )/);
  return h(
    "div",
    { class: "sentence", tabindex: "0", role: "group", "aria-label": "What it comes to" },
    paragraphs.map((each) => h("p", null, each)),
  );
}
