// What is better with a script; every page works without it.
"use strict";
(() => {
  const rows = () => [...document.querySelectorAll("[data-row]")];
  let chosen = -1;
  const choose = (number) => {
    const all = rows();
    if (!all.length) return;
    chosen = Math.max(0, Math.min(all.length - 1, number));
    all.forEach((row, place) => row.classList.toggle("chosen", place === chosen));
    all[chosen].scrollIntoView({ block: "nearest" });
    all[chosen].querySelector("a")?.focus({ preventScroll: true });
  };
  const keys = {
    "/": () => document.getElementById("q")?.focus(),
    j: () => choose(chosen + 1),
    k: () => choose(chosen - 1),
    o: () => rows()[chosen]?.querySelector("a")?.click(),
    n: () => document.querySelector("[data-next]")?.click(),
    "?": () => document.getElementById("keys")?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select, dialog");
    if (event.key === "Escape" && typing instanceof HTMLElement) typing.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });

  // Results as one types, by htmx on the search page; not in the middle of a character that is being composed.
  const box = document.getElementById("q");
  for (const kind of ["input", "compositionend"]) {
    box?.addEventListener(kind, (event) => { if (!event.isComposing) box.form.dispatchEvent(new Event("typed")); });
  }

  // More of a list, at the end of it; the address of each page stays the link's.
  document.addEventListener("click", async (event) => {
    const link = event.target instanceof Element && event.target.closest("[data-next]");
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const answer = await fetch(link.href);
    if (!answer.ok) { location.assign(link.href); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const following = page.querySelector("[data-next]");
    link.before(...page.querySelectorAll("main .session, main > .row"));
    if (following instanceof HTMLAnchorElement) link.href = following.getAttribute("href"); else link.remove();
  });

  // A citation is copied with one click.
  for (const text of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = document.documentElement.lang === "en" ? "Copy" : "複製";
    button.addEventListener("click", () => navigator.clipboard.writeText(text.textContent).then(() => { button.textContent += " ✓"; }));
    text.after(button);
  }
})();
