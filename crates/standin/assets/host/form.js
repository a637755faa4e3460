// The open item: read, or edited until it is saved. What is typed and not saved yet is what the pane is told.

import { colour } from "./colours.js";
import { get, post } from "./server.js";
import { address, fromLocal, part, plain, span, toLocal } from "./text.js";

const INVITED = [["accepted", "Accept"], ["tentativelyAccepted", "Tentative"], ["declined", "Decline"]];
const ANSWERS = ["", "", "tentative", "accepted", "declined"];

export class Form {
  /** The item as the server has it; nothing for a new one. */
  item = null;
  /** What was changed and not saved. */
  draft = {};
  /** Custom properties of an item never saved. */
  unsavedProperties = {};
  mode = "read";
  bars = [];
  listeners = new Set();

  constructor(place, desk, mailbox, show, togglePane) {
    Object.assign(this, { place, desk, mailbox, show, togglePane });
  }

  get id() {
    return this.item?.id ?? null;
  }

  get isNew() {
    return this.mode === "compose" && !this.item;
  }

  /** Opens an item by any name the server knows, `new`, or nothing. */
  async open(name, mode) {
    this.draft = {};
    this.unsavedProperties = {};
    this.bars = [];
    this.item = null;
    this.listeners.clear();
    if (!name || name === "none") {
      this.mode = "none";
    } else if (name === "new") {
      this.mode = "compose";
      const hour = 3600e3;
      const start = Math.ceil(this.desk.now / hour) * hour;
      this.draft = { subject: "", location: "", body: "", start, end: start + hour / 2, required: [], optional: [] };
    } else {
      this.item = await get("item", { mailbox: this.mailbox, item: name });
      this.mode = mode ?? (this.item.organizes ? "compose" : "read");
    }
    this.draw();
  }

  /** A field as the form shows it. */
  value(name) {
    return name in this.draft ? this.draft[name] : this.item?.[name];
  }

  /** The names in the location. */
  locations() {
    return (this.value("location") ?? "").split("; ").filter(Boolean);
  }

  /** Changes a field of the form, as typing does. */
  edit(name, value) {
    this.draft[name] = value;
    if (name === "start" || name === "end") this.tell(48, { start: this.value("start"), end: this.value("end") });
    if (name === "required" || name === "optional") {
      this.tell(47, { requiredAttendees: name === "required", optionalAttendees: name === "optional" });
    }
    if (name === "recurrence") this.tell(49, { recurrence: JSON.stringify(value) });
    this.drawValues();
  }

  /** Saves the form; a new item gets its id. */
  async save() {
    const known = this.id ?? "new";
    const body = { mailbox: this.mailbox, item: known, changes: this.draft, properties: this.unsavedProperties };
    const { id } = await post("item", body);
    this.item = await get("item", { mailbox: this.mailbox, item: id });
    this.draft = {};
    this.unsavedProperties = {};
    if (known === "new") history.replaceState(null, "", address(id));
    this.draw();
    this.say("Saved.");
    return id;
  }

  /** Takes over what others changed meanwhile. */
  async refresh() {
    if (!this.id) return;
    const fresh = await get("item", { mailbox: this.mailbox, item: this.id }).catch((problem) => problem);
    if (fresh instanceof Error) {
      if (fresh.code === 9049) this.say("This event is no longer in the calendar.");
      return;
    }
    if (fresh.id !== this.id || JSON.stringify(fresh) === JSON.stringify(this.item)) return;
    this.item = fresh;
    if (this.mode === "compose") this.drawValues();
    else this.draw();
  }

  tell(dispatch, data) {
    for (const listener of this.listeners) listener(dispatch, data);
  }

  focus() {
    (this.place.querySelector("#subject") ?? this.place).focus();
  }

  say(text) {
    const said = this.place.querySelector(".said");
    if (said) said.textContent = text;
    else this.place.replaceChildren(part("p", { role: "alert" }, text));
  }

  draw() {
    if (this.mode === "none") {
      this.place.replaceChildren(part("p", { class: "quiet" }, "Choose an event in the agenda."));
      return;
    }
    const bars = part("div", { id: "bars" });
    const chips = part("ul", { class: "chips", id: "categories", "aria-label": "Categories" });
    const body = part("div", { class: "body", id: "body", dir: "auto" });
    const details = this.mode === "compose" ? this.composeFields() : this.readFields();
    const card = part("section", { class: "card", "aria-label": "Event" }, ...details, chips, this.facts(), body);
    this.place.replaceChildren(this.toolbar(), bars, card);
    this.drawValues();
  }

  toolbar() {
    const bar = part("div", { class: "toolbar", role: "toolbar", "aria-label": "Event" });
    if (this.mode === "compose") {
      const meeting = (this.value("required")?.length ?? 0) + (this.value("optional")?.length ?? 0) > 0;
      const label = meeting && this.id ? "Send update" : "Save event";
      const save = part("button", { type: "button", class: "main", id: "save" }, label);
      save.addEventListener("click", () => this.save().catch((problem) => this.say(problem.message)));
      bar.append(save);
    }
    if (this.mode === "read" && this.item && !this.item.organizes && !this.item.cancelled) {
      for (const [answer, label] of INVITED) {
        const button = part("button", { type: "button", "aria-pressed": String(this.item.answer === answer) }, label);
        button.addEventListener("click", () => this.act("answer", { answer }));
        bar.append(button);
      }
    }
    if (this.id) {
      bar.append(this.categorize());
      const remove = part("button", { type: "button", id: "remove" }, this.item.organizes ? "Cancel event" : "Delete");
      remove.addEventListener("click", async () => {
        if (await this.act("removal", {})) this.show("none");
      });
      bar.append(remove);
    }
    if (this.item?.series) {
      const series = part("button", { type: "button" }, "Open series");
      series.addEventListener("click", () => this.show(this.item.series));
      bar.append(series);
    }
    const toggle = part("button", { type: "button", id: "addin" }, "Calbridge");
    toggle.addEventListener("click", () => this.togglePane());
    bar.append(toggle, part("span", { class: "said", role: "status" }));
    return bar;
  }

  /** A list that puts a category on, or takes off one that is there. */
  categorize() {
    const list = part("select", { id: "categorize", "aria-label": "Categorize" });
    const fill = async () => {
      const known = await get("master-categories", { mailbox: this.mailbox });
      const held = new Set(this.item.categories.map(({ displayName }) => displayName));
      const names = new Set([...known.map(({ displayName }) => displayName), ...held]);
      const options = [...names].map((name) => new Option(`${held.has(name) ? "✓ " : ""}${name}`, name));
      list.replaceChildren(new Option("Categorize…", ""), ...options);
    };
    list.append(new Option("Categorize…", ""));
    fill();
    list.addEventListener("focus", fill);
    list.addEventListener("change", async () => {
      const held = this.item.categories.some(({ displayName }) => displayName === list.value);
      await this.act("categories", { [held ? "remove" : "add"]: [list.value] });
      list.value = "";
    });
    return list;
  }

  /** Does something with the item at once and shows what became of it. */
  async act(path, what) {
    try {
      await post(path, { mailbox: this.mailbox, item: this.id, ...what });
      await this.refresh();
      return true;
    } catch (problem) {
      this.say(problem.message);
      return false;
    }
  }

  readFields() {
    return [part("h2", { id: "subject", tabindex: "-1", dir: "auto" })];
  }

  composeFields() {
    const subject = this.field("subject", "Subject", "text", (value) => value);
    return [subject];
  }

  /** An input that edits one value; what it cannot read it leaves alone. */
  field(id, label, type, read) {
    const input = part("input", { id, type, "aria-label": label, dir: "auto" });
    if (type === "text") input.placeholder = label;
    input.addEventListener("input", () => {
      const value = read(input.value);
      if (value !== null) this.edit(id, value);
    });
    return input;
  }

  facts() {
    const list = part("dl", {});
    const row = (name, ...content) => list.append(part("dt", {}, name), part("dd", {}, ...content));
    const zone = this.desk.mailbox.iana;
    if (this.mode === "read") {
      row("When", part("span", { id: "when" }));
      row("Where", part("span", { id: "where", dir: "auto" }));
    } else {
      const moment = (id, label) => this.field(id, label, "datetime-local", (value) => fromLocal(value, zone));
      row("When", part("span", { class: "times" }, moment("start", "Start"), "to", moment("end", "End")));
      row("Where", this.field("location", "Location", "text", (value) => value));
    }
    row("Organizer", part("span", { id: "organizer", dir: "auto" }));
    row("Invited", part("ul", { class: "people", id: "people" }));
    return list;
  }

  /** Puts values into what is drawn; a field being typed in is left alone. */
  drawValues() {
    const put = (id, text) => {
      const place = this.place.querySelector(`#${id}`);
      if (!place) return;
      if ("value" in place) {
        if (place !== document.activeElement) place.value = text;
      } else place.textContent = text;
    };
    const zone = this.desk.mailbox.iana;
    const compose = this.mode === "compose";
    put("subject", this.value("subject") || (compose ? "" : "(no subject)"));
    put("location", this.value("location") ?? "");
    put("where", this.value("location") || "–");
    put("when", span(this.value("start"), this.value("end"), this.value("allDay"), zone));
    put("start", toLocal(this.value("start"), zone));
    put("end", toLocal(this.value("end"), zone));
    const organizer = this.item?.organizer ?? { name: this.desk.mailbox.name, address: this.desk.mailbox.address };
    put("organizer", organizer.name);
    put("body", plain(this.value("body") ?? ""));
    const chips = (this.item?.categories ?? []).map((category) => {
      const chip = part("li", { class: "chip" }, category.displayName);
      if (colour(category)) chip.style.setProperty("--stripe", colour(category));
      return chip;
    });
    this.place.querySelector("#categories")?.replaceChildren(...chips);
    const people = [...(this.value("required") ?? []), ...(this.value("optional") ?? [])];
    const shown = people.map((person) => {
      const name = person.name || person.address;
      const second = [name === person.address ? "" : person.address, ANSWERS[person.appointmentResponse]];
      const quiet = part("span", { class: "quiet" }, second.filter(Boolean).join(" · "));
      return part("li", {}, part("bdi", {}, name), " ", quiet);
    });
    this.place.querySelector("#people")?.replaceChildren(...shown);
    this.drawBars();
  }

  drawBars() {
    const bars = this.bars.map((bar) => {
      const close = part("button", { type: "button", "aria-label": "Dismiss" }, "✕");
      close.addEventListener("click", () => {
        this.bars = this.bars.filter((other) => other !== bar);
        this.drawBars();
      });
      return part("div", { class: `bar ${bar.type}`, role: "status" }, part("span", {}, bar.message), close);
    });
    this.place.querySelector("#bars")?.replaceChildren(...bars);
  }
}
