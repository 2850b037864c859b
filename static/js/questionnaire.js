// The questionnaire saves itself. What cannot be saved is kept in this browser (unsaved.js) and sent again until it is.
// Every value carries when it was typed, so that the newest counts, whatever arrives last. Without JavaScript the form
// is sent as a whole.
(function () {
  "use strict";

  var REST = 600; // saves once a person stops for a moment: not each option that the arrow keys pass
  var SAID_EVERY = 5;
  var FIRST_WAIT = 2000;
  var LONGEST_WAIT = 60000;
  var KEEPALIVE_MOST = 60000; // bytes that a browser sends for a page that is gone
  var MOST = 90000; // bytes at once: the server takes a little more
  var store = window.unsavedAnswers;
  var fields = window.questionnaireFields;

  var form = null;
  var bar = null;
  var voice = null; // read aloud: less often than the bar changes
  var said = 0; // how many answers were saved when it last spoke
  var page = ""; // a name for this page, and its own order
  var count = 0;
  var last = 0;
  var opened = 0; // the server's time when this page was made, and our clocks then
  var ticks = 0;
  var clock = 0;
  var typed = {}; // field: [at, page, place]
  var unsaved = {}; // field: entry, as unsaved.js keeps it
  var lost = {}; // fields that were refused for good
  var saved = ""; // what the bar says when all is saved
  var refusal = "";
  var isHeld = false; // who sees the answers was changed: nothing leaves before somebody sends it
  var isFailing = false;
  var isBusy = false;
  var isSending = false;
  var isNotSent = false;
  var isLeaving = false;
  var isStale = false;
  var wait = FIRST_WAIT;
  var timer = 0;

  function start() {
    form = document.querySelector("form[data-save]");
    bar = document.getElementById("save-state");
    voice = document.getElementById("save-said");
    if (!form) {
      return;
    }
    page = fields.newName();
    count = last = 0;
    opened = Number(form.dataset.opened);
    ticks = window.performance.now();
    clock = Date.now();
    typed = {};
    lost = {};
    saved = refusal = "";
    said = 0;
    isHeld = isNotSent = isStale = false;
    unsaved = store.all();
    var early = fields.changed(form);
    Object.keys(unsaved).forEach(restore);
    // Typed while the page was still coming in.
    early.filter(function (name) { return !(name in unsaved); }).forEach(note);
    form.addEventListener("input", onInput);
    form.addEventListener("change", onChange);
    if (names(unsaved).length) {
      isFailing = true;
      show();
      flush();
    }
  }

  function names(entries) {
    return Object.keys(entries);
  }

  // Our guess of the server's time: no clock of the device is asked what time it is, only how long ago it was.
  function now() {
    var passed = Math.max(window.performance.now() - ticks, Date.now() - clock);
    last = Math.max(last + 1, Math.round(opened + passed));
    return last;
  }

  function note(name) {
    count += 1;
    var entry = {
      value: form.elements[name].value,
      at: now(),
      page: page,
      place: count,
      mode: form.elements.mode.value,
      until: form.dataset.until
    };
    delete lost[name];
    unsaved[name] = entry;
    typed[name] = [entry.at, entry.page, entry.place];
    store.put(name, entry);
  }

  function restore(name) {
    var entry = unsaved[name];
    // What was typed on another part is sent from this one.
    if (!fields.has(form, name) && !form.elements.part) {
      delete unsaved[name];
      return;
    }
    fields.set(form, name, entry.value);
    typed[name] = [entry.at, entry.page, entry.place];
    isHeld = isHeld || entry.mode !== form.elements.mode.value;
  }

  function onInput(event) {
    if (event.target.name) {
      note(event.target.name);
      schedule(REST);
      show();
    }
  }

  function onChange(event) {
    if (event.target.name in unsaved && event.target.type !== "radio") {
      schedule(0);
    }
  }

  // ----- saving

  function schedule(milliseconds) {
    window.clearTimeout(timer);
    timer = window.setTimeout(flush, milliseconds);
  }

  function canSave(name) {
    return unsaved[name].mode === form.elements.mode.value;
  }

  function bodyOf(entries) {
    var body = new URLSearchParams();
    var stamps = {};
    body.set("mode", form.elements.mode.value);
    names(entries).forEach(function (name) {
      body.set(name, entries[name].value);
      stamps[name] = [entries[name].at, entries[name].page, entries[name].place];
    });
    body.set("typed", JSON.stringify(stamps));
    return body;
  }

  function toSave() {
    var entries = {};
    names(unsaved).filter(canSave).forEach(function (name) { entries[name] = unsaved[name]; });
    return entries;
  }

  // As many as the server takes at once, and one in any case; the others go after it.
  function portion(entries) {
    var some = {};
    names(entries).every(function (name) {
      some[name] = entries[name];
      if (names(some).length > 1 && isTooLarge(bodyOf(some))) {
        delete some[name];
        return false;
      }
      return true;
    });
    return some;
  }

  function isTooLarge(body) {
    return String(body).length > MOST;
  }

  function flush() {
    window.clearTimeout(timer);
    var entries = portion(toSave());
    if (isBusy || isSending || !names(entries).length) {
      return;
    }
    isBusy = true;
    fields.post(form.dataset.save, bodyOf(entries), {}).then(function (answer) {
      isBusy = false;
      understand(answer, entries);
    }, function () {
      isBusy = false;
      failed(null);
    });
  }

  // Only our own answer says that something was saved: a page of a network that wants to be signed in to does not.
  function understand(answer, entries) {
    if (!form) {
      return; // the questions were taken off the page while this save was under way
    }
    var parsed = new DOMParser().parseFromString(answer.text, "text/html");
    var kept = answer.response.status === 200 && parsed.querySelector("[data-kept]");
    var refused = answer.response.status === 422 && parsed.querySelector("[data-refused]");
    if (kept) {
      done(entries);
      saved = kept.innerHTML;
      sayKept(Number(kept.dataset.answered), kept.textContent);
      showNewer(JSON.parse(kept.dataset.kept || "{}"));
      wait = FIRST_WAIT;
      goOn();
    } else if (refused) {
      refuse(refused, entries);
    } else {
      failed(answer.response.headers.get("Retry-After"));
    }
  }

  function done(entries) {
    names(entries).forEach(function (name) {
      store.remove(name, entries[name]);
      if (unsaved[name] === entries[name]) {
        delete unsaved[name];
      }
    });
  }

  function goOn() {
    isFailing = isFailing && names(unsaved).length > 0;
    show();
    if (isStale && !names(unsaved).length) {
      refresh();
    } else if (names(toSave()).length) {
      schedule(REST);
    }
  }

  // Something was typed later on another page: that counts, so that is what stands here.
  function showNewer(newer) {
    names(newer).filter(function (name) { return !(name in unsaved); }).forEach(function (name) {
      fields.set(form, name, newer[name]);
    });
  }

  function refuse(refused, entries) {
    var field = refused.dataset.refused;
    var about = names(entries).filter(function (name) { return name === field || name === "comment:" + field; });
    if (field === "mode") {
      isHeld = true;
      names(entries).forEach(function (name) { unsaved[name].mode = ""; });
    } else {
      // One field is refused, or (the round is closed, the link works no more) all of them.
      (about.length ? about : names(entries)).forEach(function (name) {
        store.remove(name, entries[name]);
        delete unsaved[name];
        lost[name] = true;
      });
    }
    refusal = refused.outerHTML;
    say(refused.textContent);
    goOn();
  }

  function failed(seconds) {
    if (!form) {
      return;
    }
    isFailing = true;
    show();
    schedule(Math.max(wait * (0.75 + Math.random() / 2), Number(seconds || 0) * 1000));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  function again() {
    wait = FIRST_WAIT;
    flush();
  }

  // ----- what the bar says, and what is read aloud

  function say(words) {
    voice.textContent = words.trim();
  }

  // The first save, and then every five answers.
  function sayKept(answered, words) {
    if (!said || Math.floor(answered / SAID_EVERY) > Math.floor(said / SAID_EVERY)) {
      say(words);
    }
    said = Math.max(said, answered, 1);
  }

  function show() {
    var left = names(unsaved).length;
    var words = bar.dataset;
    var pending = left === 1 ? words.one : words.many.replace("{count}", left);
    var text = "";
    if (isSending) {
      text = words.sending;
    } else if (isNotSent) {
      text = left ? words.notSent + " " + pending : words.savedNotSent;
    } else if (isFailing && left && !isHeld) {
      text = pending;
    }
    bar.classList.toggle("is-unsaved", Boolean(text) && !isSending);
    if (text) {
      if (bar.textContent !== text) {
        bar.textContent = text;
        say(text);
      }
    } else if (names(lost).length || (isHeld && refusal)) {
      bar.innerHTML = refusal;
    } else if (isHeld) {
      bar.textContent = words.held;
    } else {
      bar.innerHTML = saved;
    }
  }

  // ----- sending

  function onSubmit(event) {
    if (event.target !== form || !form) {
      return;
    }
    event.preventDefault();
    if (!isSending) {
      send(event.submitter);
    }
  }

  function send(button) {
    // What a script or an extension filled in made no event.
    fields.changed(form).filter(function (name) { return !(name in typed); }).forEach(note);
    window.clearTimeout(timer);
    var entries = Object.assign({}, unsaved);
    var body = new URLSearchParams(new FormData(form));
    body.set("typed", JSON.stringify(typed));
    if (isTooLarge(body)) {
      body = bodyOf(entries); // the rest was saved already
    }
    if (isTooLarge(body)) {
      isNotSent = true;
      wait = FIRST_WAIT;
      flush();
      show();
      return;
    }
    // What was not saved yet of another part.
    names(entries).filter(function (name) { return !fields.has(form, name); }).forEach(function (name) {
      body.set(name, entries[name].value);
    });
    if (button && button.name) {
      body.set(button.name, button.value);
    }
    isSending = true;
    isNotSent = false;
    show();
    fields.post(window.location.href, body, {}).then(function (answer) {
      isSending = false;
      sent(answer, entries);
    }).catch(function () {
      isSending = false;
      notSent();
    });
  }

  function sent(answer, entries) {
    var place = answer.response.headers.get("HX-Redirect");
    if (place) {
      done(entries);
      leave(place);
      return;
    }
    var status = answer.response.status;
    if ((status !== 200 && status !== 422) || !replaced(answer.text, status === 200 ? entries : {})) {
      notSent();
    }
  }

  function notSent() {
    isNotSent = true;
    isFailing = true;
    failed(null);
  }

  function leave(place) {
    isLeaving = names(unsaved).length === 0;
    window.location.assign(place);
  }

  // The page that the server answers with: questions that were skipped, or why nothing was kept.
  function replaced(text, entries) {
    var parsed = new DOMParser().parseFromString(text, "text/html");
    var content = parsed.querySelector("main#content:has(form[data-save], [data-given-back])");
    if (!content) {
      return false;
    }
    done(entries);
    if (content.querySelector("[data-given-back]") || !content.querySelector("form[data-save] [type=submit]")) {
      store.forget(); // nothing more can be sent with this link
    }
    document.getElementById("content").replaceWith(content);
    document.title = parsed.title;
    start();
    (content.querySelector("[data-error-summary]") || content).focus();
    return true;
  }

  // ----- coming and going

  // The page as it is now, in place of the one that the Back button brought from memory.
  function refresh() {
    window.fetch(window.location.href, { redirect: "error" }).then(function (response) {
      return response.ok ? response.text() : "";
    }).then(function (text) {
      if (!names(unsaved).length) {
        isStale = !replaced(text, {});
      }
    }, function () { /* Shown as it was; asked again when the connection is back. */ });
  }

  function onHide() {
    if (!form || isFailing) {
      return;
    }
    var entries = toSave();
    var body = bodyOf(entries);
    if (names(entries).length && String(body).length < KEEPALIVE_MOST) {
      fields.post(form.dataset.save, body, { keepalive: true }).then(function (answer) {
        understand(answer, entries);
      }, function () { /* Kept in this browser. */ });
    }
  }

  document.addEventListener("submit", onSubmit);
  window.addEventListener("online", function () {
    if (form) {
      again();
      if (isStale) {
        goOn();
      }
    }
  });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") {
      onHide();
    } else if (form) {
      again();
    }
  });
  window.addEventListener("pagehide", onHide);
  window.addEventListener("pageshow", function (event) {
    if (event.persisted && form) {
      isLeaving = isSending = false;
      isStale = true;
      goOn();
    }
  });
  window.addEventListener("beforeunload", function (event) {
    var left = names(unsaved).length;
    if (!isLeaving && form && (names(lost).length || (left && (isFailing || isHeld || !store.isSafe())))) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  start();
})();
