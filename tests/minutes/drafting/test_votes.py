from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from minutes.drafting.tally import Count, best
from minutes.drafting.value import Vote
from minutes.drafting.votes import polls_of
from tests.minutes.drafting.said import CHAIR, SECRETARY, scene
from transcription.text.numbers import words


def votes(*said: tuple[str, str], present: int = 19) -> tuple[Vote, ...]:
    return polls_of(scene((CHAIR, "Ta họp."), *said), present).votes


CALL = (CHAIR, "Bây giờ ta biểu quyết chủ trương làm đường. Đồng chí nào nhất trí đề nghị giơ tay.")


def test_counts_with_their_choices_are_read() -> None:
    [vote] = votes(CALL, (SECRETARY, "Đồng ý mười bốn, không đồng ý bốn, không có ý kiến một. Tổng mười chín."))
    assert (vote.voters, vote.in_favour, vote.against, vote.abstain) == (19, 14, 4, 1)
    assert vote.passed is True


def test_counts_that_do_not_add_up_at_first_are_mended_by_the_recount() -> None:
    [vote] = votes(
        CALL,
        (SECRETARY, "Mười sáu đồng ý, một không đồng ý, một không biểu quyết. Ơ, thế mới mười tám."),
        ("Đỗ Văn Sơn", "Tôi có giơ tay mà camera bị tắt. Tôi đồng ý."),
        (SECRETARY, "Vậy mười bảy trên mười chín đồng chí đồng ý, một không đồng ý, một không biểu quyết."),
    )
    assert (vote.voters, vote.in_favour, vote.against, vote.abstain) == (19, 17, 1, 1)


def test_counts_that_never_add_up_are_left_blank_and_flagged() -> None:
    [vote] = votes(CALL, (SECRETARY, "Đồng ý mười, không đồng ý hai."), (CHAIR, "Thôi ta sang phần khác."))
    assert vote.in_favour is None
    assert vote.passed is None
    assert vote.flags[0] == "counts-do-not-add-up"


def test_less_than_half_does_not_pass() -> None:
    [vote] = votes(CALL, (SECRETARY, "Chín đồng ý, mười không đồng ý."))
    assert vote.passed is False


def test_two_thirds_not_reached_is_not_passed_when_the_chair_says_so() -> None:
    [vote] = votes(
        CALL,
        (SECRETARY, "Mười đồng ý, chín không đồng ý."),
        (CHAIR, "Như vậy không đủ hai phần ba, việc này chưa được thông qua."),
    )
    assert vote.passed is False
    assert vote.flags == ()


def test_two_votes_on_one_matter_are_both_kept() -> None:
    found = votes(
        (CHAIR, "Ta biểu quyết từng phương án. Phương án một, tám mươi phần trăm, ai đồng ý giơ tay."),
        (SECRETARY, "Đồng ý chín, không đồng ý mười."),
        (CHAIR, "Phương án một không được thông qua. Phương án hai, bảy mươi phần trăm."),
        (SECRETARY, "Đồng ý mười tám, không đồng ý một."),
    )
    assert [v.passed for v in found] == [False, True]


def test_asking_for_other_views_is_no_vote() -> None:
    assert votes((CHAIR, "Các đồng chí nhất trí chương trình không ạ?"), (SECRETARY, "Nhất trí.")) == ()


@given(st.integers(1, 60), st.integers(0, 40), st.integers(0, 20))
def test_no_vote_counts_more_than_its_base(in_favour: int, against: int, abstain: int) -> None:
    total = in_favour + against + abstain
    said = f"Đồng ý {words(in_favour)}, không đồng ý {words(against)}, không có ý kiến {words(abstain)}."
    for vote in votes(CALL, (SECRETARY, said), present=total):
        counted = (vote.in_favour or 0) + (vote.against or 0) + (vote.abstain or 0)
        assert counted <= (vote.voters or 0)


@given(
    st.lists(st.tuples(st.sampled_from(["vote_for", "vote_against", "vote_abstain", "base", ""]), st.integers(0, 40)))
)
def test_whatever_was_heard_the_chosen_counts_add_up(heard: list[tuple[str, int]]) -> None:
    tally = best([Count(choice, value, 1.0) for choice, value in heard], [20], False, False)
    if tally is not None:
        assert tally.in_favour + tally.against + tally.abstain == tally.voters


def test_right_after_one_count_the_next_thing_is_only_named() -> None:
    first, second = votes(
        CALL, (SECRETARY, "Đồng ý mười bảy, không đồng ý hai."),
        (CHAIR, "Đồng chí Sơn, mức hoàn thành xuất sắc."),
        (SECRETARY, "Đồng ý tám. Không đồng ý mười. Không biểu quyết một."),
    )  # fmt: skip
    assert (first.in_favour, second.in_favour, second.against, second.abstain) == (17, 8, 10, 1)
    assert second.passed is False
    assert "xuất sắc" in second.question


def test_a_running_sum_stands_over_its_parts() -> None:
    counted = "Ngồi đây giơ tám, anh Sơn ưng nữa là chín. Đồng chí Tám không giơ, hỏi thì nói không ưng. Đủ mười."
    [vote] = votes((CHAIR, "Ai ưng thì giơ tay."), (SECRETARY, counted), present=10)
    assert (vote.voters, vote.in_favour, vote.against, vote.abstain) == (10, 9, 1, 0)


def test_a_vote_that_is_only_named_is_a_vote_when_the_secretary_counts_at_once() -> None:
    found = votes(
        (CHAIR, "Tôi lấy biểu quyết mức bảy mươi trước. Đồng chí nào nhất trí giơ tay."),
        (SECRETARY, "Nhất trí chín, không nhất trí mười."),
        (CHAIR, "Chưa quá bán, không được. Còn mức bảy mươi lăm phút."),
        (SECRETARY, "Nhất trí mười tám, không nhất trí một."),
    )
    assert [(v.in_favour, v.passed) for v in found] == [(9, False), (18, True)]


def test_who_abstains_by_name_is_counted_beside_the_others() -> None:
    said = "Tán thành mười tám, không có ai phản đối, đồng chí Lan không biểu quyết. Đủ mười chín."
    [vote] = votes(CALL, (SECRETARY, said))
    assert (vote.in_favour, vote.against, vote.abstain) == (18, 0, 1)


def test_a_count_that_the_chair_sends_back_is_one_vote() -> None:
    [vote] = votes(
        CALL,
        (SECRETARY, "Tán thành mười, không tán thành tám."),
        (CHAIR, "Mới có mười tám, đồng chí đếm lại xem."),
        (SECRETARY, "Tán thành mười một, không tán thành tám."),
    )
    assert (vote.in_favour, vote.against) == (11, 8)
