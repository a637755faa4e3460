// @ts-check
// A fake of Office.js for the pane's browser tests, never shipped. The types of the genuine one hold it to its shapes;
// what it adds is what cannot be asked of the genuine one: refusing, staying silent, lacking a function.

/**
 * What Outlook shows, and how it behaves.
 * @typedef {object} Scene
 * @property {"read" | "compose" | "none"} mode
 * @property {"appointment" | "message"} [itemType]
 * @property {string | null} [itemId] null: never saved
 * @property {string} [seriesId]
 * @property {string} [subject]
 * @property {string} [location]
 * @property {number} [start] milliseconds
 * @property {number} [end] milliseconds
 * @property {string} [timeZone] the mailbox's, by its Windows name
 * @property {boolean} [recurs]
 * @property {[string, string]} [organizer] name and address
 * @property {[string, string][]} [required]
 * @property {[string, string][]} [optional]
 * @property {string[]} [categories]
 * @property {Record<string, string>} [properties] custom properties
 * @property {string} [targetMailbox] in a shared calendar
 * @property {string[]} [missing] members that this client lacks
 * @property {string[]} [silent] calls that never call back
 * @property {Record<string, number>} [refused] calls that fail, with their codes
 * @property {string[]} [throwing] calls that throw at once
 */

/** @param {"succeeded" | "failed"} text */
function status(text) {
  return /** @type {Office.AsyncResultStatus} */ (/** @type {unknown} */ (text));
}

/** @type {{ scene: Scene, calls: string[], underWay: number, most: number }} */
const stage = { scene: { mode: "none" }, calls: [], underWay: 0, most: 0 };

/**
 * Calls back later, as Office always does.
 * @template T
 * @param {string} name
 * @param {T} value
 * @param {unknown} callback
 */
function answer(name, value, callback) {
  const { scene } = stage;
  stage.calls.push(name);
  if (scene.throwing?.includes(name)) throw new Error(`Sys.ArgumentException: ${name}`);
  stage.underWay += 1;
  stage.most = Math.max(stage.most, stage.underWay);
  if (scene.silent?.includes(name)) return;
  const code = scene.refused?.[name];
  setTimeout(() => {
    stage.underWay -= 1;
    const done = /** @type {(result: Partial<Office.AsyncResult<T>>) => void} */ (callback);
    if (code === undefined) {
      done({ status: status("succeeded"), value });
    } else {
      const error = { code, name: `E${code}`, message: `refused ${name}` };
      done({ status: status("failed"), error });
    }
  }, 1);
}

/**
 * @template T
 * @param {string} name
 * @param {T} value
 */
function getter(name, value) {
  return { getAsync: (/** @type {unknown} */ callback) => answer(name, value, callback) };
}

/**
 * @param {[string, string]} who
 * @param {boolean} answers
 */
function person([displayName, emailAddress], answers) {
  const response = answers ? { appointmentResponse: "accepted" } : {};
  return { displayName, emailAddress, recipientType: "externalUser", ...response };
}

function recurrence() {
  if (!stage.scene.recurs) return null;
  return { recurrenceType: "weekly", recurrenceTimeZone: { name: "W. Europe Standard Time", offset: 60 } };
}

function shared() {
  const { scene } = stage;
  return {
    categories: {
      ...getter("categories", (scene.categories ?? []).map((displayName) => ({ displayName, color: "Preset7" }))),
      addAsync: (/** @type {string[]} */ names, /** @type {unknown} */ callback) => {
        if (!scene.refused?.["categories.addAsync"]) scene.categories = [...(scene.categories ?? []), ...names];
        answer("categories.addAsync", undefined, callback);
      },
      removeAsync: (/** @type {string[]} */ names, /** @type {unknown} */ callback) => {
        const removed = scene.refused?.["categories.removeAsync"] ? [] : names;
        scene.categories = (scene.categories ?? []).filter((name) => !removed.includes(name));
        answer("categories.removeAsync", undefined, callback);
      },
    },
    loadCustomPropertiesAsync: (/** @type {unknown} */ callback) =>
      answer("loadCustomPropertiesAsync", { get: (/** @type {string} */ key) => scene.properties?.[key] }, callback),
    getSharedPropertiesAsync: (/** @type {unknown} */ callback) => {
      scene.refused = scene.targetMailbox ? scene.refused : { ...scene.refused, getSharedPropertiesAsync: 9030 };
      answer("getSharedPropertiesAsync", { targetMailbox: scene.targetMailbox }, callback);
    },
    seriesId: scene.seriesId ?? null,
    itemType: scene.itemType ?? "appointment",
  };
}

function readItem() {
  const { scene } = stage;
  const people = (/** @type {[string, string][] | undefined} */ list) => (list ?? []).map((who) => person(who, true));
  return {
    ...shared(),
    itemId: scene.itemId ?? "AAA",
    subject: scene.subject ?? "",
    location: scene.location ?? "",
    start: new Date(scene.start ?? 0),
    end: new Date(scene.end ?? 0),
    organizer: scene.organizer && person(scene.organizer, true),
    requiredAttendees: people(scene.required),
    optionalAttendees: people(scene.optional),
    recurrence: recurrence(),
  };
}

function composeItem() {
  const { scene } = stage;
  const people = (/** @type {[string, string][] | undefined} */ list) => (list ?? []).map((who) => person(who, false));
  return {
    ...shared(),
    getItemIdAsync: (/** @type {unknown} */ callback) => {
      if (scene.itemId === null) scene.refused = { ...scene.refused, getItemIdAsync: 9046 };
      answer("getItemIdAsync", scene.itemId ?? "AAA", callback);
    },
    subject: getter("subject", scene.subject ?? ""),
    location: getter("location", scene.location ?? ""),
    start: getter("start", new Date(scene.start ?? 0)),
    end: getter("end", new Date(scene.end ?? 0)),
    organizer: getter("organizer", scene.organizer && person(scene.organizer, false)),
    requiredAttendees: getter("requiredAttendees", people(scene.required)),
    optionalAttendees: getter("optionalAttendees", people(scene.optional)),
    recurrence: getter("recurrence", recurrence()),
  };
}

// The genuine types, against which the shapes above are checked as far as the pane reads them.
/** @typedef {"subject" | "location" | "itemId" | "itemType" | "seriesId" | "start" | "end"} Plain */
/** @type {() => { [K in Plain]: Pick<Office.AppointmentRead, Plain>[K] | string | null }} */
const checkedRead = readItem;
/** @typedef {"getItemIdAsync" | "loadCustomPropertiesAsync" | "getSharedPropertiesAsync" | "subject" | "categories"} Asked */
/** @type {() => Record<keyof Pick<Office.AppointmentCompose, Asked>, unknown>} */
const checkedCompose = composeItem;

/** @param {Record<string, unknown>} members */
function hidden(members) {
  const item = {};
  for (const [name, value] of Object.entries(members)) {
    // Office's items hide their members from enumeration.
    if (!stage.scene.missing?.includes(name)) Object.defineProperty(item, name, { get: () => value });
  }
  return item;
}

function item() {
  switch (stage.scene.mode) {
    case "read":
      return hidden(checkedRead());
    case "compose":
      return hidden(checkedCompose());
    case "none":
      return null;
  }
}

/**
 * Sets the stage.
 * @param {string} scene a {@link Scene} as JSON
 */
export function play(scene) {
  stage.scene = JSON.parse(scene);
  stage.calls = [];
  stage.underWay = 0;
  stage.most = 0;
  const mailbox = {
    userProfile: {
      emailAddress: "Mara@Brightwater.example",
      displayName: "Mara Lindqvist",
      timeZone: stage.scene.timeZone ?? "W. Europe Standard Time",
    },
    diagnostics: { hostName: "OutlookWebApp" },
    get item() {
      return item();
    },
  };
  const office = { onReady: async () => ({ host: "Outlook", platform: "OfficeOnline" }), context: { mailbox } };
  Object.assign(globalThis, { Office: office });
}

/** Takes Office away, as in a plain browser tab. */
export function leave() {
  Reflect.deleteProperty(globalThis, "Office");
}

/** The most calls that were under way at once. */
export function most() {
  return stage.most;
}

/** @param {string} name */
export function callsOf(name) {
  return stage.calls.filter((call) => call === name).length;
}

/** @type {{ refresh: string, access: Set<string>, made: number, refreshes: number, isRevoked: boolean }} */
const org = { refresh: "", access: new Set(), made: 0, refreshes: 0, isRevoked: false };

/**
 * An org that knows one refresh token and gives a new one for each use. One that is used twice ends the session, as
 * Salesforce does with rotation.
 * @param {string} refresh
 */
export function openOrg(refresh) {
  Object.assign(org, { refresh, access: new Set(), made: 0, refreshes: 0, isRevoked: false });
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const body = await request.text();
    await new Promise((done) => setTimeout(done, 5));
    const path = new URL(request.url).pathname;
    if (path === "/services/oauth2/token") return token(new URLSearchParams(body));
    const bearer = request.headers.get("authorization")?.slice("Bearer ".length) ?? "";
    if (!org.access.has(bearer)) return new Response("Bad_OAuth_Token", { status: 403 });
    const user = { user_id: "005D00000000001", organization_id: "00DD00000000001", name: "Mara Lindqvist" };
    return Response.json({ ...user, email: "mara@brightwater.example", preferred_username: "mara@brightwater.example" });
  };
}

/** @param {URLSearchParams} form */
function token(form) {
  if (org.isRevoked || form.get("refresh_token") !== org.refresh) {
    org.isRevoked = true;
    return Response.json({ error: "invalid_grant", error_description: "expired access/refresh token" }, { status: 400 });
  }
  org.refreshes += 1;
  org.made += 1;
  org.refresh = `refresh-${org.made}`;
  const access_token = `access-${org.made}`;
  org.access.add(access_token);
  return Response.json({
    access_token,
    refresh_token: org.refresh,
    instance_url: "https://brightwater.my.salesforce.example",
    issued_at: "1800000000000",
  });
}

/** Ends every access token, as time does. */
export function expireAccess() {
  org.access.clear();
}

/** How often a token was renewed. */
export function refreshes() {
  return org.refreshes;
}
