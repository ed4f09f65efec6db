//! The TypeScript of the bridge, made from the command table and the view types.

use keyfob_engine::view::*;
use ts_rs::{Config, TS};

use crate::table;

const HEAD: &str =
    "// Generated from the Rust table of commands. Do not edit: the tests compare it.\n\n";

/// Numbers are `number`: times in ms and counts stay far below 2^53.
fn config() -> Config {
    Config::new().with_large_int("number")
}

macro_rules! declarations {
    ($($type:ty),* $(,)?) => {
        fn declarations(config: &Config) -> Vec<String> {
            vec![$(<$type as TS>::decl(config)),*]
        }
    };
}

declarations![
    AccountRef,
    ActionKind,
    AppView,
    AuditFilter,
    AuditPage,
    AuditRow,
    ChainView,
    ClaimRow,
    ClaimsView,
    DamageView,
    UnsavedView,
    DemoView,
    Detail,
    DeviceCodeView,
    DiscoveryView,
    EndKind,
    EndView,
    ErrorCode,
    ErrorView,
    EvidenceValue,
    EvidenceView,
    ExportPreview,
    ExportProgress,
    ExportRequest,
    ExportResult,
    Facet,
    Facets,
    FactView,
    FindingView,
    FindingsView,
    FlowStage,
    FlowView,
    Gate,
    FrozenStep,
    GenerationView,
    HistoryRow,
    ImportPreview,
    IssuerFacet,
    IssuerView,
    Life,
    Mask,
    NextEnd,
    OnClose,
    OnTheft,
    PolicyAction,
    PolicyEndView,
    PolicyEnding,
    PolicyLimit,
    PolicyPreview,
    PolicyScope,
    PolicyView,
    PreviewLine,
    ProviderKind,
    ProviderLimitsView,
    Reach,
    ReachGroup,
    Remedy,
    RevokePreview,
    RevokeScope,
    RevokeStatus,
    Row,
    RowItem,
    SecretStatus,
    SessionPage,
    SessionQuery,
    SettingsView,
    Severity,
    SignInRequest,
    SortKey,
    SourceView,
    Span,
    State,
    Theme,
    TimelineGroup,
    TimelineItem,
    TimelineLane,
    TimelinePage,
    TimelineQuery,
    TimelineRange,
    TimelineSort,
    TokenView,
    VaultView,
];

/// The content of `types.gen.ts`.
pub fn types() -> String {
    let config = config();
    let mut text = HEAD.to_owned();
    for declaration in declarations(&config) {
        text.push_str("export ");
        text.push_str(&declaration);
        text.push('\n');
    }
    // A union, so that the page must have words for each rule.
    let codes: Vec<String> = finding_codes().map(|code| format!("\"{code}\"")).collect();
    text.push_str(&format!(
        "export type FindingCode = {};\n",
        codes.join(" | ")
    ));
    text
}

/// The content of `commands.gen.ts`.
pub fn commands() -> String {
    let config = config();
    let mut text = HEAD.to_owned();
    text.push_str("import type * as T from './types.gen';\n\nexport interface Commands {\n");
    for entry in table::entries(&config) {
        let args: Vec<String> = entry
            .args
            .iter()
            .map(|(name, kind)| format!("{}: {}", camel(name), qualified(kind)))
            .collect();
        let args = if args.is_empty() {
            "Record<string, never>".to_owned()
        } else {
            format!("{{ {} }}", args.join(", "))
        };
        text.push_str(&format!(
            "  {}: {{ args: {args}; answer: {} }};\n",
            entry.name,
            qualified(&entry.answer)
        ));
    }
    text.push_str("}\n\nexport const COMMANDS = [\n");
    for name in table::NAMES {
        text.push_str(&format!("  '{name}',\n"));
    }
    text.push_str("] as const satisfies readonly (keyof Commands)[];\n");
    text
}

/// `allow_private` as the page writes it: `allowPrivate`.
fn camel(name: &str) -> String {
    let mut out = String::new();
    let mut up = false;
    for c in name.chars() {
        if c == '_' {
            up = true;
        } else if up {
            out.extend(c.to_uppercase());
            up = false;
        } else {
            out.push(c);
        }
    }
    out
}

/// A type of `types.gen.ts` with its namespace; the types of the language stay as they are.
fn qualified(kind: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in kind.chars().chain([' ']) {
        if c.is_alphanumeric() {
            word.push(c);
            continue;
        }
        if word.starts_with(char::is_uppercase) && word != "Array" {
            out.push_str("T.");
        }
        out.push_str(&word);
        word.clear();
        out.push(c);
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    /// `KEYFOB_WRITE_TYPES=1 cargo test typescript` writes them anew.
    #[test]
    fn the_committed_typescript_matches_the_table() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/shared/bridge");
        let files = [
            ("types.gen.ts", super::types()),
            ("commands.gen.ts", super::commands()),
        ];
        for (name, text) in files {
            let path = folder.join(name);
            if env::var_os("KEYFOB_WRITE_TYPES").is_some() {
                fs::write(&path, &text).unwrap();
            }
            assert_eq!(
                fs::read_to_string(&path).unwrap(),
                text,
                "{name} differs from the table"
            );
        }
    }
}
