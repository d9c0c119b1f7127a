// Dialogs: the browser's own, which keep the focus inside and give it back.

import { h, icon } from "./element.js";

let number = 0;

/** Shows a dialog; returns { body, close() }. */
export function openDialog(title, { kind = "", ended = () => {} } = {}) {
  const id = `dialog-${(number += 1)}`;
  const close = h("button", { type: "button", class: "tool", "aria-label": "Close the dialog" }, icon("close"));
  const body = h("div", { class: "dialog-body" });
  const head = h("header", null, h("h2", { id, tabindex: "-1" }, title), close);
  const dialog = h("dialog", { class: `dialog ${kind}`, "aria-labelledby": id }, head, body);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => (dialog.remove(), ended()));
  document.body.append(dialog);
  dialog.showModal();
  return { element: dialog, body, close: () => dialog.close() };
}
