// All pairs.

import { h } from "../parts/element.js";
import { pairRows, pairTable } from "./pair_table.js";
import { View } from "./view.js";

export class PairsView {
  constructor(store) {
    const table = pairTable("Pairs");
    this.view = new View(
      "Pairs",
      h("div", { class: "head" }, h("h1", null, "Pairs"), table.sortChoice),
      table.element,
    );
    this.view.atEnd(() => table.close());
    this.view.watch(store, ["status"], () => table.show(pairRows(store.get("status"))));
  }
}
