// Refusals as Microsoft's client tells them: GraphError with status, code and request id, and what it retries by itself.

import assert from "node:assert/strict";
import graphClient from "@microsoft/microsoft-graph-client";
import { control, freshWorld } from "../stage.mjs";
import { MARA, ONCE, client, clientOf, clientWith, utc, window } from "./client.mjs";

const event = (more = {}) => ({ subject: "Refused", start: utc("2027-08-02T09:00:00"), end: utc("2027-08-02T10:00:00"), ...more });
const person = (name) => ({ user: name, name, address: `${name}@brightwater.example`, zone: "UTC", categories: {} });

/** Checks that a call is refused with this status and, where documented, this code. */
async function refused(call, status, code) {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof graphClient.GraphError, String(error));
    assert.equal(error.statusCode, status, error.message);
    if (code) assert.equal(error.code, code);
    assert.ok(error.message.length > 0);
    assert.match(error.requestId, /^[0-9a-f-]{36}$/);
    assert.ok(!Number.isNaN(error.date.getTime()));
    return true;
  });
}

export async function refusals(tally, graph) {
  await badRequests(tally, graph);
  await access(tally, graph);
  await conflicts(tally, graph);
  await throttling(tally, graph);
}

async function badRequests(tally, graph) {
  await tally.check("hears of a malformed id", () => refused(graph.api(`${MARA}/events/nonsense`).get(), 400, "ErrorInvalidIdMalformed"));
  await tally.check("hears of a body that is no JSON", async () => {
    const call = graph.api(`${MARA}/events`).header("content-type", "application/json").post("{");
    await refused(call, 400);
  });
  await tally.check("hears of an event without times", () => refused(graph.api(`${MARA}/events`).post({ subject: "x" }), 400));
  await tally.check("hears of an end before the start", () => {
    return refused(graph.api(`${MARA}/events`).post(event({ end: utc("2027-08-01T09:00:00") })), 400);
  });
  await tally.check("hears of an all-day event that does not begin at midnight", () => {
    return refused(graph.api(`${MARA}/events`).post(event({ isAllDay: true })), 400);
  });
  await tally.check("hears of a zone that is none", () => {
    const start = { dateTime: "2027-08-02T09:00:00", timeZone: "Atlantis Standard Time" };
    return refused(graph.api(`${MARA}/events`).post(event({ start })), 400);
  });
  await tally.check("hears of more than 500 attendees", () => {
    const attendees = Array.from({ length: 501 }, (_, at) => ({ type: "required", emailAddress: { address: `p${at}@crowd.example` } }));
    return refused(graph.api(`${MARA}/events`).post(event({ attendees })), 400);
  });
  await tally.check("hears of a view without a window", () => refused(graph.api(`${MARA}/calendarView`).get(), 400));
  await tally.check("hears of a filter that does not parse", () => refused(graph.api(`${MARA}/events`).filter("subject is 'x'").get(), 400));
  await tally.check("hears of a pattern with members of another", () => {
    const pattern = { type: "daily", interval: 1, dayOfMonth: 3 };
    const range = { type: "noEnd", startDate: "2027-08-02" };
    return refused(graph.api(`${MARA}/events`).post(event({ recurrence: { pattern, range } })), 400);
  });
  await tally.check("hears that /me has no meaning for an application", () => refused(graph.api("/me/events").get(), 400));
}

async function access(tally, graph) {
  await tally.check("hears of a token that is none", () => {
    return refused(clientWith(async () => "nonsense").api(`${MARA}/events`).get(), 401, "InvalidAuthenticationToken");
  });
  await tally.check("hears that its token ended", async () => {
    await graph.api(`${MARA}/mailboxSettings`).get();
    await control("POST", "/sessions/expire");
    await refused(graph.api(`${MARA}/events`).get(), 401, "InvalidAuthenticationToken");
  });
  await tally.check("hears of users, items and addresses that are not there", async () => {
    const graph = client();
    await refused(graph.api("/users/nobody@brightwater.example/events").get(), 404);
    const made = await graph.api(`${MARA}/events`).post(event());
    await graph.api(`${MARA}/events/${made.id}`).delete();
    await refused(graph.api(`${MARA}/events/${made.id}`).get(), 404, "ErrorItemNotFound");
    await refused(graph.api(`${MARA}/events/${made.id}`).patch({ subject: "x" }), 404, "ErrorItemNotFound");
    await refused(graph.api(`${MARA}/nonsense`).get(), 404);
  });
  await tally.check("hears that mailboxes and groups are closed to it", async () => {
    const group = { ...person("sales"), members: ["mara@brightwater.example"] };
    const people = [person("mara"), { ...person("theo"), openToGraph: false }, group];
    await freshWorld({ mailboxes: { people, items: [] } });
    await refused(client().api("/users/theo@brightwater.example/events").get(), 403, "ErrorAccessDenied");
    await refused(client().api("/groups/sales@brightwater.example/events").get(), 403, "ErrorAccessDenied");
    const own = await clientOf("mara").api("/groups/sales@brightwater.example/events").get();
    assert.deepEqual(own.value, []);
    await refused(clientOf("mara").api("/users/theo@brightwater.example/events").get(), 403, "ErrorAccessDenied");
    await freshWorld();
  });
}

async function conflicts(tally) {
  const graph = client();
  await tally.check("hears that a category exists", () => {
    return refused(graph.api(`${MARA}/outlook/masterCategories`).post({ displayName: "Salesforce", color: "preset1" }), 409);
  });
  await tally.check("hears that an item changed meanwhile", async () => {
    const made = await graph.api(`${MARA}/events`).post(event());
    await graph.api(`${MARA}/events/${made.id}`).patch({ subject: "Other" });
    const late = graph.api(`${MARA}/events/${made.id}`).header("If-Match", made["@odata.etag"]);
    await refused(late.patch({ subject: "Late" }), 412, "ErrorIrresolvableConflict");
  });
}

async function throttling(tally) {
  const graph = client();
  const settings = () => graph.api(`${MARA}/mailboxSettings`);
  const fault = (kind, count = 1) => control("POST", "/faults", { site: "graph", path: "/mailboxSettings", count, kind });

  await tally.check("waits as long as Retry-After says, and asks again", async () => {
    await graph.api(`${MARA}/calendars`).get();
    await fault({ throttled_seconds: 1 });
    const began = performance.now();
    assert.ok((await settings().get()).timeZone);
    assert.ok(performance.now() - began >= 1000, "one second is waited");
  });

  await tally.check("hears of too many requests in ten minutes", async () => {
    await control("PATCH", "/graph/switches", { request_limit: 1 });
    await graph.api(`${MARA}/calendars`).middlewareOptions(ONCE).get().catch(() => undefined);
    await assert.rejects(settings().middlewareOptions(ONCE).get(), (error) => {
      assert.deepEqual([error.statusCode, error.code], [429, "ApplicationThrottled"]);
      assert.ok(Number(error.headers.get("retry-after")) >= 1);
      return true;
    });
    await control("DELETE", "/graph/switches");
  });

  for (const [unavailable, status] of [[false, 429], [true, 503]]) {
    await tally.check(`hears of more than four requests at a time, as ${status}`, async () => {
      await control("PATCH", "/graph/switches", { concurrency_limit: 4, concurrency_unavailable: unavailable, latency_ms: 400 });
      const calls = Array.from({ length: 8 }, () => settings().middlewareOptions(ONCE).get());
      const ended = await Promise.allSettled(calls);
      await control("DELETE", "/graph/switches");
      const errors = ended.filter((end) => end.status === "rejected").map((end) => end.reason);
      assert.ok(errors.length > 0 && errors.length <= 4, `${errors.length} of 8 were refused`);
      assert.ok(errors.every((error) => error.statusCode === status && error.code === "ApplicationThrottled"));
      assert.match(errors[0].message, /MailboxConcurrency/);
    });
  }

  await tally.check("hears that a service is away", async () => {
    await fault({ status: 504, body: { error: { code: "UnknownError", message: "The operation has timed out." } } });
    await assert.rejects(settings().middlewareOptions(ONCE).get(), (error) => error.statusCode === 504 && error.code === "UnknownError");
    assert.ok((await graph.api(`${MARA}/calendarView`).query(window(0, 1)).get()).value);
  });
}
