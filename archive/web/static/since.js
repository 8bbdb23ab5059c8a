// Since you were here: what the feed tells after the last visit. The cursor stays in this browser.
"use strict";
(async () => {
  const section = document.getElementById("since");
  if (!section || new URLSearchParams(location.search).has("as_of")) return;
  const name = "last-visit";
  const read = async (after) => {
    const answer = await fetch(`/api/v1/feed?fields=_id,title,first_seen_at&after=${encodeURIComponent(after)}`);
    return answer.ok ? answer.json() : null;
  };
  let last = null;
  try { last = JSON.parse(localStorage.getItem(name)); } catch { /* as on a first visit */ }
  const now = await read("latest");
  if (!now) return;
  localStorage.setItem(name, JSON.stringify({ cursor: now.cursor, at: new Date().toISOString() }));
  if (!last?.cursor) return;
  const fates = new Map();
  let cursor = last.cursor;
  for (let part = 0; part < 50; part += 1) {
    const batch = await read(cursor);
    if (!batch?.lines.length) break;
    for (const line of batch.lines) {
      const isNew = line.article && line.article.first_seen_at > last.at;
      const fate = line.op === "upsert" ? (isNew ? "new" : line.revision > 1 ? "revised" : "touched") : line.op;
      if (!(fates.get(line.key)?.fate === "new" && fate !== "merge")) fates.set(line.key, { fate, title: line.article?.title });
    }
    cursor = batch.cursor;
  }
  const names = JSON.parse(section.dataset.names);
  const counts = Object.entries(names).map(([fate, text]) => [text, [...fates.values()].filter((one) => one.fate === fate).length]);
  const some = counts.filter(([, count]) => count);
  section.querySelector("p").textContent = some.length ? some.map(([text, count]) => `${text} ${count}`).join(" · ") : section.dataset.none;
  const list = document.createElement("ul");
  const lang = location.search.includes("lang=en") ? "?lang=en" : "";
  for (const [key, { fate, title }] of [...fates].filter(([, one]) => one.title && names[one.fate]).slice(-6).reverse()) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `/articles/${key}${lang}`;
    link.textContent = `${names[fate]}：${title}`;
    item.append(link);
    list.append(item);
  }
  section.append(list);
  section.hidden = false;
})();
