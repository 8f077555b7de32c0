"""Hanging protocols: which one fits a study, and what it puts where; the same way every time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.app.hanging_protocols import load_protocols
from labeler.model.paths import resources_root
from labeler.viewing.hanging import (
    Choice,
    Hanging,
    Protocol,
    StudyRule,
    ViewRule,
    begins,
    faults,
    fits,
    hangings,
)
from labeler.viewing.layout import Plane
from labeler.viewing.series_facts import SeriesFacts

PROTOCOLS = load_protocols(resources_root() / "hanging")


def ct(tile: str, description: str = "", slices: int = 100, **facts: object) -> SeriesFacts:
    plain = SeriesFacts(
        tile, "CT", description, "now", 1000, body_part="CHEST", plane=Plane.AXIAL, slices=slices
    )
    return replace(plain, **facts)  # type: ignore[arg-type]


def mammogram(tile: str, side: str, view: str, **facts: object) -> SeriesFacts:
    plain = SeriesFacts(tile, "MG", "", "now", 1000, view=view, laterality=side)
    return replace(plain, **facts)  # type: ignore[arg-type]


def first(*series: SeriesFacts) -> tuple[str, list[str]]:
    best = hangings(PROTOCOLS, series)[0]
    return best.protocol.code, [view.tile for view in best.views]


def named(code: str, *series: SeriesFacts) -> Hanging:
    return next(one for one in hangings(PROTOCOLS, series) if one.protocol.code == code)


class TestTheProtocolsThatShip:
    def test_there_is_one_for_each_kind_of_study(self) -> None:
        codes = {protocol.code for protocol in PROTOCOLS}
        kinds = ("chest-ct", "head-ct", "mammography", "chest-xray", "brain-mr", "ultrasound")
        assert {*kinds, "slide"} <= codes
        assert all(faults(protocol) == () for protocol in PROTOCOLS)

    def test_ranks_are_all_different_so_that_the_best_is_one(self) -> None:
        ranks = [protocol.rank for protocol in PROTOCOLS]
        assert len(set(ranks)) == len(ranks)

    def test_a_chest_ct_opens_with_its_lung_series(self) -> None:
        found = first(
            ct("scout", slices=1, is_localizer=True), ct("soft", "B31f"), ct("lung", "B70f")
        )
        assert found == ("chest-ct", ["lung"])

    def test_a_chest_ct_is_held_beside_the_nearest_prior(self) -> None:
        now = ct("now", "Lung 1.0", patient="a")
        older = ct("older", "Lung 1.0", study="older", study_day=500, patient="a")
        near = ct("near", "Lung 1.0", study="near", study_day=900, patient="a")
        assert first(now, older, near) == ("chest-ct-prior", ["now", "near"])

    def test_another_person_is_nobodys_prior(self) -> None:
        other = ct("other", "Lung", study="then", study_day=900, patient="b")
        assert first(ct("now", "Lung", patient="a"), other) == ("chest-ct", ["now"])

    def test_two_studies_without_an_id_are_not_hung_as_one_persons(self) -> None:
        other = ct("other", "Lung", study="then", study_day=900)
        assert first(ct("now", "Lung"), other) == ("chest-ct", ["now"])

    def test_windows_of_one_series_stand_side_by_side(self) -> None:
        hung = named("chest-ct-windows", ct("only"))
        assert [(v.tile, v.rule.preset) for v in hung.views] == [
            ("only", "lung"),
            ("only", "mediastinum"),
        ]

    def test_planes_are_reformats_of_one_series(self) -> None:
        hung = named("chest-ct-planes", ct("only"))
        assert [v.rule.plane for v in hung.views] == ["", "coronal", "sagittal", "axial"]
        assert {v.tile for v in hung.views} == {"only"}
        assert (hung.views[3].rule.slab, hung.views[3].rule.slab_mm) == ("mip", 10.0)

    def test_mammograms_hang_right_left_above_right_left(self) -> None:
        views = [mammogram(f"{s}{v}", s, v) for v in ("MLO", "CC") for s in "LR"]
        assert first(*views) == ("mammography", ["RCC", "LCC", "RMLO", "LMLO"])
        walls = [view.rule.wall for view in hangings(PROTOCOLS, tuple(views))[0].views]
        assert walls == ["right", "left", "right", "left"]

    def test_a_spot_view_never_takes_the_place_of_a_whole_one(self) -> None:
        spot = mammogram("spot", "R", "CC", is_partial=True, slices=9)
        assert first(spot, mammogram("RCC", "R", "CC"), mammogram("LCC", "L", "CC"))[1] == [
            "RCC",
            "LCC",
            "",
            "",
        ]

    def test_brain_sequences_are_found_by_their_words(self) -> None:
        def mr(tile: str, description: str) -> SeriesFacts:
            return SeriesFacts(tile, "MR", description, "now", 1, body_part="BRAIN", slices=30)

        code, tiles = first(
            mr("loc", "localizer"),
            mr("t1", "t1_mprage_sag_p2"),
            mr("t2", "t2_tse_tra"),
            mr("flair", "t2_tirm_tra_dark-fluid"),
            mr("adc", "ep2d_diff_ADC"),
            mr("dwi", "ep2d_diff_TRACEW"),
        )
        assert (code, tiles) == ("brain-mr", ["t2", "flair", "dwi", "t1"])

    def test_ultrasound_images_follow_one_another(self) -> None:
        clips = [SeriesFacts(f"c{n}", "US", "", "now", 1) for n in range(6)]
        assert first(*clips) == ("ultrasound", ["c0", "c1", "c2", "c3"])

    def test_frontal_and_lateral_chest_stand_side_by_side(self) -> None:
        def film(tile: str, view: str) -> SeriesFacts:
            return SeriesFacts(tile, "DX", "", "now", 1, body_part="CHEST", view=view)

        assert first(film("lat", "LL"), film("pa", "PA")) == ("chest-xray", ["pa", "lat"])

    def test_a_slide_and_an_unknown_study(self) -> None:
        assert first(SeriesFacts("s", "SM"))[0] == "slide"
        assert hangings(PROTOCOLS, (SeriesFacts("x", "OT"),)) == ()
        assert hangings(PROTOCOLS, ()) == ()


_WORDS = st.sampled_from(("", "lung B70", "soft B31", "t2 tse", "flair", "t1 post", "CC", "scout"))
_SERIES = st.lists(
    st.builds(
        SeriesFacts,
        tile=st.just(""),
        modality=st.sampled_from(("CT", "MR", "MG", "DX", "US", "SM", "OT")),
        description=_WORDS,
        study=st.sampled_from(("a", "b", "c")),
        study_day=st.sampled_from((None, 1, 2)),
        body_part=st.sampled_from(("", "CHEST", "HEAD", "BRAIN", "BREAST")),
        plane=st.sampled_from(tuple(Plane)),
        view=st.sampled_from(("", "CC", "MLO", "PA", "LL")),
        laterality=st.sampled_from(("", "R", "L")),
        is_partial=st.booleans(),
        slices=st.integers(1, 9),
        patient=st.sampled_from(("", "p", "q")),
    ),
    max_size=8,
).map(lambda found: tuple(replace(one, tile=f"t{at}") for at, one in enumerate(found)))


@given(_SERIES)
def test_what_hangs_fits_and_is_always_the_same(series: tuple[SeriesFacts, ...]) -> None:
    found = hangings(PROTOCOLS, series)
    assert found == hangings(tuple(reversed(PROTOCOLS)), series)
    here = {one.tile: one for one in series}
    assert [one.protocol.rank for one in found] == sorted(one.protocol.rank for one in found)
    for hanging in found:
        assert len(hanging.views) == len(hanging.protocol.views)
        assert hanging.filled >= hanging.protocol.least_filled
        for view in hanging.views:
            assert not view.rule.needed or view.tile
            if view.tile and view.rule.choose is not None:
                assert fits(view.rule.choose, here[view.tile])
            if view.rule.same_as is not None:
                assert view.tile == hanging.views[view.rule.same_as].tile
        shown = [here[view.tile] for view in hanging.views if view.tile]
        people = {one.patient for one in shown} - {""}
        assert len(people) <= 1
        assert people or len({one.study for one in shown}) <= 1, "nobody is anybody's prior"


@given(_SERIES)
def test_of_equals_the_first_in_the_strip_hangs(series: tuple[SeriesFacts, ...]) -> None:
    doubled = (*series, *(replace(one, tile=f"{one.tile} again") for one in series))
    fixed = [one for one in PROTOCOLS if not one.code.startswith("ultrasound")]
    for once, twice in zip(hangings(fixed, series), hangings(fixed, doubled), strict=True):
        assert once == twice


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("ep2d_diff_TRACEW", ("trace",), True),
        ("Lung 1.0 B70f", ("b7",), True),
        ("MEDIASTINUM", ("stin",), False),
        ("t2_tirm_tra_dark-fluid", ("dark fluid",), True),
        ("", ("x",), False),
        ("anything", (), False),
    ],
)
def test_words_are_found_at_their_beginnings(
    text: str, words: tuple[str, ...], found: bool
) -> None:
    assert begins(text, words) is found


def test_a_protocol_that_contradicts_itself_says_where() -> None:
    broken = Protocol(
        "x",
        "X",
        1,
        (StudyRule(("CT",)),),
        1,
        1,
        (ViewRule(), ViewRule(same_as=5, choose=Choice()), ViewRule(choose=Choice(), slab="mip")),
        links=((0, 7),),
    )
    assert faults(broken) == (
        "more views than viewports",
        "view 0: either choose or same_as",
        "view 1: either choose or same_as",
        "view 1: same_as names no earlier view",
        "view 2: a slab needs both kind and thickness",
        "links name no view",
    )
