//! The device flow (RFC 8628): a code to type elsewhere, and polling until the user has decided.

use std::sync::Arc;

use fast_qr::{ECL, QRBuilder};
use keyfob_oauth::{
    device::{DeviceAuthorization, Heard, Schedule, Step, poll_once, start},
    token::TokenAnswer,
};
use keyfob_token::{Origin, Session};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::browser::cancellable;
use crate::{
    arrival::Registration,
    engine::Core,
    error::EngineError,
    view::{DeviceCodeView, ErrorCode, FlowStage, SignInRequest},
};

/// Blank modules around a QR code.
const QUIET_ZONE: usize = 4;

impl Core {
    pub(super) async fn sign_in_by_device(
        self: &Arc<Self>,
        id: Uuid,
        request: &SignInRequest,
        cancel: &CancellationToken,
    ) -> Result<Session, EngineError> {
        let registration = cancellable(cancel, self.prepare(request)).await?;
        let http = self.http(registration.record.allow_private);
        let codes = cancellable(cancel, async {
            let started = start(
                &http,
                &registration.metadata,
                &registration.client,
                &request.scopes,
            );
            Ok(started.await?)
        })
        .await?;
        let expires_at = (self.now().wall + codes.expires_in_ms).0;
        self.show_device_code(id, code_view(&codes, expires_at));
        let answer = cancellable(cancel, self.poll(&registration, &codes)).await?;
        self.flow(id, |view| view.stage = FlowStage::Finishing);
        self.finish(request, registration, answer, None, Origin::Device)
            .await
    }

    async fn poll(
        &self,
        registration: &Registration,
        codes: &DeviceAuthorization,
    ) -> Result<TokenAnswer, EngineError> {
        let http = self.http(registration.record.allow_private);
        let clock = || self.now().boot.millis;
        let mut schedule = Schedule::new(clock(), codes.interval_ms, codes.expires_in_ms);
        loop {
            let Step::PollAt(at) = schedule.step() else {
                return Err(ErrorCode::DeviceExpired.into());
            };
            let wait = at.saturating_sub(clock()).max(0);
            self.clock.sleep(wait).await;
            let heard = poll_once(
                &http,
                &registration.metadata,
                &registration.client,
                &codes.device_code,
            )
            .await;
            schedule.heard(&heard, clock());
            match heard {
                Heard::SignedIn(answer) => return Ok(*answer),
                Heard::Denied => {
                    return Err(EngineError::new(ErrorCode::SignInRefused)
                        .with("oauth_error", "access_denied"));
                }
                Heard::Expired => return Err(ErrorCode::DeviceExpired.into()),
                Heard::Refused(code) => {
                    return Err(EngineError::new(ErrorCode::SignInRefused)
                        .with("oauth_error", code.as_str()));
                }
                Heard::Pending | Heard::SlowDown | Heard::NoVerdict { .. } => {}
            }
        }
    }
}

fn code_view(codes: &DeviceAuthorization, expires_at: i64) -> DeviceCodeView {
    let complete = codes
        .verification_uri_complete
        .as_ref()
        .map(ToString::to_string);
    let page = complete
        .clone()
        .unwrap_or_else(|| codes.verification_uri.to_string());
    let (qr_path, qr_size) = qr_path(&page);
    DeviceCodeView {
        user_code: codes.user_code.clone(),
        verification_uri: codes.verification_uri.to_string(),
        verification_uri_complete: complete,
        qr_path,
        qr_size,
        expires_at,
    }
}

/// The dark modules of a QR code as one SVG path, and the width in modules, quiet zone included.
/// Empty for a text too long for a code.
fn qr_path(text: &str) -> (String, u32) {
    let Ok(code) = QRBuilder::new(text).ecl(ECL::M).build() else {
        return (String::new(), 0);
    };
    let mut path = String::new();
    for y in 0..code.size {
        for x in 0..code.size {
            if code[y][x].value() {
                path.push_str(&format!("M{} {}h1v1h-1z", x + QUIET_ZONE, y + QUIET_ZONE));
            }
        }
    }
    (path, u32::try_from(code.size + 2 * QUIET_ZONE).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_has_modules_inside_its_quiet_zone() {
        let (path, size) = qr_path("https://id.example/device?user_code=ABCD-EFGH");
        assert!(path.starts_with("M4 4h1v1h-1z"));
        assert!(size >= 29);
        assert_eq!(qr_path(&"x".repeat(5_000)), (String::new(), 0));
    }
}
