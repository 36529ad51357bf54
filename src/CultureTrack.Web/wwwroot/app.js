// What the browser does by itself: ages that tick, keyboard finder, theme, drafts that survive a lost connection, and healing of that connection.
const root = document.documentElement;
const storage = { get: k => { try { return localStorage.getItem(k); } catch { return null; } }, set: (k, v) => { try { localStorage.setItem(k, v); } catch { /* private mode: nothing to keep it in */ } }, drop: k => { try { localStorage.removeItem(k); } catch { /* as above */ } } };

// ---- lab time: the server says what it is; a manual clock stands still ----
let skewMs = 0, frozenAt = null;
const labNow = () => frozenAt ?? Date.now() + skewMs;
const span = ms => {
  const s = Math.max(0, Math.round(ms / 1000));
  return s < 100 ? `${s} s` : s < 5400 ? `${Math.round(s / 60)} min` : s < 172800 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86400)} d`;
};
// Nothing is laid out anew for a text that stays: a page on the wall runs for days.
const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };
class Age extends HTMLElement {
  static observedAttributes = ["at"];
  connectedCallback() { Age.all.add(this); this.tick(); }
  disconnectedCallback() { Age.all.delete(this); }
  attributeChangedCallback() { this.tick(); }
  tick() { const at = Date.parse(this.getAttribute("at")); if (!isNaN(at)) write(this, span(labNow() - at)); }
}
Age.all = new Set();
class Clock extends HTMLElement {
  static observedAttributes = ["now", "manual", "zone"];
  connectedCallback() { Clock.all.add(this); this.set(); }
  disconnectedCallback() { Clock.all.delete(this); }
  attributeChangedCallback() { this.set(); }
  set() {
    const now = Date.parse(this.getAttribute("now"));
    if (isNaN(now)) return;
    if (this.getAttribute("manual") === "true") frozenAt = now; else { frozenAt = null; skewMs = now - Date.now(); }
    this.by = this.formats();
    this.tick();
  }
  // Formats are dear to make and cheap to use: they are made anew only for another language or zone.
  formats() {
    const language = !root.lang || root.lang === "en" ? "en-GB" : root.lang, timeZone = this.getAttribute("zone") || "UTC";
    if (this.by?.language === language && this.by.timeZone === timeZone) return this.by;
    const made = (locale, options) => new Intl.DateTimeFormat(locale, { timeZone, ...options });
    return {
      language, timeZone,
      time: made(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
      day: made(language, { weekday: "short", day: "numeric", month: "short" }),
      offset: made("en", { timeZoneName: "longOffset" }),
    };
  }
  tick() {
    const at = new Date(labNow()), { time, day, offset } = this.by;
    if (this.children.length !== 2) this.replaceChildren(document.createElement("b"), document.createElement("small"));
    write(this.children[0], time.format(at));
    write(this.children[1], `${day.format(at)} ${offset.formatToParts(at).find(p => p.type === "timeZoneName").value.replace("GMT", "") || "+00:00"}`);
    this.title = at.toISOString().replace("T", " ").slice(0, 19) + " UTC";
  }
}
Clock.all = new Set();
// A row of links too long for a phone: the one that is open is in view, with what stands beside it. The row alone moves, not the page.
class Here extends HTMLElement {
  static observedAttributes = ["at"];
  connectedCallback() { this.show(); }
  attributeChangedCallback() { this.show(); }
  show() {
    requestAnimationFrame(() => {
      const row = this.parentElement, open = row?.querySelector("[aria-current]");
      if (!open) return;
      const [r, o] = [row.getBoundingClientRect(), open.getBoundingClientRect()];
      row.scrollLeft += o.left - r.left - (r.width - o.width) / 2;
    });
  }
}
customElements.define("ct-age", Age);
customElements.define("ct-clock", Clock);
customElements.define("ct-here", Here);
setInterval(() => { if (frozenAt === null) { Age.all.forEach(a => a.tick()); Clock.all.forEach(c => c.by && c.tick()); } }, 1000);

// ---- theme: the system's, unless the person chose ----
const applyTheme = () => { root.dataset.theme = storage.get("ct-theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"); };
applyTheme();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { applyTheme(); document.dispatchEvent(new Event("ct-theme")); });

// ---- drafts ----
const fieldsOf = form => [...form.querySelectorAll("[data-field]")];
const keep = form => {
  const values = {};
  for (const f of fieldsOf(form)) {
    if (f.type === "password") continue;
    if (f.type === "radio") { if (f.checked) values[f.dataset.field] = f.value; }
    else if (f.type === "checkbox") { const list = values[f.dataset.field] ? values[f.dataset.field].split("\n") : []; if (f.checked) list.push(f.value); values[f.dataset.field] = list.join("\n"); }
    else values[f.dataset.field] = f.value;
  }
  storage.set(form.dataset.draft, JSON.stringify({ at: new Date().toISOString(), values }));
  form.dispatchEvent(new CustomEvent("ct-kept"));
};
document.addEventListener("input", e => { const form = e.target.closest?.("[data-draft]"); if (form) keep(form); });
document.addEventListener("change", e => { const form = e.target.closest?.("[data-draft]"); if (form) keep(form); });

// ---- connection ----
const banner = () => document.getElementById("components-reconnect-modal");
const lost = on => banner()?.classList.toggle("lost", on);
const heal = async () => {
  try { if (await Blazor.reconnect()) { lost(false); return; } location.reload(); }
  catch { setTimeout(heal, 2000); }
};
document.addEventListener("components-reconnect-state-changed", e => {
  const state = e.detail?.state;
  if (state === "show" || state === "retrying") lost(true);
  else if (state === "hide") { lost(false); document.dispatchEvent(new Event("ct-healed")); }
  else if (state === "failed") heal();
  else if (state === "rejected") location.reload();
}, true);
addEventListener("offline", () => lost(true));
addEventListener("online", () => heal());

// ---- keys: Ctrl+K finds; a scanner types fast and ends with Enter ----
document.addEventListener("keydown", e => {
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") { e.preventDefault(); document.querySelector(".finder-open")?.click(); }
});
// Nobody types six characters at 50 ms each: that is a scanner. Where a field has the focus the code goes into the field, everywhere else to the scan page.
const scanner = { text: "", last: 0, fastestMs: 50, fewest: 5 };
document.addEventListener("keydown", e => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) { scanner.text = ""; return; }
  if (e.timeStamp - scanner.last > scanner.fastestMs) scanner.text = "";
  scanner.last = e.timeStamp;
  if (e.key.length === 1) scanner.text += e.key;
  else if (e.key === "Enter" && scanner.text.length >= scanner.fewest) {
    e.preventDefault(); e.stopPropagation();
    const to = `/scan?code=${encodeURIComponent(scanner.text.trim())}`; scanner.text = "";
    if (window.Blazor?.navigateTo) Blazor.navigateTo(to); else location.assign(to);
  }
}, true);

window.ct = {
  theme() { const next = root.dataset.theme === "dark" ? "light" : "dark"; storage.set("ct-theme", next); root.dataset.theme = next; document.dispatchEvent(new Event("ct-theme")); },
  show(dialog) { if (dialog && !dialog.open) dialog.showModal(); },
  close(dialog) { dialog?.close(); },
  focus(element) { element?.focus(); },
  draft(key) { const kept = storage.get(key); return kept ? JSON.parse(kept) : null; },
  dropDraft(key) { storage.drop(key); },
  onHealed(ref) { const tell = () => ref.invokeMethodAsync("Healed").catch(() => document.removeEventListener("ct-healed", tell)); document.addEventListener("ct-healed", tell); },
  print() { window.print(); },
  async saveFile(name, type, ref) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([await ref.arrayBuffer()], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  },
};
