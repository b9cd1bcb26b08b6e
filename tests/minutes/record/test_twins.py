"""One voice heard by two microphones is one line; two voices stay two."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from minutes.record import transcript
from minutes.record.events import Corrected, Erased, Event, Retranscribed, SpeakerAssigned, Spoke
from minutes.record.transcript import Transcript, Utterance
from minutes.record.twins import same_speech
from tests.minutes.record.logbook import START, log

RATE = 48_000
HALL = Spoke(
    "hall", 0, 4 * RATE, START, "", "Kính thưa các đồng chí, tôi nhất trí với báo cáo", confidence=700, level=-30
)
PHONE = Spoke(
    "phone", 0, 4 * RATE, START + 300, "lan", "kính thưa các đồng chí tôi nhất trí với báo cáo ạ", confidence=900,
    channel="remote", level=-18,
)  # fmt: skip
H, P = "hall:0", "phone:0"


def folded(*events: Event) -> Transcript:
    return transcript.fold(log(events))


def shown(*events: Event) -> list[tuple[str, tuple[str, ...]]]:
    return [(line.id, line.also) for line in folded(*events).utterances]


def test_the_same_words_on_hall_and_phone_are_the_nearer_ones_line_with_both_as_sources() -> None:
    assert shown(HALL, PHONE) == [(P, (H,))]
    assert shown(replace(HALL, level=-10), PHONE) == [(H, (P,))]
    assert set(folded(HALL, PHONE).by_id) == {H, P}
    assert folded(HALL, PHONE).behind(H) == P


def test_a_hall_line_nobody_is_known_to_have_said_takes_the_owner_of_the_phone() -> None:
    assert folded(replace(HALL, level=-10), PHONE).utterances[0].speaker == "lan"
    assert folded(replace(HALL, level=-10, speaker="hop"), PHONE).utterances[0].speaker == "hop"


def test_where_loudness_is_not_told_apart_the_surer_text_is_shown() -> None:
    assert shown(replace(HALL, level=0), replace(PHONE, level=0)) == [(P, (H,))]


def test_other_words_at_the_same_time_are_two_people() -> None:
    assert len(shown(HALL, replace(PHONE, text="đề nghị hạ loa ngoài sân xuống một chút"))) == 2


def test_the_same_words_later_are_said_again() -> None:
    assert len(shown(HALL, replace(PHONE, said_at=START + 8_000))) == 2


def test_two_short_words_of_assent_are_two_peoples() -> None:
    assert len(shown(replace(HALL, text="Nhất trí"), replace(PHONE, text="Nhất trí"))) == 2


def test_two_utterances_of_one_track_and_typed_speech_never_merge() -> None:
    assert len(shown(HALL, replace(HALL, start=1))) == 2
    assert len(shown(HALL, replace(PHONE, method="typed"))) == 2


def test_a_line_changed_by_hand_is_shown_whichever_was_louder() -> None:
    assert shown(HALL, PHONE, Corrected(H, "Kính thưa các đồng chí, tôi nhất trí.")) == [(H, (P,))]
    assert shown(HALL, PHONE, SpeakerAssigned(H, "hop")) == [(H, (P,))]
    assert len(shown(HALL, PHONE, Corrected(H, "Một"), Corrected(P, "Hai"))) == 2


def test_a_louder_half_does_not_hide_what_only_the_other_microphone_wrote_down() -> None:
    long = replace(HALL, end=9 * RATE, text=HALL.text + " và đề nghị sớm sửa đường vào thôn")
    assert shown(long, PHONE) == [(H, (P,))]


def test_erased_speech_leaves_no_twin_behind() -> None:
    value = folded(HALL, PHONE, Erased(START, START + 9_000))
    assert not value.by_id
    assert not value.twins


def test_a_second_recognition_is_compared_anew() -> None:
    other = Retranscribed(H, "hạ loa ngoài sân xuống một chút", "hạ loa ngoài sân xuống một chút", "m2")
    assert len(shown(HALL, PHONE, other)) == 2
    assert len(shown(replace(HALL, text="hạ loa"), PHONE, Retranscribed(H, HALL.text, HALL.text, "m2"))) == 1


TEXTS = ("xin cảm ơn các đồng chí", "xin cám ơn các đồng chí ạ", "đề nghị sửa đường vào thôn", "nhất trí")
spoken = st.builds(
    lambda track, start, length, text, level, sure: Spoke(
        track, start * RATE, (start + length) * RATE, START + start * 1000, "", TEXTS[text], confidence=sure,
        level=level,
    ),
    st.sampled_from("abc"), st.integers(0, 8), st.integers(1, 12), st.integers(0, 3), st.integers(-40, 0),
    st.integers(0, 3),
)  # fmt: skip


def unique(said: list[Spoke]) -> list[Spoke]:
    return list({(one.track, one.start): one for one in said}.values())


@given(st.lists(spoken, max_size=6).map(unique), st.sets(st.integers(0, 5), max_size=2), st.randoms())
def test_what_is_shown_does_not_depend_on_the_order_of_arrival(said: list[Spoke], hand: set[int], dice: object) -> None:
    hands = [Corrected(f"{said[n].track}:{said[n].start}", "Sửa tay") for n in hand if n < len(said)]
    mixed = list(said)
    dice.shuffle(mixed)  # type: ignore[attr-defined]  # random.Random
    one, other = folded(*said, *hands).utterances, folded(*mixed, *hands).utterances
    assert [replace(line, seq=0) for line in one] == [replace(line, seq=0) for line in other]


@given(st.lists(spoken, max_size=8).map(unique))
def test_every_utterance_is_a_source_of_exactly_one_line(said: list[Spoke]) -> None:
    value = folded(*said)
    sources = [key for line in value.utterances for key in (line.id, *line.also)]
    assert sorted(sources) == sorted(value.by_id)


def test_twins_are_found_in_both_directions() -> None:
    for one, other in permutations(folded(HALL, PHONE).by_id.values()):
        assert same_speech(one, other)
        assert isinstance(one, Utterance)
