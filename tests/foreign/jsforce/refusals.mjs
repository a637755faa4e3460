// Every refusal of refusals.json, as jsforce tells it, and those that need another world.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import jsforce from "jsforce";
import { control, freshWorld, required } from "../stage.mjs";

const table = JSON.parse(readFileSync(new URL("../refusals.json", import.meta.url), "utf8"));

export async function refusals(tally, signIn) {
  await freshWorld(table.world);
  const org = await signIn();
  const ids = await prepared(org);
  const named = (value) => JSON.parse(JSON.stringify(value).replace(/\{([a-z ]+)\}/g, (_, name) => ids[name] ?? `{${name}}`));
  for (const wanted of named(table.refusals)) {
    await tally.check(`hears of ${wanted.case}`, () => refused(org, wanted));
  }
  for (const trouble of named(table.troubles)) {
    await tally.check(`hears of ${trouble.case}`, async () => {
      await control("POST", "/faults", struck(trouble, ids.event));
      await refused(org, { ...trouble, method: "PATCH", path: `/sobjects/Event/${ids.event}`, body: { Location: "later" } });
    });
  }
  await duplicates(tally, org);
  await sessions(tally, signIn);
}

/** The fault that answers one change of a record as the table says. */
function struck({ status, code, message, fields }, id) {
  const body = [{ message, errorCode: code, ...(fields && { fields }) }];
  return { site: "salesforce", method: "PATCH", path: `/sobjects/Event/${id}`, count: 1, kind: { status, body } };
}

async function duplicates(tally, org) {
  const twin = { LastName: "Okafor", Email: "dana@acme.example" };

  await tally.check("hears which records look the same, and saves all the same", async () => {
    await assert.rejects(org.sobject("Contact").create(twin), (error) => {
      // The key is misspelt on the wire.
      const { allowSave, duplicateRule, matchResults } = error.data.duplicateResut;
      assert.deepEqual([allowSave, duplicateRule], [true, "Standard_Contact_Duplicate_Rule"]);
      assert.equal(matchResults[0].matchRecords[0].record.attributes.type, "Contact");
      return true;
    });
    const saved = await org.sobject("Contact").create(twin, { headers: { "Sforce-Duplicate-Rule-Header": "allowSave=true" } });
    assert.equal(saved.success, true);
  });
}

/** The ids of the records that the table names. */
async function prepared(org) {
  const ids = {};
  for (const [name, statement] of Object.entries(table.found)) {
    ids[name] = (await org.query(statement)).records[0].Id;
  }
  for (const { name, type, fields, deleted } of table.made) {
    const answer = await org.sobject(type).create(fields);
    ids[name] = answer.id;
    if (deleted) await org.sobject(type).destroy(answer.id);
  }
  return ids;
}

async function refused(org, wanted) {
  const query = wanted.query ? `?${new URLSearchParams(wanted.query)}` : "";
  const call = org.request({
    method: wanted.method,
    url: `/services/data/v67.0${wanted.path}${query}`,
    body: wanted.raw ?? (wanted.body && JSON.stringify(wanted.body)),
    headers: { "content-type": "application/json", ...wanted.headers },
  });
  await assert.rejects(call, (error) => {
    if (wanted.status === 300) {
      assert.equal(error.errorCode, "MULTIPLE_CHOICES");
      assert.ok(error.data.length > 1);
    } else if (wanted.code) {
      assert.equal(error.errorCode, wanted.code, error.message);
      assert.deepEqual(error.data.fields, wanted.fields, "fields at fault");
    }
    if (wanted.message) assert.equal(error.message, wanted.message);
    return true;
  });
}

async function sessions(tally, signIn) {
  const coded = (code) => (error) => {
    assert.equal(error.errorCode, code, error.message);
    return true;
  };

  await tally.check("hears of a token that holds no more", async () => {
    const org = await signIn();
    const stale = new jsforce.Connection({ instanceUrl: org.instanceUrl, accessToken: org.accessToken, version: "67.0" });
    await control("POST", "/sessions/expire");
    await assert.rejects(stale.limits(), coded("INVALID_SESSION_ID"));
  });

  await tally.check("hears of a session that was never opened", async () => {
    const nobody = new jsforce.Connection({ instanceUrl: required("SALESFORCE_URL"), accessToken: "00D!x", version: "67.0" });
    await assert.rejects(nobody.limits(), coded("INVALID_SESSION_ID"));
  });

  await tally.check("hears that the org's requests of the day are used up", async () => {
    await freshWorld({ salesforce: { apiLimit: 1 } });
    const org = await signIn();
    await org.limits();
    await assert.rejects(org.limits(), (error) => {
      assert.equal(error.message, "TotalRequests Limit exceeded.");
      return coded("REQUEST_LIMIT_EXCEEDED")(error);
    });
    await freshWorld();
  });

  await tally.check("hears that several people need Shared Activities", async () => {
    await freshWorld({ salesforce: { features: { sharedActivities: false } } });
    const org = await signIn();
    const event = { StartDateTime: "2026-05-04T09:00:00Z", DurationInMinutes: 5, EventWhoIds: [] };
    await assert.rejects(org.sobject("Event").create(event), (error) => {
      assert.equal(error.message, "No such column 'EventWhoIds' on sobject of type Event");
      return coded("INVALID_FIELD")(error);
    });
    await freshWorld();
  });

  await tally.check("hears that fields are hidden from it, and what it may only read", async () => {
    const users = ["integration@brightwater.example"];
    const fields = { "Event.Location": "hidden", "Event.Subject": "readOnly" };
    await freshWorld({ salesforce: { profiles: { Sync: { users, fields } } } });
    const org = await signIn();
    const times = { StartDateTime: "2026-05-04T09:00:00Z", DurationInMinutes: 5 };
    await assert.rejects(org.query("SELECT Location FROM Event"), coded("INVALID_FIELD"));
    await assert.rejects(org.sobject("Event").create({ ...times, Location: "x" }), coded("INVALID_FIELD"));
    await assert.rejects(org.sobject("Event").create({ ...times, Subject: "x" }), coded("INVALID_FIELD_FOR_INSERT_UPDATE"));
    await freshWorld();
  });

  await tally.check("hears that two series do not go in one request past a trigger", async () => {
    await freshWorld({ salesforce: { features: { eventTriggers: true } } });
    const org = await signIn();
    const series = {
      IsRecurrence: true,
      DurationInMinutes: 30,
      RecurrenceStartDateTime: "2026-03-03T08:00:00Z",
      RecurrenceEndDateOnly: "2026-03-31",
      RecurrenceType: "RecursDaily",
      RecurrenceInterval: 7,
    };
    const answers = await org.sobject("Event").create([series, series]);
    const codes = answers.map((answer) => answer.errors[0]?.statusCode);
    assert.ok(codes.includes("UNSUPPORTED_APEX_TRIGGER_OPERATION"), String(codes));
    await freshWorld();
  });

  await tally.check("asks again where that does no harm", async () => {
    const org = await signIn();
    const body = [{ errorCode: "SERVER_UNAVAILABLE", message: "The server is being mended." }];
    await control("POST", "/faults", { site: "salesforce", method: "GET", count: 1, kind: { status: 503, body } });
    assert.ok((await org.limits()).DailyApiRequests);
  });
}
