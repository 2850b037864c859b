// Where the eye goes after an action: to what is said of it, in the part of the page where it was done, and never to
// the top of the page because the element that had the focus is gone.
(function () {
  "use strict";

  var announcer = document.getElementById("announcer");

  // Into the part of the page that the address names; without one the messages stay below the heading.
  function placeMessages() {
    var messages = document.querySelector("main [data-messages]");
    if (!messages) {
      goToNewFields();
      return;
    }
    var place = document.getElementById(window.location.hash.slice(1));
    if (place && place.closest("main .page-inner") && !messages.contains(place)) {
      openAround(place);
      var row = place.closest("tr, li");
      var section = row ? row.closest("section") : place;
      if (section) {
        var head = section.querySelector(":scope > .panel-head, :scope > h2, :scope > h3");
        section.insertBefore(messages, head ? head.nextSibling : section.firstChild);
      }
    }
    goTo(messages);
  }

  // A page that came back with one row of fields more has its address there: go on in the new, last row.
  function goToNewFields() {
    var place = document.getElementById(window.location.hash.slice(1));
    if (place && place.closest("form")) {
      var rows = place.querySelectorAll("fieldset");
      var last = (rows.length ? rows[rows.length - 1] : place).querySelector("input:not([type=hidden]), select, textarea");
      if (last) {
        last.focus();
      }
    }
  }

  function openAround(place) {
    for (var part = place.closest("details"); part; part = part.parentElement.closest("details")) {
      part.open = true;
    }
  }

  function goTo(element) {
    if (!element.hasAttribute("tabindex") && !element.matches("a[href], button, input, select, textarea, summary")) {
      element.setAttribute("tabindex", "-1");
    }
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest" });
  }

  function isLost() {
    var focused = document.activeElement;
    return !focused || focused === document.body || focused === document.documentElement;
  }

  // ----- what htmx puts in the place of what had the focus

  var before = null; // what had the focus inside of what goes, as it can be found again

  function remember(element, target) {
    var row = element.closest("tr, li");
    return {
      id: element.id,
      href: element.getAttribute("href"),
      name: element.getAttribute("name"),
      value: element.getAttribute("value"),
      isInRow: Boolean(row),
      target: target.id
    };
  }

  function candidates(root) {
    return Array.from(root.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary"));
  }

  // The same control; of the pages the way back; in a list whose row is gone the first row; else what is said of it.
  function heir(root, was) {
    var same = was.id && document.getElementById(was.id);
    var all = candidates(root);
    same = same || all.find(function (one) { return was.href && one.getAttribute("href") === was.href; });
    same = same || all.find(function (one) {
      return was.name && one.getAttribute("name") === was.name && one.getAttribute("value") === was.value;
    });
    same = same || (/^page-/.test(was.id) && root.querySelector("#page-previous, #page-next"));
    var row = was.isInRow && root.querySelector("tbody th a, tbody a, li a");
    return same || row || root.querySelector("[data-announce], h2, h3") || root;
  }

  document.addEventListener("htmx:beforeSwap", function (event) {
    var target = event.detail.target;
    if (event.detail.shouldSwap && target.contains(document.activeElement) && document.activeElement !== target) {
      before = remember(document.activeElement, target);
    }
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    var was = before;
    before = null;
    if (was && isLost()) {
      goTo(heir(document.getElementById(was.target) || event.detail.elt, was));
    }
  });

  // ----- said aloud

  function say(root) {
    var texts = Array.from(root.querySelectorAll("[data-announce]"), function (news) {
      return news.textContent.trim().replace(/\s+/g, " ");
    }).filter(Boolean);
    if (texts.length) {
      announcer.textContent = texts.join(". ");
    }
  }

  // “Partners, page 2 · Samenspel”
  function nameThePage(root) {
    var title = document.querySelector("title");
    var words = root.querySelector("[data-page-words]");
    var now = words ? words.dataset.pageWords : "";
    document.title = document.title.replace(title.dataset.page || /$^/, "").replace(/ · Samenspel$/, now + " · Samenspel");
    title.dataset.page = now;
  }

  document.addEventListener("htmx:afterSwap", function (event) {
    say(event.detail.target);
    if (event.detail.target.id === "results") {
      nameThePage(event.detail.target);
    }
  });

  // app.js goes to the summary of a refused form.
  if (!document.querySelector("[data-error-summary], main [autofocus]")) {
    placeMessages();
  }
})();
