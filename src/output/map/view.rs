//! A map as templates see it. Comes in: nothing. Goes out: the types that `mod.rs` fills.

use serde::Serialize;

use crate::output::view::LinkView;

/// A map of where things happen, with the same as text. Numbers are units of the drawing.
#[derive(Debug, Default, Serialize)]
pub struct MapView {
    /// How wide the drawing is.
    pub width: i32,
    /// How high it is.
    pub height: i32,
    /// The path of all land that is not concerned.
    pub land: String,
    /// The places concerned, those with most first.
    pub places: Vec<MapPlaceView>,
    /// How many further places there are, which neither the list nor the map has.
    pub places_left: usize,
    /// The names of neighbours, where there is room.
    pub names: Vec<MapLabelView>,
    /// How many of what is counted name no place.
    pub without: usize,
    /// Whether the countries on the map differ in it.
    pub has_levels: bool,
}

/// A place that is concerned.
#[derive(Debug, Default, Serialize)]
pub struct MapPlaceView {
    /// Its name.
    pub name: String,
    /// The page that shows what is there; empty where there is none.
    pub url: String,
    /// The code that stands for its name on the map, where that has no room for the name.
    pub code: Option<&'static str>,
    /// How much is counted there.
    pub count: usize,
    /// How much that is compared with where there is most: 1 to 3.
    pub level: usize,
    /// What is counted there, by phase.
    pub phases: Vec<MapPhaseView>,
    /// Who is there, the first of them.
    pub actors: Vec<LinkView>,
    /// How many others are.
    pub actors_left: usize,
    /// Its path; empty where it has no outline or is too small for one.
    pub path: String,
    /// The middle of a place too small to be seen.
    pub dot: Option<(i32, i32)>,
    /// Its name or code on the map.
    pub label: Option<MapLabelView>,
}

/// How much of what is counted is in a phase.
#[derive(Debug, Clone, Serialize)]
pub struct MapPhaseView {
    /// The phase.
    pub phase: &'static str,
    /// The sign of the status that is met first.
    pub mark: &'static str,
    /// How much.
    pub count: usize,
}

/// A text on a map, by its middle.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MapLabelView {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// What it says.
    pub text: String,
}
