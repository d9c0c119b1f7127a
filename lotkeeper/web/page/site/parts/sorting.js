// In which order the rows of a table stand, chosen by its heads, or on a phone by a list.

import { h, setAttribute } from "./element.js";

const REST_MS = 5_000; // rows that are sorted by what moves all the time change their places no more often

export class Sorting {
  #columns;
  #by;
  #descending;
  #changed;
  #buttons = new Map();
  #order = new Map();
  #orderedAt = 0;

  /** `sort` is { by, descending }, or null for the order in which the rows come. */
  constructor(columns, sort, changed) {
    this.#columns = columns;
    this.#by = sort ? columns.find((each) => each.id === sort.by) : null;
    this.#descending = sort?.descending ?? false;
    this.#changed = changed;
    this.heads = columns.map((column) => this.#head(column));
    this.choice = this.#choice();
    this.#mark();
  }

  /** The rows in their order; `calm` keeps those that are known where they are. */
  sorted(rows, calm) {
    if (!this.#by) return rows;
    const rests = this.#by.moves && performance.now() - this.#orderedAt < REST_MS;
    if ((calm || rests) && this.#order.size) return this.#asBefore(rows);
    this.#orderedAt = performance.now();
    const value = this.#by.value;
    const ordered = rows.map((row) => [value(row), row]);
    const turn = this.#descending ? -1 : 1;
    ordered.sort(([one], [other]) => compare(one, other, turn));
    const found = ordered.map(([, row]) => row);
    if (this.#by.moves) this.#order = new Map(found.map((row, index) => [this.#name(row), index]));
    return found;
  }

  #asBefore(rows) {
    const place = (row) => this.#order.get(this.#name(row)) ?? -1;
    return rows
      .map((row) => [place(row), row])
      .sort(([one], [other]) => one - other)
      .map(([, row]) => row);
  }

  #name(row) {
    return row.lot ?? row.pair ?? row.key;
  }

  #head(column) {
    const class_ = column.number ? "number" : "";
    const cell = h("th", { role: "columnheader", scope: "col", class: class_, "data-slot": column.slot });
    if (!column.value) {
      cell.append(h("span", { class: column.bare ? "unseen" : "" }, column.title));
      return cell;
    }
    const press = h("button", { type: "button", onclick: () => this.#press(column) }, column.title);
    this.#buttons.set(column, cell);
    cell.append(press, h("span", { class: "plain" }, column.title)); // one of them is shown
    return cell;
  }

  #press(column) {
    this.#descending = this.#by === column ? !this.#descending : Boolean(column.number && !column.nearestFirst);
    this.#choose(column);
  }

  #choose(column) {
    this.#by = column;
    this.#order.clear();
    this.#mark();
    this.#changed();
  }

  #mark() {
    for (const [column, cell] of this.#buttons) {
      const way = this.#descending ? "descending" : "ascending";
      setAttribute(cell, "aria-sort", column === this.#by ? way : null);
    }
    const chosen = this.#by ? `${this.#by.id}${this.#descending ? "-" : "+"}` : "";
    if (this.choice) this.choice.value = chosen;
  }

  #choice() {
    const options = this.#columns
      .filter((each) => each.value)
      .flatMap((each) => {
        const [up, down] = each.orders ?? (each.number ? ["lowest first", "highest first"] : ["A to Z", "Z to A"]);
        return [
          [`${each.id}+`, `${each.title}: ${up}`],
          [`${each.id}-`, `${each.title}: ${down}`],
        ];
      });
    if (!this.#by) options.unshift(["", "Sort by"]);
    const list = h(
      "select",
      { class: "sort-choice", "aria-label": "Sorted by" },
      options.map(([value, text]) => h("option", { value }, text)),
    );
    list.addEventListener("change", () => {
      if (!list.value) return;
      this.#descending = list.value.endsWith("-");
      this.#choose(this.#columns.find((each) => each.id === list.value.slice(0, -1)));
    });
    return list;
  }
}

/** What has no value comes last. */
function compare(one, other, turn) {
  if (one === null || other === null) return (one === null) - (other === null);
  if (one === other) return 0;
  return one < other ? -turn : turn;
}
