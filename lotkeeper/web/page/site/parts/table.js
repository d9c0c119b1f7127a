// A table that changes in place: rows are known by their keys, and only cells whose text has changed are written.
// Of a long one only the rows in sight are there, so ten thousand cost what thirty do.

import { h, setAttribute, setText } from "./element.js";
import { arrange } from "./arrange.js";
import { Sorting } from "./sorting.js";

const BEYOND_SIGHT = 12; // rows above and below
const FEW = 120; // so many are all there
const ASKING = "asking the service";
export const UNKNOWN = "–";

/**
 * Columns: { id, title, text(row), value?(row), number?, slot?, href?(row), pill?, tone?(row), title?, node?(row) }.
 * `orders` names the two orders by it in the list of a phone.
 * `slot` is where a phone shows the cell: a and b above, c and d below; without one it does not. There
 * `unit` stands behind the text, unless it is UNKNOWN.
 */
export class Table {
  #columns;
  #key;
  #rows = [];
  #shown = new Map();
  #body;
  #above;
  #below;
  #table;
  #empty;
  #emptyText;
  #sorting;
  #frame = 0;

  constructor({ name, label, columns, key, empty, sort = null }) {
    this.#columns = columns;
    this.#key = key;
    this.#sorting = new Sorting(columns, sort, () => this.#arrange());
    this.#above = spacer(columns.length);
    this.#below = spacer(columns.length);
    this.#body = h("tbody", { role: "rowgroup" }, this.#above, this.#below);
    this.#emptyText = empty;
    this.#empty = h("p", { class: "empty" }, ASKING);
    const head = h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, this.#sorting.heads));
    const caption = h("caption", { class: "unseen" }, label);
    this.#table = h("table", { role: "table", "data-table": name }, caption, head, this.#body);
    this.#table.hidden = true; // until it is known what there is
    this.element = h("div", { class: "table" }, this.#table, this.#empty);
    this.#body.addEventListener("keydown", (event) => this.#move(event));
    this.seen = () => this.#look();
    window.addEventListener("scroll", this.seen, { passive: true });
    window.addEventListener("resize", this.seen, { passive: true });
  }

  /** A list of the orders, for where there are no heads to press. */
  get sortChoice() {
    return this.#sorting.choice;
  }

  /** `empty` is said where there are none. */
  show(rows, empty = this.#emptyText) {
    this.#rows = this.#sorting.sorted(rows, this.#isInUse());
    setAttribute(this.#table, "aria-rowcount", String(rows.length + 1));
    this.#table.hidden = rows.length === 0;
    this.#empty.textContent = empty;
    this.#empty.hidden = rows.length > 0;
    this.#draw();
  }

  /** What there is is not known yet. */
  wait() {
    this.show([], ASKING);
  }

  /** It could not be found out: nothing is said of it, and rows that are known stay. */
  fail() {
    if (this.#empty.textContent === ASKING) this.#empty.textContent = "not known";
  }

  close() {
    window.removeEventListener("scroll", this.seen);
    window.removeEventListener("resize", this.seen);
    cancelAnimationFrame(this.#frame);
  }

  #arrange() {
    this.#rows = this.#sorting.sorted(this.#rows, false);
    this.#draw();
  }

  /** While somebody is about to press on a row, rows stay where they are. */
  #isInUse() {
    return this.#body.matches(":hover") || this.#body.contains(document.activeElement);
  }

  #look() {
    if (this.#rows.length <= FEW) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const [first, last] = this.#inSight();
    const height = this.#rowHeight();
    this.#above.style.height = `${first * height}px`;
    this.#below.style.height = `${(this.#rows.length - last) * height}px`;
    const wanted = this.#rows.slice(first, last).map((row, index) => this.#row(row, first + index));
    const keys = new Set(this.#rows.slice(first, last).map(this.#key));
    for (const key of this.#shown.keys()) if (!keys.has(key)) this.#shown.delete(key);
    arrange(this.#body, [this.#above, ...wanted, this.#below]);
  }

  #inSight() {
    if (this.#rows.length <= FEW) return [0, this.#rows.length];
    const height = this.#rowHeight();
    const top = -this.#body.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(top / height) - BEYOND_SIGHT);
    const last = Math.ceil((top + window.innerHeight) / height) + BEYOND_SIGHT;
    return [Math.min(first, Math.max(0, this.#rows.length - 1)), Math.max(0, Math.min(last, this.#rows.length))];
  }

  #rowHeight() {
    return parseFloat(getComputedStyle(this.#table).getPropertyValue("--row"));
  }

  #row(row, index) {
    const key = this.#key(row);
    let made = this.#shown.get(key);
    if (!made) {
      made = h(
        "tr",
        { role: "row" },
        this.#columns.map((column) => newCell(column, row)),
      );
      this.#shown.set(key, made);
    }
    setAttribute(made, "aria-rowindex", String(index + 2));
    this.#columns.forEach((column, place) => writeCell(made.children[place], column, row));
    return made;
  }

  /** Up and down go to the next row from within a row. */
  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = event.target.closest("tr");
    if (!step || !row || event.target.matches("input, select")) return;
    const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    const target = next?.querySelector("a, button");
    if (!target) return;
    event.preventDefault();
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  }
}

function spacer(columns) {
  return h("tr", { class: "spacer", "aria-hidden": "true", role: "presentation" }, h("td", { colspan: columns }));
}

function newCell(column, row) {
  const cell = h("td", {
    role: "cell",
    "data-slot": column.slot,
    "data-label": column.title,
  });
  if (column.number) cell.classList.add("number");
  if (column.node) cell.append(column.node(row));
  else if (column.href) cell.append(h("a", { href: column.href(row) }));
  else if (column.pill) cell.append(h("span", { class: "pill" }));
  return cell;
}

function writeCell(cell, column, row) {
  if (column.node) {
    column.update?.(cell.firstChild, row);
    return;
  }
  const place = column.href || column.pill ? cell.firstChild : cell;
  const text = column.text(row) ?? "";
  setText(place, text);
  if (column.unit) setAttribute(cell, "data-unit", text === UNKNOWN ? null : column.unit);
  if (column.href) setAttribute(place, "href", column.href(row));
  if (column.tone) setAttribute(place, "data-tone", column.tone(row) || null);
  if (column.tip) setAttribute(cell, "title", column.tip(row) || null);
}
