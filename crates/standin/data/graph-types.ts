// Which of Microsoft's published types the stand-in's traffic is held against; `xtask/graph-schema.mjs` makes the JSON
// Schema of them. Of a user only what calendars need: the whole type leads to a thousand others.
import type * as Graph from "@microsoft/microsoft-graph-types";

export type User = Pick<
  Graph.User,
  "id" | "displayName" | "givenName" | "surname" | "mail" | "userPrincipalName" | "userType" | "accountEnabled"
>;

export interface Held {
  AttachmentItem: Graph.AttachmentItem;
  Calendar: Graph.Calendar;
  CalendarPermission: Graph.CalendarPermission;
  ConvertIdResult: Graph.ConvertIdResult;
  Event: Graph.Event;
  ExchangeIdFormat: Graph.ExchangeIdFormat;
  FileAttachment: Graph.FileAttachment;
  MailboxSettings: Graph.MailboxSettings;
  OpenTypeExtension: Graph.OpenTypeExtension;
  OutlookCategory: Graph.OutlookCategory;
  Recipient: Graph.Recipient;
  Subscription: Graph.Subscription;
  UploadSession: Graph.UploadSession;
  User: User;
}
