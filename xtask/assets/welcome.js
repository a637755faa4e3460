// Asks each origin for an answer; a browser that does not know its certificate gets none.
const CHECK_AGAIN_MS = 1500;

const summary = document.querySelector("#summary");
const list = document.querySelector("#origins");
const calendar = document.querySelector("#calendar");
const help = document.querySelector("#help");
const { origins, calendar: calendarUrl } = await (await fetch("/welcome.json")).json();
calendar.href = calendarUrl;

const rows = origins.map((origin) => {
  const row = document.createElement("li");
  const name = document.createElement("span");
  const address = document.createElement("span");
  const state = document.createElement("span");
  name.textContent = origin.name;
  address.textContent = new URL(origin.url).origin;
  address.className = "address";
  name.append(address);
  row.append(name, state);
  list.append(row);
  return { ...origin, state, answers: undefined };
});

async function check() {
  await Promise.all(rows.map(async (row) => {
    const answers = await fetch(row.url, { mode: "no-cors", cache: "no-store" }).then(() => true, () => false);
    if (answers !== row.answers) show(row, answers);
  }));
  const missing = rows.filter((row) => !row.answers).length;
  say(missing === 0
    ? "This browser knows every address."
    : `This browser does not know ${missing} of ${rows.length} addresses yet.`);
  calendar.hidden = missing > 0;
  help.hidden = missing === 0;
  if (missing > 0) setTimeout(check, CHECK_AGAIN_MS);
}

// Only what changes is written, so that screen readers do not repeat it with every look.
function say(text) {
  if (summary.textContent !== text) summary.textContent = text;
}

function show(row, answers) {
  row.answers = answers;
  row.state.className = answers ? "good" : "bad";
  if (answers) {
    row.state.textContent = "✓ ready";
    return;
  }
  const link = document.createElement("a");
  link.href = row.url;
  link.target = "_blank";
  link.textContent = "Open and accept";
  link.setAttribute("aria-label", `Open and accept: ${row.name}`);
  row.state.replaceChildren(link);
}

await check();
