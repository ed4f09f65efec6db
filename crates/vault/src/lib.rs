//! SQLite schema and tables; a change and its audit event in one transaction.
