// A request that failed says so, and stays said until the same source succeeds or is gone from the page.
// A panel that comes in by itself says it in its own place, everything else in the notice at the bottom.
(function () {
  "use strict";

  var notice = document.getElementById("connection-notice");
  var announcer = document.getElementById("announcer");
  // By the element that asked: its request, and what is told of it. The newest stands last.
  var failures = new Map();

  function say(text) {
    announcer.textContent = text;
  }

  function isTyped(field) {
    if (field.type === "checkbox" || field.type === "radio") {
      return field.checked !== field.defaultChecked;
    }
    if (field.options) {
      var usual = Array.from(field.options).findIndex(function (option) { return option.defaultSelected; });
      return field.selectedIndex !== Math.max(usual, field.multiple ? -1 : 0);
    }
    return field.type !== "hidden" && field.value !== field.defaultValue;
  }

  function hasTyped() {
    return Array.from(document.querySelectorAll("main form[method=post] :is(input, textarea, select)")).some(isTyped);
  }

  // The sentences stand in the page, translated; those of a whole hundred hold for what has none of its own.
  function sentence(kind) {
    var data = notice.dataset;
    var words = data["on" + kind] || data["on" + kind.slice(0, 1) + "xx"] || data.onOther;
    return hasTyped() && kind !== "SignedOut" ? words + " " + data.typed : words;
  }

  function showNotice() {
    failures.forEach(function (failure, source) {
      if (!source.isConnected) {
        failures.delete(source);
      }
    });
    var last = Array.from(failures.values()).pop();
    notice.hidden = !last;
    if (last) {
      notice.querySelector("[data-notice-text]").textContent = sentence(last.kind);
      notice.querySelector("[data-sign-in]").hidden = !last.isSignedOut;
      notice.querySelector("[data-try-again]").hidden = last.kind === "404";
    }
  }

  function tryAgain(source, request) {
    window.htmx.ajax(request.verb.toUpperCase(), request.path, { source: source, target: request.target });
  }

  // Pulled by the page itself, not by what somebody does in it.
  function isPanel(source, target) {
    return source === target && /\b(load|revealed)\b/.test(source.getAttribute("hx-trigger") || "");
  }

  function clearPanel(panel) {
    panel.querySelectorAll(":scope > [data-panel-failure]").forEach(function (note) { note.remove(); });
  }

  function setLoading(panel, isLoading) {
    panel.querySelectorAll(".loading").forEach(function (sign) { sign.hidden = !isLoading; });
  }

  function showInPanel(panel, kind, request) {
    clearPanel(panel);
    setLoading(panel, false);
    var note = document.getElementById("panel-failure").content.firstElementChild.cloneNode(true);
    note.querySelector("[data-notice-text]").textContent = sentence(kind);
    note.querySelector("[data-try-again]").hidden = kind === "404";
    note.querySelector("[data-try-again]").addEventListener("click", function () {
      clearPanel(panel);
      setLoading(panel, true);
      panel.setAttribute("tabindex", "-1");
      panel.focus();
      tryAgain(panel, request);
    });
    panel.append(note);
  }

  function fail(detail, kind, isSignedOut) {
    var request = { verb: detail.requestConfig.verb, path: detail.requestConfig.path, target: detail.target };
    var source = detail.requestConfig.elt;
    if (isPanel(source, detail.target)) {
      showInPanel(source, kind, request);
    } else {
      failures.delete(source);
      failures.set(source, { kind: kind, request: request, isSignedOut: isSignedOut });
      showNotice();
    }
    say(sentence(kind));
  }

  // The way to the sign-in page would empty the form around a search or a picker: say it, and leave the page as it is.
  function isInForm(detail) {
    return Boolean(detail.requestConfig.elt.closest("form[method=post]"));
  }

  document.addEventListener("htmx:beforeSwap", function (event) {
    var detail = event.detail;
    if (!/^\s*<!doctype/i.test(detail.xhr.responseText)) {
      return;
    }
    // A whole page does not belong inside this one, whatever its status.
    detail.shouldSwap = false;
    if (detail.xhr.status >= 400) {
      detail.isError = true;
    } else if (isInForm(detail)) {
      detail.isError = true;
      fail(detail, "SignedOut", true);
    } else {
      window.location.assign(detail.xhr.responseURL);
    }
  });

  document.addEventListener("htmx:responseError", function (event) {
    var status = event.detail.xhr.status;
    if (status >= 400) {
      fail(event.detail, String(status), false);
    }
  });

  ["htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function (event) { fail(event.detail, "Offline", false); });
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful) {
      failures.delete(event.detail.requestConfig.elt);
      showNotice();
    }
  });

  // What took the place of a part of the page took its failures with it.
  document.addEventListener("htmx:afterSettle", showNotice);

  notice.querySelector("[data-try-again]").addEventListener("click", function () {
    failures.forEach(function (failure, source) { tryAgain(source, failure.request); });
  });
})();
