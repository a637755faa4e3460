//! Microsoft Graph: tokens, events, categories, batches.
