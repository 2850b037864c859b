// While a round is planned: say what too few people of one side mean for the results.
(function () {
  "use strict";

  var MINIMUM = 3;

  function sizes() {
    var ticked = Array.from(document.querySelectorAll("[data-side]"), function (side) {
      return side.querySelectorAll("input:checked").length;
    });
    var chosen = Array.from(document.querySelectorAll("[data-side-size]"), function (side) {
      return Number(side.dataset.sideSize);
    });
    return ticked.concat(chosen);
  }

  function show() {
    var mode = document.querySelector('input[name="mode"]:checked');
    var found = sizes();
    // A side of which nobody is ticked yet is told by the form itself.
    var isSmall = found.some(function (size) { return size > 0 && size < MINIMUM; });
    var kind = isSmall && mode && mode.value === "confidential" ? (found.length === 2 ? "two" : "more") : "";
    document.querySelectorAll("[data-small-sides]").forEach(function (warning) {
      warning.hidden = warning.dataset.smallSides !== kind;
    });
  }

  document.addEventListener("change", show);
  show();
})();
