//! A JWT inspected, beside `jwt decode` of jwt-cli: process beside process, so that both pay for
//! their start.

use std::{fs, path::Path, process::Command, time::Instant};

use anyhow::{Result, ensure};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use keyfob_token::{UnixMillis, Verification, claims::table, jwt::inspect};
use serde_json::{Map, Value, json};

use crate::median;

const ROUNDS: usize = 60;

/// Inspects the token in a file and writes its claims as a table, as a person would read it.
pub(crate) fn inspect_file(file: &str) -> Result<()> {
    let text = fs::read_to_string(file)?;
    let inspection = inspect(text.trim()).map_err(|error| anyhow::anyhow!("{error:?}"))?;
    for row in table(&inspection, Verification::KeysUnknown, UnixMillis(0)) {
        println!("{} {}", row.name, row.display);
    }
    Ok(())
}

pub(crate) fn measure() -> Result<Map<String, Value>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("token.jwt");
    let token = token();
    fs::write(&file, &token)?;
    let me = std::env::current_exe()?;
    let file = file.display().to_string();
    let ours = time(&me, &["inspect", &file])?;
    // Without the peer on this machine there is nothing to stand beside.
    let peer = time(Path::new("jwt"), &["decode", &token]).ok();
    let mut figures = Map::new();
    figures.insert("jwt_inspect_ms".into(), json!(ours));
    figures.insert("jwt_cli_decode_ms".into(), json!(peer));
    figures.insert("jwt_ratio".into(), json!(peer.map(|peer| ours / peer)));
    Ok(figures)
}

fn time(program: &Path, arguments: &[&str]) -> Result<f64> {
    let mut readings = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let output = Command::new(program).args(arguments).output()?;
        readings.push(start.elapsed().as_secs_f64() * 1e3);
        ensure!(output.status.success(), "{} failed", program.display());
    }
    Ok(median(readings))
}

fn token() -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({
        "iss": "https://id.example.com", "sub": "248289761001", "aud": "native",
        "exp": 1_900_000_000, "iat": 1_899_996_400, "scope": "openid profile email",
        "name": "Ada Lovelace", "email": "ada@example.com",
    });
    format!(
        "{}.{}.{}",
        part(json!({ "alg": "RS256", "kid": "1" })),
        part(claims),
        "c2lnbmF0dXJl"
    )
}
