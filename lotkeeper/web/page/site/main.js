// Puts the page together.

import { Live } from "./service/live.js";
import { Store } from "./service/store.js";
import { keepToday } from "./service/today.js";
import { Health } from "./parts/health.js";
import { Keys } from "./parts/keys.js";
import { Places } from "./parts/places.js";
import { setText } from "./parts/element.js";
import { Router } from "./parts/router.js";
import { Theme } from "./parts/theme.js";
import { timeZone } from "./shown/times.js";
import { ActorsView } from "./views/actors.js";
import { AlertsView } from "./views/alerts.js";
import { LotView } from "./views/lot.js";
import { LotsView } from "./views/lots.js";
import { OrdersView } from "./views/orders.js";
import { OverviewView } from "./views/overview.js";
import { PairView } from "./views/pair.js";
import { PairsView } from "./views/pairs.js";
import { ProfitView } from "./views/profit.js";

const store = new Store();
const live = new Live(store);
const places = new Places(store);
new Health(store, live);
new Keys(new Theme(() => store.touch("theme")));
keepToday(store);

const router = new Router(
  [
    ["", () => new OverviewView(store)],
    ["lots", (name, options) => (name ? new LotView(store, name) : new LotsView(store, options))],
    ["pairs", (name) => (name ? new PairView(store, name) : new PairsView(store))],
    ["orders", (which) => new OrdersView(store, which)],
    ["profit", () => new ProfitView(store)],
    ["alerts", () => new AlertsView(store)],
    ["actors", () => new ActorsView(store)],
  ],
  (place) => places.mark(place),
);

document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});
setText(document.getElementById("zone"), timeZone());
router.start();
live.run();
