// Writing with jsforce: one record, by external id, many in a request, several requests in one.

import assert from "node:assert/strict";

const KEY = "Calbridge_Sync_Key__c";
const MORNING = { StartDateTime: "2026-03-02T09:00:00.000Z", EndDateTime: "2026-03-02T10:00:00.000Z" };

async function one(org, statement) {
  const { records } = await org.query(statement);
  assert.equal(records.length, 1, statement);
  return records[0].Id;
}

export async function writing(tally, org) {
  const events = org.sobject("Event");
  let contact;
  let made;

  await tally.check("creates an Event and reads what is derived", async () => {
    contact = await one(org, "SELECT Id FROM Contact WHERE Email = 'dana@acme.example'");
    const answer = await events.create({ Subject: "jsforce", ...MORNING, WhoId: contact });
    assert.deepEqual([answer.success, answer.errors], [true, []]);
    assert.match(answer.id, /^00U\w{15}$/);
    made = answer.id;
    const event = await events.retrieve(made);
    assert.equal(event.DurationInMinutes, 60);
    assert.equal(event.ActivityDate, "2026-03-02");
    assert.equal(event.StartDateTime, "2026-03-02T09:00:00.000+0000");
    assert.equal(event.ActivityDateTime, "2026-03-02T09:00:00.000+0000");
    assert.match(event.AccountId, /^001/);
    assert.equal(event.Location, null);
    assert.deepEqual(event.attributes, { type: "Event", url: `/services/data/v67.0/sobjects/Event/${made}` });
  });

  await tally.check("creates an all-day Event whose end is its last day", async () => {
    const { id } = await events.create({
      IsAllDayEvent: true,
      StartDateTime: "2023-04-28T00:00:00Z",
      EndDateTime: "2023-04-30T00:00:00Z",
    });
    const event = await events.retrieve(id);
    assert.deepEqual([event.DurationInMinutes, event.ActivityDateTime], [4320, null]);
    assert.equal(event.EndDateTime, "2023-04-30T00:00:00.000+0000");
    await events.destroy(id);
  });

  await tally.check("reads by an id of 15 characters", async () => {
    const event = await org.request(`/sobjects/Event/${made.slice(0, 15)}?fields=Subject,StartDateTime`);
    assert.deepEqual([event.Id, event.Subject, event.Location], [made, "jsforce", undefined]);
  });

  await tally.check("updates it, whatever the case of the names", async () => {
    const answer = await events.update({ Id: made, location: "Room Elbe" });
    assert.equal(answer.success, true);
    assert.equal((await events.retrieve(made)).Location, "Room Elbe");
  });

  await tally.check("upserts by the sync key: first creates, then updates", async () => {
    const times = { StartDateTime: "2026-03-03T09:00:00Z", EndDateTime: "2026-03-03T09:30:00Z" };
    const first = await events.upsert({ [KEY]: "one a+b", Subject: "one", ...times }, KEY);
    assert.deepEqual([first.success, first.created], [true, true]);
    const second = await events.upsert({ [KEY]: "one a+b", Subject: "two" }, KEY);
    assert.equal(second.success, true);
    const { records } = await org.query(`SELECT Id, Subject FROM Event WHERE ${KEY} = 'one a+b'`);
    assert.deepEqual(records.map((record) => record.Subject), ["two"]);
  });

  await tally.check("reads by a key with a slash in it", async () => {
    await events.update({ Id: made, [KEY]: "with/slash" });
    const found = await org.request(`/sobjects/Event/${KEY}/${encodeURIComponent("with/slash")}`);
    assert.equal(found.Id, made);
  });

  await tally.check("hears of several records with one key", async () => {
    const times = { StartDateTime: "2026-03-04T09:00:00Z", DurationInMinutes: 15 };
    const twins = await events.create([1, 2].map(() => ({ [KEY]: "twins", ...times })));
    const upsert = events.upsert({ [KEY]: "twins", Subject: "which" }, KEY);
    await assert.rejects(upsert, (error) => {
      assert.equal(error.errorCode, "MULTIPLE_CHOICES");
      assert.deepEqual(
        error.data.toSorted(),
        twins.map((twin) => `/services/data/v67.0/sobjects/Event/${twin.id}`).toSorted(),
      );
      return true;
    });
  });

  await tally.check("creates, updates, retrieves and deletes many in one request", async () => {
    const rows = [1, 2, 3].map((day) => ({ Subject: "many", StartDateTime: `2026-04-0${day}T09:00:00Z`, DurationInMinutes: 15 }));
    const created = await events.create(rows);
    assert.ok(created.every((row) => row.success && row.errors.length === 0));
    const ids = created.map((row) => row.id);
    const updated = await events.update(ids.map((Id) => ({ Id, Location: "many" })));
    assert.deepEqual(updated.map((row) => row.id), ids);
    const found = await events.retrieve(ids);
    assert.deepEqual(found.map((row) => row.Location), ["many", "many", "many"]);
    const gone = await events.destroy(ids);
    assert.ok(gone.every((row) => row.success));
  });

  await tally.check("upserts many in one request", async () => {
    const times = { StartDateTime: "2026-04-05T09:00:00Z", DurationInMinutes: 15 };
    const rows = ["one a+b", "another"].map((key) => ({ [KEY]: key, ...times }));
    const answers = await events.upsert(rows, KEY);
    assert.deepEqual(answers.map((answer) => [answer.success, answer.created]), [[true, false], [true, true]]);
  });

  await tally.check("hears for each of many what is wrong with it", async () => {
    const good = { Subject: "good", StartDateTime: "2026-04-06T09:00:00Z", DurationInMinutes: 15 };
    const answers = await events.create([good, { DurationInMinutes: 15 }]);
    assert.deepEqual(answers.map((answer) => answer.success), [true, false]);
    const [error] = answers[1].errors;
    assert.deepEqual([error.statusCode, error.fields], ["REQUIRED_FIELD_MISSING", ["ActivityDateTime"]]);
    assert.equal(error.errorCode, undefined, "entries of collections name their code statusCode");
  });

  await tally.check("writes all of many or none", async () => {
    const good = { Subject: "never kept", StartDateTime: "2026-04-06T09:00:00Z", DurationInMinutes: 15 };
    const answers = await events.create([good, { DurationInMinutes: 15 }], { allOrNone: true });
    const codes = answers.map((answer) => answer.errors[0].statusCode);
    assert.deepEqual(codes, ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"]);
    const kept = await org.query("SELECT COUNT() FROM Event WHERE Subject = 'never kept'");
    assert.equal(kept.totalSize, 0);
  });

  await tally.check("deletes and then finds it gone", async () => {
    const { id } = await events.create({ Subject: "soon gone", ...MORNING });
    await events.destroy(id);
    await assert.rejects(events.retrieve(id), (error) => error.errorCode === "ENTITY_IS_DELETED");
    const { records } = await org.query(`SELECT Id, IsDeleted FROM Event WHERE Id = '${id}'`, { scanAll: true });
    assert.deepEqual(records.map((record) => record.IsDeleted), [true]);
  });

  await composite(tally, org, () => contact);
}

async function composite(tally, org, contact) {
  const part = (method, referenceId, path, body) => ({ method, referenceId, url: `/services/data/v67.0${path}`, body });
  const times = { StartDateTime: "2026-05-05T09:00:00Z", DurationInMinutes: 15 };

  await tally.check("sends several requests in one, the later referring to the earlier", async () => {
    const { compositeResponse } = await org.requestPost("/composite", {
      allOrNone: true,
      compositeRequest: [
        part("POST", "made", "/sobjects/Event", { Subject: "composed", ...times, WhoId: contact() }),
        part("PATCH", "changed", "/sobjects/Event/@{made.id}", { Location: "composed" }),
        part("GET", "read", "/sobjects/Event/@{made.id}?fields=Location,WhoId"),
      ],
    });
    assert.deepEqual(compositeResponse.map((answer) => answer.httpStatusCode), [201, 204, 200]);
    assert.deepEqual(compositeResponse.map((answer) => answer.referenceId), ["made", "changed", "read"]);
    assert.equal(compositeResponse[1].body, null);
    assert.equal(compositeResponse[2].body.Location, "composed");
    assert.equal(compositeResponse[0].httpHeaders.Location, `/services/data/v67.0/sobjects/Event/${compositeResponse[0].body.id}`);
  });

  await tally.check("finds nothing written when one of all-or-none fails", async () => {
    const { compositeResponse } = await org.requestPost("/composite", {
      allOrNone: true,
      compositeRequest: [
        part("POST", "good", "/sobjects/Event", { Subject: "halted", ...times }),
        part("POST", "bad", "/sobjects/Event", { DurationInMinutes: 15 }),
      ],
    });
    const codes = compositeResponse.map((answer) => answer.body[0].errorCode);
    assert.deepEqual(codes, ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING"]);
    assert.deepEqual(compositeResponse.map((answer) => answer.httpStatusCode), [400, 400]);
    const kept = await org.query("SELECT COUNT() FROM Event WHERE Subject = 'halted'");
    assert.equal(kept.totalSize, 0);
  });

  await tally.check("sends a graph of requests", async () => {
    const { graphs } = await org.requestPost("/composite/graph", {
      graphs: [
        {
          graphId: "good",
          compositeRequest: [
            part("POST", "made", "/sobjects/Event", { Subject: "graph", ...times }),
            part("PATCH", "changed", "/sobjects/Event/@{made.id}", { Location: "graph" }),
          ],
        },
        { graphId: "bad", compositeRequest: [part("POST", "bad", "/sobjects/Event", { DurationInMinutes: 15 })] },
      ],
    });
    assert.deepEqual(graphs.map((graph) => [graph.graphId, graph.isSuccessful]), [["good", true], ["bad", false]]);
    const statuses = graphs[0].graphResponse.compositeResponse.map((answer) => answer.httpStatusCode);
    assert.deepEqual(statuses, [201, 204]);
  });

  await tally.check("sends a batch of independent requests", async () => {
    const { hasErrors, results } = await org.requestPost("/composite/batch", {
      batchRequests: [
        { method: "GET", url: "v67.0/limits" },
        { method: "GET", url: "v67.0/sobjects/Nonsense" },
      ],
    });
    assert.equal(hasErrors, true);
    assert.deepEqual(results.map((result) => result.statusCode), [200, 404]);
    assert.equal(results[1].result[0].errorCode, "NOT_FOUND");
  });
}
