// Change notifications: subscribing with a handshake, notices, renewal, lifecycle, refusals.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { control, required } from "../stage.mjs";
import { MARA, utc } from "./client.mjs";

/** A subscriber that repeats tokens, as Graph asks, and keeps what it is told. */
class Subscriber {
  #server = createServer({ cert: readFileSync(required("TLS_CERT")), key: readFileSync(required("TLS_KEY")) });
  #told = [];
  #waiting = [];
  repeats = true;

  async listen() {
    this.#server.on("request", (request, answer) => this.#hear(request, answer));
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `https://localhost:${this.#server.address().port}`;
  }

  async #hear(request, answer) {
    const url = new URL(request.url, "https://localhost");
    const token = url.searchParams.get("validationToken");
    if (token !== null) {
      answer.writeHead(200, { "content-type": "text/plain" }).end(this.repeats ? token : "something else");
      return;
    }
    let text = "";
    for await (const part of request) text += part;
    answer.writeHead(202).end();
    for (const row of JSON.parse(text).value) this.#take({ ...row, path: url.pathname });
  }

  #take(row) {
    const next = this.#waiting.shift();
    if (next) next(row);
    else this.#told.push(row);
  }

  /** The next notice, in the order of their coming. */
  next() {
    if (this.#told.length > 0) return this.#told.shift();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const inMinutes = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();

export async function subscriptions(tally, graph) {
  const subscriber = new Subscriber();
  const origin = await subscriber.listen();
  const wanted = {
    changeType: "created,updated,deleted",
    notificationUrl: `${origin}/notices?kept=1`,
    lifecycleNotificationUrl: `${origin}/lifecycle`,
    resource: "/users/mara@brightwater.example/events",
    expirationDateTime: inMinutes(120),
    clientState: "only we know",
  };
  let held;

  await tally.check("subscribes after a handshake", async () => {
    held = await graph.api("/subscriptions").post(wanted);
    assert.ok(held.id);
    assert.deepEqual([held.changeType, held.resource], [wanted.changeType, wanted.resource]);
    assert.equal(new Date(held.expirationDateTime).getTime(), new Date(wanted.expirationDateTime).getTime());
  });

  await tally.check("is told of an event created, changed and deleted", async () => {
    const event = await graph.api(`${MARA}/events`).post({ subject: "Told", start: utc("2027-07-01T09:00:00"), end: utc("2027-07-01T10:00:00") });
    await graph.api(`${MARA}/events/${event.id}`).patch({ subject: "Told again" });
    await graph.api(`${MARA}/events/${event.id}`).delete();
    const told = new Set();
    // One deed may be told as several, so only the first of each kind counts.
    while (!told.has("deleted")) {
      const notice = await subscriber.next();
      told.add(notice.changeType);
      assert.deepEqual([notice.subscriptionId, notice.clientState], [held.id, wanted.clientState]);
      assert.equal(notice.resourceData["@odata.type"], "#Microsoft.Graph.Event");
      assert.equal(notice.resourceData.id, event.id);
      assert.equal(notice.path, "/notices");
      assert.ok(notice.tenantId);
    }
    assert.deepEqual([...told], ["created", "updated", "deleted"]);
  });

  await tally.check("renews, reads and lists the subscription", async () => {
    const expirationDateTime = inMinutes(10_000);
    const renewed = await graph.api(`/subscriptions/${held.id}`).patch({ expirationDateTime });
    assert.equal(new Date(renewed.expirationDateTime).getTime(), new Date(expirationDateTime).getTime());
    assert.equal((await graph.api(`/subscriptions/${held.id}`).get()).id, held.id);
    assert.deepEqual((await graph.api("/subscriptions").get()).value.map((row) => row.id), [held.id]);
    await graph.api(`/subscriptions/${held.id}/reauthorize`).post({});
  });

  await tally.check("is told by lifecycle notices to look again", async () => {
    await control("POST", "/graph/lifecycle", { mailbox: "mara", event: "missed" });
    const notice = await subscriber.next();
    assert.deepEqual([notice.path, notice.lifecycleEvent, notice.subscriptionId], ["/lifecycle", "missed", held.id]);
  });

  await tally.check("unsubscribes", async () => {
    await graph.api(`/subscriptions/${held.id}`).delete();
    await assert.rejects(graph.api(`/subscriptions/${held.id}`).get(), (error) => error.statusCode === 404);
  });

  await tally.check("hears why it may not subscribe", async () => {
    const refused = (change) =>
      assert.rejects(graph.api("/subscriptions").post({ ...wanted, ...change }), (error) => {
        assert.equal(error.statusCode, 400, JSON.stringify(change));
        return true;
      });
    await refused({ expirationDateTime: inMinutes(10_100) });
    await refused({ expirationDateTime: inMinutes(-1) });
    await refused({ notificationUrl: "http://localhost/plain" });
    await refused({ changeType: "guessed" });
    subscriber.repeats = false;
    await refused({});
  });

  subscriber.close();
}
