// Views of a calendar: pages, change tracking by delta links, other calendars.

import assert from "node:assert/strict";
import graphClient from "@microsoft/microsoft-graph-client";
import { control } from "../stage.mjs";
import { MARA, utc, window } from "./client.mjs";

const { PageIterator } = graphClient;
const SMALL = { headers: { Prefer: "odata.maxpagesize=5" } };

/** Every row of a collection by its pages, and the delta link at their end. */
async function whole(graph, first, options) {
  const rows = [];
  const iterator = new PageIterator(graph, first, (row) => rows.push(row) > 0, options);
  await iterator.iterate();
  assert.ok(iterator.isComplete());
  return { rows, deltaLink: iterator.getDeltaLink() };
}

export async function views(tally, graph) {
  await tally.check("pages through a view", async () => {
    const view = () => graph.api(`${MARA}/calendarView`).query(window(-10, 40));
    const large = await view().top(500).get();
    assert.equal(large["@odata.nextLink"], undefined);
    const first = await view().top(5).get();
    assert.equal(first.value.length, 5);
    assert.match(first["@odata.nextLink"], /\$skip=5|%24skip=5/);
    const { rows } = await whole(graph, first);
    assert.deepEqual(rows.map((row) => row.id), large.value.map((row) => row.id));
    assert.ok(large.value.every((row) => row.type !== "seriesMaster"), "a view shows occurrences, not masters");
  });

  await tally.check("lists events with their masters", async () => {
    const { rows } = await whole(graph, await graph.api(`${MARA}/events`).top(10).get());
    assert.ok(rows.some((row) => row.type === "seriesMaster"));
    assert.ok(rows.every((row) => row.type !== "occurrence"));
  });

  await rounds(tally, graph);

  await tally.check("reads the calendars and a view of one", async () => {
    const { value } = await graph.api(`${MARA}/calendars`).get();
    const own = value.find((calendar) => calendar.isDefaultCalendar);
    const view = await graph.api(`${MARA}/calendars/${own.id}/calendarView`).query(window(-1, 3)).get();
    assert.ok(view.value.length > 0);
  });
}

async function rounds(tally, graph) {
  const round = async (link) => {
    const request = link ? graph.api(link) : graph.api(`${MARA}/calendarView/delta`).query(window(-10, 40));
    return whole(graph, await request.header("Prefer", SMALL.headers.Prefer).get(), SMALL);
  };
  let known;
  let kept;

  await tally.check("runs a first round of change tracking", async () => {
    known = await round();
    assert.match(known.deltaLink, /\$deltatoken=|%24deltatoken=/);
    const bare = known.rows.filter((row) => row.type === "occurrence");
    assert.ok(bare.length > 0 && bare.every((row) => row.subject === undefined && row.start && row.seriesMasterId));
  });

  await tally.check("hears of nothing when nothing changed", async () => {
    const again = await round(known.deltaLink);
    assert.deepEqual(again.rows, []);
    known = again;
  });

  await tally.check("hears of what was created and changed", async () => {
    const { startDateTime } = window(1, 1);
    const start = utc(`${startDateTime.slice(0, 11)}06:00:00`);
    const end = utc(`${startDateTime.slice(0, 11)}06:30:00`);
    kept = await graph.api(`${MARA}/events`).post({ subject: "Followed", start, end });
    const next = await round(known.deltaLink);
    assert.deepEqual(next.rows.map((row) => [row.id, row.subject]), [[kept.id, "Followed"]]);
    known = next;
  });

  await tally.check("hears of what moved out of the window as of what is gone", async () => {
    await graph.api(`${MARA}/events/${kept.id}`).patch({ start: utc("2035-01-01T09:00:00"), end: utc("2035-01-01T10:00:00") });
    const next = await round(known.deltaLink);
    assert.deepEqual(next.rows.map((row) => [row.id, row["@removed"]]), [[kept.id, { reason: "deleted" }]]);
    assert.equal((await graph.api(`${MARA}/events/${kept.id}`).get()).subject, "Followed");
    known = next;
  });

  for (const [loss, status, code] of [
    ["gone", 410, "syncStateNotFound"],
    ["resync", 410, "resyncRequired"],
    ["bad_state", 400, "syncStateNotFound"],
    ["bad_token", 400, "InvalidDeltaToken"],
  ]) {
    await tally.check(`hears that a delta token is lost: ${status} ${code}`, async () => {
      await control("PATCH", "/graph/switches", { token_generation: 1, token_loss: loss });
      await assert.rejects(round(known.deltaLink), (error) => {
        assert.deepEqual([error.statusCode, error.code], [status, code]);
        return true;
      });
      await control("DELETE", "/graph/switches");
    });
  }
}
