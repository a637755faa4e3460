// Signing in with jsforce: code with PKCE, renewal by rotating refresh tokens, their reuse, client credentials, revoke.

import assert from "node:assert/strict";
import jsforce from "jsforce";
import { control, required } from "../stage.mjs";

const USER = "mara@brightwater.example";

function pane() {
  return new jsforce.OAuth2({
    loginUrl: required("SALESFORCE_URL"),
    clientId: "calbridge-pane",
    redirectUri: `${required("PANE_ORIGIN")}/auth.html`,
    useVerifier: true,
  });
}

/** What the person does in the browser: picks a user on the page that the client's address opens. */
async function picked(oauth2, state) {
  const address = new URL(oauth2.getAuthorizationUrl({ scope: "api refresh_token openid", state }));
  const page = await (await fetch(address)).text();
  const choice = page.match(/value="(005\w+)">[^<]*<small>mara@/)?.[1];
  assert.ok(choice, "the page offers the user");
  const answer = await fetch(address, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ user: choice }),
  });
  assert.equal(answer.status, 302);
  return new URL(answer.headers.get("location"));
}

async function signedIn() {
  const oauth2 = pane();
  const place = await picked(oauth2, "kept");
  const org = new jsforce.Connection({ oauth2, instanceUrl: required("SALESFORCE_URL"), version: "67.0" });
  await org.authorize(place.searchParams.get("code"));
  return { org, oauth2, place };
}

/** Checks that a call is refused with an OAuth error of this name. */
async function refused(call, name) {
  await assert.rejects(call, (error) => {
    assert.equal(error.name, name, error.message);
    assert.ok(error.message.length > 0);
    return true;
  });
}

export async function signingIn(tally) {
  await tally.check("signs a person in by code and verifier", async () => {
    const { org, place } = await signedIn();
    assert.equal(place.searchParams.get("state"), "kept");
    assert.match(org.accessToken, /^00D\w{12}!/);
    assert.ok(org.refreshToken);
    assert.equal(org.instanceUrl, required("SALESFORCE_URL"));
    assert.match(org.userInfo.id, /^005\w{15}$/);
    assert.match(org.userInfo.organizationId, /^00D\w{15}$/);
  });

  await tally.check("hears who the person is, by identity and by userinfo", async () => {
    const { org } = await signedIn();
    const identity = await org.identity();
    assert.equal(identity.username, USER);
    assert.equal(identity.organization_id, org.userInfo.organizationId);
    assert.equal(identity.active, true);
    assert.equal(identity.timezone, "Europe/Berlin");
    const info = await org.request("/services/oauth2/userinfo");
    assert.deepEqual([info.user_id, info.preferred_username], [identity.user_id, USER]);
    assert.equal(info.zoneinfo, "Europe/Berlin");
  });

  await tally.check("renews an ended session by itself and goes on", async () => {
    const { org } = await signedIn();
    const before = org.accessToken;
    let renewed;
    org.on("refresh", (_token, answer) => (renewed = answer));
    await control("POST", "/sessions/expire");
    const { totalSize } = await org.query("SELECT COUNT() FROM Contact");
    assert.ok(totalSize > 0);
    assert.notEqual(org.accessToken, before);
    assert.ok(renewed.refresh_token && renewed.refresh_token !== org.refreshToken, "the refresh token rotates");
  });

  await tally.check("finds that a used refresh token ends the whole sign-in", async () => {
    const { org, oauth2 } = await signedIn();
    const renewed = await oauth2.refreshToken(org.refreshToken);
    await refused(oauth2.refreshToken(org.refreshToken), "invalid_grant");
    await refused(oauth2.refreshToken(renewed.refresh_token), "invalid_grant");
    await assert.rejects(org.query("SELECT COUNT() FROM Contact"), /Unable to refresh session/);
  });

  await tally.check("cannot redeem a code twice", async () => {
    const { place, oauth2 } = await signedIn();
    await refused(oauth2.requestToken(place.searchParams.get("code")), "invalid_grant");
  });

  await tally.check("cannot redeem a code with another verifier", async () => {
    const oauth2 = pane();
    const place = await picked(oauth2, "kept");
    await refused(pane().requestToken(place.searchParams.get("code")), "invalid_grant");
  });

  await tally.check("signs out: the token is worth nothing any more", async () => {
    const { org } = await signedIn();
    const { accessToken, instanceUrl } = org;
    await org.logout(true);
    const again = new jsforce.Connection({ accessToken, instanceUrl, version: "67.0" });
    await assert.rejects(again.limits(), (error) => error.errorCode === "INVALID_SESSION_ID");
  });

  await tally.check("hears which client credentials are wrong", async () => {
    const loginUrl = required("SALESFORCE_URL");
    const grant = { grant_type: "client_credentials" };
    const wrongSecret = new jsforce.OAuth2({ loginUrl, clientId: "calbridge-service", clientSecret: "wrong" });
    await refused(wrongSecret.requestToken(grant), "invalid_client");
    const wrongClient = new jsforce.OAuth2({ loginUrl, clientId: "somebody", clientSecret: "wrong" });
    await refused(wrongClient.requestToken(grant), "invalid_client_id");
    await refused(wrongClient.requestToken({ grant_type: "guesswork" }), "unsupported_grant_type");
  });
}
