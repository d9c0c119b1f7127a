// What a screen reader says by itself: few things, each once.

const place = document.getElementById("spoken");
let last = "";

/** Says a sentence when what is being said has ended. */
export function say(text) {
  if (text === last) return;
  last = text;
  place.textContent = text;
}

document.addEventListener("spoken", (event) => {
  last = "";
  say(event.detail);
});
