// Asks each origin for an answer; a browser that has not accepted its certificate gets none.
const CHECK_AGAIN_MS = 2000;

const list = document.querySelector("#origins");
const calendar = document.querySelector("#calendar");
const { origins, calendar: calendarUrl } = await (await fetch("/welcome.json")).json();
calendar.href = calendarUrl;

const rows = origins.map((origin) => {
  const row = document.createElement("li");
  const name = document.createElement("span");
  const state = document.createElement("span");
  name.textContent = origin.name;
  row.append(name, state);
  list.append(row);
  return { ...origin, state, answers: undefined };
});

async function check() {
  await Promise.all(rows.map(async (row) => {
    const answers = await fetch(row.url, { mode: "no-cors", cache: "no-store" }).then(() => true, () => false);
    if (answers !== row.answers) show(row, answers);
  }));
  const ready = rows.every((row) => row.answers);
  calendar.hidden = !ready;
  if (!ready) setTimeout(check, CHECK_AGAIN_MS);
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
  link.textContent = "open and accept";
  row.state.replaceChildren(link);
}

await check();
