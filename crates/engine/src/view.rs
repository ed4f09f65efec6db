//! What the outside sees: plain data without secrets, for the page and the command line alike.
//!
//! A type in here must never hold a token, a secret, or a part of one.

mod audit;
mod error;
mod finding;
mod gate;
mod policy;
mod session;
mod settings;
mod signin;
mod timeline;

pub use audit::{
    AuditFilter, AuditPage, AuditRow, ChainView, ExportPreview, ExportProgress, ExportRequest,
    ExportResult, FactView, Mask, PreviewLine, Span,
};
pub use error::{ErrorCode, ErrorView};
pub use finding::{
    EvidenceValue, EvidenceView, FindingView, FindingsView, Remedy, Severity, SourceView,
    finding_codes,
};
pub use gate::{AppView, DamageView, DemoView, Gate, UnsavedView, VaultView};
pub use policy::{
    PolicyAction, PolicyEndView, PolicyEnding, PolicyLimit, PolicyPreview, PolicyScope, PolicyView,
    ProviderLimitsView, ProviderSessionView,
};
pub use session::{
    AccountRef, ActionKind, ClaimRow, ClaimsView, Detail, EndKind, EndView, Facet, Facets,
    FrozenStep, GenerationView, HistoryRow, IssuerFacet, Life, NextEnd, Reach, ReachGroup,
    RevokePreview, RevokeScope, RevokeStatus, Row, RowItem, SessionPage, SessionQuery, SortKey,
    State, TokenView,
};
pub use settings::{OnClose, OnTheft, SettingsView, Theme};
pub use signin::{
    DeviceCodeView, DiscoveryView, FlowStage, FlowView, ImportPreview, IssuerView, ProviderKind,
    SecretStatus, SignInRequest,
};
pub use timeline::{
    TimelineGroup, TimelineItem, TimelineLane, TimelinePage, TimelineQuery, TimelineRange,
    TimelineSort,
};
