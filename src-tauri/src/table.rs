//! The one table of everything that the page may call, with the types that go in and come out.
//!
//! From it come the list for the permission check, the TypeScript of the bridge, and the test that
//! no answer holds a secret.

use keyfob_engine::view::*;

/// A command: its name, its arguments in TypeScript, its answer in TypeScript.
pub struct Entry {
    /// The name that the page calls.
    pub name: &'static str,
    /// Arguments: name in camel case, TypeScript type.
    pub args: Vec<(&'static str, String)>,
    /// The TypeScript type of the answer.
    pub answer: String,
}

macro_rules! commands {
    ($($name:ident($($arg:ident: $type:ty),*) -> $answer:ty;)*) => {
        /// The names of all commands.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// All commands with their types.
        pub fn entries(config: &ts_rs::Config) -> Vec<Entry> {
            vec![$(Entry {
                name: stringify!($name),
                args: vec![$((stringify!($arg), <$type as ts_rs::TS>::name(config))),*],
                answer: <$answer as ts_rs::TS>::name(config),
            }),*]
        }
    };
}

commands! {
    // The vault and the program.
    app_state() -> AppView;
    create_vault() -> VaultView;
    retry_unlock() -> VaultView;
    start_new_vault() -> VaultView;
    lock() -> VaultView;
    unlock() -> VaultView;
    accept_older_copy() -> VaultView;
    show_vault_folder() -> ();
    settings() -> SettingsView;
    set_settings(settings: SettingsView) -> SettingsView;
    quit() -> ();
    copy_report(code: ErrorCode) -> ();
    give_up_waiting() -> VaultView;
    close_window(answer: OnClose) -> ();
    autostart() -> Option<bool>;
    set_autostart(on: bool) -> bool;
    policies() -> Vec<PolicyView>;
    set_policies(policies: Vec<PolicyView>) -> Vec<PolicyView>;
    preview_policies(policies: Vec<PolicyView>) -> PolicyPreview;

    // Sessions.
    list_sessions(query: SessionQuery) -> SessionPage;
    session_detail(id: String) -> Detail;
    session_claims(id: String, kind: String) -> ClaimsView;
    session_history(id: String) -> Vec<HistoryRow>;
    session_findings(id: String) -> FindingsView;
    dismiss_finding(id: String, code: String) -> FindingsView;
    restore_finding(id: String, code: String) -> FindingsView;
    timeline_page(query: TimelineQuery) -> TimelinePage;
    rename_session(id: String, name: String) -> Row;
    label_session(id: String, labels: Vec<String>) -> Row;
    refresh_session(id: String) -> Row;
    refresh_due() -> u32;
    pause_refresh(paused: bool) -> SettingsView;
    copy_access_token(id: String, header: bool) -> i64;
    clear_clipboard() -> ();
    forget_session(id: String) -> ();
    remove_session(id: String) -> ();
    take_over_session(id: String, request: SignInRequest) -> Row;
    sign_out_in_browser(id: String) -> ();

    // Revocation.
    revoke_preview(scope: RevokeScope) -> RevokePreview;
    revoke(scope: RevokeScope) -> u32;
    undo_revoke(id: String) -> Row;
    revoke_now(id: String) -> Row;

    // The ways in.
    known_issuers() -> Vec<IssuerView>;
    forget_issuer(id: String) -> ();
    keep_admin_client(id: String, client_id: String) -> IssuerView;
    drop_admin_client(id: String) -> IssuerView;
    set_issuer_kind(id: String, kind: ProviderKind) -> IssuerView;
    provider_limits(issuer: String) -> ProviderLimitsView;
    discover_issuer(issuer: String, allow_private: bool) -> DiscoveryView;
    paste_client_secret() -> SecretStatus;
    drop_client_secret() -> SecretStatus;
    start_sign_in(request: SignInRequest) -> FlowView;
    flow_state(id: String) -> FlowView;
    cancel_flow(id: String) -> FlowView;
    open_flow_page(id: String) -> ();
    copy_user_code(id: String) -> ();
    import_from_clipboard() -> ImportPreview;
    import_from_file() -> Option<ImportPreview>;
    import_commit(id: String, name: String) -> Row;
    import_discard(id: String) -> ();

    // The audit log.
    audit_page(filter: AuditFilter) -> AuditPage;
    audit_chain() -> ChainView;
    export_preview(request: ExportRequest) -> ExportPreview;
    choose_export_target(request: ExportRequest) -> Option<String>;
    export_audit(request: ExportRequest) -> ExportResult;
    export_progress() -> ExportProgress;
    cancel_export() -> ();
    show_export() -> ();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The permission file names every command and no other: a command that is not declared would
    /// be open to any page.
    #[test]
    fn the_permission_file_names_exactly_the_commands_of_the_table() {
        let file = include_str!("../permissions/page.toml");
        let quoted = file
            .lines()
            .filter_map(|line| line.trim().strip_prefix('"'));
        let listed: Vec<&str> = quoted.filter_map(|rest| rest.strip_suffix("\",")).collect();
        assert_eq!(listed, NAMES);
    }
}
