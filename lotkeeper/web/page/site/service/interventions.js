// What a person can do here, with the same words, numbers and records as on the command line. Each intervention is
// { title, path, body, fields, asked }: where it is sent, what with, and what the person may still choose.

export const WHY = { name: "why", label: "Reason, kept with the record", kind: "text" };
const FOR = {
  name: "for_s",
  label: "Until",
  kind: "choice",
  choices: [
    ["", "I resume it"],
    ["900", "15 minutes"],
    ["3600", "1 hour"],
    ["14400", "4 hours"],
    ["86400", "1 day"],
  ],
  number: true,
};

export function pause(pair) {
  return { title: `Pause ${pair}`, path: "pause", body: { pair }, fields: [FOR, WHY] };
}

export function resume(pair) {
  return { title: `Resume ${pair}`, path: "resume", body: { pair }, fields: [WHY] };
}

export function pauseAll() {
  return { title: "Pause all pairs", path: "pause", body: { all: true }, fields: [FOR, WHY] };
}

export function resumeAll() {
  return { title: "Resume all pairs", path: "resume", body: { all: true }, fields: [WHY] };
}

export function killSwitch(on) {
  const title = on ? "Turn the kill switch on" : "Turn the kill switch off";
  return { title, path: "kill-switch", body: { on }, fields: [WHY], isDangerous: on };
}

export function cancel(order) {
  return { title: `Cancel ${order}`, path: "cancel", body: { order }, fields: [WHY] };
}

const HOW = {
  name: "how",
  label: "Price",
  kind: "choice",
  choices: [
    ["market", "Now, at the market"],
    ["at_floor", "At its floor"],
    ["at", "At a price of mine"],
  ],
};

function sale(quote) {
  const price = { name: "at", label: `At least, in ${quote}`, kind: "amount", when: (values) => values.how === "at" };
  const below = { name: "below_floor", label: "Sell under the floor too", kind: "check" };
  const again = { name: "again", label: "Once more, if the same was asked for before", kind: "check" };
  return { price, below, again };
}

export function sellLot(lot, base, quote) {
  const { price, below, again } = sale(quote);
  const quantity = { name: "quantity", label: `Only so much, in ${base}`, kind: "amount", hint: "empty: all of it" };
  return { title: `Sell ${lot}`, path: "sell", body: { lot }, fields: [HOW, price, quantity, below, again, WHY] };
}

export function sellPair(pair, quote) {
  const { price, below, again } = sale(quote);
  return { title: `Sell all lots of ${pair}`, path: "sell", body: { pair }, fields: [HOW, price, below, again, WHY] };
}

/** The body of the request for what was chosen; what is empty is left out. */
export function bodyOf(intervention, values) {
  const body = { ...intervention.body };
  for (const field of intervention.fields) {
    const value = values[field.name];
    if (value === "" || value === false || value === undefined) continue;
    if (field.name === "how") chooseHow(body, value);
    else if (!field.when || field.when(values)) body[field.name] = field.number ? Number(value) : value;
  }
  return body;
}

function chooseHow(body, how) {
  if (how !== "at") body[how] = true;
}
