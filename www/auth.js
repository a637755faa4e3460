// @ts-check
// The page of the sign-in window. It comes twice: first to lead to the org's sign-in, then with the org's answer,
// which it hands to the pane. Where the way back is cut off, it leaves the code with the service instead.

/** Milliseconds to wait for Office before taking the other way. */
const OFFICE_LIMIT_MS = 5000;
/** Milliseconds after which a window that is still open was not heard by the pane. */
const HEARD_WITHIN_MS = 2000;

/** @param {string} text */
function say(text) {
  const word = document.getElementById("word");
  if (word) word.textContent = text;
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}

async function config() {
  const answer = await fetch("config.json", { cache: "no-store" });
  return /** @type {Promise<{ service: string, my_domain: string }>} */ (answer.json());
}

/**
 * Leads to the org, and nowhere else.
 * @param {string} authorize
 */
async function lead(authorize) {
  const target = new URL(authorize);
  const org = new URL((await config()).my_domain);
  if (target.origin !== org.origin || target.pathname !== "/services/oauth2/authorize") {
    say("This address does not lead to your Salesforce org. Close this window and sign in again from Calbridge.");
    return;
  }
  location.replace(target.href);
}

/** @param {string} message */
async function tellPane(message) {
  const office = await Promise.race([Office.onReady(), pause(OFFICE_LIMIT_MS)]);
  if (!office) return;
  Office.context.ui.messageParent(message);
  // The pane closes this window as soon as it has heard.
  await pause(HEARD_WITHIN_MS);
}

/**
 * Leaves the code with the service; it is worthless without the verifier that only the pane has.
 * @param {string} code
 * @param {string} state
 */
async function relay(code, state) {
  const login = state.split(".")[0];
  const answer = await fetch(`${(await config()).service}/v1/logins/${login}`, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code, state }),
  });
  if (!answer.ok) throw new Error(`relay ${answer.status}`);
}

/** @param {URLSearchParams} query */
async function answer(query) {
  const [code, state, error] = ["code", "state", "error"].map((name) => query.get(name) ?? "");
  try {
    await tellPane(JSON.stringify({ code, state, error }));
  } catch {
    // Office is absent here; the other way is left.
  }
  // The code shall not stay in the address; Office, which takes history away, needed the address until now.
  delete (/** @type {any} */ (history).replaceState);
  history.replaceState(null, "", location.pathname);
  if (!code) {
    say("Salesforce did not sign you in. Close this window and try again.");
    return;
  }
  try {
    await relay(code, state);
    say("You are signed in. Close this window and go back to Outlook.");
  } catch {
    say("The way back to Outlook is blocked. Close this window and sign in again.");
  }
}

const query = new URLSearchParams(location.search);
const authorize = query.get("authorize");
if (authorize) {
  void lead(authorize);
} else if (query.has("state")) {
  void answer(query);
} else {
  say("Sign in from the Calbridge pane in Outlook.");
}
