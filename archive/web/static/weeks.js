// The weeks of a ticker as a chart that zooms: drag over it, or take a button; the table below it has the same numbers.
"use strict";
(() => {
  const figure = document.getElementById("weeks");
  if (!figure || typeof uPlot === "undefined") return;
  const points = JSON.parse(figure.dataset.weeks);
  const [title, unit, year, whole] = JSON.parse(figure.dataset.words);
  const data = [points.map(([at]) => at), points.map(([, count]) => count)];
  const [first, last] = [data[0][0], data[0].at(-1)];
  const half = 3.5 * 86400;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const day = (at) => new Date(at * 1000).toISOString().slice(0, 10);
  const place = document.createElement("div");
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", title);
  let plot = null;
  const draw = () => {
    const range = plot ? [plot.scales.x.min, plot.scales.x.max] : [first - half, last + half];
    plot?.destroy();
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px monospace" };
    plot = new uPlot({
      width: figure.clientWidth, height: 170, tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
      scales: { x: { min: range[0], max: range[1] }, y: { range: (_, low, high) => [0, Math.max(1, high)] } },
      axes: [{ ...axis, values: (_, ticks) => ticks.map((at) => day(at)), space: 90 }, { ...axis, size: 34, incrs: [1, 2, 5, 10, 20, 50, 100] }],
      series: [
        { label: title, value: (_, at) => at === null ? "" : day(at) },
        { label: unit, fill: colour("--bars"), width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.7, 60] }) },
      ],
      cursor: { y: false, drag: { x: true, y: false } },
    }, data, place);
  };
  figure.querySelector("svg").replaceWith(place);
  figure.querySelector(".ends").remove();
  draw();
  const buttons = document.createElement("p");
  buttons.className = "zoom";
  for (const [text, from] of [[year, last - 365 * 86400], [whole, first]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", () => plot.setScale("x", { min: Math.max(first, from) - half, max: last + half }));
    buttons.append(button);
  }
  place.after(buttons);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  addEventListener("resize", () => plot.setSize({ width: figure.clientWidth, height: 170 }));
})();
