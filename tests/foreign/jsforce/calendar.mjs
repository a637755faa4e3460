// What is special about Events, written and read with jsforce: series and their dates.

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

export async function calendar(tally, org) {
  await series(tally, org);
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
