import pytest

from transcription.text import (
    Acoustics,
    Reason,
    inaudible,
    is_invented,
    is_known_invention,
    reason_invented,
    without_loops,
)

INVENTIONS = (
    "Hãy subscribe cho kênh Ghiền Mì Gõ Để không bỏ lỡ những video hấp dẫn",
    "Hãy subscribe cho kênh La La School Để không bỏ lỡ những video hấp dẫn.",
    "Cảm ơn các bạn đã theo dõi và hẹn gặp lại.", "Các bạn hãy đăng ký kênh để ủng hộ kênh của mình nhé.",
    "Cảm ơn các bạn đã xem video!", "Phụ đề được thực hiện bởi cộng đồng Amara.org", "Ghiền Mì Gõ", "La La School",
    "Hẹn gặp lại các bạn trong những video tiếp theo.", "Tiếng nhạc", "Thank you for watching.",
    "Các bạn nhớ like, share và đăng ký kênh nhé!", "Đừng quên nhấn chuông để nhận thông báo mới nhất.",
    "Hãy để lại bình luận bên dưới video.", "Bạn đang xem kênh của chúng tôi",
    "Bạn có thể đăng ký kênh để ủng hộ mình", "Xin cảm ơn các bạn đã ủng hộ kênh.", "Chúc các bạn một ngày vui vẻ!",
    "Subscribe cho kênh Ghiền Mì Gõ để không bỏ lỡ những video hấp dẫn", "Cảm ơn mọi người đã theo dõi nhé.",
    "Đăng ký kênh để không bỏ lỡ video mới nha", "Mời quý vị đón xem tập tiếp theo.",
)  # fmt: skip
TRUE_SENTENCES = (
    "Xin cảm ơn các đồng chí đã theo dõi báo cáo.", "Tôi xin hết, cảm ơn các đồng chí đã lắng nghe.",
    "Đề nghị các đồng chí đăng ký làm theo gương Bác.", "Kênh mương nội đồng đã nạo vét xong.", "Nhất trí.",
    "Tôi nhất trí, nhất trí, nhất trí hoàn toàn.", "Hẹn các đồng chí kỳ họp sau.",
    "Hai mươi, hai mươi mốt, hai mươi hai, hai mươi ba, hai mươi tư, hai mươi lăm.",
    "Trường thôn mở lớp, phụ huynh đăng ký cho con em đi học.", "Vỗ tay hoan nghênh đồng chí Hợi.",
    "Cảm ơn các đồng chí đã theo dõi báo cáo.", "Xin hẹn gặp lại các đồng chí vào kỳ sinh hoạt sau.",
    "Đề nghị các đồng chí đăng ký danh sách trước ngày mười lăm.", "Đồng chí nào đăng ký phát biểu thì giơ tay.",
    "Chi đoàn đã lập kênh để tuyên truyền nghị quyết.", "Nhân dân theo dõi chương trình trên truyền hình.",
    "Cảm ơn bà con đã ủng hộ quỹ khuyến học.", "Đề nghị các đồng chí chia sẻ bài viết lên trang của thôn.",
    "Đội văn nghệ tập nhạc vào tối thứ bảy.", "Mời các đồng chí xem phim tài liệu về Bác.",
    "Các bạn đoàn viên nhớ đăng ký tham gia.", "Đăng ký mua bảo hiểm y tế cho hộ gia đình.",
    "Để không bị động, thôn phải đăng ký sớm.", "Mời quý vị đại biểu tham quan mô hình.", "Xin chào các đồng chí.",
)  # fmt: skip
DOUBTFUL = (
    Acoustics(no_speech_prob=0.7, avg_logprob=-0.5), Acoustics(no_speech_prob=0.1, avg_logprob=-0.95),
    Acoustics(voiced_seconds=4.0, seconds=20.0),
)  # fmt: skip
CLEAR = Acoustics(no_speech_prob=0.05, avg_logprob=-0.3, voiced_seconds=4.5, seconds=5.0)


@pytest.mark.parametrize("text", INVENTIONS)
@pytest.mark.parametrize("sound", DOUBTFUL)
def test_a_known_invention_in_doubtful_sound_is_dropped(text: str, sound: Acoustics) -> None:
    assert reason_invented(text, sound) is Reason.KNOWN


@pytest.mark.parametrize("text", INVENTIONS)
def test_the_same_words_truly_said_stay(text: str) -> None:
    assert reason_invented(text, CLEAR) is None


@pytest.mark.parametrize("text", TRUE_SENTENCES)
@pytest.mark.parametrize("sound", [CLEAR, *DOUBTFUL])
def test_a_sentence_of_a_meeting_stays_even_in_doubtful_sound(text: str, sound: Acoustics) -> None:
    assert reason_invented(text, sound) is None


def test_one_true_sentence_saves_the_whole_text() -> None:
    assert not is_known_invention("Đồng chí Tám báo cáo. Cảm ơn các bạn đã theo dõi.")


def test_loops_are_dropped_however_sure_the_recogniser_is() -> None:
    assert reason_invented("tuyến " + "cục " * 20, Acoustics(avg_logprob=-0.1)) is Reason.LOOP
    assert reason_invented("tôi nhất trí với anh " * 6, Acoustics()) is Reason.LOOP


def test_a_loop_inside_a_sentence_is_cut_short() -> None:
    assert without_loops("làm tuyến cục cục cục cục cục đường này") == "làm tuyến cục cục đường này"
    assert without_loops("không, không, không!") == "không, không, không!"


def test_more_words_than_a_mouth_can_say_are_dropped() -> None:
    said = "kính thưa các đồng chí đại biểu kính thưa toàn thể các đồng chí đảng viên"
    assert reason_invented(said, Acoustics(voiced_seconds=0.5)) is Reason.TOO_FAST
    assert reason_invented(said, Acoustics(voiced_seconds=3.5)) is None


def test_text_where_nothing_sounded_is_dropped() -> None:
    assert reason_invented("vâng", Acoustics(voiced_seconds=0.1)) is Reason.SILENCE
    assert reason_invented("tôi xin hết", Acoustics(0.95, -0.9)) is Reason.SILENCE
    assert reason_invented("tôi xin hết", Acoustics(0.0, -1.5)) is Reason.HOPELESS


def test_the_recognisers_own_compression_ratio_counts() -> None:
    assert is_invented("nghe như lời nói", compression_ratio=3.0)
    assert not is_invented("nghe như lời nói", compression_ratio=1.2)


def test_inaudible_speech_says_its_length() -> None:
    assert inaudible(12.3) == "[không nghe rõ, 12 giây]"
    assert inaudible(0.2) == "[không nghe rõ, 1 giây]"


def test_no_text_is_not_invented() -> None:
    assert not is_invented("", no_speech_prob=1.0, avg_logprob=-3.0)
