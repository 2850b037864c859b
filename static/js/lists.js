// Long lists: tick everything on a page, see what there is behind each filter, and “/” to search.
(function () {
  "use strict";

  function boxes() {
    return Array.from(document.querySelectorAll('input[name="ids"][form="together"]'));
  }

  // The box in the heading follows the boxes below it, and the other way round.
  document.addEventListener("change", function (event) {
    var all = document.querySelector("[data-tick-all]");
    if (event.target === all) {
      boxes().forEach(function (box) { box.checked = all.checked; });
    } else if (all && event.target.name === "ids") {
      var ticked = boxes().filter(function (box) { return box.checked; }).length;
      all.checked = ticked === boxes().length;
      all.indeterminate = ticked > 0 && !all.checked;
    }
  });

  // Counts arrive after the list and go into the choices of the filters.
  function showCounts(counts) {
    counts.querySelectorAll("[data-counts-of]").forEach(function (facet) {
      var select = document.querySelector('#filters select[name="' + facet.dataset.countsOf + '"]');
      var found = {};
      facet.querySelectorAll("[data-value]").forEach(function (row) { found[row.dataset.value] = row.dataset.count; });
      Array.from(select ? select.options : []).forEach(function (option) {
        option.dataset.label = option.dataset.label || option.text;
        if (option.value && option.value !== "all") {
          option.text = option.dataset.label + " (" + (found[option.value] || "0") + ")";
        }
      });
    });
  }

  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.id === "counts") {
      showCounts(event.detail.target);
    }
  });

  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input, textarea, select, [contenteditable]");
    var search = document.querySelector("#filters .filter-text");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });
})();
