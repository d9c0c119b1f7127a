// Elements are made here, and text only ever becomes text: nothing of what is shown is read as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element with its attributes (`on...` are listeners, `class` too) and what stands in it; null is left out. */
export function h(name, attributes, ...inner) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) set(made, key, value);
  made.append(...inner.flat(2).filter((each) => each !== null && each !== undefined && each !== false));
  return made;
}

function set(made, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
  else if (key === "value" || key === "checked") made[key] = value;
  else made.setAttribute(key, value === true ? "" : value);
}

/** Writes the text only if it is another one, so that nothing is drawn that has not changed. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

const ICONS = {
  overview: "M4 12a8 8 0 0 1 16 0M12 12l4-3M4 17h16",
  lots: "M4 7l8-4 8 4-8 4-8-4zM4 12l8 4 8-4M4 17l8 4 8-4",
  pairs: "M7 4v14m0 0l-3-3m3 3l3-3M17 20V6m0 0l-3 3m3-3l3 3",
  orders: "M5 6h14M5 12h14M5 18h9",
  profit: "M4 18l5-6 4 3 7-9M15 6h5v5",
  alerts: "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
  actors: "M12 4v4M6 20v-4h12v4M12 8a0 0 0 0 1 0 0v8M9 4h6v4H9z",
  light: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2m0 16v2M5 5l1 1m12 12l1 1M2 12h2m16 0h2M5 19l1-1M18 6l1-1",
  dark: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
  system: "M4 5h16v11H4zM9 20h6M12 16v4",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  close: "M6 6l12 12M18 6L6 18",
};

/** A line drawing; what it means stands beside it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const shape = document.createElementNS(SVG, "path");
  const look = { fill: "none", stroke: "currentColor", "stroke-width": "1.8" };
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", ...look })) {
    svg.setAttribute(key, value);
  }
  for (const [key, value] of Object.entries({
    d: ICONS[name],
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  })) {
    shape.setAttribute(key, value);
  }
  svg.append(shape);
  return svg;
}

/** A button; `kind` is empty, "main" or "danger". */
export function button(text, onclick, kind = "", more = {}) {
  return h("button", { type: "button", class: `button ${kind}`.trim(), onclick, ...more }, text);
}

/** A time with UTC in its tip. */
export function time(iso, text) {
  return h("time", { datetime: iso, title: `${iso.slice(0, 19).replace("T", " ")} UTC` }, text);
}

/** A command to copy. */
export function command(text) {
  const copy = h("button", { type: "button", class: "tool", "aria-label": `Copy: ${text}` }, icon("copy"));
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    copy.dispatchEvent(new CustomEvent("spoken", { bubbles: true, detail: "copied" }));
  });
  return h("span", { class: "command" }, h("code", null, text), copy);
}
