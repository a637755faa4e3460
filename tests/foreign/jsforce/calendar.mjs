// What is special about Events, written and read with jsforce: series, several people, invitees, files.

import assert from "node:assert/strict";

const TIMES = { StartDateTime: "2026-03-03T08:00:00Z", DurationInMinutes: 30 };
const WEEKLY = {
  Subject: "Stand-up",
  IsRecurrence: true,
  DurationInMinutes: 30,
  RecurrenceStartDateTime: "2026-03-03T08:00:00Z",
  RecurrenceEndDateOnly: "2026-03-31",
  RecurrenceTimeZoneSidKey: "Europe/Berlin",
  RecurrenceType: "RecursWeekly",
  RecurrenceInterval: 1,
  RecurrenceDayOfWeekMask: 4,
};

/** The codes of a broken rule of series; which of them stands for which rule is not recorded. */
const REFUSED = ["FIELD_INTEGRITY_EXCEPTION", "REQUIRED_FIELD_MISSING", "INVALID_FIELD_FOR_INSERT_UPDATE", "NUMBER_OUTSIDE_VALID_RANGE"];

const coded = (code) => (error) => {
  assert.equal(error.errorCode, code, error.message);
  return true;
};

async function ids(org, statement) {
  return (await org.query(statement)).records.map((record) => record.Id);
}

export async function calendar(tally, org) {
  await series(tally, org);
  await people(tally, org);
  await files(tally, org);
}

async function series(tally, org) {
  const events = org.sobject("Event");
  let master;
  const dates = async () => {
    const { records } = await org.query(
      `SELECT Id, Subject, StartDateTime FROM Event WHERE IsRecurrence = false AND RecurrenceActivityId = '${master}' ORDER BY StartDateTime`,
    );
    return records;
  };

  await tally.check("creates a series and finds its occurrences at the same local time", async () => {
    master = (await events.create(WEEKLY)).id;
    const row = await events.retrieve(master);
    assert.deepEqual([row.IsRecurrence, row.RecurrenceDayOfWeekMask], [true, 4]);
    const starts = (await dates()).map((row) => row.StartDateTime.slice(0, 16));
    assert.deepEqual(starts, ["2026-03-03T08:00", "2026-03-10T08:00", "2026-03-17T08:00", "2026-03-24T08:00", "2026-03-31T07:00"]);
  });

  await tally.check("changes and deletes single occurrences, then the subject of all", async () => {
    const [first, second] = await dates();
    await events.update({ Id: first.Id, Subject: "Only this one" });
    await events.destroy(second.Id);
    assert.deepEqual((await dates()).map((row) => row.Subject), ["Only this one", "Stand-up", "Stand-up", "Stand-up"]);
    await events.update({ Id: master, Subject: "All of them" });
    assert.ok((await dates()).every((row) => row.Subject === "All of them"));
  });

  await tally.check("cannot make a single Event of a series, or a series of a single Event", async () => {
    await assert.rejects(events.update({ Id: master, IsRecurrence: false }), coded("INVALID_FIELD_FOR_INSERT_UPDATE"));
    const single = await events.create({ Subject: "single", ...TIMES });
    await assert.rejects(events.update({ Id: single.id, IsRecurrence: true }), coded("INVALID_FIELD_FOR_INSERT_UPDATE"));
  });

  await tally.check("deletes a series with all of its dates", async () => {
    await events.destroy(master);
    assert.deepEqual(await dates(), []);
  });

  await tally.check("hears of patterns that are not whole, too long or too many", async () => {
    const refused = (change) => assert.rejects(events.create({ ...WEEKLY, ...change }), (error) => REFUSED.includes(error.errorCode));
    await refused({ RecurrenceDayOfWeekMask: null });
    await refused({ RecurrenceDayOfMonth: 3 });
    await refused({ DurationInMinutes: 1441 });
    await refused({ RecurrenceEndDateOnly: "2027-12-31" });
    await refused({ RecurrenceEndDateOnly: "2026-03-01" });
    const zone = events.create({ ...WEEKLY, RecurrenceTimeZoneSidKey: "Asia/Tehran" });
    await assert.rejects(zone, coded("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"));
  });
}

async function people(tally, org) {
  const events = org.sobject("Event");
  const [dana] = await ids(org, "SELECT Id FROM Contact WHERE Email = 'dana@acme.example'");
  const [ada] = await ids(org, "SELECT Id FROM Contact WHERE Email = 'ada.morgan@acme.example'");
  const [ines] = await ids(org, "SELECT Id FROM User WHERE Username = 'ines@brightwater.example'");

  await tally.check("relates an Event to several people", async () => {
    const { id } = await events.create({ ...TIMES, EventWhoIds: [dana, ada] });
    const event = await events.retrieve(id);
    assert.deepEqual([event.WhoId, event.WhoCount, event.EventWhoIds.toSorted()], [dana, 2, [dana, ada].toSorted()]);
    const { records } = await org.query(`SELECT RelationId, Type FROM EventWhoRelation WHERE EventId = '${id}'`);
    assert.deepEqual(records.map((row) => [row.RelationId, row.Type]).toSorted(), [[dana, "Contact"], [ada, "Contact"]].toSorted());
  });

  await tally.check("reads the people of an Event in the same query", async () => {
    const { records } = await org.query("SELECT Id, (SELECT RelationId, Status FROM EventRelations) FROM Event WHERE WhoCount = 2");
    assert.ok(records.length > 0 && records.every((event) => event.EventRelations.totalSize >= 2));
  });

  await tally.check("invites a user, who has an Event of their own to look at", async () => {
    const { id } = await events.create({ Subject: "Invited", ...TIMES });
    const invited = await org.sobject("EventRelation").create({ EventId: id, RelationId: ines });
    const relation = await org.sobject("EventRelation").retrieve(invited.id);
    assert.deepEqual([relation.IsInvitee, relation.Status], [true, "New"]);
    const [child] = await ids(org, `SELECT Id FROM Event WHERE IsChild = true AND OwnerId = '${ines}' AND Subject = 'Invited'`);
    await assert.rejects(events.update({ Id: child, Subject: "Mine" }), coded("INSUFFICIENT_ACCESS_OR_READONLY"));
    await events.update({ Id: child, IsReminderSet: true, ReminderDateTime: "2026-03-03T07:45:00Z" });
    await org.sobject("EventRelation").update({ Id: invited.id, Status: "Accepted" });
    const maybe = org.sobject("EventRelation").update({ Id: invited.id, Status: "Maybe" });
    await assert.rejects(maybe, coded("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"));
    await org.sobject("EventRelation").destroy(invited.id);
    assert.deepEqual(await ids(org, "SELECT Id FROM Event WHERE IsChild = true AND Subject = 'Invited'"), []);
  });
}

async function files(tally, org) {
  const bytes = Buffer.from("offer, with prices").toString("base64");

  await tally.check("attaches a file and reads its bytes", async () => {
    const event = await org.sobject("Event").create({ Subject: "with file", ...TIMES });
    const made = await org.sobject("Attachment").create({ ParentId: event.id, Name: "offer.txt", ContentType: "text/plain", Body: bytes });
    const row = await org.sobject("Attachment").retrieve(made.id);
    assert.deepEqual([row.Name, row.BodyLength], ["offer.txt", 18]);
    const body = await org.request(row.Body);
    assert.equal(body, "offer, with prices");
  });

  await tally.check("keeps a file of the newer kind beside an Event", async () => {
    const event = await org.sobject("Event").create({ Subject: "with newer file", ...TIMES });
    const fields = { Title: "offer", PathOnClient: "offer.txt", VersionData: bytes, FirstPublishLocationId: event.id };
    const version = await org.sobject("ContentVersion").create(fields);
    const { ContentDocumentId } = await org.sobject("ContentVersion").retrieve(version.id);
    assert.match(ContentDocumentId, /^069/);
    const { records } = await org.query(`SELECT ContentDocumentId, ShareType FROM ContentDocumentLink WHERE LinkedEntityId = '${event.id}'`);
    assert.deepEqual(records.map((row) => row.ContentDocumentId), [ContentDocumentId]);
  });
}
