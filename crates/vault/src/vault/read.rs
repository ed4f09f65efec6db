//! Reading everything but the list of sessions.

use std::ops::RangeInclusive;

use keyfob_audit::{Checkpoint, Event, Head};
use keyfob_secret::{ClientSecret, Fingerprint, SecretBytes};
use keyfob_token::{Session, SessionId};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::Vault;
use crate::{
    damage::{Fault, RowFault},
    error::VaultError,
    names,
    records::{self, AdminCredentials, IssuerRecord, Secrets, session_from_bytes},
    rows,
    scan::{from_json, scan},
    table::{Place, Table, kind},
};

impl Vault {
    /// Refresh tokens of a session that are remembered beyond those its own row lists: a month of
    /// tokens of five minutes, 160 kB.
    pub const MOST_ANCESTORS: usize = 10_000;

    /// One session, `None` when there is none.
    ///
    /// # Errors
    /// Of the database, or when it does not authenticate.
    pub fn session(&self, id: SessionId) -> Result<Option<Session>, VaultError> {
        self.parsed(Place::only(Table::Session, id.0), session_from_bytes)
    }

    /// All sessions of this very name; `None` when only a look at every session can tell (the file
    /// is from before there was an index of names, or was altered, or too many share the name).
    ///
    /// # Errors
    /// Of the database.
    pub fn sessions_named(&self, name: &str) -> Result<Option<Vec<Session>>, VaultError> {
        let conn = self.conn();
        // One snapshot for the state, the index and the sessions.
        let snapshot = conn.unchecked_transaction()?;
        names::sessions_named(&snapshot, &self.keys, name)
    }

    /// The sessions with ids from `first` to `last`, in that order; those that don't authenticate
    /// are left out.
    ///
    /// # Errors
    /// Of the database.
    pub fn sessions_between(
        &self,
        first: SessionId,
        last: SessionId,
    ) -> Result<Vec<Session>, VaultError> {
        let conn = self.conn();
        let mut select = conn.prepare_cached(
            "SELECT seq, id, kind, version, sealed FROM session WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
        )?;
        let mut found = select.query([first.0.as_bytes(), last.0.as_bytes()])?;
        let mut sessions = Vec::new();
        while let Some(row) = found.next()? {
            let opened = rows::Sealed::of(row).and_then(|sealed| {
                let place = Place::of(Table::Session, sealed.id, sealed.kind);
                self.keys.vault.open(place, sealed.version, sealed.bytes)
            });
            sessions.extend(opened.as_ref().and_then(session_from_bytes));
        }
        Ok(sessions)
    }

    /// The tokens of a session, `None` when they were wiped or never there.
    ///
    /// # Errors
    /// Of the database, or when they do not authenticate.
    pub fn secrets(&self, id: SessionId) -> Result<Option<Secrets>, VaultError> {
        self.parsed(Place::only(Table::SessionSecret, id.0), Secrets::from_bytes)
    }

    /// Fingerprints of the refresh tokens of a session that its own row no longer lists, oldest
    /// first, at most [`Vault::MOST_ANCESTORS`].
    ///
    /// # Errors
    /// Of the database, or when they do not authenticate.
    pub fn ancestors(&self, id: SessionId) -> Result<Vec<Fingerprint>, VaultError> {
        let place = Place::of(Table::SessionSecret, id.0, kind::ANCESTORS);
        let found = self.parsed(place, records::ancestors_from_bytes)?;
        Ok(found.unwrap_or_default())
    }

    /// All issuers, in the order in which they were added. Rows that can't be read are left out and
    /// listed in [`Vault::damage`].
    ///
    /// # Errors
    /// Of the database.
    pub fn issuers(&self) -> Result<Vec<IssuerRecord>, VaultError> {
        self.all(Table::Issuer)
    }

    /// One issuer, `None` when there is none.
    ///
    /// # Errors
    /// Of the database, or when it does not authenticate.
    pub fn issuer(&self, id: Uuid) -> Result<Option<IssuerRecord>, VaultError> {
        self.parsed(Place::only(Table::Issuer, id), from_json)
    }

    /// The client secret kept for an issuer.
    ///
    /// # Errors
    /// Of the database, or when it does not authenticate.
    pub fn client_secret(&self, issuer: Uuid) -> Result<Option<ClientSecret>, VaultError> {
        let place = Place::of(Table::IssuerSecret, issuer, kind::CLIENT_SECRET);
        self.parsed(place, records::client_secret_from_bytes)
    }

    /// The credentials of the provider's management API kept for an issuer.
    ///
    /// # Errors
    /// Of the database, or when they do not authenticate.
    pub fn admin_credentials(&self, issuer: Uuid) -> Result<Option<AdminCredentials>, VaultError> {
        let place = Place::of(Table::IssuerSecret, issuer, kind::ADMIN_CREDENTIALS);
        self.parsed(place, AdminCredentials::from_bytes)
    }

    /// A setting, `None` when it was never written.
    ///
    /// # Errors
    /// Of the database, or when it does not authenticate or has another shape.
    pub fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, VaultError> {
        let place = Place::only(
            Table::Setting,
            self.keys.fingerprints.rows.derive_row_id(key),
        );
        self.parsed(place, from_json)
    }

    /// Audit events by number, oldest first; those that can't be read are left out and listed in
    /// [`Vault::damage`].
    ///
    /// # Errors
    /// Of the database.
    pub fn audit_events(&self, range: RangeInclusive<u64>) -> Result<Vec<Event>, VaultError> {
        let conn = self.conn();
        let mut select = conn.prepare_cached(
            "SELECT seq, id, kind, version, sealed FROM audit_event WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq",
        )?;
        let bound = |seq: u64| i64::try_from(seq).unwrap_or(i64::MAX);
        let mut found = select.query([bound(*range.start()), bound(*range.end())])?;
        let (mut events, mut faults) = (Vec::new(), Vec::new());
        while let Some(row) = found.next()? {
            match rows::Sealed::of(row) {
                Some(sealed) => match self.opened(Table::AuditEvent, &sealed) {
                    Ok(event) => events.push(event),
                    Err(fault) => faults.push(fault),
                },
                None => {
                    faults.push(RowFault {
                        table: Table::AuditEvent,
                        row: None,
                        fault: Fault::Damaged,
                    });
                }
            }
        }
        self.note(faults, false);
        Ok(events)
    }

    /// The end of the audit log.
    ///
    /// # Errors
    /// Of the database.
    pub fn audit_head(&self) -> Result<Head, VaultError> {
        Ok(self.state()?.head)
    }

    /// All signed checkpoints, oldest first.
    ///
    /// # Errors
    /// Of the database.
    pub fn audit_checkpoints(&self) -> Result<Vec<Checkpoint>, VaultError> {
        self.all(Table::AuditCheckpoint)
    }

    fn parsed<T>(
        &self,
        place: Place,
        parse: impl FnOnce(&SecretBytes) -> Option<T>,
    ) -> Result<Option<T>, VaultError> {
        let plain = rows::read(&self.conn(), &self.keys.vault, place)?;
        plain
            .map(|plain| parse(&plain).ok_or(VaultError::Unreadable))
            .transpose()
    }

    /// All rows of a table that hold JSON.
    fn all<T: DeserializeOwned>(&self, table: Table) -> Result<Vec<T>, VaultError> {
        let (mut values, mut faults, mut broken) = (Vec::new(), Vec::new(), Vec::new());
        let conn = self.conn();
        let damaged = scan(
            &conn,
            table,
            |sealed| match self.opened(table, &sealed) {
                Ok(value) => values.push(value),
                Err(fault) => faults.push(fault),
            },
            |fault| broken.push(fault),
        )?;
        self.note(faults.into_iter().chain(broken), damaged);
        Ok(values)
    }

    fn opened<T: DeserializeOwned>(
        &self,
        table: Table,
        sealed: &rows::Sealed<'_>,
    ) -> Result<T, RowFault> {
        let place = Place::of(table, sealed.id, sealed.kind);
        let fault = |fault| RowFault {
            table,
            row: Some(sealed.id),
            fault,
        };
        let plain = self.keys.vault.open(place, sealed.version, sealed.bytes);
        from_json(&plain.ok_or(fault(Fault::NotAuthentic))?).ok_or(fault(Fault::NotUnderstood))
    }
}
