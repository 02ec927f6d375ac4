//! What maps show of some countries.

use super::*;

/// The map of some countries with how much is counted in each.
fn map(counts: &[(&str, usize)]) -> MapView {
    let place = |(code, count): &(&str, usize)| {
        let country = country::find(code).expect("it is a country");
        Counted { code: Some(&country.alpha3), view: MapPlaceView { count: *count, ..named(&country.en) } }
    };
    drawn(counts.iter().map(place).collect(), 0, "en").expect("some have outlines")
}

/// How long all paths are.
fn length(map: &MapView) -> usize {
    map.land.len() + map.places.iter().map(|place| place.path.len()).sum::<usize>()
}

#[test]
fn a_country_is_drawn_with_its_neighbours() {
    let map = map(&[("MLI", 12)]);
    let place = &map.places[0];
    assert!(place.path.starts_with('M') && place.path.ends_with('z') && place.dot.is_none());
    assert_eq!(place.label.as_ref().map(|label| label.text.as_str()), Some("Mali"));
    let names: Vec<&str> = map.names.iter().map(|name| name.text.as_str()).collect();
    assert!(["Algeria", "Niger", "Mauritania"].iter().all(|name| names.contains(name)), "{names:?}");
    assert!(length(&map) < 5_000, "{}", length(&map));
}

#[test]
fn what_is_counted_decides_order_and_levels() {
    let map = map(&[("NER", 3), ("MLI", 12), ("BFA", 5)]);
    let shown: Vec<_> = map.places.iter().map(|place| (place.name.as_str(), place.level)).collect();
    assert_eq!(shown, [("Mali", 3), ("Burkina Faso", 2), ("Niger", 1)]);
}

#[test]
fn any_country_can_be_drawn_by_itself_and_with_any_other() {
    let beside: [&[(&str, usize)]; 3] = [&[], &[("FJI", 2)], &[("USA", 1), ("RUS", 3)]];
    for (at, country) in country::all().iter().enumerate() {
        let Some(_) = outlines().of(&country.alpha3) else { continue };
        // Maps of the whole world take a while without optimisation: some countries are enough.
        for others in beside.iter().take(if at % 8 == 0 { 3 } else { 1 }) {
            let counts: Vec<(&str, usize)> = others.iter().copied().chain([(country.alpha3.as_str(), 4)]).collect();
            let map = map(&counts);
            for place in &map.places {
                let label =
                    place.label.as_ref().unwrap_or_else(|| panic!("{} has no label beside {counts:?}", place.name));
                let is_inside = (0..=map.width).contains(&label.x) && (0..=map.height).contains(&label.y);
                assert!(is_inside, "{} beside {counts:?}: {label:?}", place.name);
                assert!(!place.path.is_empty() || place.dot.is_some(), "{} beside {counts:?}", place.name);
                let is_near = |at: i32, most: i32| (-40..=most + 40).contains(&at);
                let (x, y) = place.dot.unwrap_or_default();
                assert!(is_near(x, map.width) && is_near(y, map.height), "{} {x} {y}", place.name);
            }
            assert!(length(&map) < 8_000, "{counts:?} {}", length(&map));
        }
    }
}

#[test]
fn small_islands_have_a_ring_and_a_code() {
    let map = map(&[("MDV", 2), ("IND", 5)]);
    let maldives = &map.places[1];
    assert!(maldives.dot.is_some());
    assert_eq!(maldives.code, Some("MDV"));
}

#[test]
fn countries_that_touch_share_the_points_of_their_border() {
    let all = outlines();
    let concerned: Vec<&Outline> = ["MLI", "NER"].iter().filter_map(|code| all.of(code)).collect();
    let frame = Frame::around(all, &concerned).expect("they have outlines");
    let shapes = shapes(all, &frame, &|_| true);
    let points = |code: &str| -> BTreeSet<(i32, i32)> {
        shapes
            .iter()
            .filter(|shape| shape.code == code)
            .flat_map(|shape| shape.rings.iter().flatten())
            .copied()
            .collect()
    };
    assert!(points("MLI").intersection(&points("NER")).count() > 5);
}

#[test]
fn places_without_an_outline_are_listed_and_not_drawn() {
    let place =
        |name: &str, code: Option<&'static str>| Counted { code, view: MapPlaceView { count: 1, ..named(name) } };
    assert!(drawn(vec![place("the Sahel", None), place("Tokelau", Some("TKL"))], 0, "en").is_none());
    let map = drawn(vec![place("the Sahel", None), place("Mali", Some("MLI"))], 2, "en").expect("Mali has one");
    assert_eq!(map.places.len(), 2);
    assert!(map.places[1].path.is_empty() && map.places[1].label.is_none() && map.places[1].dot.is_none());
}
