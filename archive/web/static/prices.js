// A reader's own prices beside a ticker's sessions: read in this browser, joined by day, sent nowhere.
"use strict";
(() => {
  const section = document.getElementById("prices");
  if (!section) return;
  section.hidden = false;
  const words = JSON.parse(section.dataset.words);
  const rowsOf = (text) => text.replace(/^\uFEFF/, "").trim().split(/\r?\n/).map((line) => line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"|"$/g, "")));
  const prices = (text) => {
    const [head, ...rows] = rowsOf(text);
    const names = head.map((name) => name.toLowerCase());
    const day = names.findIndex((name) => ["date", "day", "session", "日期"].includes(name));
    const close = names.findIndex((name) => ["close", "adj close", "adj_close", "收盤價", "收盤"].includes(name));
    if (day < 0 || close < 0) throw new Error(words.columns);
    const pairs = rows.map((row) => [row[day].slice(0, 10).replaceAll("/", "-"), Number(row[close])]);
    return new Map(pairs.filter(([at, price]) => /^\d{4}-\d\d-\d\d$/.test(at) && price > 0).sort());
  };
  const percent = (value) => value === null ? "—" : `${value >= 0 ? "+" : ""}${(100 * value).toFixed(2)}%`;
  const mean = (values) => values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
  const show = (sessions, closes) => {
    const days = [...closes.keys()];
    const joined = sessions.filter((one) => closes.has(one.day)).map((one) => {
      const place = days.indexOf(one.day);
      const change = (from, to) => days[from] && days[to] ? closes.get(days[to]) / closes.get(days[from]) - 1 : null;
      return { ...one, close: closes.get(one.day), that: change(place - 1, place), next: change(place, place + 1) };
    });
    const next = (kept) => mean(joined.filter((one) => !one.has_gap && one.next !== null && kept(one)).map((one) => one.next));
    const output = section.querySelector("output");
    output.textContent = joined.length
      ? `${words.joined} ${joined.length}。${words.with} ${percent(next((one) => one.articles))}；${words.without} ${percent(next((one) => !one.articles))}。`
      : words.none;
    const body = section.querySelector("tbody");
    body.replaceChildren(...joined.reverse().map((one) => {
      const row = document.createElement("tr");
      for (const value of [one.day, one.has_gap ? `${one.articles} ⚠` : one.articles, one.close, percent(one.that), percent(one.next)]) {
        const cell = document.createElement("td");
        cell.textContent = value;
        row.append(cell);
      }
      return row;
    }));
    section.querySelector("table").hidden = !joined.length;
  };
  section.querySelector("input").addEventListener("change", async (event) => {
    const file = event.target.files[0];
    if (!file) return;
    try {
      const closes = prices(await file.text());
      const answer = await fetch(section.dataset.sessions);
      show((await answer.json()).sessions, closes);
    } catch (error) {
      section.querySelector("output").textContent = error.message;
    }
  });
})();
