// Server-sent events by fetch: unlike EventSource it shows the heartbeat, so that a dead connection is noticed.

/** Calls `told(name, data)` for each event and `heard()` for everything that arrives, until the answer ends. */
export async function readEvents(answer, told, heard) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const event = new EventLines();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    const lines = value.split("\n");
    lines[0] = rest + lines[0];
    rest = lines.pop();
    for (const line of lines) event.take(line, told);
  }
}

/** One event, line by line. */
class EventLines {
  #name = "message";
  #data = [];

  take(line, told) {
    if (line.startsWith("event:")) this.#name = line.slice(6).trim();
    else if (line.startsWith("data:")) this.#data.push(line.slice(5).trimStart());
    else if (line.trim() === "") this.#end(told);
  }

  #end(told) {
    const data = this.#data.join("\n");
    const name = this.#name;
    this.#name = "message";
    this.#data = [];
    if (data) told(name, JSON.parse(data));
  }
}
