//! The load over time as an SVG: one small chart for each way of being down.

use std::fmt::Write as _;

use crate::{
    plan::{Down, MINUTE, Plan},
    tally::{BUCKET_MS, Tally},
};

const WIDTH: f64 = 760.0;
const PLOT: f64 = 140.0;
const LEFT: f64 = 44.0;
const TOP: f64 = 34.0;
const GAP: f64 = 58.0;

/// Draws the runs below each other, on one scale.
pub fn picture(runs: &[(Plan, Tally)]) -> String {
    let most = runs
        .iter()
        .map(|(_, it)| it.peak_ratio())
        .fold(3.0, f64::max);
    let most = (most * 2.0).ceil() / 2.0;
    let height = TOP + runs.len() as f64 * (PLOT + GAP);
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {height}" font-family="system-ui, sans-serif" font-size="12">
<title>Refresh requests at one provider over time, in multiples of the steady load</title>
<style>
text {{ fill: #3d4450 }} .quiet {{ fill: #6a7280 }} .grid {{ stroke: #d9dde3 }} .down {{ fill: #f3d9d4 }}
.all {{ fill: #b9c3d3 }} .granted {{ fill: #2f6fd0 }} .aim {{ stroke: #b3402a; stroke-dasharray: 4 4 }}
@media (prefers-color-scheme: dark) {{
text {{ fill: #d5dae2 }} .quiet {{ fill: #98a1af }} .grid {{ stroke: #3a414c }} .down {{ fill: #4a2f2b }}
.all {{ fill: #5a6575 }} .granted {{ fill: #6aa2f5 }} .aim {{ stroke: #e8826b }}
}}
</style>
"##,
        w = WIDTH + LEFT + 28.0
    );
    for (index, (plan, tally)) in runs.iter().enumerate() {
        let top = TOP + index as f64 * (PLOT + GAP);
        chart(&mut svg, plan, tally, top, most);
    }
    svg.push_str("</svg>\n");
    svg
}

fn chart(svg: &mut String, plan: &Plan, tally: &Tally, top: f64, most: f64) {
    let x = |at: i64| LEFT + WIDTH * at as f64 / plan.end as f64;
    let y = |ratio: f64| top + PLOT * (1.0 - ratio / most);
    let bottom = y(0.0);
    let _ = writeln!(
        svg,
        r#"<text x="{LEFT}" y="{}">{}: {:.0} requests a second before, peak {:.2} times that</text>"#,
        top - 10.0,
        words(plan.down),
        tally.steady() * 1_000.0 / BUCKET_MS as f64,
        tally.peak_ratio(),
    );
    let _ = writeln!(
        svg,
        r#"<rect class="down" x="{:.1}" y="{top}" width="{:.1}" height="{PLOT}"/>"#,
        x(plan.down_at),
        x(plan.up_at) - x(plan.down_at),
    );
    for line in 0..=most as i64 {
        let at = y(line as f64);
        let class = if line == 3 { "aim" } else { "grid" };
        let _ = writeln!(
            svg,
            r#"<path class="{class}" d="M{LEFT} {at:.1}H{:.1}"/><text class="quiet" x="{:.1}" y="{:.1}" text-anchor="end">{line}×</text>"#,
            LEFT + WIDTH,
            LEFT - 6.0,
            at + 4.0,
        );
    }
    let steady = tally.steady().max(f64::MIN_POSITIVE);
    for (class, bars) in [("all", &tally.requests), ("granted", &tally.granted)] {
        let mut path = format!("M{LEFT} {bottom:.1}");
        for (bar, count) in bars.iter().enumerate() {
            let to = x((bar as i64 + 1) * BUCKET_MS);
            let high = y(*count as f64 / steady);
            let _ = write!(path, "V{high:.0}H{to:.1}");
        }
        let _ = writeln!(svg, r#"<path class="{class}" d="{path}V{bottom:.1}Z"/>"#);
    }
    for minute in (0..=plan.end / MINUTE).step_by(15) {
        let _ = writeln!(
            svg,
            r#"<text class="quiet" x="{:.1}" y="{:.1}" text-anchor="middle">{minute} min</text>"#,
            x(minute * MINUTE),
            bottom + 16.0,
        );
    }
}

fn words(down: Down) -> &'static str {
    match down {
        Down::Refused => "No connection",
        Down::Unavailable => "503",
        Down::Unanswered => "502",
    }
}
