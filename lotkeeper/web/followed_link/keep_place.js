// The place behind "#" never reaches the server: the link takes it along. To an address that differs in it alone a
// browser would not go, but stay on this page: one of the two has a question mark.
(function () {
  "use strict";
  if (!location.hash.startsWith("#/")) return;
  const query = location.href.split("#")[0].includes("?") ? "" : "?";
  document.getElementById("open").setAttribute("href", `/${query}${location.hash}`);
})();
