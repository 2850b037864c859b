// Long lists: tick everything on a page or from one box to another (Shift), see what there is behind each filter,
// “/” to search, and up and down through the rows.
(function () {
  "use strict";

  function boxes() {
    return Array.from(document.querySelectorAll('input[name="ids"][form="together"]'));
  }

  var lastTicked = null;

  document.addEventListener("click", function (event) {
    var box = event.target.closest('input[name="ids"][form="together"]');
    if (!box) {
      return;
    }
    var all = boxes(), from = all.indexOf(lastTicked), to = all.indexOf(box);
    if (event.shiftKey && from >= 0) {
      all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach(function (other) { other.checked = box.checked; });
    }
    lastTicked = box;
  });

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

  // From the search field or a row to the same thing in the row below or above; from the first row back to the search.
  function neighbour(focused, step) {
    var row = focused.closest("#results tbody tr");
    var rows = Array.from(document.querySelectorAll("#results tbody tr"));
    var next = row ? rows[rows.indexOf(row) + step] : step > 0 && rows[0];
    if (row && !next && step < 0) {
      return document.querySelector("#filters .filter-text");
    }
    return next ? next.querySelector(focused.matches('[name="ids"]') ? '[name="ids"]' : "th a") : null;
  }

  document.addEventListener("keydown", function (event) {
    var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    var to = step && event.target.matches("#filters .filter-text, #results tbody :is(a, input)") && neighbour(event.target, step);
    // The space bar ticks the row whose name has the focus.
    var row = event.key === " " && event.target.closest("#results tbody tr");
    var box = row && event.target.matches("a") && row.querySelector('[name="ids"]');
    if (to || box) {
      event.preventDefault();
    }
    if (to) {
      to.focus();
    } else if (box) {
      box.click();
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
