//! Salesforce: sign-in, records, search, describe.
