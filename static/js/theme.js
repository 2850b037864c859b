// Runs before the first paint: turns "like my device" into light or dark, and says that scripts work.
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function follow() {
    if (root.dataset.appearance === "system") {
      root.dataset.bsTheme = dark.matches ? "dark" : "light";
    }
  }
  root.classList.add("js");
  follow();
  dark.addEventListener("change", follow);
})();
