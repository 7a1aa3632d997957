"use strict";
(() => {
  const audio = document.getElementById("audio");
  const axis = document.getElementById("axis");
  const scroll = document.getElementById("scroll");
  const wave = document.getElementById("wave");
  const cursor = document.getElementById("cursor");
  const now = document.getElementById("now");
  const duration = Number(axis.dataset.duration);
  const lanes = [...document.querySelectorAll(".lane")].map((lane) => [...lane.querySelectorAll("a")]);
  const timed = (selector) => {
    const elements = [...document.querySelectorAll(selector)];
    return { elements, starts: elements.map((element) => Number(element.dataset.start)), current: null };
  };
  const turns = timed(".turns a[id]");
  const rows = timed("#all a[data-start]");
  const clauses = timed("#all span[data-start]");
  let zoom = 1;

  const seek = (time) => {
    const target = Math.min(Math.max(0, time), duration);
    if (audio.readyState > 0) {
      audio.currentTime = target;
    } else {
      audio.addEventListener("loadedmetadata", () => { audio.currentTime = target; }, { once: true });
      audio.load();
    }
    show(target);
  };
  const play = (time) => {
    seek(time);
    audio.play().catch(() => {});
  };

  const lastBefore = (group, time) => {
    let low = 0;
    let high = group.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (group.starts[middle] <= time) low = middle + 1; else high = middle;
    }
    return low > 0 ? group.elements[low - 1] : null;
  };
  const mark = (group, time) => {
    const next = lastBefore(group, time);
    if (next === group.current) return false;
    if (group.current) group.current.removeAttribute("aria-current");
    if (next) next.setAttribute("aria-current", "true");
    group.current = next;
    return true;
  };
  const show = (time) => {
    cursor.hidden = false;
    cursor.style.left = `${(100 * time) / duration}%`;
    wave.setAttribute("aria-valuenow", String(Math.round(time)));
    wave.setAttribute("aria-valuetext", clock(time));
    follow(time);
    const changed = [turns, rows, clauses].map((group) => mark(group, time + 0.01));
    if (changed.some(Boolean)) tell();
  };
  const tell = () => {
    const row = rows.current && rows.current.closest("tr");
    const clause = clauses.current && clauses.current.closest("tr") === row ? clauses.current : null;
    const said = row ? (clause || row.cells[2]).textContent : "";
    now.replaceChildren();
    if (row && row.cells[1].textContent) {
      const speaker = document.createElement("span");
      speaker.className = "speaker";
      speaker.textContent = row.cells[1].textContent;
      now.append(speaker, " ");
    }
    now.append(said);
  };
  const clock = (time) => {
    const whole = Math.floor(time);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };
  const follow = (time) => {
    const at = (time / duration) * axis.offsetWidth;
    if (audio.paused || (at > scroll.scrollLeft && at < scroll.scrollLeft + scroll.clientWidth)) return;
    scroll.scrollLeft = at - scroll.clientWidth / 4;
  };
  const tick = () => {
    show(audio.currentTime);
    if (!audio.paused) requestAnimationFrame(tick);
  };
  audio.addEventListener("play", tick);
  audio.addEventListener("seeked", () => show(audio.currentTime));

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-start]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    play(Number(link.dataset.start));
  });

  wave.tabIndex = 0;
  wave.setAttribute("role", "slider");
  wave.setAttribute("aria-valuemin", "0");
  wave.setAttribute("aria-valuemax", String(Math.round(duration)));
  wave.setAttribute("aria-valuenow", "0");
  wave.addEventListener("click", (event) => {
    const box = wave.getBoundingClientRect();
    play(((event.clientX - box.left) / box.width) * duration);
  });
  const steps = { ArrowLeft: -5, ArrowRight: 5, ArrowDown: -5, ArrowUp: 5, PageDown: -60, PageUp: 60 };
  wave.addEventListener("keydown", (event) => {
    if (event.key in steps) {
      seek(audio.currentTime + steps[event.key]);
    } else if (event.key === "Home") {
      seek(0);
    } else if (event.key === "End") {
      seek(duration);
    } else if (event.key === " " || event.key === "Enter") {
      if (audio.paused) play(audio.currentTime); else audio.pause();
    } else {
      return;
    }
    event.preventDefault();
  });

  for (const links of lanes) {
    links.forEach((link, place) => {
      link.tabIndex = place ? -1 : 0;
      link.addEventListener("keydown", (event) => {
        const to = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: links.length - 1 }[event.key];
        if (to === undefined || !links[to]) return;
        event.preventDefault();
        link.tabIndex = -1;
        links[to].tabIndex = 0;
        links[to].focus();
      });
    });
  }

  const widest = Math.max(8, Math.min(64, 2 ** Math.ceil(Math.log2(duration / 120))));
  const buttons = { in: document.getElementById("in"), out: document.getElementById("out") };
  const setZoom = (next) => {
    const middle = (scroll.scrollLeft + scroll.clientWidth / 2) / axis.offsetWidth;
    zoom = Math.min(widest, Math.max(1, next));
    axis.style.width = `${100 * zoom}%`;
    scroll.scrollLeft = middle * axis.offsetWidth - scroll.clientWidth / 2;
    buttons.out.disabled = zoom === 1;
    buttons.in.disabled = zoom === widest;
  };
  buttons.in.addEventListener("click", () => setZoom(zoom * 2));
  buttons.out.addEventListener("click", () => setZoom(zoom / 2));
  setZoom(1);
  document.querySelector(".zoom").hidden = false;
})();
