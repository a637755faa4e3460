//! What is said to Salesforce, and how its answers are understood: the exchanges that need no file of tests of their own.

mod events;
mod records;
mod sign_in;
