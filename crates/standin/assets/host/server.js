// The page's own server: small JSON questions about the mailboxes. A refusal carries an office.js error code.

export class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function read(response) {
  const body = await response.json();
  if (body && body.error) throw new Refused(body.error, body.message);
  return body;
}

export async function get(path, question = {}) {
  return read(await fetch(`api/${path}?${new URLSearchParams(question)}`));
}

export async function post(path, body) {
  const headers = { "content-type": "application/json" };
  return read(await fetch(`api/${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
}
