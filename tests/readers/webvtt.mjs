// Reads [{text, mode}] from standard input; prints for each what the specification's parser and a browser's found.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import vttjs from "vtt.js";
import webvttParser from "webvtt-parser";

globalThis.navigator ??= { userAgent: "" }; // vtt.js asks whether it runs in Internet Explorer 8

const { WebVTTParser } = webvttParser;
const entities = createRequire(import.meta.url)("webvtt-parser/html-entities.json");

function bySpecification(text, mode) {
  const { cues, errors } = new WebVTTParser(entities).parse(text, mode);
  return {
    errors: errors.map(({ message, line }) => `${line}: ${message}`),
    cues: cues.map(({ id, startTime, endTime, text, tree }) => ({ id, startTime, endTime, text, spoken: spoken(tree) })),
  };
}

// The text of a cue without its tags, and the voices in it.
function spoken(node) {
  const found = { text: "", voices: [] };
  const walk = (part) => {
    if (part.type === "text") found.text += part.value;
    if (part.type === "object" && part.name === "v") found.voices.push(part.value);
    (part.children ?? []).forEach(walk);
  };
  walk(node);
  return found;
}

function byBrowser(text) {
  const cues = [];
  const errors = [];
  const parser = new vttjs.WebVTT.Parser({ VTTCue: vttjs.VTTCue, VTTRegion: vttjs.VTTRegion }, vttjs.WebVTT.StringDecoder());
  parser.oncue = ({ id, startTime, endTime, text }) => cues.push({ id, startTime, endTime, text });
  parser.onparsingerror = (error) => errors.push(error.message);
  parser.parse(text);
  parser.flush();
  return { errors, cues };
}

const files = JSON.parse(readFileSync(0, "utf8"));
const found = files.map(({ text, mode }) => ({ specification: bySpecification(text, mode), browser: byBrowser(text) }));
process.stdout.write(JSON.stringify(found));
