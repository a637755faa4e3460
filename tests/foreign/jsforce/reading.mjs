// Reading with jsforce: queries and their pages, searches, what was looked at and what changed.

import assert from "node:assert/strict";
import jsforce from "jsforce";

/** More rows than one page of the smallest size holds. */
const ROWS = 450;
const MINUTE_MS = 60_000;

export async function reading(tally, org) {
  const events = org.sobject("Event");

  await tally.check("finds a Contact with its Account", async () => {
    const { totalSize, done, records } = await org.query(
      "SELECT Id, Name, Account.Name FROM Contact WHERE Email = 'dana@acme.example'",
    );
    assert.deepEqual([totalSize, done, records[0].Account.Name], [1, true, "Acme Industrial"]);
    assert.equal(records[0].Account.attributes.type, "Account");
  });

  await tally.check("queries Events by subject, start and kind of person", async () => {
    const records = await events
      .find({ Subject: { $like: "jsforce%" }, StartDateTime: { $gte: jsforce.SfDate.toDateTimeLiteral("2026-03-02T00:00:00Z") } })
      .select("Id, Subject, Who.Name, Who.Type");
    assert.deepEqual(records.map((record) => [record.Who.Type, record.Who.Name]), [["Contact", "Dana Okafor"]]);
  });

  await tally.check("finds names with signs in them", async () => {
    const records = await org.sobject("Contact").find({ LastName: "O'Brien" }, "Id, FirstName, Email");
    assert.deepEqual(records.map((record) => record.Email), ["sean.obrien@acme.example"]);
  });

  await tally.check("counts, limits and skips", async () => {
    const count = await org.query("SELECT COUNT() FROM Contact");
    assert.deepEqual([count.done, count.records], [true, []]);
    assert.ok(count.totalSize >= 30);
    const page = await org.query("SELECT Id FROM Contact ORDER BY Name LIMIT 5 OFFSET 5");
    assert.equal(page.records.length, 5);
    assert.equal(await org.sobject("Contact").count({ Email: "dana@acme.example" }), 1);
  });

  await tally.check("groups and aggregates", async () => {
    const { records } = await org.query(
      "SELECT StageName, COUNT(Id), MAX(Amount) most FROM Opportunity GROUP BY StageName ORDER BY StageName",
    );
    assert.ok(records.every((record) => record.attributes.type === "AggregateResult" && record.expr0 >= 1));
    const negotiated = records.find((record) => record.StageName === "Negotiation/Review");
    assert.equal(negotiated.most, 240000);
  });

  await tally.check("reads children with their parents", async () => {
    const { records } = await org.query(
      "SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName) FROM Account WHERE Name IN ('Acme Industrial', 'Acme Logistics') ORDER BY Name",
    );
    const [acme] = records;
    assert.equal(acme.Contacts.done, true);
    assert.equal(acme.Contacts.totalSize, acme.Contacts.records.length);
    assert.ok(acme.Contacts.records.some((record) => record.LastName === "Okafor"));
  });

  await tally.check("reads what differs by kind of record", async () => {
    const { records } = await org.query(
      "SELECT TYPEOF What WHEN Account THEN Phone ELSE Name END FROM Event WHERE What.Type = 'Account' LIMIT 1",
    );
    assert.ok("Phone" in records[0].What);
  });

  await pages(tally, org, events);

  await tally.check("explains a query", async () => {
    const { plans } = await org.query("SELECT Id FROM Event WHERE Subject = 'x'").explain();
    assert.ok(plans.length > 0);
    assert.equal(plans[0].sobjectType, "Event");
    assert.equal(typeof plans[0].relativeCost, "number");
    assert.ok(["TableScan", "Index", "Sharing", "Other"].includes(plans[0].leadingOperationType));
  });

  await searches(tally, org);

  await tally.check("sees what was looked at", async () => {
    const recent = await org.recent(5);
    assert.ok(recent.length > 0 && recent.length <= 5);
    assert.ok(recent.every((record) => record.Id && record.attributes.type && "Name" in record));
    const contact = await org.query("SELECT Id FROM Contact WHERE Email = 'ada.morgan@acme.example' FOR VIEW");
    const seen = await org.sobject("Contact").recent();
    assert.equal(seen[0].Id, contact.records[0].Id);
  });

  await tally.check("sees which Events changed and which were deleted", async () => {
    const kept = await events.create({ Subject: "changed", StartDateTime: "2026-06-01T09:00:00Z", DurationInMinutes: 5 });
    const gone = await events.create({ Subject: "deleted", StartDateTime: "2026-06-01T09:00:00Z", DurationInMinutes: 5 });
    await events.destroy(gone.id);
    const from = new Date(Date.now() - 10 * MINUTE_MS);
    const to = new Date(Date.now() + MINUTE_MS);
    const updated = await events.updated(from, to);
    assert.ok(updated.ids.includes(kept.id) && !updated.ids.includes(gone.id));
    assert.match(updated.latestDateCovered, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
    const deleted = await events.deleted(from, to);
    assert.ok(deleted.deletedRecords.some((row) => row.id === gone.id && row.deletedDate));
    assert.ok(deleted.earliestDateAvailable && deleted.latestDateCovered);
  });
}

async function pages(tally, org, events) {
  await tally.check("makes more rows than fit a page", async () => {
    const rows = Array.from({ length: ROWS }, (_, at) => ({
      Subject: "paged",
      Location: String(at),
      StartDateTime: "2026-07-01T09:00:00Z",
      DurationInMinutes: 5,
    }));
    const answers = await events.create(rows, { allowRecursive: true });
    assert.equal(answers.filter((answer) => answer.success).length, ROWS);
  });

  const statement = "SELECT Id, Location FROM Event WHERE Subject = 'paged' ORDER BY Id";
  const small = { headers: { "Sforce-Query-Options": "batchSize=200" } };

  await tally.check("pages through a query by its locator", async () => {
    const seen = new Set();
    let page = await org.query(statement, small);
    assert.deepEqual([page.totalSize, page.done, page.records.length], [ROWS, false, 200]);
    assert.match(page.nextRecordsUrl, /\/services\/data\/v67\.0\/query\/01g\w+-200$/);
    for (const length of [200, 50]) {
      page.records.forEach((record) => seen.add(record.Location));
      page = await org.queryMore(page.nextRecordsUrl);
      assert.equal(page.records.length, length);
    }
    page.records.forEach((record) => seen.add(record.Location));
    assert.deepEqual([page.done, page.nextRecordsUrl, seen.size], [true, undefined, ROWS]);
  });

  await tally.check("lets the client fetch every page", async () => {
    const { records } = await org.query(statement, { ...small, autoFetch: true, maxFetch: 1000 });
    assert.equal(records.length, ROWS);
  });
}

async function searches(tally, org) {
  await tally.check("searches by SOSL", async () => {
    const { searchRecords } = await org.search(
      "FIND {Acme} IN NAME FIELDS RETURNING Account(Id, Name ORDER BY Name LIMIT 3), Contact(Id)",
    );
    const names = searchRecords.filter((record) => record.attributes.type === "Account").map((record) => record.Name);
    assert.deepEqual(names, ["Acme Industrial", "Acme Logistics", "Acme Robotics"]);
  });

  await tally.check("searches by SOSL with wildcards and signs", async () => {
    const { searchRecords } = await org.search("FIND {O\\'Bri*} IN ALL FIELDS RETURNING Contact(Id, LastName)");
    assert.deepEqual(searchRecords.map((record) => record.LastName), ["O'Brien"]);
  });

  await tally.check("searches by parameters, in the address and in a body", async () => {
    const asked = await org.request("/parameterizedSearch/?q=Acme&sobject=Account&Account.fields=Id,Name&Account.limit=2");
    assert.equal(asked.searchRecords.length, 2);
    const posted = await org.requestPost("/parameterizedSearch", {
      q: "Okafor",
      in: "NAME",
      sobjects: [{ name: "Contact", fields: ["Id", "Email"], limit: 5 }],
    });
    assert.deepEqual(posted.searchRecords.map((record) => record.Email), ["dana@acme.example"]);
  });
}
