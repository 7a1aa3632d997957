"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const player = $("player");
  const audio = $("audio");
  const given = player.dataset;
  const position = $("position");
  const duration = () => (Number.isFinite(audio.duration) ? audio.duration : Number(position.max));

  // -- time ------------------------------------------------------------------------------------------

  const clock = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds));
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / 60) % 60;
    const long = Number(position.max) >= 3600;
    return `${long ? `${hours}:${two(minutes)}` : two(minutes + 60 * hours)}:${two(whole % 60)}`;
  };
  /** Seconds of `754`, `754.5s`, `12:34`, `1:02:03` or `1h2m3s`; null for anything else. */
  const parse = (text) => {
    const written = text.trim().toLowerCase().replace(/^npt:/, "").split(",")[0];
    if (/^\d+(:[0-5]?\d){1,2}(\.\d+)?$/.test(written)) {
      return written.split(":").reduce((sum, part) => 60 * sum + Number(part), 0);
    }
    const units = written.match(/^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$/);
    if (!written || !units) return null;
    return 3600 * Number(units[1] || 0) + 60 * Number(units[2] || 0) + Number(units[3] || 0);
  };
  const asked = () => {
    const parts = new URLSearchParams(location.hash.slice(1));
    const at = parts.has("t") ? parse(parts.get("t")) : null;
    return { at, play: parts.has("play") };
  };

  // -- what is remembered -----------------------------------------------------------------------------

  const memory = {
    read: (name) => { try { return localStorage.getItem(name); } catch { return null; } },
    write: (name, value) => { try { localStorage.setItem(name, value); } catch { /* not allowed here */ } },
  };
  const place = `position ${given.key}`;
  const remember = () => {
    const near = audio.currentTime > duration() - 15;
    memory.write(place, near ? "0" : audio.currentTime.toFixed(1));
  };

  // -- lists of elements in time ----------------------------------------------------------------------

  const timed = (selector) => {
    const elements = [...document.querySelectorAll(selector)];
    return { elements, starts: elements.map((element) => Number(element.dataset.t)), at: -1 };
  };
  const sentences = timed("#transcript .said [data-t]");
  const chapters = timed(".chapters [data-t]");
  const indexAt = (list, time) => {
    let low = 0;
    let high = list.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list.starts[middle] <= time + 0.02) low = middle + 1; else high = middle;
    }
    return low - 1;
  };
  /** Mark the element that is on; tells whether it is another one than before. */
  const mark = (list, time) => {
    const at = indexAt(list, time);
    if (at === list.at) return false;
    list.elements[list.at]?.removeAttribute("aria-current");
    list.elements[at]?.setAttribute("aria-current", "true");
    list.at = at;
    return true;
  };

  // -- words ------------------------------------------------------------------------------------------

  const canHighlight = typeof Highlight === "function" && CSS.highlights;
  let words = null;
  const loadWords = async () => {
    if (words || !given.words || !canHighlight) return;
    words = new Map();
    try {
      const data = await (await fetch(given.words)).json();
      for (const turn of data.turns) words.set(turn.index, turn.words);
    } catch { /* sentences are followed all the same */ }
  };
  /** The UTF-16 offset of a code point. */
  const unit = (text, point) => [...text].slice(0, point).join("").length;
  const showWord = (time) => {
    const sentence = sentences.elements[sentences.at];
    if (!words || !sentence) return;
    CSS.highlights.delete("word");
    const own = words.get(Number(sentence.closest(".turn").dataset.i)) || [];
    const text = sentence.firstChild;
    const from = Number(sentence.dataset.o);
    const word = own.findLast(([offset, , start]) => start <= time + 0.02 && offset >= from);
    if (!word || !text || time > word[3] + 0.4) return;
    const [start, end] = [word[0] - from, word[0] + word[1] - from].map((point) => unit(text.data, point));
    if (end > text.length) return;
    const range = new Range();
    range.setStart(text, start);
    range.setEnd(text, end);
    CSS.highlights.set("word", new Highlight(range));
  };

  // -- following --------------------------------------------------------------------------------------

  const follow = $("follow");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let touched = -1e9;
  for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => { touched = performance.now(); }, { passive: true });
  const bring = (element, always) => {
    const box = element.getBoundingClientRect();
    const room = innerHeight - player.offsetHeight;
    if (!always && box.top > 0.12 * room && box.bottom < 0.8 * room) return;
    element.scrollIntoView({ block: "center", behavior: always || calm.matches ? "auto" : "smooth" });
  };
  const following = () => follow?.getAttribute("aria-pressed") === "true" && performance.now() - touched > 4000;

  let turn = null;
  const show = (time) => {
    position.value = String(Math.floor(time));
    position.setAttribute("aria-valuetext", `${clock(time)} / ${clock(duration())}`);
    $("seek").style.setProperty("--at", String(Math.min(1, time / (duration() || 1))));
    $("now").textContent = clock(time);
    if (mark(chapters, time)) {
      $("chapter").textContent = chapters.elements[chapters.at]?.querySelector("span").textContent ?? "";
    }
    if (mark(sentences, time)) {
      const sentence = sentences.elements[sentences.at];
      turn?.classList.remove("now");
      turn = sentence?.closest(".turn") ?? null;
      turn?.classList.add("now");
      if (sentence && !audio.paused && following()) bring(sentence, false);
    }
    showWord(time);
  };
  const tick = () => {
    show(audio.currentTime);
    if (!audio.paused) requestAnimationFrame(tick);
  };

  // -- seeking and playing ----------------------------------------------------------------------------

  const seek = (time) => {
    const target = Math.min(Math.max(0, time), Math.max(0, duration() - 0.1));
    audio.currentTime = target;
    show(target);
  };
  const play = () => audio.play().catch(() => {});
  const toggle = () => (audio.paused ? play() : audio.pause());
  const step = (by) => {
    const next = sentences.starts[Math.max(0, sentences.at + by)];
    if (next !== undefined) seek(next);
  };
  const stepChapter = (by) => {
    const next = chapters.starts[Math.max(0, chapters.at + by)];
    if (next !== undefined) seek(next);
  };

  audio.addEventListener("play", () => {
    loadWords();
    tick();
    if (sentences.at >= 0 && following()) bring(sentences.elements[sentences.at], false);
  });
  for (const kind of ["play", "pause"]) {
    audio.addEventListener(kind, () => {
      $("play").classList.toggle("playing", !audio.paused);
      $("play").setAttribute("aria-label", audio.paused ? given.play : given.pause);
    });
  }
  for (const kind of ["seeked", "loadedmetadata", "timeupdate"]) {
    audio.addEventListener(kind, () => { if (audio.paused) show(audio.currentTime); });
  }
  audio.addEventListener("pause", remember);
  addEventListener("pagehide", () => { if (audio.currentTime > 0) remember(); });
  let kept = 0;
  audio.addEventListener("timeupdate", () => {
    if (Math.abs(audio.currentTime - kept) < 5) return;
    kept = audio.currentTime;
    remember();
  });

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-t]");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (!target.href && !getSelection().isCollapsed) return;
    event.preventDefault();
    touched = -1e9;
    seek(Number(target.dataset.t));
    play();
  });
  position.addEventListener("input", () => seek(Number(position.value)));
  $("play").addEventListener("click", toggle);
  $("back").addEventListener("click", () => seek(audio.currentTime - 15));
  $("forward").addEventListener("click", () => seek(audio.currentTime + 30));
  follow?.addEventListener("click", () => {
    const on = follow.getAttribute("aria-pressed") !== "true";
    follow.setAttribute("aria-pressed", String(on));
    touched = -1e9;
    if (on && sentences.at >= 0) bring(sentences.elements[sentences.at], true);
  });

  const speed = $("speed");
  speed.value = memory.read("speed") || "1";
  if (!speed.value) speed.value = "1";
  audio.playbackRate = audio.defaultPlaybackRate = Number(speed.value);
  speed.addEventListener("change", () => {
    audio.playbackRate = audio.defaultPlaybackRate = Number(speed.value);
    memory.write("speed", speed.value);
  });

  const keys = {
    ArrowLeft: () => seek(audio.currentTime - 5), ArrowRight: () => seek(audio.currentTime + 5),
    ArrowUp: () => step(-1), ArrowDown: () => step(1),
    PageUp: () => stepChapter(-1), PageDown: () => stepChapter(1),
    Home: () => seek(0), End: () => seek(duration()), " ": toggle,
  };
  player.addEventListener("keydown", (event) => {
    const onButton = event.target.closest("button, a") && event.key === " ";
    if (!keys[event.key] || onButton || event.target === speed || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });

  // -- sharing ----------------------------------------------------------------------------------------

  $("share").addEventListener("click", async () => {
    const link = document.createElement("a");
    link.href = `${given.link}#t=${clock(audio.currentTime)}`;
    link.textContent = link.href;
    $("status").replaceChildren(link);
    try {
      await navigator.clipboard.writeText(link.href);
      $("status").prepend(`${given.shared} `);
    } catch { /* the link is there to be copied by hand */ }
  });

  // -- the keys of a phone or a keyboard --------------------------------------------------------------

  if ("mediaSession" in navigator) {
    const artwork = given.artwork ? [{ src: new URL(given.artwork, location.href).href }] : [];
    navigator.mediaSession.metadata = new MediaMetadata({ title: given.title, artist: given.artist, album: given.show, artwork });
    const answers = {
      play, pause: () => audio.pause(),
      seekbackward: (how) => seek(audio.currentTime - (how.seekOffset || 15)),
      seekforward: (how) => seek(audio.currentTime + (how.seekOffset || 30)),
      seekto: (how) => seek(how.seekTime),
      previoustrack: chapters.elements.length ? () => stepChapter(-1) : null,
      nexttrack: chapters.elements.length ? () => stepChapter(1) : null,
    };
    for (const [name, answer] of Object.entries(answers)) {
      try { navigator.mediaSession.setActionHandler(name, answer); } catch { /* not known here */ }
    }
    const tell = () => {
      if (!Number.isFinite(audio.duration)) return;
      navigator.mediaSession.setPositionState({
        duration: audio.duration, playbackRate: audio.playbackRate, position: Math.min(audio.currentTime, audio.duration),
      });
    };
    for (const kind of ["loadedmetadata", "seeked", "ratechange", "play"]) audio.addEventListener(kind, tell);
  }

  // -- the beginning ----------------------------------------------------------------------------------

  const open = () => {
    const { at, play: atOnce } = asked();
    if (at === null) return false;
    seek(at);
    if (sentences.at >= 0) bring(sentences.elements[sentences.at], true);
    if (atOnce) play();
    return true;
  };
  addEventListener("hashchange", open);
  document.body.classList.add("scripted");
  audio.controls = false;
  audio.hidden = true;
  $("controls").hidden = false;
  if (!open()) {
    const last = Number(memory.read(place));
    if (last > 0) seek(last);
  }
})();
