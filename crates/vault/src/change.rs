//! A change to the vault: everything in it is kept together with its audit events, or nothing.

use keyfob_audit::{Checkpoint, Draft, append, checkpoint_due};
use keyfob_secret::{ClientSecret, Fingerprint};
use keyfob_token::{Session, SessionId, UnixMillis};
use rusqlite::Transaction;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    error::VaultError,
    keys::Keys,
    records::{self, AdminCredentials, IssuerRecord, Secrets},
    rows,
    scan::{from_json, scan},
    state::State,
    table::{Place, Table, kind},
};

/// A change to the vault, in one transaction; see [`Vault::write`](crate::Vault::write).
#[derive(Debug)]
pub struct Change<'a> {
    pub(crate) tx: Transaction<'a>,
    pub(crate) keys: &'a Keys,
    pub(crate) state: State,
}

impl<'a> Change<'a> {
    pub(crate) fn new(tx: Transaction<'a>, keys: &'a Keys, state: State) -> Self {
        let state = State {
            counter: state.counter + 1,
            ..state
        };
        Self { tx, keys, state }
    }

    pub(crate) fn commit(self) -> Result<(), VaultError> {
        self.state.write(&self.tx, &self.keys.vault)?;
        Ok(self.tx.commit()?)
    }

    /// One session as it stands in this transaction.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Unreadable` when it does not authenticate.
    pub fn session(&mut self, id: SessionId) -> Result<Session, VaultError> {
        rows::read(
            &self.tx,
            &self.keys.vault,
            Place::only(Table::Session, id.0),
        )?
        .map(|plain| records::session_from_bytes(&plain).ok_or(VaultError::Unreadable))
        .ok_or(VaultError::NotFound)?
    }

    /// All sessions as they stand in this transaction, but for rows that can't be read: what another
    /// process has added is among them.
    ///
    /// # Errors
    /// Of the database.
    pub fn sessions(&mut self) -> Result<Vec<Session>, VaultError> {
        let mut found = Vec::new();
        let read = |sealed: rows::Sealed<'_>| {
            let place = Place::of(Table::Session, sealed.id, sealed.kind);
            let plain = self.keys.vault.open(place, sealed.version, sealed.bytes);
            found.extend(plain.and_then(|plain| records::session_from_bytes(&plain)));
        };
        scan(&self.tx, Table::Session, read, |_| {})?;
        Ok(found)
    }

    /// Writes a session, new or changed.
    ///
    /// # Errors
    /// Of the database.
    pub fn put_session(&mut self, session: &Session) -> Result<(), VaultError> {
        let plain = records::session_to_bytes(session).ok_or(VaultError::Unencodable)?;
        self.rename(session.id, Some(&session.name))?;
        self.put(Place::only(Table::Session, session.id.0), &plain)
    }

    /// Its tokens as they stand in this transaction, `None` when they were wiped or never there.
    ///
    /// # Errors
    /// Of the database, or when they do not authenticate.
    pub fn secrets(&mut self, id: SessionId) -> Result<Option<Secrets>, VaultError> {
        let plain = rows::read(
            &self.tx,
            &self.keys.vault,
            Place::only(Table::SessionSecret, id.0),
        )?;
        plain
            .map(|plain| Secrets::from_bytes(&plain).ok_or(VaultError::Unreadable))
            .transpose()
    }

    /// Writes the tokens of a session; replaces all three.
    ///
    /// # Errors
    /// Of the database.
    pub fn put_secrets(&mut self, id: SessionId, secrets: &Secrets) -> Result<(), VaultError> {
        self.put(Place::only(Table::SessionSecret, id.0), &secrets.to_bytes())
    }

    /// Wipes the tokens of a session; the session stays.
    ///
    /// # Errors
    /// Of the database.
    pub fn wipe_secrets(&mut self, id: SessionId) -> Result<(), VaultError> {
        self.delete(Place::only(Table::SessionSecret, id.0))
    }

    /// Remembers refresh tokens of a session that its own row no longer lists, oldest first. The
    /// newest [`Vault::MOST_ANCESTORS`](crate::Vault::MOST_ANCESTORS) are kept.
    ///
    /// # Errors
    /// Of the database, or when what is there does not authenticate.
    pub fn add_ancestors(
        &mut self,
        id: SessionId,
        older: &[Fingerprint],
    ) -> Result<(), VaultError> {
        let place = Place::of(Table::SessionSecret, id.0, kind::ANCESTORS);
        let mut known = match rows::read(&self.tx, &self.keys.vault, place)? {
            Some(plain) => records::ancestors_from_bytes(&plain).ok_or(VaultError::Unreadable)?,
            None => Vec::new(),
        };
        known.extend_from_slice(older);
        let cut = known.len().saturating_sub(crate::Vault::MOST_ANCESTORS);
        self.put(place, &records::ancestors_to_bytes(&known[cut..]))
    }

    /// Deletes a session, its tokens and what is remembered of earlier ones.
    ///
    /// # Errors
    /// Of the database.
    pub fn delete_session(&mut self, id: SessionId) -> Result<(), VaultError> {
        self.wipe_secrets(id)?;
        self.delete(Place::of(Table::SessionSecret, id.0, kind::ANCESTORS))?;
        self.rename(id, None)?;
        self.delete(Place::only(Table::Session, id.0))
    }

    /// One issuer as it stands in this transaction.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Unreadable` when it does not authenticate.
    pub fn issuer(&mut self, id: Uuid) -> Result<IssuerRecord, VaultError> {
        self.json(Place::only(Table::Issuer, id))?
            .ok_or(VaultError::NotFound)
    }

    /// Writes an issuer, new or changed.
    ///
    /// # Errors
    /// Of the database.
    pub fn put_issuer(&mut self, issuer: &IssuerRecord) -> Result<(), VaultError> {
        self.put_json(Place::only(Table::Issuer, issuer.id), issuer)
    }

    /// Deletes an issuer and its secrets.
    ///
    /// # Errors
    /// Of the database.
    pub fn delete_issuer(&mut self, issuer: Uuid) -> Result<(), VaultError> {
        self.put_client_secret(issuer, None)?;
        self.put_admin_credentials(issuer, None)?;
        self.delete(Place::only(Table::Issuer, issuer))
    }

    /// Keeps the client secret of an issuer; `None` wipes it.
    ///
    /// # Errors
    /// Of the database.
    pub fn put_client_secret(
        &mut self,
        issuer: Uuid,
        secret: Option<&ClientSecret>,
    ) -> Result<(), VaultError> {
        let place = Place::of(Table::IssuerSecret, issuer, kind::CLIENT_SECRET);
        match secret {
            Some(secret) => self.put(place, &records::client_secret_to_bytes(secret)),
            None => self.delete(place),
        }
    }

    /// Keeps the credentials of the provider's management API; `None` wipes them.
    ///
    /// # Errors
    /// Of the database.
    pub fn put_admin_credentials(
        &mut self,
        issuer: Uuid,
        credentials: Option<&AdminCredentials>,
    ) -> Result<(), VaultError> {
        let place = Place::of(Table::IssuerSecret, issuer, kind::ADMIN_CREDENTIALS);
        match credentials {
            Some(credentials) => self.put(place, &credentials.to_bytes()),
            None => self.delete(place),
        }
    }

    /// A setting as it stands in this transaction, `None` when it was never written.
    ///
    /// # Errors
    /// Of the database, or when it does not authenticate or has another shape.
    pub fn setting<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<T>, VaultError> {
        self.json(self.setting_place(key))
    }

    /// Writes a setting.
    ///
    /// # Errors
    /// Of the database, or when the value has no JSON form.
    pub fn put_setting<T: Serialize>(&mut self, key: &str, value: &T) -> Result<(), VaultError> {
        self.put_json(self.setting_place(key), value)
    }

    /// Appends an event to the audit log, and a signed checkpoint every 256 events. Returns its
    /// number.
    ///
    /// # Errors
    /// Of the database.
    pub fn record(&mut self, draft: Draft) -> Result<u64, VaultError> {
        let at = draft.at;
        let (event, head) = append(self.keys.log_id, &self.state.head, draft)?;
        let plain = serde_json::to_vec(&event).map_err(|_| VaultError::Unencodable)?;
        let place = Place::numbered(Table::AuditEvent, event.seq);
        rows::write_numbered(&self.tx, &self.keys.vault, place, event.seq, 1, &plain)?;
        self.state.head = head;
        if checkpoint_due(head.seq) {
            self.checkpoint(at)?;
        }
        Ok(event.seq)
    }

    /// Signs the end of the audit log as it stands in this transaction, and keeps the signature.
    ///
    /// # Errors
    /// Of the database.
    pub fn checkpoint(&mut self, now: UnixMillis) -> Result<Checkpoint, VaultError> {
        let checkpoint = self
            .keys
            .signer
            .checkpoint(self.keys.log_id, &self.state.head, now);
        self.put_checkpoint(&checkpoint)?;
        Ok(checkpoint)
    }

    /// Keeps a checkpoint that was made elsewhere, such as the one at the end of an export; one
    /// per event, the newest.
    ///
    /// # Errors
    /// Of the database.
    pub fn put_checkpoint(&mut self, checkpoint: &Checkpoint) -> Result<(), VaultError> {
        let plain = serde_json::to_vec(checkpoint).map_err(|_| VaultError::Unencodable)?;
        let place = Place::numbered(Table::AuditCheckpoint, checkpoint.seq);
        let version = self.next_version(rows::version(&self.tx, place)?);
        rows::write_numbered(
            &self.tx,
            &self.keys.vault,
            place,
            checkpoint.seq,
            version,
            &plain,
        )
    }

    fn setting_place(&self, key: &str) -> Place {
        Place::only(
            Table::Setting,
            self.keys.fingerprints.rows.derive_row_id(key),
        )
    }

    fn json<T: DeserializeOwned>(&self, place: Place) -> Result<Option<T>, VaultError> {
        let plain = rows::read(&self.tx, &self.keys.vault, place)?;
        plain
            .map(|plain| from_json(&plain).ok_or(VaultError::Unreadable))
            .transpose()
    }

    fn put_json<T: Serialize>(&mut self, place: Place, value: &T) -> Result<(), VaultError> {
        let plain = serde_json::to_vec(value).map_err(|_| VaultError::Unencodable)?;
        self.put(place, &Zeroizing::new(plain))
    }

    /// Writes a row and keeps the ledger.
    pub(crate) fn put(&mut self, place: Place, plain: &[u8]) -> Result<(), VaultError> {
        let before = rows::version(&self.tx, place)?;
        let version = self.next_version(before);
        rows::write(&self.tx, &self.keys.vault, place, version, plain)?;
        let names = &self.keys.fingerprints.rows;
        if let Some(before) = before {
            self.state.ledger.remove(names, place, before);
        }
        self.state.ledger.add(names, place, version);
        Ok(())
    }

    /// Deletes a row, if it is there, and keeps the ledger.
    pub(crate) fn delete(&mut self, place: Place) -> Result<(), VaultError> {
        if let Some(before) = rows::version(&self.tx, place)? {
            rows::delete(&self.tx, place)?;
            self.state
                .ledger
                .remove(&self.keys.fingerprints.rows, place, before);
        }
        Ok(())
    }

    /// Higher than the last one, and higher than that of any row of this name that was deleted:
    /// the number of the commit, which never comes twice.
    fn next_version(&self, before: Option<u64>) -> u64 {
        self.state
            .counter
            .max(before.map_or(1, |before| before.saturating_add(1)))
    }
}
