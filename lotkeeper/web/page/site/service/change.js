// What has changed in a document, as the service tells it: a phone need not read all of it in each second.

/** Makes the document of now of the one before. Objects are changed key by key, all else is replaced. */
export function applyChange(document, { changed, removed }) {
  for (const path of removed) remove(document, path);
  merge(document, changed);
  return document;
}

function merge(into, changed) {
  for (const [key, value] of Object.entries(changed)) {
    if (isObject(value) && isObject(into[key])) merge(into[key], value);
    else into[key] = value;
  }
}

function remove(document, path) {
  const last = path[path.length - 1];
  const owner = path.slice(0, -1).reduce((found, key) => found?.[key], document);
  if (isObject(owner)) delete owner[last];
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
