// Events of one mailbox: their life, series, meetings between colleagues, categories, properties.

import assert from "node:assert/strict";
import { MARA, requestToken, utc } from "./client.mjs";

const POINTER = "String {00020329-0000-0000-c000-000000000046} Name Foreign";
const IMMUTABLE = ['IdType="ImmutableId"', 'outlook.timezone="UTC"', 'outlook.body-content-type="text"'].join(", ");

/** Members that every event has. */
const ALWAYS = ["id", "changeKey", "iCalUId", "subject", "start", "end", "type", "isAllDay", "categories", "organizer", "webLink"];

function meeting(more = {}) {
  return {
    subject: "Foreign",
    start: utc("2027-03-02T09:00:00"),
    end: utc("2027-03-02T10:00:00"),
    body: { contentType: "html", content: "<p>Agenda &amp; notes</p>" },
    ...more,
  };
}

export async function events(tally, graph) {
  await signingIn(tally);
  await life(tally, graph);
  await series(tally, graph);
  await colleagues(tally, graph);
  await marks(tally, graph);
}

async function signingIn(tally) {
  await tally.check("receives a token for client credentials", async () => {
    const { status, body } = await requestToken();
    assert.deepEqual([status, body.token_type], [200, "Bearer"]);
    assert.ok(body.expires_in > 3000 && body.access_token.length > 20);
  });

  await tally.check("hears which credentials are wrong", async () => {
    const refused = async (form, status, error, code) => {
      const answer = await requestToken(form);
      assert.deepEqual([answer.status, answer.body.error], [status, error]);
      assert.match(answer.body.error_description, code);
    };
    await refused({ client_secret: "wrong" }, 401, "invalid_client", /^AADSTS7000215/);
    await refused({ client_id: "somebody" }, 400, "unauthorized_client", /^AADSTS700016/);
    await refused({ scope: "Calendars.ReadWrite" }, 400, "invalid_scope", /^AADSTS1002012/);
    await refused({ grant_type: "guesswork" }, 400, "unsupported_grant_type", /^AADSTS70003/);
  });
}

async function life(tally, graph) {
  let made;

  await tally.check("creates an event", async () => {
    made = await graph.api(`${MARA}/events`).post(meeting());
    for (const name of ALWAYS) assert.ok(name in made, name);
    assert.deepEqual([made.type, made.isDraft, made.isAllDay], ["singleInstance", false, false]);
    assert.equal(made["@odata.etag"], `W/"${made.changeKey}"`);
    assert.match(made.start.dateTime, /^2027-03-02T09:00:00(\.0+)?$/);
    assert.equal(made.start.timeZone, "UTC");
  });

  await tally.check("reads it in another zone and as text", async () => {
    const prefer = 'outlook.timezone="W. Europe Standard Time", outlook.body-content-type="text"';
    const event = await graph.api(`${MARA}/events/${made.id}`).header("Prefer", prefer).get();
    assert.match(event.start.dateTime, /^2027-03-02T10:00:00/);
    assert.equal(event.start.timeZone, "W. Europe Standard Time");
    assert.equal(event.body.contentType, "text");
    assert.match(event.body.content, /Agenda & notes/);
  });

  await tally.check("reads selected members only", async () => {
    const event = await graph.api(`${MARA}/events/${made.id}`).select(["subject", "start"]).get();
    assert.deepEqual(Object.keys(event).filter((name) => !name.startsWith("@")).sort(), ["id", "start", "subject"]);
  });

  await tally.check("changes one member and gets another change key", async () => {
    const event = await graph.api(`${MARA}/events/${made.id}`).header("If-Match", made["@odata.etag"]).patch({ subject: "Changed" });
    assert.deepEqual([event.id, event.subject, event.body.content.includes("Agenda")], [made.id, "Changed", true]);
    assert.notEqual(event.changeKey, made.changeKey);
  });

  await tally.check("creates once for one transaction id", async () => {
    const body = meeting({ transactionId: "5b8a62b1-5a5e-4f6c-9a3e-0d1f2c3b4a59" });
    const first = await graph.api(`${MARA}/events`).post(body);
    const second = await graph.api(`${MARA}/events`).post(body);
    assert.deepEqual([second.id, second.transactionId], [first.id, body.transactionId]);
  });

  await tally.check("creates an all-day event from midnight to midnight", async () => {
    const days = { isAllDay: true, start: utc("2027-03-04T00:00:00"), end: utc("2027-03-06T00:00:00") };
    const event = await graph.api(`${MARA}/events`).post(meeting(days));
    assert.equal(event.isAllDay, true);
    assert.match(event.end.dateTime, /^2027-03-06T00:00:00/);
  });

  await tally.check("translates ids and reads by the immutable one", async () => {
    const translated = await graph.api(`${MARA}/translateExchangeIds`).post({
      inputIds: [made.id],
      sourceIdType: "restId",
      targetIdType: "restImmutableEntryId",
    });
    const [{ sourceId, targetId }] = translated.value;
    assert.equal(sourceId, made.id);
    assert.notEqual(targetId, made.id);
    const event = await graph.api(`${MARA}/events/${targetId}`).header("Prefer", IMMUTABLE).get();
    assert.equal(event.id, targetId);
  });

  await tally.check("deletes it", async () => {
    await graph.api(`${MARA}/events/${made.id}`).delete();
    await assert.rejects(graph.api(`${MARA}/events/${made.id}`).get(), (error) => error.statusCode === 404);
  });

  await tally.check("keeps an open extension on an event", async () => {
    const event = await graph.api(`${MARA}/events`).post(meeting());
    const made = await graph.api(`${MARA}/events/${event.id}/extensions`).post({
      "@odata.type": "microsoft.graph.openTypeExtension",
      extensionName: "example.foreign",
      note: "kept",
    });
    assert.equal(made.note, "kept");
    const read = await graph.api(`${MARA}/events/${event.id}`).expand("extensions").get();
    assert.equal(read.extensions[0].extensionName, "example.foreign");
  });
}

async function series(tally, graph) {
  let master;

  await tally.check("creates a series", async () => {
    master = await graph.api(`${MARA}/events`).post(
      meeting({
        recurrence: {
          pattern: { type: "weekly", interval: 1, daysOfWeek: ["tuesday"], firstDayOfWeek: "monday" },
          range: { type: "numbered", startDate: "2027-03-02", numberOfOccurrences: 5, recurrenceTimeZone: "UTC" },
        },
      }),
    );
    assert.deepEqual([master.type, master.recurrence.range.numberOfOccurrences], ["seriesMaster", 5]);
  });

  const instances = async () => {
    const window = { startDateTime: "2027-01-01T00:00:00Z", endDateTime: "2027-12-31T00:00:00Z" };
    return (await graph.api(`${MARA}/events/${master.id}/instances`).query(window).top(50).get()).value;
  };

  await tally.check("lists its occurrences", async () => {
    const found = await instances();
    assert.deepEqual(found.map((event) => event.start.dateTime.slice(0, 10)), ["2027-03-02", "2027-03-09", "2027-03-16", "2027-03-23", "2027-03-30"]);
    assert.ok(found.every((event) => event.type === "occurrence" && event.seriesMasterId === master.id));
    assert.ok(found.every((event) => event.originalStart), "occurrences say their original start");
  });

  await tally.check("makes an exception and cancels a date", async () => {
    const [, second, third] = await instances();
    const exception = await graph.api(`${MARA}/events/${second.id}`).patch({ subject: "Moved", start: utc("2027-03-10T09:00:00"), end: utc("2027-03-10T10:00:00") });
    assert.deepEqual([exception.type, exception.seriesMasterId], ["exception", master.id]);
    await graph.api(`${MARA}/events/${third.id}`).delete();
    assert.deepEqual((await instances()).map((event) => event.type), ["occurrence", "exception", "occurrence", "occurrence"]);
    const read = await graph.api(`${MARA}/events/${master.id}`).select(["subject", "cancelledOccurrences"]).expand("exceptionOccurrences").get();
    assert.equal(read.cancelledOccurrences.length, 1);
    assert.equal(read.exceptionOccurrences[0].subject, "Moved");
  });

  await tally.check("cannot move a date over its neighbour", async () => {
    const [first] = await instances();
    const moved = graph.api(`${MARA}/events/${first.id}`).patch({ start: utc("2027-03-24T09:00:00"), end: utc("2027-03-24T10:00:00") });
    await assert.rejects(moved, (error) => {
      assert.deepEqual([error.statusCode, error.code], [400, "ErrorOccurrenceCrossingBoundary"]);
      return true;
    });
  });
}

async function colleagues(tally, graph) {
  const INES = "/users/ines@brightwater.example";

  await tally.check("invites a colleague, who accepts", async () => {
    const ines = [{ type: "required", emailAddress: { name: "Ines Roth", address: "ines@brightwater.example" } }];
    const made = await graph.api(`${MARA}/events`).post(meeting({ subject: "Invited", attendees: ines }));
    const window = { startDateTime: "2027-03-02T00:00:00Z", endDateTime: "2027-03-03T00:00:00Z" };
    const view = await graph.api(`${INES}/calendarView`).query(window).get();
    const copy = view.value.find((event) => event.subject === "Invited");
    assert.notEqual(copy.id, made.id);
    assert.deepEqual([copy.iCalUId, copy.isOrganizer, copy.responseStatus.response], [made.iCalUId, false, "notResponded"]);
    await graph.api(`${INES}/events/${copy.id}/accept`).post({ comment: "gladly", sendResponse: true });
    const read = await graph.api(`${MARA}/events/${made.id}`).get();
    assert.equal(read.attendees[0].status.response, "accepted");
    await graph.api(`${MARA}/events/${made.id}/cancel`).post({ comment: "another time" });
    await assert.rejects(graph.api(`${MARA}/events/${made.id}`).get(), (error) => error.statusCode === 404);
    const cancelled = await graph.api(`${INES}/events/${copy.id}`).get();
    assert.equal(cancelled.isCancelled, true);
  });
}

async function marks(tally, graph) {
  await tally.check("marks by category and finds by it", async () => {
    const event = await graph.api(`${MARA}/events`).post(meeting({ subject: "Marked" }));
    await graph.api(`${MARA}/events/${event.id}`).patch({ categories: ["Foreign mark"] });
    const found = await graph.api(`${MARA}/events`).filter("categories/any(name:name eq 'Foreign mark')").get();
    assert.deepEqual(found.value.map((row) => row.id), [event.id]);
  });

  await tally.check("writes a property, finds by it and reads it only when asked", async () => {
    const property = { id: POINTER, value: "00U5g00000AbCdEFGH" };
    const event = await graph.api(`${MARA}/events`).post(meeting({ singleValueExtendedProperties: [property] }));
    const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${POINTER}' and ep/value eq '00u5G00000aBcDefgh')`;
    const found = await graph.api(`${MARA}/events`).filter(filter).get();
    assert.deepEqual(found.value.map((row) => row.id), [event.id], "values are compared without case");
    assert.equal(found.value[0].singleValueExtendedProperties, undefined);
    const expand = `singleValueExtendedProperties($filter=id eq '${POINTER}')`;
    const read = await graph.api(`${MARA}/events/${event.id}`).expand(expand).get();
    assert.deepEqual(read.singleValueExtendedProperties, [property]);
  });

  await tally.check("adds, colours and removes a category of the master list", async () => {
    const list = `${MARA}/outlook/masterCategories`;
    const made = await graph.api(list).post({ displayName: "Foreign", color: "preset7" });
    assert.deepEqual([made.displayName, made.color], ["Foreign", "preset7"]);
    const changed = await graph.api(`${list}/${made.id}`).patch({ color: "preset0" });
    assert.deepEqual([changed.displayName, changed.color], ["Foreign", "preset0"]);
    await graph.api(`${list}/${made.id}`).delete();
    const names = (await graph.api(list).get()).value.map((category) => category.displayName);
    assert.ok(names.includes("Salesforce") && !names.includes("Foreign"));
  });

  await tally.check("reads the settings of a mailbox", async () => {
    const settings = await graph.api(`${MARA}/mailboxSettings`).get();
    assert.equal(settings.timeZone, "W. Europe Standard Time");
    assert.ok(settings.workingHours.daysOfWeek.includes("monday"));
  });
}
