// Files on events: small ones in one request, large ones by upload session.

import assert from "node:assert/strict";
import graphClient from "@microsoft/microsoft-graph-client";
import { MARA, utc } from "./client.mjs";

const { FileUpload, LargeFileUploadTask, ResponseType } = graphClient;
const MEGABYTE = 1024 * 1024;
const LARGE_BYTES = 4 * MEGABYTE;
/** Ranges are multiples of 320 KiB. */
const RANGE_BYTES = 5 * 320 * 1024;

export async function files(tally, graph) {
  const event = await graph.api(`${MARA}/events`).post({ subject: "Files", start: utc("2027-06-01T09:00:00"), end: utc("2027-06-01T10:00:00") });
  const place = `${MARA}/events/${event.id}/attachments`;

  await tally.check("adds a small file, reads and removes it", async () => {
    const contentBytes = Buffer.from("offer, with prices").toString("base64");
    const file = { "@odata.type": "#microsoft.graph.fileAttachment", name: "offer.txt", contentType: "text/plain", contentBytes };
    const made = await graph.api(place).post(file);
    assert.deepEqual([made.name, made.size, made.isInline], ["offer.txt", 18, false]);
    const { value } = await graph.api(place).select(["id", "name", "size", "contentType", "isInline"]).get();
    assert.deepEqual(value.map((row) => [row.id, row.name, row.contentBytes]), [[made.id, "offer.txt", undefined]]);
    const bytes = await graph.api(`${place}/${made.id}/$value`).responseType(ResponseType.ARRAYBUFFER).get();
    assert.equal(Buffer.from(bytes).toString(), "offer, with prices");
    assert.equal((await graph.api(`${MARA}/events/${event.id}`).get()).hasAttachments, true);
    await graph.api(`${place}/${made.id}`).delete();
    assert.equal((await graph.api(`${MARA}/events/${event.id}`).get()).hasAttachments, false);
  });

  const content = Buffer.alloc(LARGE_BYTES, "calendar");
  const item = { attachmentType: "file", name: "plan.bin", size: LARGE_BYTES, contentType: "application/octet-stream" };

  await tally.check("uploads a large file in ranges", async () => {
    const session = await LargeFileUploadTask.createUploadSession(graph, `${place}/createUploadSession`, { AttachmentItem: item });
    const seen = [];
    const uploadEventHandlers = { progress: (range) => seen.push(range.minValue) };
    const file = new FileUpload(content, "plan.bin", LARGE_BYTES);
    const task = new LargeFileUploadTask(graph, file, session, { rangeSize: RANGE_BYTES, uploadEventHandlers });
    const done = await task.upload();
    assert.deepEqual(seen, [0, RANGE_BYTES, 2 * RANGE_BYTES]);
    assert.match(done.location, /attachments/i);
    const { value } = await graph.api(place).select(["name", "size"]).get();
    assert.deepEqual(value.map((row) => [row.name, row.size]), [["plan.bin", LARGE_BYTES]]);
  });

  await tally.check("asks where an upload stands, resumes and gives one up", async () => {
    const session = await LargeFileUploadTask.createUploadSession(graph, `${place}/createUploadSession`, { AttachmentItem: item });
    const file = new FileUpload(content, "plan.bin", LARGE_BYTES);
    const task = new LargeFileUploadTask(graph, file, session, { rangeSize: RANGE_BYTES });
    const range = task.getNextRange();
    await task.uploadSlice(await file.sliceFile(range), range, LARGE_BYTES);
    const status = await task.getStatus();
    assert.deepEqual(status.nextExpectedRanges, [`${RANGE_BYTES}-`]);
    assert.equal((await task.cancel()).status, 204);
    await assert.rejects(task.getStatus(), (error) => error.statusCode === 404);
  });

  await tally.check("hears that a file is too large for one request, or too small for a session", async () => {
    const file = { "@odata.type": "#microsoft.graph.fileAttachment", name: "big", contentBytes: content.toString("base64") };
    await assert.rejects(graph.api(place).post(file), (error) => error.statusCode === 413);
    const small = { AttachmentItem: { ...item, size: MEGABYTE } };
    await assert.rejects(graph.api(`${place}/createUploadSession`).post(small), (error) => error.statusCode === 400);
  });
}
