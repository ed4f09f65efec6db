//! Two hundred texts of others, the worst there are, in every field that shows one: in the real
//! window they change nothing but text.

use anyhow::{Context, Result};
use keyfob_journeys::{
    wait,
    window::{Scene, Stage, Step},
};
use serde_json::{Value, json};

use super::layout::problems;

/// Every tenth row of the list, so that one window of rows holds them all.
const BATCH: usize = 10;

const NOTHING: Scene = Scene {
    name: "hostile",
    given: "",
    steps: &[Step::Find("[data-session]")],
};

/// Rows, details and claims that hold these texts wherever the text of another is shown.
const HOLD: &str = "const texts = arguments[0]; \
    const base = stage.base ??= stage.state.rows.find((row) => row.name === 'kube-us-2'); \
    stage.state.rows = texts.map((text, index) => ({ ...base, id: `id-${index}`, name: text, account: text, \
        issuer: `https://${text}`, host: text, labels: [text], scopes: [text] })); \
    const claims = texts.map((text) => ({ name: text, value: text, meaning: null, at: null, verified: false, problem: null })); \
    stage.answers.session_detail = ({ id }) => { \
        const row = stage.state.rows.find((one) => one.id === id); const text = row.name; \
        const account = { subject: text + ' ', name: text + '  ', username: text + '   ', email: text + '    ' }; \
        return { ...stage.detailOf(row), account, clientId: text, provider: text }; }; \
    stage.answers.session_claims = ({ kind }) => ({ ...stage.claimsOf(base, kind), claims, header: claims.slice(0, 3) }); \
    stage.changed('sessions');";

/// The elements in their order: what a text may not change.
const SHAPE: &str = "const of = (css) => [...document.querySelectorAll(css)].map((root) => \
        [...root.querySelectorAll('*')].map((element) => element.tagName).join(' ')); \
    return { lines: of('[data-session]'), detail: of('[data-detail]'), \
        top: [...document.body.children].map((element) => element.tagName), hit: window.hit ?? null, \
        scripts: document.scripts.length, frames: frames.length };";

const PARTS: [&str; 8] = [
    "problems", "lines", "detail", "overview", "top", "hit", "scripts", "frames",
];

#[tokio::test(flavor = "multi_thread")]
async fn hostile_texts_change_nothing_but_text() -> Result<()> {
    let stage = Stage::open().await?;
    stage.size(1280, 800).await?;
    stage.show(&NOTHING, "light").await?;
    // A dialog of the browser would stop the page, and be none of ours.
    let watch = "for (const name of ['alert', 'confirm', 'prompt', 'open']) window[name] = () => { window.hit = name; };";
    stage.run(watch, vec![]).await?;
    let harmless: Vec<String> = (0..BATCH).map(|at| format!("harmless {at}")).collect();
    let expected = shown(&stage, &json!(harmless)).await?;
    assert_eq!(expected["lines"].as_array().map(Vec::len), Some(BATCH));
    assert_eq!(expected["problems"], json!([]));
    assert_eq!(expected["detail"].as_array().map(Vec::len), Some(1));
    let texts = stage.run("return stage.hostile", vec![]).await?;
    let texts = texts.as_array().context("the texts")?;
    assert_eq!(texts.len(), 200);
    let mut wrong = Vec::new();
    for batch in texts.chunks(BATCH) {
        let shape = shown(&stage, &json!(batch)).await?;
        if shape != expected {
            for part in PARTS {
                if shape[part] == expected[part] {
                    continue;
                }
                let (is, was) = (shape[part].to_string(), expected[part].to_string());
                let at = is
                    .bytes()
                    .zip(was.bytes())
                    .take_while(|(a, b)| a == b)
                    .count();
                let around = |text: &str| {
                    text.chars()
                        .skip(at.saturating_sub(60))
                        .take(160)
                        .collect::<String>()
                };
                wrong.push(format!(
                    "{:.40?}… changes {part}: …{} for …{}",
                    batch[0],
                    around(&is),
                    around(&was)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    stage.window.quit().await
}

/// Shows the texts in the list, then those of the first row in its details, then as claims.
async fn shown(stage: &Stage, texts: &Value) -> Result<Value> {
    let window = &stage.window;
    stage.run(HOLD, vec![texts.clone()]).await?;
    let drawn = "return [...document.querySelectorAll('[data-session]')].map((row) => row.querySelector('.nm').textContent).toSorted()";
    let mut wanted: Vec<String> = serde_json::from_value(texts.clone())?;
    wanted.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
    let wanted = json!(wanted);
    let there = || async { (stage.run(drawn, vec![]).await.ok()? == wanted).then_some(()) };
    wait::until("the texts in the list", there).await?;
    window.click("[data-session='id-0'] .nm").await?;
    // It opens on the tab that was open before.
    window.click("[role='tab'][id$='-overview']").await?;
    window.find("[data-detail='id-0'] dl.facts").await?;
    let overview = stage.run(SHAPE, vec![]).await?["detail"].take();
    window.click("[role='tab'][id$='-claims']").await?;
    let claims = "return [...document.querySelectorAll('[data-detail] .value')].map((one) => one.textContent).slice(0, 10)";
    let there = || async { (stage.run(claims, vec![]).await.ok()? == *texts).then_some(()) };
    wait::until("the texts as claims", there).await?;
    let mut shape = stage.run(SHAPE, vec![]).await?;
    shape["overview"] = overview;
    shape["problems"] = json!(problems(stage).await?);
    window.press("Close details (Esc)").await?;
    Ok(shape)
}
