// A client we did not write (jsforce) against the stand-in's Salesforce half: does an independent reader of the vendor's
// documents understand what the stand-in answers?
//
// SALESFORCE_URL            origin of the org, e.g. https://localhost:3002
// SALESFORCE_CLIENT_SECRET  secret of the client-credentials client
// SALESFORCE_CLIENT_ID      its id; calbridge-service when absent
// NODE_EXTRA_CA_CERTS       the CA of the stand-in's certificate
//
// One line per check; exit code 1 when one fails.

import assert from "node:assert/strict";
import jsforce from "jsforce";

const url = required("SALESFORCE_URL");
const clientId = process.env.SALESFORCE_CLIENT_ID ?? "calbridge-service";
const clientSecret = required("SALESFORCE_CLIENT_SECRET");
const keyField = "Calbridge_Sync_Key__c";
const run = Date.now().toString(36);

let failures = 0;
const org = new jsforce.Connection({ instanceUrl: url, version: "67.0", oauth2: { loginUrl: url, clientId, clientSecret } });
const context = {};

await check("signs in with client credentials", async () => {
  const answer = await org.oauth2.requestToken({ grant_type: "client_credentials" });
  assert.equal(answer.token_type, "Bearer");
  org.accessToken = answer.access_token;
  org.instanceUrl = answer.instance_url;
});

await check("reads its identity", async () => {
  const identity = await org.identity();
  assert.match(identity.user_id, /^005/);
  assert.match(identity.username, /@brightwater\.example$/);
});

await check("describes Event", async () => {
  const event = await org.sobject("Event").describe();
  const key = event.fields.find((field) => field.name === keyField);
  assert.equal(key.externalId, true);
  assert.equal(event.fields.find((field) => field.name === "IsRecurrence").updateable, false);
});

await check("reads layouts and compact layouts", async () => {
  const { layouts } = await org.sobject("Event").layouts();
  assert.ok(layouts[0].editLayoutSections[0].layoutRows.length > 3);
  await org.sobject("Contact").compactLayouts();
});

await check("finds a Contact with its Account", async () => {
  const { records } = await org.query("SELECT Id, Name, Account.Name FROM Contact WHERE Email = 'dana@acme.example'");
  assert.equal(records.length, 1);
  assert.equal(records[0].Account.Name, "Acme Industrial");
  context.contact = records[0].Id;
});

await check("creates an Event", async () => {
  const answer = await org.sobject("Event").create({
    Subject: `jsforce ${run}`,
    StartDateTime: "2026-03-02T09:00:00.000Z",
    EndDateTime: "2026-03-02T10:00:00.000Z",
    WhoId: context.contact,
  });
  assert.equal(answer.success, true);
  context.event = answer.id;
});

await check("reads it back with what is derived", async () => {
  const event = await org.sobject("Event").retrieve(context.event);
  assert.equal(event.DurationInMinutes, 60);
  assert.equal(event.ActivityDate, "2026-03-02");
  assert.equal(event.StartDateTime, "2026-03-02T09:00:00.000+0000");
  assert.match(event.AccountId, /^001/);
  assert.equal(event.Location, null);
});

await check("queries it by subject and by start", async () => {
  const { totalSize, records } = await org
    .sobject("Event")
    .find({ Subject: { $like: `jsforce ${run}%` }, StartDateTime: { $gte: jsforce.SfDate.toDateTimeLiteral("2026-03-02T00:00:00Z") } })
    .select("Id, Subject, Who.Name, Who.Type")
    .then((records) => ({ records, totalSize: records.length }));
  assert.equal(totalSize, 1);
  assert.equal(records[0].Who.Type, "Contact");
});

await check("updates it", async () => {
  const answer = await org.sobject("Event").update({ Id: context.event, Location: "Room Elbe" });
  assert.equal(answer.success, true);
  const event = await org.sobject("Event").retrieve(context.event);
  assert.equal(event.Location, "Room Elbe");
});

await check("upserts by the sync key: first creates, then updates", async () => {
  const key = `${run} a+b`;
  const times = { StartDateTime: "2026-03-03T09:00:00Z", EndDateTime: "2026-03-03T09:30:00Z" };
  const first = await org.sobject("Event").upsert({ [keyField]: key, Subject: "one", ...times }, keyField);
  assert.equal(first.success, true);
  const second = await org.sobject("Event").upsert({ [keyField]: key, Subject: "two" }, keyField);
  assert.equal(second.success, true);
  const { records } = await org.query(`SELECT Id, Subject FROM Event WHERE ${keyField} = '${key}'`);
  assert.deepEqual(records.map((record) => record.Subject), ["two"]);
  context.upserted = records[0].Id;
});

await check("reads by a key with a slash in it", async () => {
  await org.sobject("Event").update({ Id: context.event, [keyField]: `${run}/slash` });
  const found = await org.request(`/sobjects/Event/${keyField}/${encodeURIComponent(`${run}/slash`)}`);
  assert.equal(found.Id, context.event);
});

await check("hears why a write is refused", async () => {
  const refused = org.sobject("Event").create({ Subject: "no times" });
  await assert.rejects(refused, (error) => error.errorCode === "REQUIRED_FIELD_MISSING");
  const unknown = org.sobject("Event").create({ Nonsense: 1 });
  await assert.rejects(unknown, (error) => error.errorCode === "INVALID_FIELD");
});

await check("creates, updates and retrieves many in one request", async () => {
  const rows = [1, 2, 3].map((day) => ({
    Subject: `many ${run}`,
    StartDateTime: `2026-04-0${day}T09:00:00Z`,
    DurationInMinutes: 15,
  }));
  const created = await org.sobject("Event").create(rows);
  assert.ok(created.every((row) => row.success));
  const ids = created.map((row) => row.id);
  const updated = await org.sobject("Event").update(ids.map((Id) => ({ Id, Location: "many" })));
  assert.ok(updated.every((row) => row.success));
  const found = await org.sobject("Event").retrieve(ids);
  assert.deepEqual(found.map((row) => row.Location), ["many", "many", "many"]);
  const gone = await org.sobject("Event").destroy(ids);
  assert.ok(gone.every((row) => row.success));
});

await check("counts and pages", async () => {
  const count = await org.query("SELECT COUNT() FROM Contact");
  assert.ok(count.totalSize >= 30);
  const page = await org.query("SELECT Id FROM Contact ORDER BY Name LIMIT 5 OFFSET 5");
  assert.equal(page.records.length, 5);
});

await check("sees recent records and limits", async () => {
  const recent = await org.recent(5);
  assert.ok(recent.length > 0 && recent.length <= 5);
  const limits = await org.limits();
  assert.ok(limits.DailyApiRequests.Remaining < limits.DailyApiRequests.Max);
  assert.ok(org.limitInfo.apiUsage.used > 0);
});

await check("sees changed and deleted ids", async () => {
  const minute = 60_000;
  const from = new Date(Date.now() - 10 * minute).toISOString();
  const to = new Date(Date.now() + minute).toISOString();
  const { ids } = await org.sobject("Event").updated(from, to);
  assert.ok(ids.includes(context.event));
  const { deletedRecords } = await org.sobject("Event").deleted(from, to);
  assert.ok(deletedRecords.length >= 3);
});

await check("deletes Events, which are gone afterwards", async () => {
  await org.sobject("Event").destroy(context.upserted);
  await org.sobject("Event").destroy(context.event);
  const again = org.sobject("Event").retrieve(context.event);
  await assert.rejects(again, (error) => error.errorCode === "ENTITY_IS_DELETED");
});

console.log(failures === 0 ? "jsforce: all checks passed" : `jsforce: ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;

/** Runs one check and prints its line. */
async function check(name, body) {
  try {
    await body();
    console.log(`ok   ${name}`);
  } catch (error) {
    failures += 1;
    console.log(`FAIL ${name}: ${error.errorCode ?? ""} ${error.message}`);
  }
}

/** An environment variable that must be there. */
function required(name) {
  const value = process.env[name];
  if (!value) {
    console.error(`${name} is not set`);
    process.exit(2);
  }
  return value;
}
