from __future__ import annotations

import pytest

from minutes.drafting.opinions import Setting, opinions_of
from minutes.drafting.value import Opinion
from tests.minutes.drafting.said import CHAIR, SECRETARY, scene

WHO = "Lê Văn Tám"


def opinions(text: str, answer: str = "Cảm ơn đồng chí Tám.") -> tuple[Opinion, ...]:
    return opinions_of(scene((CHAIR, "Mời các đồng chí thảo luận."), (WHO, text), (CHAIR, answer)), Setting())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Tôi đề nghị mỗi hộ góp ba công làm đường.", "đề nghị"),
        ("Tôi kiến nghị xã cấp thêm xi măng.", "đề nghị"),
        ("Tôi hoàn toàn nhất trí với phương án của chi ủy.", "nhất trí"),
        ("Tôi không nhất trí. Ba trăm không đủ. Tôi đề nghị giữ năm trăm.", "không nhất trí"),
        ("Tôi phê bình đồng chí Sơn thiếu trách nhiệm.", "phê bình"),
        ("Việc này tôi làm chậm, tôi xin nhận khuyết điểm.", "tự phê bình"),
        ("Cho tôi hỏi đồng chí Sơn bao giờ thì xong?", "chất vấn"),
        ("Tôi xin giải trình. Tiền về chậm nên thợ rút quân.", "giải trình"),
        ("Tôi vẫn giữ ý kiến của tôi, đề nghị cho bảo lưu.", "bảo lưu"),
        ("Tôi xin báo tin. Tuần tới rét xuống bốn độ, bản ta có bốn mươi con trâu.", "thông tin"),
        ("Tui không ưng mô, mần rứa dân khổ lắm.", "không nhất trí"),
        ("Tôi chấp hành, nhưng vẫn giữ quan điểm là nên chờ sang năm.", "bảo lưu"),
        ("Lớp học là tôi dạy mà tôi không báo cáo kịp. Khuyết điểm này tôi nhận.", "tự phê bình"),
        ("Nghe đồng chí Mai nói rõ rồi, tôi rút đề nghị lùi, tôi nhất trí làm luôn.", "nhất trí"),
        ("Chi ủy đề nghị chi bộ công nhận đồng chí Lan là đảng viên chính thức.", "đề nghị"),
        ("Tôi thì ủng hộ thuê máy. Giờ còn mấy bà già lấy ai mà vét.", "nhất trí"),
        ("Phải đó, tôi cũng nghĩ vậy.", "nhất trí"),
        ("Tôi có ý là thuê máy đoạn đầu thôi, đoạn sau mỗi nhà tự vét.", "đề nghị"),
        ("Tôi ở phòng khám. Tôi cho rằng chỉ tiêu ấy là không khả thi.", "không nhất trí"),
        ("Tổ tôi còn năm em chưa đọc thông. Cái này trách nhiệm là ở tôi.", "tự phê bình"),
        ("Chuyện này lỗi ở phòng vật tư chứ không phải tiếp đón.", "phê bình"),
        ("Sao bên kỹ thuật để lỗi nhiều thế mà không ai chịu trách nhiệm? Tháng trước ít hơn.", "chất vấn"),
        ("Sao không hỏi ý bà con trước? Đã có nhà nào chịu đi chưa?", "chất vấn"),
    ],
)
def test_the_explicit_verb_decides_the_kind(text: str, kind: str) -> None:
    assert [o.kind for o in opinions(text)] == [kind]


def test_agreeing_with_one_and_proposing_more_is_a_proposal() -> None:
    [opinion] = opinions("Tôi đồng tình với đồng chí Sơn. Tôi đề nghị chia theo ngõ, mỗi nhà một người.")
    assert opinion.kind == "đề nghị"


def test_what_the_chair_cuts_off_is_beside_the_matter() -> None:
    [opinion] = opinions("Con trâu nhà ông Khánh phá lúa thì phạt thế nào.", "Chuyện ấy để họp thôn bàn nhé.")
    assert opinion.kind == "ngoài lề"


def test_a_speech_that_strays_keeps_its_first_part() -> None:
    first, second = opinions(
        "Tôi không đồng ý với mức ấy vì quá cao. Nhân tiện tôi phản ánh chuyện rác đầu ngõ.",
        "Chuyện rác để thường kỳ tháng sau.",
    )
    assert (first.kind, second.kind) == ("không nhất trí", "ngoài lề")


def test_a_voice_that_broke_off_is_unclear() -> None:
    [opinion] = opinions("Tôi nghĩ là, ờ, nếu mà, cho nên tôi mới nói thế.", "Tiếng đứt hết, không ai nghe ra ý gì.")
    assert opinion.kind == "chưa rõ"


def test_a_report_that_ends_in_self_criticism_is_two_opinions() -> None:
    kinds = [
        o.kind
        for o in opinions(
            "Tôi xin báo cáo nhanh. Tháng qua có năm việc, đã xong bốn. Thăm hai mươi gia đình chính sách. Dọn bãi "
            "rác sau dãy nhà hàng. Việc thống kê mới thu được bốn mươi phần trăm. Phần ấy tôi buông lỏng, "
            "tôi xin tự phê bình."
        )
    ]
    assert kinds == ["thông tin", "tự phê bình"]


def test_the_gist_leads_with_the_act_in_the_third_person() -> None:
    [opinion] = opinions("Tôi Tám. Lũ cuốn mất ống. Tôi đề nghị mỗi hộ góp ba công.")
    assert opinion.gist == "Đề nghị mỗi hộ góp 3 công. Lũ cuốn mất ống."


def test_sound_checks_and_taking_a_task_are_no_opinions() -> None:
    assert opinions("Dạ nghe rõ rồi ạ.") == ()
    assert opinions("Vâng, tôi rõ.") == ()


def test_a_reservation_told_by_the_chair_is_kept_for_its_owner() -> None:
    found = opinions("Vâng.", "Ý kiến của đồng chí Sơn được bảo lưu, thư ký ghi vào biên bản.")
    assert [(o.speaker, o.kind, o.reported_by) for o in found] == [("Đỗ Văn Sơn", "bảo lưu", CHAIR)]


def test_what_answers_a_question_without_a_verb_of_its_own_explains() -> None:
    found = opinions_of(
        scene(
            (CHAIR, "Mời các đồng chí."), (WHO, "Cho tôi hỏi vì sao mương chưa xong?"),
            ("Đỗ Văn Sơn", "Xi măng về chậm hai tuần, thợ phải nghỉ chờ, tuần này đổ tiếp được rồi."),
        ),
        Setting(),
    )  # fmt: skip
    assert [o.kind for o in found] == ["chất vấn", "giải trình"]


def test_a_proposal_told_of_another_is_not_the_speakers() -> None:
    [opinion] = opinions("Tôi nghe bà Phấng ngoài bản nói, bà ấy đề nghị đưa máy xúc vào làm cho nhanh, tôi nói lại.")
    assert opinion.kind == "thông tin"


def test_who_excuses_a_late_coming_proposes_nothing() -> None:
    assert opinions("Tôi tới muộn, trâu sổng phải đi tìm. Mong chi bộ thông cảm.") == ()


def test_a_long_speech_is_told_no_longer_than_it_is_printed() -> None:
    [opinion] = opinions(
        "Tôi đề nghị làm đường. " + " ".join(f"Đoạn thứ {n} cần đổ đá và lu thật kỹ." for n in range(99))
    )
    assert opinion.gist.endswith(" …")
    assert len(opinion.gist.split()) == 111


def test_a_view_kept_after_the_vote_is_reserved_without_that_word() -> None:
    said = "Tôi theo đa số, nhưng ý của tôi là vẫn nên làm tay, thư ký cứ ghi lại cho tôi."
    parts = scene((CHAIR, "Ta biểu quyết."), (SECRETARY, "Mười đồng ý."), (WHO, said), (CHAIR, "Ghi cho đồng chí ấy."))
    assert [o.kind for o in opinions_of(parts, Setting(counters=frozenset({1})))] == ["bảo lưu"]
    assert [o.kind for o in opinions_of(parts, Setting())] == ["đề nghị"]


def test_whom_the_chair_asks_by_name_explains() -> None:
    parts = scene(
        (CHAIR, "Tôi hỏi thẳng, đồng chí Tám có dạy thêm ở nhà không?"),
        (WHO, "Thưa chi bộ, tôi có dạy bốn cháu là con cháu trong họ, không thu tiền của ai cả."),
        (CHAIR, "Rõ rồi."),
    )
    assert [o.kind for o in opinions_of(parts, Setting())] == ["giải trình"]


def test_what_one_who_is_away_has_said_for_him_is_his_opinion() -> None:
    parts = scene(
        (CHAIR, "Mời đồng chí Lộc."),
        (SECRETARY, "Tôi xin đọc ý kiến của đồng chí Tú nhắn: đề nghị chi bộ không đổi nhà cung cấp giữa năm."),
        (CHAIR, "Cảm ơn đồng chí."),
    )
    [opinion] = opinions_of(parts, Setting())
    assert (opinion.speaker, opinion.kind, opinion.reported_by) == ("Hoàng Văn Tú", "đề nghị", SECRETARY)


def test_what_the_chair_cuts_off_by_name_leaves_what_was_said_before_it() -> None:
    first, second = opinions(
        "Đồng chí Sơn nói phải. Mà các ông xem lại con chó nhà ông Tín thả rông, nó đuổi tôi suốt đoạn đường.",
        "Chuyện con chó để đấy đã đồng chí Tám ơi.",
    )
    assert (first.kind, second.kind) == ("nhất trí", "ngoài lề")
