// What the pane may ask of the open item: one answer per dispatch id of office.js.

import { get, post, Refused } from "./server.js";
import { plain } from "./text.js";

const READ = { message: 1, read: 2, compose: 5, none: 6 };
const NOTIFICATIONS = ["informationalMessage", "progressIndicator", "errorMessage", "insightMessage"];
const NOTIFICATION_LIMIT = 5;
const HTML = 3;

/** All that office.js keeps ready without asking again. */
export function initialData(desk, form, switches) {
  const { item, mode } = form;
  const shared = desk.mailbox.address !== desk.user.address;
  const data = {
    itemType: READ[mode],
    permissionLevel: switches.permission,
    userDisplayName: desk.user.name,
    userEmailAddress: desk.user.address,
    userTimeZone: desk.user.zone,
    userProfileType: "office365",
    timeZoneOffsets: desk.offsets,
    hostVersion: "20261115.4.0.0",
    owaView: "ThreeColumns",
    isFromSharedFolder: shared,
  };
  if (!item) return data;
  // In the organizer's form there is no item class and no id, but the series is known.
  data.seriesId = item.series;
  if (mode !== "read") return data;
  const first = { ...item.organizer, appointmentResponse: 1 };
  return {
    ...data,
    id: item.id,
    itemClass: item.class,
    subject: item.subject,
    normalizedSubject: item.subject,
    location: item.location,
    start: item.start,
    end: item.end,
    dateTimeCreated: item.created,
    dateTimeModified: item.modified,
    organizer: first,
    to: [first, ...item.required],
    cc: item.optional,
    recurrence: item.recurrence,
    attachments: item.attachments,
    ...(atLeast(switches.sets, 14) ? { sensitivity: item.sensitivity } : {}),
  };
}

function atLeast(sets, minor) {
  return Number(sets.split(".")[1]) >= minor;
}

/** People of a form being edited: answers are not told there. */
function inForm(people) {
  return people.map(({ name, address, recipientType }) => ({ name, address, recipientType }));
}

/** Answers a call with its value, or throws a refusal that carries office.js's code. */
export class Calls {
  constructor(desk, form, switches) {
    Object.assign(this, { desk, form, switches });
  }

  get place() {
    return { mailbox: this.desk.mailbox.user, item: this.form.id };
  }

  saved() {
    if (!this.form.id) throw new Refused(9046, "the item was not saved yet");
  }

  answer(dispatch, params) {
    const call = this[dispatch];
    if (!call) throw new Refused(5000, `call ${dispatch} is not supported`);
    return call.call(this, params ?? {});
  }

  // Tokens of Exchange: switched off for everybody, nested app authentication took their place.
  2() {
    throw new Refused(9018, "Exchange tokens are switched off");
  }

  12() {
    throw new Refused(9018, "Exchange tokens are switched off");
  }

  // Exchange Web Services: gone from Exchange Online.
  5() {
    throw new Refused(5000, "Exchange Web Services are switched off");
  }

  // Custom properties: one JSON text per add-in and item.
  async 3() {
    const { id, unsavedProperties } = this.form;
    const text = id ? (await get("properties", this.place)).text : JSON.stringify(unsavedProperties);
    return { whole: { wasSuccessful: true, customProperties: text } };
  }

  async 4({ customProperties }) {
    if (this.form.id) await post("properties", { ...this.place, properties: customProperties });
    else this.form.unsavedProperties = customProperties;
    return { whole: { wasSuccessful: true } };
  }

  // Item forms opened from the pane.
  async 9({ itemId }) {
    this.form.show(itemId);
  }

  async 180({ itemId }) {
    this.form.show(itemId);
  }

  15({ recipientField }) {
    return inForm(this.form.value(recipientField === 1 ? "optional" : "required") ?? []);
  }

  17({ subject }) {
    this.form.edit("subject", subject);
  }

  18() {
    return this.form.value("subject");
  }

  21({ recipientField, recipientArray }) {
    const people = recipientArray.map(({ name, address }) => ({ name: name || address, address, recipientType: 0 }));
    this.form.edit(recipientField === 1 ? "optional" : "required", people);
  }

  22({ recipientField, recipientArray }) {
    const name = recipientField === 1 ? "optional" : "required";
    const added = recipientArray.map(({ name: of, address }) => ({ name: of || address, address, recipientType: 0 }));
    this.form.edit(name, [...(this.form.value(name) ?? []), ...added]);
  }

  24({ TimeProperty }) {
    return this.form.value(TimeProperty === 2 ? "end" : "start");
  }

  25({ TimeProperty, time }) {
    const length = this.form.value("end") - this.form.value("start");
    this.form.edit(TimeProperty === 2 ? "end" : "start", time);
    if (TimeProperty !== 2) this.form.edit("end", time + length);
  }

  26() {
    return this.form.value("location") ?? "";
  }

  27({ location }) {
    this.form.edit("location", location);
  }

  32() {
    return this.form.save();
  }

  // Bars above the item.
  33(bar) {
    if (this.form.bars.some(({ key }) => key === bar.key)) throw new Refused(9023, "the key is in use");
    if (this.form.bars.length >= NOTIFICATION_LIMIT) throw new Refused(9025, "too many notifications");
    this.form.bars.push({ ...bar, type: NOTIFICATIONS[bar.type] });
    this.form.drawBars();
  }

  34() {
    return this.form.bars;
  }

  35(bar) {
    this.form.bars = this.form.bars.filter(({ key }) => key !== bar.key);
    this.form.bars.push({ ...bar, type: NOTIFICATIONS[bar.type] });
    this.form.drawBars();
  }

  36({ key }) {
    if (!this.form.bars.some((bar) => bar.key === key)) throw new Refused(9024, "there is no such key");
    this.form.bars = this.form.bars.filter((bar) => bar.key !== key);
    this.form.drawBars();
  }

  37({ coercionType }) {
    const body = this.form.value("body") ?? "";
    return coercionType === HTML ? `<html><body>${body}</body></html>` : plain(body);
  }

  38({ data, coercionType }) {
    const escaped = data.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/\n/g, "<br>");
    this.form.edit("body", coercionType === HTML ? data : escaped);
  }

  103() {
    return this.form.value("recurrence") ?? null;
  }

  104({ recurrenceData }) {
    this.form.edit("recurrence", recurrenceData);
  }

  107() {
    const { name, address } = this.form.item?.organizer ?? this.desk.mailbox;
    return { name, address };
  }

  108() {
    const { address } = this.desk.mailbox;
    if (address === this.desk.user.address) throw new Refused(5000, "the item is not shared");
    return { owner: address, targetMailbox: address, targetRestUrl: "", delegatePermissions: this.desk.permissions };
  }

  149() {
    return this.form.item?.attachments ?? [];
  }

  150({ id, attachmentId }) {
    this.saved();
    return get("attachment", { ...this.place, attachment: id ?? attachmentId });
  }

  // Enhanced locations: the names stand side by side in the location, a room is invited too.
  154() {
    const people = this.form.value("required") ?? [];
    return this.form.locations().map((name) => {
      const room = people.find((person) => person.name === name || person.address === name);
      const identifier = room ? { id: room.address, type: "room" } : { id: name, type: "custom" };
      return { displayName: name, emailAddress: room?.address, locationIdentifier: identifier };
    });
  }

  155({ enhancedLocations }) {
    const held = this[154]();
    const is = (wanted) => ({ locationIdentifier: { id, type } }) => id === wanted.id && type === wanted.type;
    const fresh = enhancedLocations.filter((wanted) => !held.some(is(wanted)));
    const rooms = fresh.filter(({ type }) => type === "room");
    const invited = rooms.map(({ id }) => ({ name: id, address: id, recipientType: 0 }));
    if (rooms.length) this.form.edit("required", [...(this.form.value("required") ?? []), ...invited]);
    this.takePlaceAt([...this.form.locations(), ...fresh.map(({ id }) => id)]);
  }

  156({ enhancedLocations }) {
    const goes = ({ id, type }) => enhancedLocations.some((wanted) => wanted.id === id && wanted.type === type);
    const held = this[154]();
    const rooms = held.filter(({ locationIdentifier }) => locationIdentifier.type === "room" && goes(locationIdentifier));
    const left = (this.form.value("required") ?? []).filter(({ address }) =>
      !rooms.some(({ emailAddress }) => emailAddress === address));
    if (rooms.length) this.form.edit("required", left);
    const kept = held.filter(({ locationIdentifier }) => !goes(locationIdentifier));
    this.takePlaceAt(kept.map(({ displayName }) => displayName));
  }

  takePlaceAt(names) {
    this.form.edit("location", names.join("; "));
    this.form.tell(51, { enhancedLocations: this[154]() });
  }

  async 157() {
    return this.form.id ? (await get("item", this.place)).categories : [];
  }

  async 158({ categories }) {
    if (this.switches.refuseCategories) throw new Refused(5000, "this client does not set categories");
    this.saved();
    await post("categories", { ...this.place, add: categories });
    await this.form.refresh();
  }

  async 159({ categories }) {
    if (this.switches.refuseCategories) throw new Refused(5000, "this client does not set categories");
    this.saved();
    await post("categories", { ...this.place, remove: categories });
    await this.form.refresh();
  }

  160() {
    return get("master-categories", this.place);
  }

  async 161({ categoryDetails }) {
    await post("master-categories", { ...this.place, add: categoryDetails });
  }

  async 162({ categories }) {
    await post("master-categories", { ...this.place, remove: categories });
  }

  164() {
    this.saved();
    return this.form.id;
  }

  169() {
    return this.form.value("allDay") ?? false;
  }

  170({ isAllDayEvent }) {
    if (!atLeast(this.switches.sets, 14)) throw new Refused(5000, "all-day is of a later set");
    this.form.edit("allDay", isAllDayEvent);
  }

  171() {
    if (!atLeast(this.switches.sets, 14)) throw new Refused(5000, "sensitivity is of a later set");
    return this.form.value("sensitivity") ?? "normal";
  }

  172({ sensitivity }) {
    if (!atLeast(this.switches.sets, 14)) throw new Refused(5000, "sensitivity is of a later set");
    this.form.edit("sensitivity", sensitivity);
  }

  async 404(params) {
    this.desk.roaming = params[0];
    await post("roaming", { user: this.desk.user.user, settings: params[0] });
  }
}
