"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const box = $("search");
  const say = box.dataset;
  const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
  const PAGE = 30;

  const load = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return answer.json();
  };
  const once = (make) => {
    const made = new Map();
    return (key) => {
      if (!made.has(key)) made.set(key, make(key).catch((error) => { made.delete(key); throw error; }));
      return made.get(key);
    };
  };
  const index = once(async () => {
    const about = await load(`index.json?${say.version}`);
    const [from, to] = about.variants.map((letters) => [...letters]);
    about.simple = new Map(from.map((letter, place) => [letter, to[place]]));
    return about;
  });
  const shard = once((number) => load(`${number}.json?${say.version}`));
  const sentences = once((slug) => load(`../episodes/${encodeURIComponent(slug)}/sentences.json`));

  // -- text as it is compared, as the index has it -----------------------------------------------------

  const isCjk = (letter) => {
    const code = letter.codePointAt(0);
    return (code >= 0x3040 && code <= 0x30ff) || (code >= 0x3400 && code <= 0x9fff) || (code >= 0xf900 && code <= 0xfaff) || code >= 0x20000;
  };
  const kindOf = (letter) => {
    if (!/[\p{L}\p{N}]/u.test(letter)) return " ";
    if (isCjk(letter)) return "C";
    return /\p{Nd}/u.test(letter) ? "D" : "L";
  };
  /** The runs of a text: `{kind, text, at}`, where `at` gives for each character where it comes from. */
  const runs = (text, simple) => {
    const found = [];
    let last = " ";
    let offset = 0;
    for (const original of text) {
      for (const plain of original.normalize("NFKD").toLowerCase()) {
        if (/\p{M}/u.test(plain)) continue;
        const letter = simple.get(plain) ?? plain;
        const kind = kindOf(letter);
        if (kind !== " ") {
          if (kind !== last) found.push({ kind, text: [], at: [] });
          found.at(-1).text.push(letter);
          found.at(-1).at.push([offset, offset + original.length]);
        }
        last = kind;
      }
      offset += original.length;
    }
    return found;
  };

  // -- the index --------------------------------------------------------------------------------------

  const unpack = (packed) => {
    const found = [];
    let number = 0;
    let gap = 0;
    let shift = 0;
    for (const letter of packed) {
      const digit = DIGITS.indexOf(letter);
      gap |= (digit & 31) << shift;
      if (digit & 32) { shift += 5; continue; }
      number += gap;
      found.push(number);
      gap = shift = 0;
    }
    return found;
  };
  const episodesOf = async (term, prefix, about) => {
    const [first, ...rest] = [...term];
    const own = (await shard(first.codePointAt(0) % about.shards))[first] ?? {};
    const ending = rest.join("");
    const packed = prefix
      ? Object.keys(own).filter((end) => end.startsWith(ending)).map((end) => own[end])
      : [Object.hasOwn(own, ending) ? own[ending] : ""];
    return new Set(packed.flatMap(unpack));
  };
  const candidates = async (query, about) => {
    const wanted = query.flatMap((run) => {
      if (run.kind !== "C") return [[run.text.slice(0, 40).join(""), true]];
      if (run.text.length === 1) return [[run.text[0], true]];
      return run.text.slice(1).map((letter, place) => [run.text[place] + letter, false]);
    });
    const sets = await Promise.all(wanted.map(([term, prefix]) => episodesOf(term, prefix, about)));
    const [first, ...others] = sets.sort((one, other) => one.size - other.size);
    return [...first].filter((number) => others.every((set) => set.has(number))).sort((a, b) => b - a);
  };

  // -- sentences --------------------------------------------------------------------------------------

  /** Where a query's run is in a text's runs, as offsets in the text. */
  const places = (wanted, own) => {
    const found = [];
    const length = wanted.text.length;
    for (const run of own) {
      if (run.kind !== wanted.kind) continue;
      const last = wanted.kind === "C" ? run.text.length - length : Math.min(0, run.text.length - length);
      for (let start = 0; start <= last; start += 1) {
        if (wanted.text.every((letter, place) => run.text[start + place] === letter)) {
          found.push([run.at[start][0], run.at[start + length - 1][1]]);
        }
      }
    }
    return found;
  };
  const matches = (query, text, simple) => {
    const own = runs(text, simple);
    const each = query.map((run) => places(run, own));
    return each.every((found) => found.length) ? each.flat().sort((a, b) => a[0] - b[0]) : null;
  };

  // -- results ----------------------------------------------------------------------------------------

  const element = (tag, attributes, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const clock = (seconds) => {
    const whole = Math.floor(seconds);
    const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
    return whole >= 3600 ? `${Math.floor(whole / 3600)}:${parts.join(":")}` : parts.join(":");
  };
  const marked = (text, found) => {
    const parts = [];
    let done = 0;
    for (const [start, end] of found) {
      if (start < done) continue;
      parts.push(text.slice(done, start), element("mark", {}, text.slice(start, end)));
      done = end;
    }
    return [...parts, text.slice(done)];
  };
  const line = (page, [start, sure, speaker, text], speakers, found) => {
    const item = element("li", {});
    if (start === null) {
      item.append(element("span", { class: "fine" }, say.unknown));
    } else {
      const about = sure ? "" : "≈ ";
      const spoken = `${say.play} ${sure ? "" : `${say.approximate} `}${clock(start)}`;
      item.append(element("a", { class: "at", href: `${page}#t=${start}&play`, "aria-label": spoken }, about + clock(start)));
    }
    if (speakers[speaker]) item.append(" ", element("b", {}, speakers[speaker]));
    item.append(" ", ...marked(text, found));
    return item;
  };

  let run = 0;
  const search = async (written) => {
    const mine = (run += 1);
    const [results, said, more] = [$("results"), $("said"), $("more")];
    results.replaceChildren();
    more.hidden = true;
    said.textContent = "";
    if (!written.trim()) return;
    said.textContent = say.searching;
    const about = await index("all");
    const query = runs(written, about.simple);
    const numbers = query.length ? await candidates(query, about) : [];
    let count = 0;
    const next = async () => {
      more.hidden = true;
      for (let shown = 0; shown < PAGE && numbers.length;) {
        const [slug, title, date] = about.episodes[numbers.shift()];
        const page = `../episodes/${encodeURIComponent(slug)}/index.html`;
        const data = await sentences(slug);
        if (mine !== run) return;
        const lines = data.sentences.flatMap((row) => {
          const found = matches(query, row[3], about.simple);
          return found ? [line(page, row, data.speakers, found)] : [];
        });
        if (!lines.length) continue;
        shown += lines.length;
        count += lines.length;
        results.append(element("section", { class: "said-in" },
          element("h2", {}, element("a", { href: page }, title)),
          element("p", { class: "fine" }, element("time", { datetime: date }, date)),
          element("ul", { class: "mentions" }, ...lines)));
      }
      said.textContent = count ? say.found.replace("{}", count + (numbers.length ? "+" : "")) : say.none;
      more.hidden = !numbers.length;
    };
    more.onclick = next;
    await next();
  };
  const start = (written) => search(written).catch(() => { $("said").textContent = say.failed; });

  const asked = () => new URLSearchParams(location.search).get("q") ?? "";
  $("find").addEventListener("submit", (event) => {
    event.preventDefault();
    history.pushState(null, "", `?${new URLSearchParams({ q: $("q").value })}`);
    start($("q").value);
  });
  addEventListener("popstate", () => { $("q").value = asked(); start(asked()); });
  $("q").value = asked();
  start(asked());
})();
