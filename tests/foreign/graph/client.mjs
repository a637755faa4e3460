// Microsoft's Graph client, pointed at the stand-in and signed in by client credentials.

import graph from "@microsoft/microsoft-graph-client";
import { control, required } from "../stage.mjs";

/** The mailbox that most checks are about. */
export const MARA = "/users/mara@brightwater.example";

/** A token of the application, by client credentials. */
export async function requestToken(form = {}) {
  const answer = await fetch(`${required("GRAPH_URL")}/brightwater/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: "calbridge-service",
      client_secret: required("GRAPH_CLIENT_SECRET"),
      scope: "https://graph.microsoft.com/.default",
      ...form,
    }),
  });
  return { status: answer.status, body: await answer.json() };
}

/** A client that signs in once, when it first needs to. */
export function client() {
  let token;
  return clientWith(async () => (token ??= (await requestToken()).body.access_token));
}

/** A client with the own (delegated) token of a person. */
export function clientOf(user) {
  return clientWith(async () => (await control("POST", "/graph/tokens", { user })).access_token);
}

/** A client with a source of tokens. */
export function clientWith(getAccessToken) {
  return graph.Client.initWithMiddleware({
    authProvider: { getAccessToken },
    baseUrl: required("GRAPH_URL"),
    defaultVersion: "v1.0",
    customHosts: new Set(["localhost"]),
  });
}

/** What the client is told where it may not ask again by itself. */
export const ONCE = [new graph.RetryHandlerOptions(0, 0)];

/** The dates of a window around today, as Graph wants them. */
export function window(from, to) {
  const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
  return { startDateTime: day(from), endDateTime: day(to) };
}

/** A moment as Graph writes it. */
export const utc = (dateTime) => ({ dateTime, timeZone: "UTC" });
