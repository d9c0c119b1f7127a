// The fields of a form, and what was put into them.

import { h } from "./element.js";

/** `values` are those to begin with; returns the form, what reads it, and its first field. */
export function fieldsOf(fields, values, submit) {
  const made = fields.map((field) => [field, input(field, values[field.name])]);
  const form = h(
    "form",
    { class: "fields", novalidate: true },
    made.map(([field, control]) => labelled(field, control)),
  );
  const read = () => Object.fromEntries(made.map(([field, control]) => [field.name, valueOf(field, control)]));
  const show = () => {
    const now = read();
    for (const [field, control] of made) if (field.when) control.closest("label").hidden = !field.when(now);
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => (event.preventDefault(), submit()));
  show();
  return { form, values: read, first: made[0]?.[1] };
}

function input(field, value) {
  if (field.kind === "choice") {
    const list = h(
      "select",
      { name: field.name },
      field.choices.map(([each, text]) => h("option", { value: each }, text)),
    );
    if (value !== undefined) list.value = value;
    return list;
  }
  if (field.kind === "check") return h("input", { type: "checkbox", name: field.name, checked: value ?? false });
  const mode = field.kind === "amount" ? "decimal" : "text";
  const more = { type: "text", inputmode: mode, autocomplete: "off", placeholder: field.hint };
  return h("input", { ...more, name: field.name, value: value ?? "" });
}

function valueOf(field, control) {
  return field.kind === "check" ? control.checked : control.value.trim();
}

function labelled(field, control) {
  const kind = field.kind === "check" ? "check" : "field";
  const text = h("span", null, field.label);
  return h("label", { class: kind }, kind === "check" ? [control, text] : [text, control]);
}
