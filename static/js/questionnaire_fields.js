// The fields of the questionnaire by name, and the requests that carry them; questionnaire.js decides what is sent when.
window.questionnaireFields = (function () {
  "use strict";

  var TIMEOUT = 20000;

  // A name for a page, unlike that of any other.
  function newName() {
    var words = window.crypto.getRandomValues(new Uint32Array(3));
    return Array.from(words, function (word) { return word.toString(36); }).join("");
  }

  function names(form) {
    var found = {};
    form.querySelectorAll("input[type=radio], textarea").forEach(function (field) { found[field.name] = true; });
    return Object.keys(found);
  }

  function controls(form, name) {
    var found = form.elements[name];
    return !found ? [] : found.tagName ? [found] : Array.from(found);
  }

  function has(form, name) {
    return controls(form, name).length > 0;
  }

  function isChanged(form, name) {
    return controls(form, name).some(function (field) {
      return field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
    });
  }

  function changed(form) {
    return names(form).filter(function (name) { return isChanged(form, name); });
  }

  function set(form, name, value) {
    controls(form, name).forEach(function (field) {
      if (field.type === "radio") {
        field.checked = field.value === value;
      } else {
        field.value = value;
      }
    });
  }

  // Gives { response, text }; fails after twenty seconds.
  function post(url, body, options) {
    var stop = new AbortController();
    var late = window.setTimeout(function () { stop.abort(); }, TIMEOUT);
    var request = Object.assign({
      method: "POST",
      body: body,
      headers: { "HX-Request": "true" },
      redirect: "manual",
      signal: stop.signal
    }, options);
    return window.fetch(url, request).then(function (response) {
      return response.text().then(function (text) { return { response: response, text: text }; });
    }).finally(function () { window.clearTimeout(late); });
  }

  return {
    newName: newName,
    has: has,
    changed: changed,
    set: set,
    post: post
  };
})();
