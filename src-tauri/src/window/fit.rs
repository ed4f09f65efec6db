//! Where a window may stand: on a monitor that is there, with its upper edge in reach.

/// A rectangle in physical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// So much of the upper edge has to be seen, to take hold of it.
const HOLD: i32 = 120;

impl Rect {
    fn shared(&self, other: &Self) -> i64 {
        let side = |a: i32, a_length: i32, b: i32, b_length: i32| {
            let end = a.saturating_add(a_length).min(b.saturating_add(b_length));
            i64::from(end.saturating_sub(a.max(b)).max(0))
        };
        side(self.x, self.width, other.x, other.width)
            * side(self.y, self.height, other.y, other.height)
    }
}

/// Where a window goes that can't be reached where it is; `None`: it can, or there is no monitor.
pub(super) fn fitted(window: Rect, monitors: &[Rect]) -> Option<Rect> {
    let edge = Rect {
        height: 1,
        ..window
    };
    let is_held = |monitor: &Rect| {
        edge.shared(monitor) >= i64::from(HOLD.min(window.width))
            && window.width <= monitor.width
            && window.height <= monitor.height
    };
    if monitors.iter().any(is_held) {
        return None;
    }
    let monitor = monitors
        .iter()
        .enumerate()
        .max_by_key(|(index, monitor)| (window.shared(monitor), std::cmp::Reverse(*index)))
        .map(|(_, monitor)| *monitor)?;
    let (width, height) = (
        window.width.min(monitor.width),
        window.height.min(monitor.height),
    );
    Some(Rect {
        x: window.x.clamp(monitor.x, monitor.x + monitor.width - width),
        y: window
            .y
            .clamp(monitor.y, monitor.y + monitor.height - height),
        width,
        height,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn rect(x: i32, y: i32, width: i32, height: i32) -> Rect {
        Rect {
            x,
            y,
            width,
            height,
        }
    }
    const LEFT: Rect = rect(0, 0, 1920, 1080);
    const RIGHT: Rect = rect(1920, 0, 1280, 1024);

    #[test]
    fn a_window_in_reach_stays() {
        for window in [
            rect(100, 100, 1280, 800),
            rect(1800, 0, 800, 600),
            rect(-700, 300, 900, 600),
            rect(2000, 900, 800, 600),
        ] {
            assert_eq!(fitted(window, &[LEFT, RIGHT]), None, "{window:?}");
        }
    }

    #[test]
    fn a_window_out_of_reach_comes_to_the_monitor_that_shows_most_of_it() {
        let alone = |window| fitted(window, &[LEFT]);
        assert_eq!(
            alone(rect(2500, 200, 800, 600)),
            Some(rect(1120, 200, 800, 600)),
            "its monitor is gone"
        );
        assert_eq!(
            alone(rect(200, -300, 800, 600)),
            Some(rect(200, 0, 800, 600)),
            "its upper edge is above"
        );
        assert_eq!(
            fitted(rect(2000, -10, 800, 600), &[LEFT, RIGHT]),
            Some(rect(2000, 0, 800, 600))
        );
    }

    #[test]
    fn a_window_larger_than_its_monitor_shrinks() {
        assert_eq!(fitted(rect(10, 10, 4000, 3000), &[LEFT, RIGHT]), Some(LEFT));
        assert_eq!(fitted(rect(0, 0, 800, 600), &[]), None);
    }
}
