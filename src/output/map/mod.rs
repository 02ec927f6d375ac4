//! Maps of where things happen. Comes in: the places of rows. Goes out: a [`MapView`]: the countries concerned with their
//! neighbours, drawn, and the same as a list. Nothing finer than a country is drawn, whatever rows say: a point on a map can
//! lead to people.

mod draw;
mod frame;
mod label;
mod outlines;
mod view;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use view::{MapLabelView, MapPhaseView, MapPlaceView, MapView};

use self::draw::{Shape, area, shapes};
use self::frame::{Frame, WIDTH};
use self::label::Labels;
use self::outlines::{Outline, outlines};
use super::parts::{language, link_to};
use super::view::InterventionView;
use crate::address;
use crate::register::{Dimension, Filters, Place, Subject};
use crate::site::Site;
use crate::vocabulary::status::Phase;
use crate::vocabulary::{Kind, country};

/// How many places are listed and filled; each costs a page some 60 bytes besides its outline.
const PLACES_MAX: usize = 30;

/// How many actors of a place the list names.
const ACTORS_MAX: usize = 8;

/// A country that covers less than this, in square units of the drawing, is marked by a ring around it.
const SMALL: f64 = 900.0;

/// A place with what is counted there, and its code of ISO 3166-1 alpha-3 where it is a country.
struct Counted {
    code: Option<&'static str>,
    view: MapPlaceView,
}

/// Where the interventions are, by phase; `None` where none of them is in a country that can be drawn.
pub(super) fn of_interventions(site: &Site, interventions: &[Arc<InterventionView>]) -> Option<MapView> {
    let subjects = site.register.subjects(Kind::Interventions);
    let (places, without) = gathered(subjects)?;
    let counted = places.into_values().map(|(place, members)| {
        let name = place.name_in(language(site));
        let filters = Filters::from([(Dimension::Country, address::slug(name))]);
        let url = site.boards.showing(&filters).map(|board| board.url.clone()).unwrap_or_default();
        let views = members.iter().filter_map(|at| interventions.get(*at));
        let view = MapPlaceView { count: members.len(), phases: phases(views), url, ..named(name) };
        Counted { code: place.code(), view }
    });
    drawn(counted.collect(), without, language(site))
}

/// Who is where, by the rows of who does what where; `None` where none of them is in a country that can be drawn.
pub(super) fn of_presence(site: &Site) -> Option<MapView> {
    let subjects = site.register.subjects(Kind::Presence);
    let (places, without) = gathered(subjects)?;
    let all_actors = site.register.subjects(Kind::Actors);
    let counted = places.into_values().filter_map(|(place, members)| {
        let present: BTreeSet<usize> =
            members.iter().flat_map(|at| subjects[*at].related(Kind::Actors)).copied().collect();
        let actors = present.iter().filter_map(|at| all_actors.get(*at)).take(ACTORS_MAX);
        let view = MapPlaceView {
            count: present.len(),
            actors: actors.map(|actor| link_to(&actor.url, &actor.name)).collect(),
            actors_left: present.len().saturating_sub(ACTORS_MAX),
            ..named(place.name_in(language(site)))
        };
        (!present.is_empty()).then_some(Counted { code: place.code(), view })
    });
    drawn(counted.collect(), without, language(site))
}

fn named(name: &str) -> MapPlaceView {
    MapPlaceView { name: name.to_owned(), ..MapPlaceView::default() }
}

/// Places with the indices of the subjects that are there, by what their names have in common.
type Gathered<'s> = BTreeMap<String, (&'s Place, Vec<usize>)>;

/// The places of some subjects, and how many subjects have none; `None` where no place is a country.
fn gathered(subjects: &[Subject]) -> Option<(Gathered<'_>, usize)> {
    let mut places = Gathered::new();
    let mut without = 0;
    for (at, subject) in subjects.iter().enumerate() {
        let of_subject = subject.places();
        without += usize::from(of_subject.is_empty());
        for place in of_subject {
            places.entry(place.key()).or_insert((place, Vec::new())).1.push(at);
        }
    }
    let has_country = places.values().any(|(place, _)| place.code().is_some());
    has_country.then_some((places, without))
}

fn phases<'v>(interventions: impl Iterator<Item = &'v Arc<InterventionView>>) -> Vec<MapPhaseView> {
    let mut counts: BTreeMap<&str, (&'static str, usize)> = BTreeMap::new();
    for view in interventions {
        counts.entry(view.status.phase).or_insert((view.status.mark, 0)).1 += 1;
    }
    let phase = |phase: Phase| {
        let (mark, count) = *counts.get(phase.as_str())?;
        Some(MapPhaseView { phase: phase.as_str(), mark, count })
    };
    Phase::ALL.into_iter().filter_map(phase).collect()
}

/// The map of some places.
fn drawn(mut counted: Vec<Counted>, without: usize, language: &str) -> Option<MapView> {
    counted.sort_by(|a, b| (Reverse(a.view.count), &a.view.name).cmp(&(Reverse(b.view.count), &b.view.name)));
    let places_left = counted.len().saturating_sub(PLACES_MAX);
    counted.truncate(PLACES_MAX);
    let all = outlines();
    let concerned: Vec<&Outline> = counted.iter().filter_map(|place| all.of(place.code?)).collect();
    let frame = Frame::around(all, &concerned)?;
    let codes: BTreeSet<&str> = concerned.iter().map(|country| country.code.as_str()).collect();
    let shapes = shapes(all, &frame, &|code| codes.contains(code));
    let most = counted.iter().filter(|place| place.code.is_some()).map(|place| place.view.count).max().unwrap_or(1);
    let mut labels = Labels::default();
    let is_alone = codes.len() == 1;
    for place in &mut counted {
        place.view.level = (place.view.count * 3).div_ceil(most.max(1)).clamp(1, 3);
        let Some(code) = place.code else { continue };
        // Where several are concerned, a name that has no room would cover another country's.
        let name = name_of(code, language);
        let texts = if is_alone { vec![name] } else { vec![name, code] };
        let Some(outline) = all.of(code) else { continue };
        let tiny;
        let shape = match shapes.iter().find(|shape| shape.code == code) {
            Some(shape) => shape,
            None => {
                tiny = Shape::speck(outline, all, &frame);
                &tiny
            }
        };
        show(&mut place.view, shape, &mut labels, (&frame, &texts));
    }
    let drawn_levels = counted.iter().filter(|place| place.view.label.is_some()).map(|place| place.view.level);
    let has_levels = drawn_levels.collect::<BTreeSet<usize>>().len() > 1;
    let neighbours = || shapes.iter().filter(|shape| !codes.contains(shape.code));
    let name = |shape: &Shape<'_>| {
        country::find(shape.code).and_then(|found| labels.place_if_free(shape, &frame, found.name_in(language)))
    };
    let names = neighbours().filter_map(name).collect();
    Some(MapView {
        width: whole(WIDTH),
        height: whole(frame.height()),
        land: neighbours().map(Shape::path).collect(),
        places: counted.into_iter().map(|place| place.view).collect(),
        places_left,
        names,
        without,
        has_levels,
    })
}

/// The short name of a country.
fn name_of(code: &'static str, language: &str) -> &'static str {
    country::find(code).map_or(code, |found| found.name_in(language))
}

/// Puts a place that is concerned on the map.
fn show(place: &mut MapPlaceView, shape: &Shape<'_>, labels: &mut Labels, (frame, texts): (&Frame, &[&'static str])) {
    let size: f64 = shape.rings.iter().map(|ring| area(ring)).sum();
    if size > 0.0 {
        place.path = shape.path();
    }
    if let Some((left, top, right, bottom)) = shape.bounds().filter(|_| size < SMALL) {
        place.dot = Some((i32::midpoint(left, right), i32::midpoint(top, bottom)));
    }
    let measured: Vec<String> = texts.iter().map(|text| format!("{text} {}", place.count)).collect();
    if let Some((which, label)) = labels.place(shape, frame, &measured) {
        place.code = texts.get(which).copied().filter(|_| which > 0);
        place.label = Some(MapLabelView { text: texts[which].to_owned(), ..label });
    }
}

#[expect(clippy::cast_possible_truncation, reason = "drawings have some thousand units")]
fn whole(number: f64) -> i32 {
    number.round() as i32
}

#[cfg(test)]
mod tests;
