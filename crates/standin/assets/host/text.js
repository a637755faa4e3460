// Small pieces the form is made of: elements, and times as a zone's clock shows them.

/** An element with its attributes and what is in it. */
export function part(tag, attributes, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

/** A body without its markup; the form never renders foreign HTML. */
export function plain(html) {
  const read = new DOMParser().parseFromString(html.replace(/<br\s*\/?>|<\/p>|<\/div>/gi, "$&\n"), "text/html");
  return read.body.textContent.trim();
}

/** The page's address for an item. */
export function address(id) {
  const asked = new URLSearchParams(location.search);
  asked.set("item", id);
  return `?${asked}`;
}

/** When an event takes place, in one line. */
export function span(start, end, allDay, timeZone) {
  const day = { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone };
  const format = new Intl.DateTimeFormat("en-GB", allDay ? day : { ...day, hour: "2-digit", minute: "2-digit" });
  return format.formatRange(start, allDay ? end - 1 : end);
}

/** What a clock in a zone shows, as an input of date and time wants it. */
export function toLocal(ms, timeZone) {
  if (ms === undefined) return "";
  const swedish = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone });
  return swedish.format(ms).replace(" ", "T");
}

/** The instant at which a clock in a zone shows this. */
export function fromLocal(text, timeZone) {
  const utc = Date.parse(`${text}Z`);
  if (Number.isNaN(utc)) return null;
  const offset = (ms) => Date.parse(`${toLocal(ms, timeZone)}Z`) - Math.floor(ms / 60e3) * 60e3;
  const guess = utc - offset(utc);
  return utc - offset(guess);
}
