"""Why a signature was not taken, for the person who signs: the same words on the page and at the terminal."""

from __future__ import annotations

from meeting_server.room.refusal import Refused
from minutes.sealing.archive import NotAPackage
from minutes.sealing.package import NotSealable
from minutes.sealing.personal import BadSignature
from minutes.sealing.sign import SigningFailed

REFUSED_VI = {
    "order": "Thư ký ký trước, chủ trì ký sau. Thư ký chưa ký nên chủ trì chưa ký được.",
    "already": "Đồng chí đã ký hồ sơ này rồi.",
    "hand": "Hồ sơ này đã ký tay và đối chiếu, nên không ký số nữa.",
    "password": "Không mở được tệp chứng thư số: sai mật khẩu, hoặc không phải tệp .p12 có khóa ký.",
    "name": "Chứng thư số mang tên người khác. Mỗi đồng chí ký bằng chứng thư của chính mình.",
    "ended": "Chứng thư số đã hết hạn hoặc chưa có hiệu lực. Đề nghị dùng chứng thư còn hạn.",
    "changed": "Tệp gửi lên không phải bản PDF đã tải về để ký. Tải lại bản để ký, ký rồi gửi lên.",
    "field": "Không thấy chữ ký mới trong đúng ô ký của đồng chí. Tải lại bản để ký rồi ký vào ô ghi sẵn.",
    "unsound": "Chữ ký không hợp lệ, hoặc tệp còn bị thêm nội dung khác. Tải lại bản để ký rồi ký lại.",
    "closed": "Chữ ký này khóa tệp nên người sau không ký được. Khi ký, đừng chọn “khóa tài liệu”.",
    "failed": "Chưa ký được: chứng thư số không dùng được, hoặc dịch vụ dấu thời gian chưa trả lời. Thử lại sau.",
}  # fmt: skip
AT_THE_MACHINE_VI = {
    "changed": "Hồ sơ vừa có bản mới trong lúc ký. Chạy lại lệnh này.",
    "field": "Hồ sơ vừa có bản mới trong lúc ký. Chạy lại lệnh này.",
}
FAULTS = (BadSignature, SigningFailed, NotSealable, NotAPackage, Refused, OSError, ValueError)
"""What ``why`` has words for."""


def why(error: Exception) -> str:
    """For the person at the terminal."""
    match error:
        case Refused():
            return error.message_vi
        case BadSignature():
            return (REFUSED_VI | AT_THE_MACHINE_VI).get(error.code, f"Chữ ký không dùng được ({error}).")
        case SigningFailed():
            return (
                "Chưa ký được: sai mật khẩu hoặc mã PIN, không thấy token, chứng thư không dùng được, hoặc dịch vụ dấu "
                f"thời gian chưa trả lời ({error})."
            )
        case NotSealable():
            return "Hồ sơ chưa được niêm phong, hoặc đang mở để sửa, nên chưa ký được."
    return f"Không đọc hoặc ghi được: {error}."
