// Streams, requests and the database, as the status has them.

import { facts, section } from "../parts/facts.js";
import { duration } from "../shown/times.js";

const LIMITS = { REQUEST_WEIGHT: "weight", RAW_REQUESTS: "requests", ORDERS: "orders", CONNECTIONS: "connections" };
const MUCH = 0.7;

export function connections(status) {
  return section(
    "Connections",
    facts(
      [
        stream("user stream", status.user_stream),
        ...status.market_streams.map((each) => stream(each.name, each)),
        ...gateway(status.gateway),
        ledger(status.ledger),
        restarts(status.restarts),
      ],
      "pairs-of-two",
    ),
  );
}

function stream(name, each) {
  if (!each) return [name, "no report", null, "warn"];
  if (!each.proven) return [name, "not proven", each.reason, "bad"];
  const reconnects = each.reconnects ? `, ${each.reconnects} reconnects` : "";
  return [name, "proven", `${each.frames} frames${reconnects}`, "good"];
}

function gateway(found) {
  if (!found) return [["requests", "no report", null, "warn"]];
  const way = found.route?.route === "rest" ? "by REST" : "WebSocket API";
  const limits = found.limits
    .filter((each) => each.name !== "RAW_REQUESTS")
    .map((each) => [
      `${LIMITS[each.name] ?? each.name} ${each.per}`,
      `${each.used} of ${each.most}`,
      null,
      each.used >= each.most * MUCH ? "warn" : null,
    ]);
  const holds = found.holds.map((each) => ["pause of the exchange", duration(each.seconds), each.reason, "bad"]);
  const trouble = found.trouble ? [["Gateway", "trouble", found.trouble, "bad"]] : [];
  return [
    ["requests", way, found.in_flight ? `${found.in_flight} in flight` : null],
    ...trouble,
    ...holds,
    ...limits,
  ];
}

function ledger(found) {
  if (!found) return ["database", "no report", null, "warn"];
  if (found.trouble) return ["database", `${found.waiting} records wait`, found.trouble, "bad"];
  return ["database", "writes", `${found.records} records`, "good"];
}

function restarts(found) {
  const names = Object.entries(found);
  if (!names.length) return null;
  return [
    "restarts",
    String(names.reduce((all, [, count]) => all + count, 0)),
    names.map((each) => each.join(" ")).join(", "),
    "warn",
  ];
}
