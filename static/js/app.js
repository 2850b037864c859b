// Small conveniences. Every page works without them.
(function () {
  "use strict";

  var announcer = document.getElementById("announcer");

  function say(text) {
    if (announcer) {
      announcer.textContent = text.trim().replace(/\s+/g, " ");
    }
  }

  // A refused form: go to the summary of what is wrong.
  function focusErrors(root) {
    var summary = root.querySelector("[data-error-summary]");
    if (summary) {
      summary.focus();
    }
  }

  function copy(button) {
    var field = document.getElementById(button.dataset.copy);
    field.select();
    navigator.clipboard.writeText(field.value).then(function () {
      say(button.dataset.done);
      var label = button.querySelector("[data-copy-label]");
      var before = label.textContent;
      label.textContent = button.dataset.done;
      window.setTimeout(function () { label.textContent = before; }, 2000);
    });
  }

  // One open menu at a time; Escape, a click elsewhere and focus that goes elsewhere close it.
  function closeMenus(except) {
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      if (menu !== except && !menu.contains(except)) {
        menu.open = false;
      }
    });
  }

  document.addEventListener("click", function (event) {
    closeMenus(event.target);
    var button = event.target.closest("[data-copy]");
    if (button) {
      copy(button);
    }
  });

  // Enter in a search that answers while one types does not send the form around it.
  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && event.target.matches("[data-stay]")) {
      event.preventDefault();
    }
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") {
      return;
    }
    var menu = event.target.closest("details[data-menu][open]");
    closeMenus(null);
    if (menu) {
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("focusin", function (event) {
    closeMenus(event.target);
  });

  document.addEventListener("htmx:afterSwap", function (event) {
    focusErrors(event.detail.target);
  });

  focusErrors(document);
})();
