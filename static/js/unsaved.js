// Answers that could not be saved yet, kept in this browser until they are: per personal link, so that a person with
// another link on the same device never sees them.
window.unsavedAnswers = (function () {
  "use strict";

  var PREFIX = "samenspel.unsaved.";
  var mine = PREFIX + fingerprint(window.location.pathname.split("/")[2] || "") + ".";
  // What this page knows, also where the browser lets us keep nothing.
  var memory = {};
  var isKept = works();

  // Stands for the link without giving it away: 53 bits of a token of 256 (cyrb53, public domain). The browser's own
  // SHA-256 is there on secure pages only.
  function fingerprint(text) {
    var first = 0xdeadbeef, second = 0x41c6ce57;
    for (var i = 0; i < text.length; i += 1) {
      first = Math.imul(first ^ text.charCodeAt(i), 2654435761);
      second = Math.imul(second ^ text.charCodeAt(i), 1597334677);
    }
    first = Math.imul(first ^ (first >>> 16), 2246822507) ^ Math.imul(second ^ (second >>> 13), 3266489909);
    second = Math.imul(second ^ (second >>> 16), 2246822507) ^ Math.imul(first ^ (first >>> 13), 3266489909);
    return (4294967296 * (2097151 & second) + (first >>> 0)).toString(36);
  }

  function works() {
    try {
      window.localStorage.setItem(PREFIX, "");
      window.localStorage.removeItem(PREFIX);
      return true;
    } catch (error) {
      return false;
    }
  }

  function read(key) {
    try {
      return JSON.parse(window.localStorage.getItem(key));
    } catch (error) {
      return null;
    }
  }

  function keys() {
    try {
      return Object.keys(window.localStorage).filter(function (key) { return key.startsWith(PREFIX); });
    } catch (error) {
      return [];
    }
  }

  function drop(key) {
    try {
      window.localStorage.removeItem(key);
    } catch (error) {
      // What cannot be reached was not kept either.
    }
  }

  // All entries of this link by field: { value, at, page, place, mode, until }.
  function all() {
    var entries = {};
    keys().forEach(function (key) {
      var entry = key.startsWith(mine) ? read(key) : null;
      if (entry && typeof entry.value === "string") {
        entries[key.slice(mine.length)] = entry;
      }
    });
    return Object.assign(entries, memory);
  }

  function put(field, entry) {
    memory[field] = entry;
    try {
      window.localStorage.setItem(mine + field, JSON.stringify(entry));
    } catch (error) {
      isKept = false;
    }
  }

  function isSame(one, other) {
    return Boolean(one && other) && one.page === other.page && one.place === other.place;
  }

  // Removes what was saved, not what was typed since.
  function remove(field, entry) {
    if (isSame(memory[field], entry)) {
      delete memory[field];
    }
    if (isSame(read(mine + field), entry)) {
      drop(mine + field);
    }
  }

  function forget() {
    memory = {};
    keys().filter(function (key) { return key.startsWith(mine); }).forEach(drop);
  }

  // Drops what other links left of rounds that ended two weeks ago or longer.
  function purge() {
    var longAgo = new Date(Date.now() - 14 * 24 * 3600 * 1000).toISOString().slice(0, 10);
    keys().forEach(function (key) {
      var entry = read(key);
      if (!key.startsWith(mine) && (!entry || entry.until < longAgo)) {
        drop(key);
      }
    });
  }

  if (document.querySelector("[data-forget-unsaved]")) {
    forget();
  }
  purge();

  return {
    all: all,
    put: put,
    remove: remove,
    forget: forget,
    isSafe: function () { return isKept; }
  };
})();
