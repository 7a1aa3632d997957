// Reads a feed from standard input with three parsers and prints what each of them found as JSON.
import { readFileSync } from "node:fs";
import { parseRssFeed } from "feedsmith";
import partytime from "podcast-partytime";
import RssParser from "rss-parser";

const xml = readFileSync(0, "utf8");
console.log = console.warn = console.info = () => {};
const found = {
  partytime: partytime.parseFeed(xml, { allowMissingGuid: false }),
  feedsmith: parseRssFeed(xml),
  rssParser: await new RssParser().parseString(xml),
};
process.stdout.write(JSON.stringify(found));
