// The calendar: who is signed in, the agenda, which item is open. Everything it shows is in the address (see host.rs).

import { colour } from "./colours.js";
import { Form } from "./form.js";
import { Pane } from "./pane.js";
import { get } from "./server.js";

const REFRESH_MS = 1500;
const asked = new URLSearchParams(location.search);
const user = asked.get("user") ?? "mara";
const mailbox = asked.get("shared") ?? user;
const switches = {
  permission: Number(asked.get("permission") ?? 3),
  sets: asked.get("sets") ?? "1.14",
  refuseCategories: asked.get("categories") === "refuse",
  hang: (asked.get("hang") ?? "").split(",").filter(Boolean),
  fail: new Map((asked.get("fail") ?? "").split(",").filter(Boolean).map((pair) => pair.split(":").map(Number))),
  slow: Number(asked.get("slow") ?? 0),
  page: asked.get("pane") ?? "/index.html",
};
const theme = asked.get("theme");
if (theme) document.documentElement.dataset.theme = theme;

const desk = await get("desk", { user, mailbox }).catch((problem) => {
  document.getElementById("form").textContent = problem.message;
  throw problem;
});
const form = new Form(document.getElementById("form"), desk, mailbox, show, togglePane);
let pane = null;
let shown = "";

document.title = `Calendar – ${desk.mailbox.name}`;
document.getElementById("whose").textContent =
  mailbox === user ? desk.user.name : `${desk.mailbox.name}, opened by ${desk.user.name}`;
listUsers();
document.getElementById("new").addEventListener("click", () => go({ item: "new", mode: "compose" }));
await openAsked();
await refreshAgenda();
addEventListener("popstate", () => location.reload());
addEventListener("keydown", cycleRegions);
setInterval(refresh, REFRESH_MS);

function listUsers() {
  const list = document.getElementById("users");
  for (const { user: short, name } of desk.users) {
    list.append(new Option(name, short, short === mailbox, short === mailbox));
  }
  list.addEventListener("change", () => go({ user: list.value, shared: null, item: null, mode: null }));
}

/** Changes parameters of the address and shows what it then says. */
function go(changes) {
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) asked.delete(name);
    else asked.set(name, value);
  }
  location.search = asked;
}

/** Opens an item without loading the page anew; the pane is another one for another item. */
async function show(id, mode) {
  asked.set("item", id);
  if (mode) asked.set("mode", mode);
  else asked.delete("mode");
  history.pushState(null, "", `?${asked}`);
  await openAsked();
  await refreshAgenda();
}

async function openAsked() {
  const id = asked.get("item");
  try {
    await form.open(id, asked.get("mode"));
  } catch (problem) {
    form.say(problem.message);
  }
  reloadPane(id !== null);
}

function reloadPane(wanted) {
  pane?.close();
  pane = wanted ? new Pane(document.getElementById("pane"), desk, form, switches, asked) : null;
}

function togglePane() {
  if (pane) {
    pane.close();
    pane = null;
  } else reloadPane(true);
}

async function refresh() {
  await refreshAgenda();
  await form.refresh();
}

async function refreshAgenda() {
  const rows = await get("agenda", { mailbox }).catch(() => null);
  if (!rows) return;
  const state = JSON.stringify([rows, form.id]);
  if (state === shown) return;
  shown = state;
  const list = document.getElementById("agenda");
  const first = !list.hasChildNodes();
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
  list.replaceChildren(...agenda(rows));
  const start = list.querySelector("[aria-current]") ?? list.querySelector(".today");
  if (first) start?.scrollIntoView({ block: "center" });
  if (focused) list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}

function agenda(rows) {
  const parts = [];
  let day = "";
  for (const row of rows) {
    const rowDay = dayOf(row.start);
    if (rowDay !== day) {
      day = rowDay;
      const heading = document.createElement("h2");
      const today = day === dayOf(desk.now);
      heading.textContent = today ? `Today · ${day}` : day;
      heading.classList.toggle("today", today);
      parts.push(heading);
    }
    parts.push(line(row));
  }
  return parts;
}

function line(row) {
  const link = document.createElement("a");
  const address = new URLSearchParams(asked);
  address.set("item", row.id);
  address.delete("mode");
  link.href = `?${address}`;
  link.dataset.id = row.id;
  link.dataset.key = row.key;
  if (row.id === form.id) link.setAttribute("aria-current", "true");
  const striped = row.categories.find(colour);
  if (striped) link.style.setProperty("--stripe", colour(striped));
  const subject = document.createElement("span");
  subject.className = "subject";
  subject.dir = "auto";
  subject.textContent = (row.cancelled ? "Cancelled: " : "") + (row.subject || "(no subject)");
  const when = document.createElement("span");
  when.className = "when";
  const names = row.categories.map((category) => category.displayName).join(", ");
  const marks = [row.repeats && "repeats", row.private && "private", names].filter(Boolean).join(" · ");
  const times = row.allDay ? "All day" : `${timeOf(row.start)}–${timeOf(row.end)}`;
  when.textContent = marks ? `${times} · ${marks}` : times;
  link.append(subject, when);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(row.id);
  });
  return link;
}

function dayOf(ms) {
  const day = { weekday: "long", day: "numeric", month: "long", timeZone: desk.mailbox.iana };
  return new Intl.DateTimeFormat("en-GB", day).format(ms);
}

function timeOf(ms) {
  const time = { hour: "2-digit", minute: "2-digit", timeZone: desk.mailbox.iana };
  return new Intl.DateTimeFormat("en-GB", time).format(ms);
}

/** F6 goes round agenda, form and pane. */
function cycleRegions(event) {
  if (event.key !== "F6") return;
  event.preventDefault();
  const regions = [() => document.querySelector("#agenda a[aria-current], #agenda a")?.focus(), () => form.focus()];
  if (pane) regions.push(() => pane.focus(event.shiftKey));
  const at = document.getElementById("agenda").contains(document.activeElement) ? 0 : 1;
  regions[(at + (event.shiftKey ? regions.length - 1 : 1)) % regions.length]();
}
