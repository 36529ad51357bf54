// Draws time charts with the locally served ECharts. The page sends data only; colours come from the style sheet, so that themes and print agree.
let loading;
const library = () => loading ??= new Promise((done, failed) => {
  if (window.echarts) return done(window.echarts);
  const script = document.createElement("script");
  script.src = new URL("lib/echarts/echarts.common.min.js", import.meta.url);
  script.onload = () => done(window.echarts); script.onerror = () => { loading = undefined; failed(new Error("Chart library not reachable.")); };
  document.head.append(script);
});
const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
// The canvas library reads sRGB only: let the browser convert whatever the style sheet uses.
const rgb = (name, alpha = 1) => {
  probe.clearRect(0, 0, 1, 1); probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim(); probe.fillRect(0, 0, 1, 1);
  const [r, g, b] = probe.getImageData(0, 0, 1, 1).data; return `rgba(${r},${g},${b},${alpha})`;
};
const charts = new Map();
const power = v => { const e = Math.round(Math.log10(v)); return Math.abs(v - 10 ** e) < v / 100 ? `10${[...String(e)].map(c => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]).join("")}` : ""; };
// The action limits are always in view, so that the distance to harm can be seen; the critical ones once they are near.
const within = (low, high, limits, side, all) => {
  const near = limits.filter(l => all || l.severity === "action" || l.severity === "set").map(l => l.value), edge = side < 0 ? Math.min(low, ...near) : Math.max(high, ...near);
  const span = Math.max(high, ...near) - Math.min(low, ...near) || 1, step = 10 ** Math.floor(Math.log10(span / 4));
  const room = span * (all ? 0.07 : 0.04);
  return side < 0 ? Math.floor((edge - room) / step) * step : Math.ceil((edge + room) / step) * step;
};
const shade = { excursion: ["--critical-fill", 0.22], action: ["--action-fill", 0.25], door: ["--alert-fill", 0.3], gap: ["--dead", 0.16], stay: ["--ink", 0.035] };
// The shapes of the states, as beside every word: a triangle, an octagon. Colour is not all that tells them apart.
const marks = { alert: ["path://M10 2 19 18H1z", "--alert", 15], critical: ["path://M6.3 1h7.4L19 6.300v7.400L13.700 19H6.300L1 13.700V6.300z", "--critical", 15] };
const marked = d => {
  if (!d[3]) return d;
  const [symbol, colour, symbolSize] = marks[d[3]];
  return { value: d, symbol, symbolSize, itemStyle: { color: rgb(colour), borderColor: rgb("--sheet"), borderWidth: 1 }, label: { show: !!d[4], formatter: d[4], position: "top", color: rgb(colour), fontSize: 11, fontWeight: 600, backgroundColor: rgb("--sheet", 0.85), padding: [0, 2] } };
};
// Dates as the pages write them: plain English means day before month.
const reader = () => { const lang = document.documentElement.lang; return !lang || lang === "en" ? "en-GB" : lang; };
const stamp = (at, zone) => new Intl.DateTimeFormat(reader(), { timeZone: zone, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
const tick = (at, zone, range) => new Intl.DateTimeFormat(reader(), { timeZone: zone, ...(range > 3 * 864e5 ? { day: "numeric", month: "short" } : range > 864e5 ? { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }) }).format(at);

function option(spec, chartHeight) {
  const ink = rgb("--ink"), soft = rgb("--ink-2"), line = rgb("--line"), panels = spec.panels, gap = 100 / panels.length;
  const font = getComputedStyle(document.body).fontFamily;
  const h = chartHeight, foot = spec.zoom ? 62 : 30, each = (h - foot) / panels.length;
  const grid = panels.map((p, i) => ({ left: 62, right: 36, top: i * each + (i === 0 && spec.moves?.length ? 42 : 30), height: each - (i === 0 && spec.moves?.length ? 52 : 40), outerBoundsMode: "none" }));
  const range = spec.to - spec.from;
  const xAxis = panels.map((p, i) => ({ type: "time", gridIndex: i, min: spec.from, max: spec.to, minInterval: range > 3 * 864e5 ? 864e5 : 0, axisLine: { lineStyle: { color: rgb("--line-strong") } }, axisTick: { show: false }, splitLine: { show: false },
    axisLabel: { show: i === panels.length - 1, color: soft, hideOverlap: true, formatter: v => tick(v, spec.zone, range) } }));
  const yAxis = panels.map((p, i) => ({ type: p.log ? "log" : "value", gridIndex: i, name: p.name, nameLocation: "end", nameGap: i === 0 && spec.moves?.length ? 20 : 8, nameTextStyle: { color: ink, align: "left", fontWeight: 600, padding: [0, 0, 4, -54] }, scale: true, min: p.min ?? (p.limits?.length ? v => within(v.min, v.max, p.limits, -1, p.allLimits) : undefined), max: p.max ?? (p.limits?.length ? v => within(v.min, v.max, p.limits, 1, p.allLimits) : undefined), splitNumber: panels.length > 1 ? 3 : 5, axisLabel: { color: soft, formatter: p.log ? power : undefined, showMinLabel: p.limits?.length && p.min == null ? false : undefined, showMaxLabel: p.limits?.length && p.max == null ? false : undefined }, splitLine: { lineStyle: { color: line } } }));
  const series = panels.flatMap((p, i) => p.series.map((s, n) => ({
    name: s.name, type: s.points ? "scatter" : "line", step: s.step ? "end" : false, xAxisIndex: i, yAxisIndex: i, data: s.data.map(marked), labelLayout: { hideOverlap: true }, showSymbol: !!s.symbols, symbolSize: s.points || s.symbols ? 9 : 4, connectNulls: false, animation: false,
    stack: s.stack || undefined, areaStyle: s.fill ? { color: rgb("--chart-1", 0.18) } : undefined,
    lineStyle: { width: s.stack ? 0 : s.thin ? 1 : 1.8, type: s.dashed ? "dashed" : "solid" }, color: rgb(`--chart-${(s.color ?? n + 1)}`), sampling: s.points ? undefined : "minmax",
    ...(n ? {} : {
      markLine: { silent: true, symbol: "none", animation: false, data: [
        ...(p.limits ?? []).map(l => ({ yAxis: l.value, label: { formatter: l.name, position: l.severity === "set" ? "insideStartTop" : l.value < (p.limits.find(s => s.severity === "set")?.value ?? -Infinity) ? "insideEndBottom" : "insideEndTop", color: rgb(l.severity === "critical" ? "--critical" : l.severity === "action" ? "--action" : "--ink-2"), fontSize: 11, backgroundColor: rgb("--sheet", 0.85), padding: [0, 2] }, lineStyle: { color: rgb(l.severity === "critical" ? "--critical" : l.severity === "action" ? "--action" : "--line-strong"), type: l.severity === "set" ? "dotted" : "solid", width: 1 } })),
        ...(spec.moves ?? []).map(m => ({ xAxis: m.at, label: { show: i === 0, formatter: m.name, position: "end", color: soft, fontSize: 11 }, lineStyle: { color: soft, type: "dashed", width: 1 } })),
      ] },
      markArea: { silent: true, animation: false, data: [...(spec.areas ?? []), ...(p.areas ?? [])].map(a => [{ xAxis: a.from, itemStyle: { color: rgb(...(shade[a.kind] ?? shade.stay)) } }, { xAxis: a.to }]) },
    }),
  })));
  return { textStyle: { fontFamily: font, fontSize: 12 }, grid, xAxis, yAxis, series, animation: false, axisPointer: { link: [{ xAxisIndex: "all" }] },
    tooltip: { trigger: "axis", backgroundColor: rgb("--sheet"), borderColor: line, textStyle: { color: ink }, confine: true,
      formatter: ps => `<b>${stamp(ps[0].value[0], spec.zone)}</b> <small>${new Date(ps[0].value[0]).toISOString().slice(0, 16).replace("T", " ")} UTC</small><br>` + ps.filter(p => p.value[1] !== null && p.value[1] !== "-").map(p => `${p.marker}${p.seriesName} <b>${p.value[2] ?? p.value[1]}</b>`).join("<br>") },
    dataZoom: spec.zoom ? [{ type: "inside", xAxisIndex: panels.map((_, i) => i), filterMode: "none", zoomOnMouseWheel: "ctrl" }, { type: "slider", xAxisIndex: panels.map((_, i) => i), height: 18, bottom: 2, filterMode: "none", borderColor: line, labelFormatter: v => stamp(v, spec.zone) }] : [],
    aria: { enabled: true, description: spec.summary } };
}
export async function draw(element, spec, listener) {
  const echarts = await library();
  if (!element?.isConnected) return;
  let held = charts.get(element);
  if (!held) {
    const chart = echarts.init(element, null, { renderer: "canvas" });
    held = { chart, watch: new ResizeObserver(() => chart.resize()), repaint: () => chart.setOption(option(held.spec, element.clientHeight), true) };
    held.watch.observe(element); document.addEventListener("ct-theme", held.repaint); charts.set(element, held);
    let wait;
    chart.on("datazoom", () => { clearTimeout(wait); wait = setTimeout(() => { const x = chart.getModel().getComponent("xAxis", 0).axis.scale.getExtent(); held.listener?.invokeMethodAsync("Zoomed", x[0], x[1]); }, 400); });
  }
  held.spec = spec; held.listener = listener;
  if (held.drawn && spec.keepZoom) { const zoom = held.chart.getOption().dataZoom?.map(z => ({ start: z.start, end: z.end })); held.chart.setOption(option(spec, element.clientHeight), true); if (zoom) held.chart.setOption({ dataZoom: zoom }); }
  else held.chart.setOption(option(spec, element.clientHeight), true);
  held.drawn = true;
}
export function release(element) { const held = charts.get(element); if (!held) return; held.watch.disconnect(); document.removeEventListener("ct-theme", held.repaint); held.chart.dispose(); charts.delete(element); }
