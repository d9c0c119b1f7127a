// Questions to the service, each as a command asks it.

const BASE = "/api/v1/";

/** A refusal or failure; the message is a sentence for people, `status` that of HTTP, or 0 without an answer. */
export class ServiceError extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

export const NO_ANSWER = "the HTTP server of lotkeeper cannot be reached";
const SIGNED_OUT = "this browser is not signed in any more: reload the page to sign in";

/** The document of a path; `options` are those of the command, and empty ones are left out. */
export async function ask(path, options = {}, signal) {
  const given = Object.entries(options).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const query = new URLSearchParams(given).toString();
  return documentOf(await send(BASE + path + (query ? `?${query}` : ""), { signal }));
}

/** What a command does, or with `dry_run` would do. */
export async function act(path, body) {
  const headers = { "Content-Type": "application/json" };
  return documentOf(await send(BASE + path, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** The events, as an answer that does not end. */
export async function openEvents(signal) {
  const answer = await send(`${BASE}events`, { signal, headers: { Accept: "text/event-stream" } });
  if (!answer.ok) await documentOf(answer);
  return answer;
}

async function send(path, more) {
  try {
    return await fetch(path, { cache: "no-store", ...more });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ServiceError(NO_ANSWER);
  }
}

async function documentOf(answer) {
  if (answer.status === 401) throw new ServiceError(SIGNED_OUT, 401);
  const found = await answer.json().catch(() => null);
  if (answer.ok && found !== null) return found;
  throw new ServiceError(found?.error ?? `the HTTP server answered ${answer.status}`, answer.status);
}
