// Several requests in one with BatchRequestContent.

import assert from "node:assert/strict";
import graphClient from "@microsoft/microsoft-graph-client";
import { required } from "../stage.mjs";
import { MARA, utc } from "./client.mjs";

const { BatchRequestContent, BatchResponseContent } = graphClient;

/** A request as the client wants it; of its address only the path is sent. */
function request(method, path, body) {
  return new Request(required("GRAPH_URL") + path, {
    method,
    headers: { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
}

async function answers(graph, steps) {
  const content = await new BatchRequestContent(steps).getContent();
  return new BatchResponseContent(await graph.api("/$batch").post(content));
}

export async function batches(tally, graph) {
  const event = { subject: "Batched", start: utc("2027-05-03T09:00:00"), end: utc("2027-05-03T09:30:00") };

  await tally.check("sends independent requests, each judged for itself", async () => {
    const batch = await answers(graph, [
      { id: "settings", request: request("GET", `${MARA}/mailboxSettings`) },
      { id: "made", request: request("POST", `${MARA}/events`, event) },
      { id: "missing", request: request("GET", "/users/nobody@brightwater.example/events") },
    ]);
    const statuses = ["settings", "made", "missing"].map((id) => batch.getResponseById(id).status);
    assert.deepEqual(statuses, [200, 201, 404]);
    assert.equal((await batch.getResponseById("made").json()).subject, "Batched");
    assert.equal((await batch.getResponseById("missing").json()).error.code, "ErrorInvalidUser");
  });

  await tally.check("marks many in an order", async () => {
    const made = await graph.api(`${MARA}/events`).post(event);
    const mark = (id, categories, dependsOn) => ({ id, dependsOn, request: request("PATCH", `${MARA}/events/${made.id}`, { categories }) });
    const batch = await answers(graph, [mark("1", ["One"]), mark("2", ["Two"], ["1"]), mark("3", ["Three"], ["2"])]);
    assert.deepEqual(["1", "2", "3"].map((id) => batch.getResponseById(id).status), [200, 200, 200]);
    assert.deepEqual((await graph.api(`${MARA}/events/${made.id}`).get()).categories, ["Three"]);
  });

  await tally.check("hears that what failed takes along what depends on it", async () => {
    const batch = await answers(graph, [
      { id: "1", request: request("GET", `${MARA}/events/nonsense`) },
      { id: "2", dependsOn: ["1"], request: request("POST", `${MARA}/events`, event) },
    ]);
    assert.deepEqual([batch.getResponseById("1").status, batch.getResponseById("2").status], [400, 424]);
  });

  await tally.check("cannot send more than twenty requests in one", async () => {
    const requests = Array.from({ length: 21 }, (_, at) => ({ id: String(at), method: "GET", url: `${MARA}/mailboxSettings` }));
    await assert.rejects(graph.api("/$batch").post({ requests }), (error) => error.statusCode === 400);
  });
}
